"""A banner: one line above every page, drawn from a template that the providing app owns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Banner:
    """What stands above the page while something runs; `template` finds `context` as `banner`."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
