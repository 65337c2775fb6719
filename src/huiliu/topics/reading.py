"""Topics from YAML: one file a topic, and what does not hold together is refused with the file's name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from huiliu.kernel.yamls import load_yaml
from huiliu.lake.tables import Column, Table, Unique
from huiliu.topics.definition import SUBJECTS, Grouping, Item, Join, Topic
from huiliu.topics.errors import topic_error
from huiliu.topics.query import Condition
from huiliu.topics.reading_summaries import read_summaries
from huiliu.topics.sight import Sight
from huiliu.topics.summaries import Summary
from huiliu.topics.validation import check_condition
from huiliu.topics.words import DERIVED, GROUPED, Operator

_NEEDED = frozenset({"label", "description", "base", "items", "shown"})
_KNOWN = _NEEDED | {"joins", "derived", "group", "group_in_lists", "labels", "fixed", "synonyms", "summaries"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")  # stands in the SQL; a leading _ is for columns of our own
_SECOND = {"rest": "less", "newest": "per"}  # form → the word that names its second column
_KINDS_LEFT_OUT = frozenset({"time"})  # when a row was maintained says nothing of its person


def read_topic(path: Path, tables: Mapping[str, Table]) -> Topic:
    """One topic from `topics/<name>.yaml`; TOPIC-001 names what is missing, unknown or would double rows."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _KNOWN or not all(data.get(key) for key in _NEEDED):
        raise topic_error(path.name, "须有 label、description、base、items 和 shown，别无他项", "请参照其他主题。")
    return _Reader(path.name, data, tables).topic(path.stem)


