"""What a table of the library is: columns with the standard's codes, levels of protection, checks for bad rows."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
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
Severity = Literal["warn", "quarantine", "refuse"]

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
    `unknown` is what a value outside its code list does to its row, `malformed` what a cell that is no value of its
    kind does; a key cell without a value refuses in any case. `steady` False: what a night or a month adds up to says
    nothing about the next (late fees), so its sums are not measured against each other.
    """

    name: str
    code: str
    kind: Kind
    label: str
    level: LevelName = "L1"
    codes: str | None = None
    note: str = ""
    unknown: Severity = "warn"
    malformed: Severity = "refuse"
    steady: bool = True

    @property
    def sql_type(self) -> str:
        """The DuckDB type, the same in staging, lake and serving file."""
        return SQL_TYPES[self.kind]


@dataclass(frozen=True)
class NotNull:
    """Rows in which one of the columns is empty are bad."""

    columns: tuple[str, ...]
    severity: Severity = "refuse"


@dataclass(frozen=True)
class Unique:
    """Rows that share the same values in the columns are bad; the night is refused."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class References:
    """Rows whose key is absent from another table are bad; by default a warning, since a feed may lag by a night."""

    column: str
    table: str
    target: str
    severity: Severity = "warn"

    @property
    def columns(self) -> tuple[str, ...]:
        """The column of this table that the check reads."""
        return (self.column,)


@dataclass(frozen=True)
class RowCheck:
    """Rows for which the SQL condition `bad` over the table's own columns is true are bad; NULL is not true."""

    code: str
    label: str
    bad: str
    severity: Severity = "warn"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the condition names, in the order of their first mention."""
        return tuple(dict.fromkeys(w for w in _words(self.bad) if w == w.lower() and w not in FUNCTIONS))


Rule = NotNull | Unique | References | RowCheck

KEYWORDS = frozenset(
    [
        "AND",
        "OR",
        "NOT",
        "IS",
        "NULL",
        "IN",
        "BETWEEN",
        "LIKE",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "DISTINCT",
        "FROM",
        "TRUE",
        "FALSE",
        "DATE",
    ]
)
FUNCTIONS = frozenset(
    [
        "abs",
        "coalesce",
        "nullif",
        "length",
        "substr",
        "left",
        "right",
        "lower",
        "upper",
        "trim",
        "greatest",
        "least",
        "year",
        "month",
        "day",
        "strftime",
    ]
)
_LITERAL = r"'(?:[^']|'')*'"
_CONDITION = re.compile(r"[A-Za-z0-9_.\s(),=<>+*/%-]+")
_CODE = re.compile(r"[a-z][a-z0-9_]{2,40}")


def _without_texts(condition: str) -> str:
    return re.sub(r"'(?:[^']|'')*'", " ", condition)


def _words(condition: str) -> list[str]:
    return re.findall(r"[A-Za-z_][A-Za-z0-9_]*", _without_texts(condition))


def not_null(*columns: str, severity: Severity = "refuse") -> NotNull:
    """Every one of the columns has a value in every row."""
    return NotNull(columns, severity)


def unique(*columns: str) -> Unique:
    """No two rows share the same values in the columns."""
    return Unique(columns)


def references(column: str, table: str, target: str | None = None, *, severity: Severity = "warn") -> References:
    """The column's value exists in `table.target` (the same name if not given)."""
    return References(column, table, target or column, severity)


def row_check(code: str, label: str, bad: str, severity: Severity = "warn") -> RowCheck:
    """No row satisfies `bad`: keywords in capitals, columns and FUNCTIONS in small letters, nothing else."""
    return RowCheck(code, label, bad, severity)


@dataclass(frozen=True)
class Table:
    """One table of the library, as the catalog declares it.

    `grain` is the key that no two rows share and the sort order of the files; `subject` is the column that names the
    person or unit a row is about; `period` the month column a row belongs to; `standard` cites the source of codes.
    A delivery of which more than `quarantine_limit` (a share of its rows, and more than 20 rows) would be set aside
    refuses the night.
    """

    name: str
    label: str
    grain: tuple[str, ...]
    columns: tuple[Column, ...]
    checks: tuple[Rule, ...] = ()
    standard: str = ""
    subject: str | None = None
    period: str | None = None
    quarantine_limit: Decimal = Decimal("0.01")
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
        if wrong := list(self._wrong_checks()):
            raise ValueError(f"table {self.name}: {'; '.join(wrong)}")

    def _checked(self) -> Iterator[str]:
        for check in self.checks:
            yield from check.columns

    def _wrong_checks(self) -> Iterator[str]:
        """What could not be judged: two severities for one column, a condition that is more than a comparison."""
        required = [name for check in self.checks if isinstance(check, NotNull) for name in check.columns]
        yield from (f"{name} required twice" for name in sorted({n for n in required if required.count(n) > 1}))
        codes = [check.code for check in self.checks if isinstance(check, RowCheck)]
        yield from (f"check {code} named twice" for code in sorted({c for c in codes if codes.count(c) > 1}))
        for check in self.checks:
            if isinstance(check, RowCheck) and not self._allowed(check):
                yield f"check {check.code} is not a condition over the table's columns"
        if not 0 <= self.quarantine_limit <= 1:
            yield "quarantine_limit is no share"

    def _allowed(self, check: RowCheck) -> bool:
        """Deny by default: words are keywords, own columns or listed functions; no comment, statement or subquery."""
        plain = _without_texts(check.bad)
        free = _CONDITION.fullmatch(plain) and "--" not in plain and "/*" not in plain
        known = KEYWORDS | FUNCTIONS | set(self.by_name)
        return bool(free and _CODE.fullmatch(check.code) and check.columns and set(_words(check.bad)) <= known)

    @property
    def money(self) -> tuple[Column, ...]:
        """The columns that carry control sums."""
        return tuple(column for column in self.columns if column.kind == "money")

    @property
    def steady(self) -> tuple[Column, ...]:
        """The money columns whose sums are measured against those of the night and the month before."""
        return tuple(column for column in self.money if column.steady)

    def empty_severity(self, name: str) -> Severity | None:
        """What an empty cell of the column does to its row; None if it may be empty."""
        if name in self.grain:
            return "refuse"
        return next((c.severity for c in self.checks if isinstance(c, NotNull) and name in c.columns), None)

    def malformed_severity(self, name: str) -> Severity:
        """What a cell that is no value of the column's kind does to its row."""
        return "refuse" if name in self.grain else self.by_name[name].malformed


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
    quarantine_limit: Decimal = Decimal("0.01"),
) -> Table:
    """Declare a table; every one also carries the row's change time (ZZZ003), which increments are checked by."""
    changed_at = Column("changed_at", code="ZZZ003", kind="time", label="修改时间", note="行的最近维护时间")
    return Table(name, label, grain, (*columns, changed_at), checks, standard, subject, period, quarantine_limit)
