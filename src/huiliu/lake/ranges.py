"""The part of a table that a range delivery replaces: what the manifest says of it, and the same as a SQL condition."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import parse_day
from huiliu.lake.engine import identifier, literal
from huiliu.lake.schema import Columns
from huiliu.lake.tables import Kind, Table

_KINDS: frozenset[Kind] = frozenset({"month", "date", "code", "id"})
_MONTH = re.compile(r"(19|20|21)[0-9]{2}-?(0[1-9]|1[0-2])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Range:
    """Rows whose `column` lies between two values, both included, or is one of several."""

    column: str
    kind: Kind
    first: str = ""
    last: str = ""
    values: tuple[str, ...] = ()

    def condition(self, alias: str, existing: Columns | None = None) -> str:
        """True for rows inside; of a lake table that does not have the column yet, no row is."""
        if existing is not None and self.column not in existing:
            return "false"
        listed = ", ".join(map(self._literal, self.values))
        inside = f"IN ({listed})" if listed else f"BETWEEN {self._literal(self.first)} AND {self._literal(self.last)}"
        return f"coalesce({alias}.{identifier(self.column)} {inside}, false)"

    def words(self, table: Table) -> str:
        """`EAC064 202503—202503`; numbers and codes only by their count, for they may be a person's."""
        code = table.by_name[self.column].code
        if self.kind in {"month", "date"} and self.first:
            return f"{code} {self.first}—{self.last}"
        return f"{code} 共 {len(self.values)} 项" if self.values else f"{code} 一段"

    def _literal(self, value: str) -> str:
        if self.kind == "month":
            return value
        return f"DATE {literal(value)}" if self.kind == "date" else literal(value)


def parse_range(table: Table, given: Mapping[str, Any]) -> Range:
    """The manifest's range of a table; raises ValueError with the problem, and never with a value."""
    named = str(given["column"])
    column = table.by_name.get(named) or table.by_code.get(named)
    if column is None or column.kind not in _KINDS:
        raise ValueError("范围列不存在，或不是年月、日期、代码、编号列")
    if "values" in given:
        return Range(column.name, column.kind, values=tuple(_value(value, column.kind) for value in given["values"]))
    first, last = _value(given["from"], column.kind), _value(given["to"], column.kind)
    if first > last:
        raise ValueError("范围的起点晚于终点")
    return Range(column.name, column.kind, first, last)


def _value(text: str, kind: Kind) -> str:
    """The value in the one spelling that compares as text the way it compares in SQL."""
    if kind == "month":
        if not _MONTH.fullmatch(text):
            raise ValueError("范围的值不是年月")
        return text.replace("-", "")
    if kind == "date":
        return _date(text)
    if _CONTROL.search(text):
        raise ValueError("范围的值含有控制字符或残缺字符")
    return text


def _date(text: str) -> str:
    try:
        return parse_day(text.replace("-", "")).isoformat()
    except HuiliuError:
        raise ValueError("范围的值不是真实的日期") from None