class _Reader:
    """One file being read."""

    def __init__(self, file: str, data: Mapping[str, Any], tables: Mapping[str, Table]) -> None:
        self.file, self.data, self.tables = file, data, tables
        self.labels: Mapping[str, str] = data.get("labels") or {}

    def topic(self, name: str) -> Topic:
        base = self._table(self.data["base"])
        if base.subject not in SUBJECTS:
            raise self._error(f"数据表 {base.name} 不属于人员或单位", "主题的 base 须有 person_no 或 unit_no 为主体。")
        joins = tuple(self._join(base, other, keys) for other, keys in (self.data.get("joins") or {}).items())
        listed = {table.name: table for table in (base, *(join.table for join in joins))}
        items = (*self._items(base, listed), *self._derived(base, listed))
        topic = Topic(name, self.data["label"], self.data["description"].strip(), base, joins, items, self._shown())
        self._hold_together(topic)
        fixed = tuple(self._fixed(topic, given) for given in self.data.get("fixed") or ())
        topic = replace(topic, fixed=fixed, summaries=self._summaries(topic))
        return replace(topic, synonyms=self._synonyms(topic))

    def _table(self, name: str) -> Table:
        if name not in self.tables:
            raise self._error(f"没有数据表 {name}", "请写目录 tables 中的英文表名。")
        return self.tables[name]

    def _join(self, base: Table, name: str, keys: Mapping[str, str]) -> Join:
        """Only on a whole key of the other table, which the loader keeps unique: so no row of the base is doubled."""
        table = self._table(name)
        unknown = [key for key in keys if key not in table.by_name]
        unknown += [own for own in keys.values() if own not in base.by_name]
        if unknown or name == base.name:
            raise self._error(f"连接 {name} 的列 {'、'.join(unknown) or name} 不存在", "请写“对方列: 本表列”。")
        unique = [check.columns for check in table.checks if isinstance(check, Unique)]
        if not any(set(key) <= set(keys) for key in (table.grain, *unique)):
            raise self._error(f"连接 {name} 不是按它的主键，会使行数增多", f"主键是 {'、'.join(table.grain)}。")
        if table.subject == base.subject and keys.get(table.subject or "") != base.subject:
            raise self._error(f"连接 {name} 没有写 {base.subject}", "同一主体的数据表须连同人员或单位编码连接。")
        return Join(table, dict(keys))

    def _items(self, base: Table, listed: Mapping[str, Table]) -> Iterator[Item]:
        for name, columns in self.data["items"].items():
            if name not in listed:
                raise self._error(f"项目来自未连接的数据表 {name}", "请先写入 joins。")
            for given in columns:
                entry = {"column": given, "name": given} if isinstance(given, str) else given
                column = self._column(listed[name], entry["column"])
                if column.level > "L2" and listed[name].subject != base.subject:
                    raise self._error(f"{name}.{column.name} 受保护，且不属于本主题的主体", "请去掉该项目。")
                yield self._item(entry["name"], listed[name], (column,), "", column.label)

    def _derived(self, base: Table, listed: Mapping[str, Table]) -> Iterator[Item]:
        for name, entry in (self.data.get("derived") or {}).items():
            form, label = entry.get("form"), entry.get("label")
            if form not in DERIVED or not label or set(entry) - {"form", "label", "of", "less", "per", "table"}:
                raise self._error(f"派生项目 {name} 须有 form、of 和 label", f"form 可写 {'、'.join(DERIVED)}。")
            table = listed.get(entry.get("table", base.name))
            if table is None:
                raise self._error(f"派生项目 {name} 来自未连接的数据表", "请先写入 joins。")
            wanted = [entry.get("of"), *([entry.get(_SECOND[form])] if form in _SECOND else [])]
            columns = tuple(self._column(table, column) for column in wanted)
            if any(column.kind not in DERIVED[form][0] for column in columns):
                raise self._error(f"派生项目 {name} 的列不适用 {form}", "请换用其他列或形式。")
            yield self._item(name, table, columns, form, label)

    def _item(self, name: str, table: Table, columns: tuple[Column, ...], form: str, label: str) -> Item:
        if not _NAME.fullmatch(name):
            raise self._error(f"项目名称 {name} 不是小写英文", "请用小写字母、数字和下划线，以字母开头。")
        kind = DERIVED[form][1] if form else columns[0].kind
        grouping: Grouping = "all" if kind in GROUPED else "none"
        for key, meant in (("group", "all"), ("group_in_lists", "list")):
            if name in (self.data.get(key) or ()):
                grouping = meant  # type: ignore[assignment]
        return Item(name, self.labels.get(name, label), table, columns, form, grouping)

    def _column(self, table: Table, name: Any) -> Column:
        column = table.by_name.get(name)
        if column is None or column.kind in _KINDS_LEFT_OUT:
            raise self._error(f"数据表 {table.name} 没有可用的列 {name}", "请写表定义中的英文列名。")
        return column

    def _shown(self) -> tuple[str, ...]:
        return tuple(self.data["shown"])

    def _hold_together(self, topic: Topic) -> None:
        """Every name is given once, every label too (people choose by it), and every name spoken of exists."""
        for what, words in (("名称", [i.name for i in topic.items]), ("标签", [i.label for i in topic.items])):
            if twice := sorted({word for word in words if words.count(word) > 1}):
                raise self._error(f"项目{what} {'、'.join(twice)} 重复", "请用 name 或 labels 另取一个。")
        spoken: Sequence[str] = [
            *topic.shown, *self.labels, *(self.data.get("group") or ()), *(self.data.get("group_in_lists") or ()),
        ]  # fmt: skip
        if unknown := [name for name in spoken if name not in topic.by_name]:
            raise self._error(f"没有项目 {'、'.join(unknown)}", "请先写入 items 或 derived。")
        if closed := [name for name in topic.base.grain if topic.base.by_name[name].level > "L2"]:
            raise self._error(f"主键列 {'、'.join(closed)} 受保护，不能用于排序", "请换用其他数据表。")

    def _summaries(self, topic: Topic) -> tuple[Summary, ...]:
        """For answers of lists, which have one row a person."""
        found = tuple(read_summaries(self.file, self.data.get("summaries") or {}, self.tables))
        if found and topic.base.grain != ("person_no",):
            raise self._error("只有每人一行的主题可以有摘要", "请写在 person 主题中。")
        words = [*topic.by_name, *(item.label for item in topic.items)]
        words += [word for summary in found for word in (summary.name, summary.label)]
        if twice := sorted({word for word in words if words.count(word) > 1}):
            raise self._error(f"摘要的名称或标签 {'、'.join(twice)} 重复", "请另取一个。")
        return found

    def _synonyms(self, topic: Topic) -> dict[str, tuple[str, ...]]:
        """Other words for items; a word that meant two of them would fill a form wrongly."""
        found = {name: tuple(words) for name, words in (self.data.get("synonyms") or {}).items()}
        if unknown := [name for name in found if name not in topic.listed]:
            raise self._error(f"没有项目 {'、'.join(unknown)}", "请先写入 items、derived 或 summaries。")
        every = [word for words in found.values() for word in words] + [one.label for one in topic.listed.values()]
        if twice := sorted({word for word in every if every.count(word) > 1}):
            raise self._error(f"同义词 {'、'.join(twice)} 重复", "一个词只能指一个项目。")
        return found

    def _fixed(self, topic: Topic, given: Mapping[str, Any]) -> Condition:
        """A condition that always holds; on open items, or it would tell of what it hides."""
        item = topic.by_name.get(given.get("item", ""))
        if item is None or item.is_protected or set(given) - {"item", "operator", "values", "other"}:
            raise self._error("固定条件的项目不存在或受保护", "请写 item、operator 和 values（或 other）。")
        try:
            operator = Operator(given["operator"])
        except (KeyError, ValueError):
            raise self._error("固定条件的关系符不正确", f"可写 {'、'.join(Operator)}。") from None
        fixed = Condition(item.name, operator, tuple(given.get("values") or ()), given.get("other"))
        check_condition(fixed, item, topic, Sight(), f"{self.file} 的固定条件")
        return fixed

    def _error(self, problem: str, hint: str) -> Exception:
        return topic_error(self.file, problem, hint)
