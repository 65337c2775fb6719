"""The evaluation of a project's year as one object: what every form and report of it prints, each number a figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from huiliu.kernel.figures import COMPUTED, MANUAL, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record, recomputed
from huiliu.scoring.assessment import Assessment, RowAssessed
from huiliu.scoring.findings import Finding
from huiliu.scoring.profile import Profile
from huiliu.scoring.targets import EXECUTION, MoneyUse, TargetRow, target_figures
from huiliu.scoring.weights import is_execution

TO_BE_WRITTEN, NONE = "待单位填写", "无"
_LEDGER, _FORM = "项目台账", "由本表生成"
_SAME_REASON = "单位自评"


@dataclass(frozen=True)
class FileInput:
    """What the caller adds to an assessment; `key` names the files, `made_on` is the day of making.

    `objective` is the 年度总体目标 of the targets, `achieved` what the unit says became of it, `reasons` by row code
    why a row fell short, as written with its measurement; where none is given, the declared score's reason is printed.
    `score` says which points a form prints as 得分: those computed from records, or those the unit declares. Without
    `signed_on` the form is a draft. `narrative` are the unit's own paragraphs by name.
    """

    key: str
    agency: str
    department: str
    project: str
    year: int
    made_on: date
    objective: str = ""
    achieved: str = ""
    version: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    uses: Sequence[MoneyUse] = ()
    findings: Sequence[Finding] = ()
    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    score: Literal["computed", "declared"] = "computed"
    signed_on: date | None = None


@dataclass(frozen=True)
class FundLine:
    """One line of the fund block: its name and the ids of its figures."""

    name: str
    initial: str
    full_year: str
    issued: str
    executed: str


@dataclass(frozen=True)
class FileRow:
    """One row: the assessment's ids, those of the promise (`target`, `upper`) and the number of records behind it.

    `points` is the figure printed as 得分; `reason` is empty where nobody wrote one, and `lacks_reason` says that
    somebody must.
    """

    assessed: RowAssessed
    target: str | None
    upper: str | None
    points: str
    evidence: str
    reason: str
    lacks_reason: bool

    @property
    def row(self) -> TargetRow:
        """The promise."""
        return self.assessed.row


@dataclass(frozen=True)
class EvaluationFile:
    """One evaluation, whole: `book` holds every figure that any form of it may print.

    `execution` is the row that forms score in the fund block, None where the profile has it among the others. `total`
    is the id of the total that goes with the printed points.
    """

    given: FileInput
    assessment: Assessment
    book: FigureBook
    funds: tuple[FundLine, ...]
    rows: tuple[FileRow, ...]
    execution: FileRow | None
    total: str

    @property
    def profile(self) -> Profile:
        """The way of scoring."""
        return self.assessment.profile

    @property
    def grade(self) -> str:
        """The grade that goes with the printed points; empty without a total."""
        return self.assessment.grade if self.given.score == "computed" else self.assessment.grade_declared

    @property
    def beside_funds(self) -> tuple[FileRow, ...]:
        """The rows of the indicator block: all but the one scored in the fund block."""
        return tuple(row for row in self.rows if row is not self.execution)


def evaluation_file(assessment: Assessment, given: FileInput) -> EvaluationFile:
    """Everything the forms print, made of an assessment that holds the money of the ledger; its book is not changed."""
    book = FigureBook()
    for figure in assessment.book.values():
        book.add(figure)
    for figure in target_figures([row.row for row in assessment.rows], given.uses).values():
        book.add(figure)
    rows = tuple(_row(book, one, assessment, given) for one in _by_level(assessment.rows))
    beside = EXECUTION in assessment.profile.levels
    execution = next((row for row in rows if beside and is_execution(row.row)), None)
    return EvaluationFile(
        given, assessment, book, tuple(_funds(book)), rows, execution, _total(book, rows, given, beside=beside)
    )


def _by_level(rows: Sequence[RowAssessed]) -> list[RowAssessed]:
    """As a form has them: levels in the order in which they first appear, rows of one level together."""
    order: dict[tuple[str, ...], int] = {}
    for one in rows:
        order.setdefault((one.row.level1,), len(order))
        order.setdefault((one.row.level1, one.row.level2), len(order))
    return sorted(rows, key=lambda one: (order[one.row.level1,], order[one.row.level1, one.row.level2]))


def _row(book: FigureBook, one: RowAssessed, assessment: Assessment, given: FileInput) -> FileRow:
    code, key = one.row.code, f"item.{one.row.code}"
    reason = given.reasons.get(code, "").strip()
    if not reason and one.declared is not None and book[one.declared].formula != _SAME_REASON:
        reason = book[one.declared].formula
    lacking = any(lack.code == code and lack.kind != "evidence" for lack in assessment.lacks)
    points = one.score if given.score == "computed" else one.declared or _undeclared(book, one)
    target = one.target or _target(book, one.row)
    upper = f"{key}.upper" if f"{key}.upper" in book else None
    return FileRow(one, target, upper, points, _evidence(book, one), reason or one.why, lacking)


def _undeclared(book: FigureBook, one: RowAssessed) -> str:
    """A form of declared points where the unit has declared none for a row."""
    record = Record(f"missing:declared:{one.row.code}", "单位尚未填报自评得分", None)
    state = NOT_APPLICABLE if one.state == "not_applicable" else MEASURED
    name, label = f"item.{one.row.code}.undeclared", f"{one.row.level3} 自评得分"
    return book.add(Figure(name, label, None, "分", 2, record.label, (), "无", "单位自评", state, records=(record,))).id


def _target(book: FigureBook, row: TargetRow) -> str | None:
    """The bound of a row that is scored without one, as printed in the target form."""
    if row.value is None or row.kind == "qualitative":
        return None
    record = Record(f"target:{row.code}", "绩效目标申报表", row.value)
    name, label = f"item.{row.code}.promised", f"{row.level3} 目标值"
    figure = Figure(
        name, label, row.value, row.unit, 2, "按目标申报表", (), "不舍入", "绩效目标申报表", MANUAL, records=(record,)
    )
    return book.add(figure).id


def _evidence(book: FigureBook, one: RowAssessed) -> str:
    """How many kept records the actual value stands on, each once, through whatever it was made of."""
    found = {record.id: record for record in _records(book, one.actual, set())}
    rows = tuple(replace(record, value=Decimal(1)) for record in found.values())
    figure = Figure(
        f"item.{one.row.code}.evidence",
        f"{one.row.level3} 佐证记录数",
        Decimal(len(rows)),
        "条",
        0,
        "实际完成值所依据的记录，每条计一次",
        (),
        "不舍入",
        _FORM,
        COMPUTED,
        "" if rows else "0",
        rows,
    )
    return book.add(figure).id


def _records(book: FigureBook, name: str, seen: set[str]) -> Iterator[Record]:
    if name in seen:
        return
    seen.add(name)
    for record in book[name].records:
        if not record.id.startswith(("unmeasured:", "missing:", "funds.none")):
            yield record
    for inner in book[name].inputs:
        yield from _records(book, inner, seen)


def _total(book: FigureBook, rows: Sequence[FileRow], given: FileInput, *, beside: bool) -> str:
    """The total of the printed points; `sum.indicators` is that of the rows beside the execution rate."""
    inside = [row for row in rows if not (beside and is_execution(row.row))]
    counted = [row.points for row in inside if row.assessed.state != "not_applicable"]
    _derived(book, "sum.indicators", "各项指标得分合计", "分", " + ".join(f"{{{one}}}" for one in counted) or "0")
    weights = " + ".join(f"{{{row.assessed.weight}}}" for row in inside) or "0"
    _derived(book, "sum.weights", "各项指标分值合计", "分", weights)
    return "total.computed" if given.score == "computed" else "total.declared"


def _funds(book: FigureBook) -> Iterator[FundLine]:
    """The four lines of the fund block; the ledger keeps 财政拨款 only, and does not divide payments by source."""
    for name, label in (
        ("authority.initial", "年初预算"),
        ("authority.adjusted", "调整后预算"),
        ("quota.issued", "下达额度"),
        ("payment.net", "净拨付"),
    ):
        if name not in book:
            _unknown(book, name, label, "台账没有这个项目")
    yield FundLine("年度资金总额", "authority.initial", "authority.adjusted", "quota.issued", "payment.net")
    carried = book["authority.carried"].value if "authority.carried" in book else None
    if carried is None:
        _unknown(book, "authority.carried", "上年结转", "台账没有上年结转的记录")
    yield from (_current(book, carried), _carried(book, carried), _other(book))


def _current(book: FigureBook, carried: Decimal | None) -> FundLine:
    name, label = "其中：当年财政拨款", "当年财政拨款"
    why = "台账没有区分资金来源"
    if carried is None:
        return FundLine(name, *(_unknown(book, f"fund.current.{part}", label, why) for part in _PARTS))
    expression = "{authority.adjusted} - {authority.carried}"
    unit = book["authority.adjusted"].unit
    full = _derived(book, "fund.current.full_year", f"{label} 全年预算数", unit, expression)
    if carried:
        rest = [_unknown(book, f"fund.current.{part}", label, why) for part in ("issued", "executed")]
        return FundLine(name, "authority.initial", full, *rest)
    return FundLine(name, "authority.initial", full, "quota.issued", "payment.net")


_PARTS = ("initial", "full_year", "issued", "executed")


def _carried(book: FigureBook, carried: Decimal | None) -> FundLine:
    """Carried money is told apart only where there is none: nothing of nothing was spent."""
    if carried == 0:
        return FundLine("上年结转资金", *["authority.carried"] * 4)
    why = "台账没有区分资金来源"
    own = [_unknown(book, f"fund.carried.{part}", "上年结转资金", why) for part in ("initial", "issued", "executed")]
    return FundLine("上年结转资金", own[0], "authority.carried", own[1], own[2])


def _other(book: FigureBook) -> FundLine:
    why = "台账只登记财政资金"
    return FundLine("其他资金", *(_unknown(book, f"fund.other.{part}", "其他资金", why) for part in _PARTS))


def _unknown(book: FigureBook, name: str, label: str, why: str) -> str:
    """A number that nobody keeps: printed as 未测量, with the reason as its record."""
    record = Record(f"missing:{name}", why, None)
    return book.add(Figure(name, label, None, "万元", 2, why, (), "无", _LEDGER, MEASURED, records=(record,))).id


def _derived(book: FigureBook, name: str, label: str, unit: str, expression: str) -> str:
    inputs = tuple(part.split("}")[0] for part in expression.split("{")[1:])
    formula = expression
    for one in inputs:
        formula = formula.replace(f"{{{one}}}", book[one].label)
    blank = Figure(name, label, None, unit, 2, formula, inputs, "不舍入", _FORM, COMPUTED, expression)
    found = recomputed(blank, book)
    value = None if found is None else Decimal(found.numerator) / Decimal(found.denominator)
    return book.add(replace(blank, value=value)).id
