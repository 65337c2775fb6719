"""What a table of the library is: columns with the standard's codes, levels of protection, checks for bad rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "id",
    "code",
    "text",
    "name",
    "id_number",
    "phone",
    "bank_account",
    "address",
    "month",
    "date",
    "time",
    "money",
    "int",
    "rate",
]
LevelName = Literal["L1", "L2", "L3", "L4"]

SQL_TYPES: Mapping[Kind, str] = {
    "id": "VARCHAR",
    "code": "VARCHAR",
    "text": "VARCHAR",
    "name": "VARCHAR",
    "id_number": "VARCHAR",
    "phone": "VARCHAR",
    "bank_account": "VARCHAR",
    "address": "VARCHAR",
    "month": "INTEGER",
    "date": "DATE",
    "time": "TIMESTAMP",
    "money": "DECIMAL(16,2)",
    "int": "INTEGER",
    "rate": "DECIMAL(16,4)",
}


@dataclass(frozen=True)
class Column:
    """One column: English name for code, the standard's code for files, Chinese label for people, level for the mask.

    `kind` fixes the SQL type and the mask; `codes` names a list in catalog/codes; a month is an INTEGER YYYYMM.
    """

    name: str
    code: str
    kind: Kind
    label: str
    level: LevelName = "L1"
    codes: str | None = None
    note: str = ""

    @property
    def sql_type(self) -> str:
        """The DuckDB type, the same in staging, lake and serving file."""
        return SQL_TYPES[self.kind]


@dataclass(frozen=True)
class NotNull:
    """Rows in which one of the columns is empty are bad."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class Unique:
    """Rows that share the same values in the columns are bad."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class References:
    """Rows whose key is absent from another table are bad; reported as a warning, since a feed may lag by a night."""

    column: str
    table: str
    target: str


Rule = NotNull | Unique | References


def not_null(*columns: str) -> NotNull:
    """Every one of the columns has a value in every row."""
    return NotNull(columns)


def unique(*columns: str) -> Unique:
    """No two rows share the same values in the columns."""
    return Unique(columns)


def references(column: str, table: str, target: str | None = None) -> References:
    """The column's value exists in `table.target` (the same name if not given); an orphan is a warning."""
    return References(column, table, target or column)


@dataclass(frozen=True)
class Table:
    """One table of the library, as the catalog declares it.

    `grain` is the key that no two rows share and the sort order of the files; `subject` is the column that names the
    person or unit a row is about; `period` the month column a row belongs to; `standard` cites the source of codes.
    """

    name: str
    label: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Rule, ...] = ()
    standard: str = ""
    subject: str | None = None
    period: str | None = None
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)
    by_code: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})
        object.__setattr__(self, "by_code", {column.code: column for column in self.columns})
        known = set(self.by_name)
        named = [*self.grain, *(n for n in (self.subject, self.period) if n), *self._checked()]
        unknown = sorted(set(named) - known)
        if unknown or len(known) != len(self.columns) or len(self.by_code) != len(self.columns):
            raise ValueError(f"table {self.name}: unknown or repeated columns {unknown}")

    def _checked(self) -> Iterator[str]:
        for check in self.checks:
            yield from (check.column,) if isinstance(check, References) else check.columns

    @property
    def money(self) -> tuple[Column, ...]:
        """The columns that carry control sums."""
        return tuple(column for column in self.columns if column.kind == "money")


def table(  # noqa: PLR0913 - one keyword per fact of a table
    *,
    name: str,
    label: str,
    grain: tuple[str, ...],
    columns: tuple[Column, ...],
    checks: tuple[Rule, ...] = (),
    standard: str = "",
    subject: str | None = None,
    period: str | None = None,
) -> Table:
    """Declare a table; every one also carries the row's change time (ZZZ003), which increments are checked by."""
    changed_at = Column("changed_at", code="ZZZ003", kind="time", label="修改时间", note="行的最近维护时间")
    return Table(name, label, grain, (*columns, changed_at), checks, standard, subject, period)
