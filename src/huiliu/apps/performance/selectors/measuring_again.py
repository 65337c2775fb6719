"""Kept measurements beside their evidence as it is now, and every number of the measurement pages as a figure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse

from huiliu.apps.control.services.files import file_kept
from huiliu.apps.performance.models import Measurement, MeasurementEvidence, TargetVersion
from huiliu.apps.performance.selectors import measurements, targets
from huiliu.apps.performance.selectors.measurements import Row
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MANUAL, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record
from huiliu.scoring.evidence import FACTS, Absent, Ask, Gathered, gather
from huiliu.scoring.indicator import measure
from huiliu.scoring.measured import Measured
from huiliu.scoring.targets import TargetRow

NOW, EVIDENCE, FILE = "now", "evidence.count", "file"
SOURCE = "绩效测量"
_NAME = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Again:
    """How a kept value stands to its evidence now; `measured` is what comes of it where that differs."""

    state: str
    word: str
    text: str
    measured: Measured | None = None


SAME = Again("pass", "与现有记录一致", "按现有记录复算，结果与保存的相同。")
CORRECTED = Again("warn", "佐证此后有变化", "有的佐证后来更正过或不再计入；按现有记录复算，结果仍与保存的相同。")
GONE = Again("fail", "佐证文件不符", "佐证文件缺失或已被改动，请告知信息技术人员。")
PROVEN = Again("pass", "佐证文件在", "人工填写的数值以佐证文件为凭，文件与登记时的摘要一致。")
OTHER_METHOD = Again("none", "不能复算", "指标定义此后已有改动；请重新测量。")
NO_METHOD = Again("none", "没有可复算的", "没有选择测量方法，也没有佐证。")


def again(found: Measurement, rows: Sequence[MeasurementEvidence]) -> Again:
    """The value from its evidence as it is now, as of the day it was measured for; of a typed one, the file."""
    if found.state == MANUAL:
        return _file_stands(rows)
    method = measurements.indicator_of(found.indicator)
    if method is None:
        return NO_METHOD
    if method.digest != found.definition:
        return OTHER_METHOD
    row = next(one for one in targets.rows_of(found.version) if one.code == found.row)
    params, owner = method.parameters.at(found.day), found.target_set
    ask = Ask(owner.project, owner.year, found.day, row.purpose, params)
    measured = measure(method, gather(ask, method.needs, dict(_paired(found.version, row, rows))))
    if (measured.value, measured.state) == (measurements.number(found.value), found.state):
        return SAME if _stated(rows) <= _known(measured) else CORRECTED
    said = "保存以后，佐证的记录有变化：现在复算的结果见下，重新测量后以新的结果为准。"
    return Again("warn", "佐证此后有变化", said, measured)


def _stated(rows: Iterable[MeasurementEvidence]) -> set[tuple[str, str, Decimal | None]]:
    """The records a value was kept with, by the figure they add to."""
    return {(one.figure, f"{one.kind}:{one.key}", measurements.number(one.value)) for one in rows}


def _known(measured: Measured) -> set[tuple[str, str, Decimal | None]]:
    own = {("", one.id, one.value) for one in measured.records}
    return own | {(figure.id, one.id, one.value) for figure in measured.inputs for one in figure.records}


def _file_stands(rows: Iterable[MeasurementEvidence]) -> Again:
    try:
        for one in rows:
            file_kept(one.digest)
    except HuiliuError:
        return GONE
    return PROVEN


def _paired(
    version: TargetVersion, row: TargetRow, rows: Iterable[MeasurementEvidence]
) -> Iterator[tuple[str, Gathered | Absent]]:
    """The measurement of the output that the kept one rests on."""
    number = next((int(one.key) for one in rows if one.kind == "performance.measurement"), 0)
    output = next((one for one in targets.rows_of(version) if one.code == row.paired_output), None)
    kept = measurements.measurement_by_number(number) if number else None
    if kept is not None and output is not None:
        yield "paired", Gathered({"paired.value": output_figure(output, kept)})


def output_figure(row: TargetRow, found: Measurement) -> Figure:
    """What a cost's output came to, as evidence of the cost."""
    said = f"{row.where}，截至 {found.day}：{found.value or found.reason}"
    proof = Record(f"performance.measurement:{found.pk}", said, measurements.number(found.value), page_of(found),
                   found.digest)  # fmt: skip
    state = NOT_APPLICABLE if found.state == NOT_APPLICABLE else MEASURED
    label = FACTS["paired.value"].label
    return Figure("paired.value", label, proof.value, found.unit, 2, said, (), "不舍入", SOURCE, state,
                  records=(proof,))  # fmt: skip


