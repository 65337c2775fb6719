"""What a year's result says for the next: suggestions on target rows, weights and the budget, each with its figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from huiliu.scoring.assessment import Assessment, RowAssessed

TARGET, WEIGHT, BUDGET = "target", "weight", "budget"
SUBJECTS: Mapping[str, str] = {TARGET: "目标", WEIGHT: "权重", BUDGET: "预算"}
LABELS: Mapping[str, str] = {
    "far_beyond": "目标偏低",
    "missed": "目标没有完成",
    "unmeasured": "没有测量",
    "no_output": "成本没有产出",
    "idle_weight": "权重没有用上",
    "unspent": "预算没有用完",
}


@dataclass(frozen=True)
class Suggestion:
    """One thing to do next year: `code` is a key of LABELS, `row` the target row it speaks of (empty: the whole).

    `figure` is the id of the number it rests on, in the assessment's book, whose text `text` repeats.
    """

    code: str
    subject: str
    row: str
    figure: str
    text: str

    @property
    def key(self) -> str:
        """How addresses name it."""
        return f"{self.code}.{self.row}" if self.row else self.code

    @property
    def label(self) -> str:
        """What it is about, in a few words."""
        return LABELS[self.code]


def suggestions(result: Assessment) -> tuple[Suggestion, ...]:
    """What is proposed, in the order of the rows, the budget last; a person accepts it or sets it aside."""
    rows = [one for row in result.rows for one in _of_row(result, row)]
    return (*rows, *_of_budget(result))


def _of_row(result: Assessment, row: RowAssessed) -> Iterator[Suggestion]:
    code, name = row.row.code, row.row.level3
    if row.state == "unmeasured":
        text = f"{name}：今年没有测量；明年写明测量方法和佐证材料，或不再设这一项"
        yield Suggestion("unmeasured", TARGET, code, row.weight, text)
    elif row.state == "not_applicable":
        yield from _idle(result, row)
    elif row.is_far_beyond:
        text = f"{name}：实际达到目标的 {result[row.reach].with_unit()}，目标偏低；明年按实际能力提高目标值"
        yield Suggestion("far_beyond", TARGET, code, row.reach, text)
    elif _is_missed(result, row):
        # What money does not buy, such as fund safety, is not made easier because it was missed.
        way = (
            "按核定的资金和进度重定目标值，或落实措施" if row.row.money_dependent else "目标值不降，查明原因并落实措施"
        )
        text = f"{name}：完成率 {result[row.completion].with_unit()}；明年{way}"
        yield Suggestion("missed", TARGET, code, row.completion, text)


def _idle(result: Assessment, row: RowAssessed) -> Iterator[Suggestion]:
    name, weight = row.row.level3, result[row.weight]
    if row.row.is_cost:
        text = f"{name}：没有换来产出，成本不计分；明年先落实产出和资金，没有资金的不设成本指标"
        yield Suggestion("no_output", TARGET, row.row.code, row.actual, text)
    text = f"{name}：今年不适用，{weight.with_unit()}没有用上；明年把分值给能够考核的指标"
    yield Suggestion("idle_weight", WEIGHT, row.row.code, row.weight, text)


def _is_missed(result: Assessment, row: RowAssessed) -> bool:
    value = result[row.completion].value
    return row.state == "scored" and value is not None and value < 100


def _of_budget(result: Assessment) -> Iterator[Suggestion]:
    """The rate on the year's budget, below 100 % as printed."""
    rate = result.book.get("basis.full_year.rate")
    if rate is None or rate.value is None or rate.value >= 100:
        return
    text = f"今年支出为全年预算的 {rate.with_unit()}；明年按能够下达和支付的数额编报，并写明没有用完的原因"
    yield Suggestion("unspent", BUDGET, "", rate.id, text)
