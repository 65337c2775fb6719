"""A panel: one block of the workbench, drawn from a template that the providing app owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Panel:
    """One block of the workbench; `wide` takes the whole row, lower `order` comes first.

    `template` sees the names of `context` at top level, and the request; `link` opens the part's own page.
    """

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    wide: bool = False
    link: str = ""
