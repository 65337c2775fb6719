"""The words of a query: comparisons and aggregates, and which kind of item takes which."""

from collections.abc import Mapping
from enum import StrEnum


class Operator(StrEnum):
    """How an item is compared."""

    EQUAL = "equal"
    UNEQUAL = "unequal"
    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"
    CONTAINS = "contains"
    LACKS = "lacks"
    STARTS = "starts"
    EMPTY = "empty"
    FILLED = "filled"
    AMONG = "among"
    BETWEEN = "between"

    @property
    def label(self) -> str:
        """What people read."""
        return _OPERATORS[self]


class Aggregate(StrEnum):
    """What a measure makes of the rows of a group."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    AVERAGE = "average"
    LEAST = "least"
    GREATEST = "greatest"

    @property
    def label(self) -> str:
        """What people read."""
        return _AGGREGATES[self]


_OPERATORS: Mapping[Operator, str] = {
    Operator.EQUAL: "等于",
    Operator.UNEQUAL: "不等于",
    Operator.ABOVE: "大于",
    Operator.AT_LEAST: "大于等于",
    Operator.BELOW: "小于",
    Operator.AT_MOST: "小于等于",
    Operator.CONTAINS: "包含",
    Operator.LACKS: "不包含",
    Operator.STARTS: "开头是",
    Operator.EMPTY: "为空",
    Operator.FILLED: "不为空",
    Operator.AMONG: "在列表中",
    Operator.BETWEEN: "介于",
}
_AGGREGATES: Mapping[Aggregate, str] = {
    Aggregate.COUNT: "计数",
    Aggregate.DISTINCT: "去重后计数",
    Aggregate.SUM: "求和",
    Aggregate.AVERAGE: "平均",
    Aggregate.LEAST: "最小",
    Aggregate.GREATEST: "最大",
}

COMPARED: Mapping[Operator, str] = {
    Operator.EQUAL: "=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
}
OF_MEASURES = (*COMPARED, Operator.UNEQUAL, Operator.BETWEEN)  # what a measure may be compared by
WITHOUT_VALUE = frozenset({Operator.EMPTY, Operator.FILLED})
WITH_OTHER_ITEM = frozenset({*COMPARED, Operator.UNEQUAL})

_ANY = frozenset({Operator.EQUAL, Operator.UNEQUAL, Operator.AMONG, Operator.EMPTY, Operator.FILLED})
_ORDERED = frozenset((*_ANY, *COMPARED, Operator.BETWEEN))
_WRITTEN = _ANY | {Operator.CONTAINS, Operator.LACKS, Operator.STARTS}
_AMOUNT = frozenset({Aggregate.SUM, Aggregate.AVERAGE, Aggregate.LEAST, Aggregate.GREATEST})
_ENDS = frozenset({Aggregate.DISTINCT, Aggregate.LEAST, Aggregate.GREATEST})
_COUNTED = frozenset({Aggregate.DISTINCT})

# A kind that stands in neither list takes no comparison and no aggregate.
OPERATORS: Mapping[str, frozenset[Operator]] = {
    "id": _ORDERED | _WRITTEN,
    "code": _ANY,
    "text": _WRITTEN,
    "name": _WRITTEN,
    "id_number": _WRITTEN,
    "phone": _WRITTEN,
    "bank_account": _WRITTEN,
    "address": _WRITTEN,
    "month": _ORDERED,
    "date": _ORDERED,
    "year": _ORDERED,
    "band": _ANY,
    "flag": _ANY,
    "money": _ORDERED,
    "int": _ORDERED,
    "rate": _ORDERED,
}
AGGREGATES: Mapping[str, frozenset[Aggregate]] = {
    "id": _COUNTED,
    "code": _COUNTED,
    "text": _COUNTED,
    "month": _ENDS,
    "date": _ENDS,
    "year": _ENDS,
    "band": _COUNTED,
    "flag": _COUNTED,
    "money": _AMOUNT,
    "int": _AMOUNT,
    "rate": frozenset({Aggregate.AVERAGE, Aggregate.LEAST, Aggregate.GREATEST}),
}
GROUPED = frozenset({"code", "month", "date", "year", "band", "flag"})  # kinds that group without being asked to
DERIVED: Mapping[str, tuple[frozenset[str], str]] = {
    # form: the kinds it is made of, the kind it makes
    "year": (frozenset({"month", "date"}), "year"),
    "month": (frozenset({"date"}), "month"),
    "age_band": (frozenset({"date"}), "band"),
    "rest": (frozenset({"money"}), "money"),
    "newest": (frozenset({"date", "month", "id"}), "flag"),
}
BANDS = (("20岁以下", 20), *((f"{age}—{age + 9}岁", age + 10) for age in range(20, 80, 10)))
ELDEST = "80岁及以上"
FLAGS = ("是", "否")
