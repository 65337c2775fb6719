"""Summaries of a topic from its YAML file; what does not hold together is refused with the file's name."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from huiliu.kernel.masking import is_open
from huiliu.lake.tables import Column, Table
from huiliu.topics.errors import topic_error
from huiliu.topics.summaries import FORMS, Summary

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_KNOWN = frozenset({"label", "table", "form", "of", "by", "less", "where"})


def read_summaries(file: str, data: Mapping[str, Any], tables: Mapping[str, Table]) -> Iterator[Summary]:
    """Each summary of `summaries`; TOPIC-001 for one of no table about persons, of protected columns, or ill-formed."""
    for name, entry in data.items():
        form, table = entry.get("form"), tables.get(entry.get("table", ""))
        if not _NAME.fullmatch(name) or form not in FORMS or not entry.get("label") or set(entry) - _KNOWN:
            raise topic_error(file, f"摘要 {name} 须有 label、table、form 和 of", f"form 可写 {'、'.join(FORMS)}。")
        if table is None or table.subject != "person_no":
            raise topic_error(file, f"摘要 {name} 不是人员的数据表", "请写以 person_no 为主体的表名。")
        yield _Reader(file, name, table).summary(entry)


class _Reader:
    """One summary being read."""

    def __init__(self, file: str, name: str, table: Table) -> None:
        self.file, self.name, self.table = file, name, table

    def summary(self, entry: Mapping[str, Any]) -> Summary:
        form = entry["form"]
        of, by, less = (self._column(entry.get(key)) for key in ("of", "by", "less"))
        is_ordered, kinds = FORMS[form]
        fits = of is not None and (kinds is None or of.kind in kinds) and (by is not None) == is_ordered
        if of is None or not fits or (less is not None and (form != "total" or less.kind != of.kind)):
            raise topic_error(self.file, f"摘要 {self.name} 的列与 {form} 不符", "请参照 docs/topics.md。")
        where = {column: tuple(values) for column, values in (entry.get("where") or {}).items()}
        if any(column is None or column.sql_type != "VARCHAR" for column in map(self._column, where)):
            raise topic_error(self.file, f"摘要 {self.name} 的 where 只能写文本列", "请写“列: [值, …]”。")
        return Summary(self.name, entry["label"], self.table, form, of, by, less, where)

    def _column(self, name: Any) -> Column | None:
        """An open column; what a protected one holds must not be told by what is summed up of it."""
        if name is None:
            return None
        column = self.table.by_name.get(name)
        if column is None or not is_open(column.level):
            raise topic_error(self.file, f"摘要 {self.name} 的列 {name} 不存在或受保护", "请换用其他列。")
        return column
