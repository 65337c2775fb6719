"""What a page about one person and one about one unit have in common: who it is about, as of when, and its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiliu.apps.datahub.selectors.display import Cell
from huiliu.apps.datahub.selectors.library import Source

ABOVE = frozenset({"name", "unit_name", "changed_at"})  # the name stands above the other facts


@dataclass(frozen=True)
class Figure:
    """One figure of the strip on top; a value that nobody knows is passed as its word."""

    label: str
    value: Any
    unit: str = ""
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Identified:
    """Whose page it is, and the night it was read from."""

    key: str
    source: Source
    identity: Mapping[str, Cell]

    @property
    def facts(self) -> list[Cell]:
        """Identity in the order of the definition; what is known of it."""
        return [cell for cell in self._identity if cell.text]

    @property
    def unknown(self) -> str:
        """Labels of the identity's columns that the library holds no value of."""
        return "、".join(cell.label for cell in self._identity if not cell.text)

    @property
    def _identity(self) -> list[Cell]:
        return [cell for name, cell in self.identity.items() if name not in ABOVE]

    @property
    def past(self) -> date | None:
        """The day of a page about an earlier one, for links that keep it."""
        return self.source.business_date if self.source.is_past else None
