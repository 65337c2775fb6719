"""What a topic is: a table of the library, what is joined to it by key, and the items that may be asked about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from huiliu.kernel.masking import Level, is_open
from huiliu.lake.tables import Column, Table
from huiliu.topics.query import Condition
from huiliu.topics.summaries import Summary
from huiliu.topics.words import DERIVED, Aggregate

SCHEME = "insurance_type"  # the column that names a row's scheme, as everywhere in the library
SUBJECTS: Mapping[str, str] = {"person_no": "person", "unit_no": "unit"}
SUBJECT_LABELS: Mapping[str, str] = {"person_no": "人数", "unit_no": "单位数"}
Grouping = Literal["all", "list", "none"]


@dataclass(frozen=True)
class Join:
    """Another table, joined by a whole key of it, so that no row of the base is doubled; `keys`: its column, ours."""

    table: Table
    keys: Mapping[str, str]


@dataclass(frozen=True)
class Item:
    """One thing that may be shown, compared or counted: a column, or one of the listed forms of one (`form`).

    `grouping` says who may group by it: everybody, those with the right to lists, nobody.
    """

    name: str
    label: str
    table: Table
    columns: tuple[Column, ...]
    form: str = ""
    grouping: Grouping = "none"

    @property
    def kind(self) -> str:
        """The kind of its column, or that which its form makes."""
        return DERIVED[self.form][1] if self.form else self.columns[0].kind

    @property
    def level(self) -> str:
        """The column's level. A band of ten years of birth is no date of birth: L2, as docs/topics.md reasons."""
        if self.form == "age_band":
            return Level.L2.value
        return max(column.level for column in self.columns)

    @property
    def is_protected(self) -> bool:
        """Whether its values are masked for whoever has not opened them."""
        return not is_open(self.level)

    @property
    def codes(self) -> str | None:
        """The code list that explains it."""
        return None if self.form else self.columns[0].codes

    @property
    def sql_type(self) -> str:
        """The type its values have in SQL while nobody masks them."""
        made = {"year": "INTEGER", "month": "INTEGER", "age_band": "VARCHAR", "newest": "VARCHAR"}
        return made.get(self.form, self.columns[0].sql_type)


@dataclass(frozen=True)
class Topic:
    """One topic; `fixed` conditions hold always, `shown` are the items a list starts with.

    `synonyms` are other words for items, as headings of forms use them. `summaries` are what other tables say of a
    person, for answers of lists alone; `listed` are all that such an answer may hold.
    """

    name: str
    label: str
    description: str
    base: Table
    joins: tuple[Join, ...]
    items: tuple[Item, ...]
    shown: tuple[str, ...]
    fixed: tuple[Condition, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summaries: tuple[Summary, ...] = ()
    by_name: Mapping[str, Item] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {item.name: item for item in self.items})

    @property
    def listed(self) -> "dict[str, Item | Summary]":
        """What an answered list may hold, by name: items first."""
        return {**self.by_name, **{summary.name: summary for summary in self.summaries}}

    @property
    def subject(self) -> str:
        """The column that names the person or unit of a row."""
        assert self.base.subject is not None
        return self.base.subject

    def measure_label(self, aggregate: Aggregate, item: "Item | None") -> str:
        """What a measure is called: how many different subjects are 人数 or 单位数, rows without an item 笔数."""
        if item is None:
            return "笔数"
        if aggregate == Aggregate.DISTINCT and item.columns[0].name == self.subject:
            return SUBJECT_LABELS[self.subject]
        return f"{item.label}（{aggregate.label}）"

    @property
    def tables(self) -> tuple[Table, ...]:
        """The base first, then what is joined to it."""
        return (self.base, *(join.table for join in self.joins))
