"""Why a delivered row is bad: each declared check as a SQL condition over staging, with its severity and words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from huiliu.lake.engine import identifier, literal
from huiliu.lake.tables import SQL_TYPES, Column, References, RowCheck, Severity, Table

Codes = Mapping[str, frozenset[str]]

EXCLUDED = ".excluded"  # behind a list's name: codes that are known but not worked with, as another bureau's schemes
KEPT = "coalesce(_op, 'I') <> 'D'"  # a deleted row needs its key only


@dataclass(frozen=True)
class Reason:
    """One way for a row to be bad; `subject` is a column or the code of a row check, `codes` the columns of files."""

    check: str
    subject: str
    label: str
    problem: str
    severity: Severity
    condition: str
    codes: str

    @property
    def mark(self) -> str:
        """How quarantined rows name it, for example `not_null:amount`."""
        return f"{self.check}:{self.subject}"


def row_reasons(table: Table, codes: Codes) -> list[Reason]:
    """Every reason that a row's own cells can give, in the order of the columns; row checks last."""
    found = [reason for column in table.columns for reason in _of_column(table, column, codes)]
    return [*found, *(_of_check(table, check) for check in table.checks if isinstance(check, RowCheck))]


def _of_column(table: Table, column: Column, codes: Codes) -> Iterator[Reason]:
    severity = table.empty_severity(column.name)
    if SQL_TYPES[column.kind] != "VARCHAR":
        strict = table.malformed_severity(column.name)
        bad = marked(column.name) if strict == "refuse" else f"{marked(column.name)} AND {KEPT}"
        yield Reason("type", column.name, "值的格式", "处不符", strict, bad, column.code)
    if severity is not None:
        yield Reason("not_null", column.name, "必填项", "处为空", severity, _empty(table, column), column.code)
    if column.codes is not None and column.codes in codes:
        listed = ", ".join(literal(code) for code in sorted(codes[column.codes]))
        unknown = f"{identifier(column.name)} NOT IN ({listed}) AND {KEPT}" if listed else "false"
        yield Reason("code_list", column.name, "代码取值", "处未登记", column.unknown, unknown, column.code)
    if excluded := codes.get(f"{column.codes}{EXCLUDED}"):
        found = f"{identifier(column.name)} IN ({', '.join(map(literal, sorted(excluded)))}) AND {KEPT}"
        yield Reason("code_excluded", column.name, "不办理的代码", "行不在办理范围", "warn", found, column.code)


def _empty(table: Table, column: Column) -> str:
    """A required cell without text; a cell that is no value of its kind has its own reason."""
    kept = "true" if column.name in table.grain else KEPT
    text = SQL_TYPES[column.kind] == "VARCHAR"
    return f"{identifier(column.name)} IS NULL AND {kept}" + ("" if text else f" AND NOT {marked(column.name)}")


def _of_check(table: Table, check: RowCheck) -> Reason:
    listed = "、".join(table.by_name[name].code for name in check.columns)
    return Reason("row_check", check.code, check.label, "行不符", check.severity, f"({check.bad}) AND {KEPT}", listed)


def reference_reason(table: Table, check: References, present: str) -> Reason:
    """The reason of a row whose key is not in `present`, a relation with the one column `_key`."""
    name = identifier(check.column)
    condition = f"{name} IS NOT NULL AND {KEPT} AND {name} NOT IN (SELECT _key FROM {present})"
    where = f"{table.by_name[check.column].code} → {check.table}"
    return Reason("references", check.column, "引用存在", "行无对应", check.severity, condition, where)


def marked(name: str) -> str:
    """True for rows whose cell of the column (or operation) was no value."""
    return f"coalesce(contains(concat(',', _bad), ',{name},'), false)"
