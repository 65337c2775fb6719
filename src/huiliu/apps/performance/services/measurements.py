"""Measuring: every row of the targets in force from its evidence, or one row by hand with a file that proves it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone
from huiliu.apps.control.services.files import file_keep, file_kept, upload_looked_at
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Measurement, MeasurementEvidence, TargetSet, TargetVersion
from huiliu.apps.performance.selectors import measurements as selectors
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.measuring_again import output_figure
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.apps.performance.services.holders import MEASURE, for_holders
from huiliu.apps.performance.services.parts import Part, combined
from huiliu.kernel.clock import Clock
from huiliu.kernel.figures import MANUAL, MEASURED, Record
from huiliu.scoring.evidence import Absent, Ask, Gathered, gather
from huiliu.scoring.indicator import measure
from huiliu.scoring.measured import Measured
from huiliu.scoring.profile import Judged
from huiliu.scoring.targets import TargetRow

MEASUREMENT = kind("measurement", "绩效测量")
TAKEN = action("performance.measurements_take", "测量绩效指标")
FILLED = action("performance.measurement_fill", "人工填写绩效指标")
READ = action("performance.measurement_read", "下载测量佐证文件")
FILE = "file"
LARGEST_VALUE, LONGEST = Decimal(10**12), 300
NO_METHOD = "没有选择测量方法：请在目标中选择，或凭佐证文件人工填写"


@dataclass(frozen=True)
class ByHand:
    """What a person says came of a row, why it is not in the records, and the file that proves it.

    With `parts` the value is what the sub-units give together, and `value` is None.
    """

    row: str
    value: Decimal | None
    reason: str
    file: BinaryIO
    name: str
    level: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def numbers(self) -> list[Decimal]:
        """Every number that was typed."""
        typed = [self.value, *(number for part in self.parts for number in (part.value, part.base))]
        return [number for number in typed if number is not None]


@dataclass
class _Taking:
    """One measuring of a version: what was found so far, so that a cost can be measured by its output."""

    version: TargetVersion
    day: date
    author: str
    clock: Clock
    rows: Mapping[str, TargetRow]
    begun: set[str] = field(default_factory=set)
    made: dict[str, Measurement] = field(default_factory=dict)


@for_holders(MEASURE, TAKEN, MEASUREMENT)
def measurements_take(
    *, project: str, year: int, user: Any, actor: Actor, clock: Clock | None = None
) -> list[Measurement]:
    """Measure every row of the version in force, as of today or the year's end; MEASURE-001 where none is in force."""
    clock = clock or settings.HUILIU_CLOCK
    version = _in_force(project, year)
    day = min(clock.now().date(), date(year, 12, 31))
    taking = _Taking(version, day, actor.name, clock, {row.code: row for row in targets.rows_of(version)})
    for code in taking.rows:
        _take(taking, code)
    made = [taking.made[code] for code in taking.rows]
    after = {"day": day.isoformat(), "rows": len(made), "with_value": sum(bool(one.value) for one in made)}
    record(Entry(actor, TAKEN, MEASUREMENT, _key(version), after=after), clock)
    return made


@for_holders(MEASURE, FILLED, MEASUREMENT)
def measurement_fill(
    *, project: str, year: int, said: ByHand, user: Any, actor: Actor, clock: Clock | None = None
) -> Measurement:
    """Keep what a person says of a row that no records tell.

    Raises MEASURE-001 without targets in force, 002 for a row that is not there, 003 where records say it already, 004
    for a number or level that is none, 005 without a reason, and what `check_upload` raises for the file.
    """
    clock = clock or settings.HUILIU_CLOCK
    version = _in_force(project, year)
    row = _open_row(version, said.row)
    _check(said, row, profile(version.target_set.profile).qualitative)
    found = upload_looked_at(said.file, said.name)
    measured = _said(said, row, Record(f"{FILE}:{found.digest}", found.name, said.value, "", found.digest))
    day = min(clock.now().date(), date(year, 12, 31))
    made = _keep(_Taking(version, day, actor.name, clock, {}), row, measured, {})
    file_keep(said.file, found.digest)
    after = {"row": row.code, "value": made.value, "file": found.digest}
    record(Entry(actor, FILLED, MEASUREMENT, _key(version), after=after), clock)
    return made


def _said(said: ByHand, row: TargetRow, proof: Record) -> Measured:
    if said.parts:
        return replace(combined(row, said.parts, proof), reason=said.reason.strip())
    return Measured(said.value, MANUAL, said.level, said.reason.strip(), (proof,), row.unit, "按佐证文件人工填写")


