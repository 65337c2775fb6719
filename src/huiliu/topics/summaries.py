"""What other tables say of a person in one value each: the last month paid, a sum, a number of months.

A summary is made of open columns alone and of rows within reach of the viewer, so it needs no mask.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from huiliu.lake.tables import Column, Table

# form: whether it needs an order (`by`), and which kinds it is made of; None: every kind.
_NUMBERS = frozenset({"money", "int"})
_ORDERED = frozenset({"month", "date", "money", "int", "rate"})
FORMS: Mapping[str, tuple[bool, frozenset[str] | None]] = {
    "latest": (True, None),
    "latest_total": (True, _NUMBERS),
    "greatest": (False, _ORDERED),
    "least": (False, _ORDERED),
    "total": (False, _NUMBERS),
    "periods": (False, frozenset({"month"})),
}
PERIODS = "periods"


@dataclass(frozen=True)
class Summary:
    """One summary: `of` a column of `table` (less another), over the rows whose columns hold one of some values.

    `latest` is the value in the last row by `by`, `latest_total` the sum of all rows of the last `by`.
    """

    name: str
    label: str
    table: Table
    form: str
    of: Column
    by: Column | None = None
    less: Column | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of its values."""
        return "int" if self.form == PERIODS else self.of.kind

    @property
    def level(self) -> str:
        """The highest level of what it is made of."""
        parts = (self.of, self.by, self.less)
        return max(column.level for column in parts if column is not None)

    @property
    def codes(self) -> str | None:
        """The code list that explains its values."""
        return self.of.codes if self.form == "latest" else None

    @property
    def is_protected(self) -> bool:
        """Never: it is made of open columns."""
        return False