def page_of(found: Measurement) -> str:
    """Where a measurement is shown."""
    return reverse("performance:measurement_detail", args=(found.pk,))


def figure_link(found: Measurement, name: str) -> str:
    """Where a figure of a measurement is traced."""
    return reverse("performance:measurement_figure", args=(found.pk, name))


def whole_book(found: Measurement, rows: Sequence[MeasurementEvidence], standing: Again) -> FigureBook:
    """The kept figures and value, how much evidence there is, and what comes of it now where that differs."""
    book = measurements.book_of(found, rows)
    counted = [
        Record(f"performance.evidence:{one.pk}", one.label, Decimal(1), one.link or page_of(found), one.digest)
        for one in rows
    ]
    book.add(_sum(EVIDENCE, "佐证", counted, "条"))
    if standing.measured is not None:
        _enter_now(book, found, standing.measured)
    return book


def _enter_now(book: FigureBook, found: Measurement, measured: Measured) -> None:
    inner = {figure.id: f"{NOW}.{figure.id}" for figure in measured.inputs}
    for figure in measured.inputs:
        inputs = tuple(inner[name] for name in figure.inputs)
        book.add(replace(figure, id=inner[figure.id], inputs=inputs, expression=_renamed(figure.expression, inner)))
    why = Record("performance.none", measured.reason or "尚无佐证", None)
    has_value = measured.value is not None
    book.add(
        Figure(
            NOW, f"{found.label}（按现有记录复算）", measured.value, measured.unit, 2, measured.formula,
            tuple(inner.values()), "不舍入，显示保留2位小数", SOURCE, measured.state,
            _renamed(measured.expression, inner) if has_value else "", measured.records if has_value else (why,),
        )
    )  # fmt: skip


def _renamed(expression: str, inner: Mapping[str, str]) -> str:
    return _NAME.sub(lambda name: f"{{{inner[name[1]]}}}", expression)


def year_book(version: TargetVersion, rows: Sequence[Row]) -> FigureBook:
    """Targets and standing values of a version's rows, how much evidence each has, and how many rows stand how."""
    book, form = FigureBook(), reverse("performance:target_detail", args=(version.pk,))
    for one in rows:
        _enter_row(book, version, one, form)
    for name, label, wanted in COUNTS:
        kept = [_counted(version, one) for one in rows if wanted(one)]
        book.add(_sum(name, label, kept, "项"))
    return book


def is_known(one: Row) -> bool:
    """Whether there is a value, or it is known that the row does not apply."""
    return one.found is not None and bool(one.found.value or one.found.state == NOT_APPLICABLE)


COUNTS = (
    ("count.rows", "指标", lambda one: True),
    ("count.known", "已测量", is_known),
    ("count.open", "未测量", lambda one: not is_known(one)),
    ("count.idle", "不适用", lambda one: one.found is not None and one.found.state == NOT_APPLICABLE),
    ("count.manual", "人工填写", lambda one: one.found is not None and one.found.state == MANUAL),
)


def _enter_row(book: FigureBook, version: TargetVersion, one: Row, form: str) -> None:
    row = one.row
    if row.value is not None:
        link = f"{form}#weight.row.{row.code}"
        record = Record(f"target:{row.code}", f"{row.level3} 目标值", row.value, link, version.digest)
        book.add(Figure(f"row.{row.code}.target", record.label, row.value, row.unit, 2, "绩效目标", (), "不舍入",
                        "绩效目标", MEASURED, records=(record,)))  # fmt: skip


def _counted(version: TargetVersion, one: Row) -> Record:
    """A row of the form as one; its measurement where there is one."""
    link = page_of(one.found) if one.found else reverse("performance:target_detail", args=(version.pk,))
    return Record(f"measured.row:{one.row.code}", one.row.level3, Decimal(1), link, version.digest)


def _sum(name: str, label: str, rows: Sequence[Record], unit: str) -> Figure:
    value = Decimal(len(rows))
    # Nothing is a known 0: the expression says so.
    expression = "" if rows else "0"
    return Figure(name, label, value, unit, 0, "逐项计数", (), "不舍入", SOURCE, MEASURED, expression, tuple(rows))