def evidence_read(*, one: MeasurementEvidence, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes of a file that proves a typed value, after the row in the audit; CTRL-046 where it is gone."""
    key = _key(one.measurement.version)
    record_alone(Entry(actor, READ, MEASUREMENT, key, details={"digest": one.digest}), clock)
    return file_kept(one.digest)


def _key(version: TargetVersion) -> str:
    return f"{version.target_set.project}/{version.target_set.year}"


def _in_force(project: str, year: int) -> TargetVersion:
    locked = TargetSet.objects.select_for_update().filter(project=project, year=year).first()
    version = targets.version_in_force(project, year) if locked else None
    if version is None:
        raise refused("MEASURE-001", "没有生效的绩效目标", "目标经审批生效后才能测量。", year=year)
    return version


def _take(taking: _Taking, code: str) -> None:
    """Measure a row, its paired output before it."""
    if code in taking.begun:
        return
    taking.begun.add(code)
    row = taking.rows[code]
    found = selectors.indicator_of(row.measure)
    if found is None:
        measured, references, definition = Measured(None, MEASURED, reason=NO_METHOD), {}, ""
    else:
        params = found.parameters.at(taking.day)
        owner = taking.version.target_set
        ask = Ask(owner.project, owner.year, taking.day, row.purpose, params)
        evidence = gather(ask, found.needs, dict(_paired(taking, row)))
        measured, references, definition = measure(found, evidence), evidence.references, found.digest
    taking.made[code] = _keep(taking, row, measured, references, definition)


def _paired(taking: _Taking, row: TargetRow) -> Iterator[tuple[str, Gathered | Absent]]:
    """What stands for the row that a cost names as its output."""
    if row.paired_output not in taking.rows:
        return
    _take(taking, row.paired_output)
    if row.paired_output not in taking.made:
        yield "paired", Absent("配对产出互相引用，不能测量")
        return
    output = taking.rows[row.paired_output]
    kept = [taking.made[output.code], *selectors.measurements_of(taking.version.target_set, output.code)]
    found = selectors.standing(output, kept)
    assert found is not None
    yield "paired", Gathered({"paired.value": output_figure(output, found)})


def _keep(
    taking: _Taking, row: TargetRow, measured: Measured, references: Mapping[str, str], definition: str = ""
) -> Measurement:
    evidence = list(_evidence(measured, references))
    made = Measurement(
        target_set=taking.version.target_set,
        version=taking.version,
        row=row.code,
        label=row.level3,
        indicator=row.measure,
        definition=definition,
        day=taking.day,
        value="" if measured.value is None else f"{measured.value:f}",
        unit=measured.unit or row.unit,
        state=measured.state,
        level=measured.level,
        reason=measured.reason[:LONGEST],
        formula=measured.formula[:LONGEST],
        expression=measured.expression,
        figures=[selectors.figure_kept(figure) for figure in measured.inputs],
        evidence_count=len(evidence),
        author=taking.author,
        computed_at=taking.clock.now(),
    )
    made.digest = selectors.content_digest(made, evidence)
    made.save(force_insert=True)
    for one in evidence:
        one.measurement = made
    MeasurementEvidence.objects.bulk_create(evidence)
    return made


def _evidence(measured: Measured, references: Mapping[str, str]) -> Iterator[MeasurementEvidence]:
    """The value's own records, then those of each figure."""
    rows = [("", one) for one in measured.records]
    rows += [(figure.id, one) for figure in measured.inputs for one in figure.records]
    for position, (figure, one) in enumerate(rows):
        sort, _, key = one.id.partition(":")
        yield MeasurementEvidence(
            position=position,
            figure=figure,
            kind=sort,
            key=key,
            label=one.label[:LONGEST],
            value="" if one.value is None else f"{one.value:f}",
            link=one.link,
            digest=one.digest,
            reference=references.get(one.id, ""),
        )


def _open_row(version: TargetVersion, code: str) -> TargetRow:
    found = next((one for one in selectors.rows_measured(version) if one.row.code == code), None)
    if found is None:
        raise refused("MEASURE-002", "生效的目标中没有这一行指标", "请刷新页面。")
    if not found.is_open:
        hint = "由记录计算的指标不能人工填写；记录有误时请更正记录，再重新测量。"
        raise refused("MEASURE-003", "该指标已由记录测量", hint, row=code)
    return found.row


def _check(said: ByHand, row: TargetRow, levels: Sequence[Judged]) -> None:
    if (said.value is None) != bool(said.parts) or not all(map(_is_usable, said.numbers)):
        raise refused(
            "MEASURE-004", "实际完成值不可用", "请填不小于 0、最多六位小数的数字；整体的数值和各单位的数值只填一处。"
        )
    if row.kind == "qualitative" and not _fits(said, levels):
        hint = "；".join(f"{one.name} {one.lower:f}%（含）至 {one.upper:f}%" for one in levels)
        raise refused("MEASURE-004", "评判等级与完成程度不符", f"定性指标填等级和百分数：{hint}。")
    if row.kind != "qualitative" and said.level:
        raise refused("MEASURE-004", "该指标不是定性指标，没有评判等级", "请只填实际完成值。")
    for text in (said.reason, *(part.name for part in said.parts)):
        check_words(text)
    if not said.reason.strip():
        raise refused("MEASURE-005", "没有写明理由", "请写明为什么没有记录，以及数字从哪里来。")


def _is_usable(value: Decimal) -> bool:
    return value.is_finite() and 0 <= value < LARGEST_VALUE and value == round(value, 6)


def _fits(said: ByHand, levels: Sequence[Judged]) -> bool:
    """Whether the percentage lies in the level judged; the highest one includes its upper bound."""
    highest = max(one.upper for one in levels)
    judged = next((one for one in levels if one.name == said.level), None)
    return (
        judged is not None
        and said.value is not None
        and judged.lower <= said.value
        and (said.value < judged.upper or said.value == judged.upper == highest)
    )
