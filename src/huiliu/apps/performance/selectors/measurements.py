"""Measurements as they count: the one that stands for each row, rebuilt with all it was made of, and its seal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.apps.datahub.selectors import catalog
from huiliu.apps.performance.models import Measurement, MeasurementEvidence, TargetSet, TargetVersion
from huiliu.apps.performance.selectors import targets
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.figures import MANUAL, NOT_APPLICABLE, Figure, FigureBook, Record
from huiliu.scoring.indicator import Indicator
from huiliu.scoring.measured import Measured
from huiliu.scoring.targets import TargetRow

VALUE = "value"
KEPT = ("id", "label", "unit", "places", "formula", "rounding", "source", "state", "expression")


@dataclass(frozen=True)
class Row:
    """A target row and the measurement that stands for it, if there is one."""

    row: TargetRow
    found: Measurement | None

    @property
    def is_open(self) -> bool:
        """Whether nothing is known of it from records, so that a person may fill it in."""
        return self.found is None or self.found.state == MANUAL or _is_unknown(self.found)


def indicator_of(code: str) -> Indicator | None:
    """The indicator of a code; None where the catalogue has none."""
    return catalog().indicators.get(code)


def measurement_by_number(number: int) -> Measurement | None:
    """One measurement with its targets."""
    return Measurement.objects.select_related("target_set", "version__target_set").filter(pk=number).first()


def measurements_of(found: TargetSet, row: str) -> list[Measurement]:
    """Every measurement of a row, newest first."""
    return list(Measurement.objects.filter(target_set=found, row=row).defer("figures"))


def rows_measured(version: TargetVersion, day: date | None = None) -> list[Row]:
    """Every row of a version with what stands for it, at the latest of the day if one is given.

    What records say goes before what a person typed; typed values count while records say nothing. A measurement of
    another indicator, or of a row that meant something else, stands for nothing.
    """
    kept = Measurement.objects.filter(target_set=version.target_set_id)
    by_row: dict[str, list[Measurement]] = {}
    for found in kept.filter(day__lte=day) if day else kept:
        by_row.setdefault(found.row, []).append(found)
    return [Row(row, standing(row, by_row.get(row.code, ()))) for row in targets.rows_of(version)]


def standing(row: TargetRow, newest_first: Iterable[Measurement]) -> Measurement | None:
    """The measurement of a row that counts."""
    meant = [one for one in newest_first if (one.label, one.indicator) == (row.level3, row.measure)]
    computed = next((one for one in meant if one.state != MANUAL), None)
    by_hand = next((one for one in meant if one.state == MANUAL), None)
    return by_hand if by_hand and (computed is None or _is_unknown(computed)) else computed


def _is_unknown(found: Measurement) -> bool:
    return not found.value and found.state != NOT_APPLICABLE


def measured_values(version: TargetVersion, day: date | None = None) -> dict[str, Measured]:
    """What was measured by row code, ready to be scored; a row that is not here is not measured."""
    found = {one.row.code: one.found for one in rows_measured(version, day) if one.found}
    evidence = evidence_of(found.values())
    return {code: measured_of(one, evidence.get(one.pk, ())) for code, one in found.items()}


def evidence_of(found: Iterable[Measurement]) -> dict[int, list[MeasurementEvidence]]:
    """The evidence of measurements by their number, in order, in one query."""
    by_number: dict[int, list[MeasurementEvidence]] = {}
    for one in MeasurementEvidence.objects.filter(measurement__in=[one.pk for one in found]):
        by_number.setdefault(one.measurement_id, []).append(one)
    return by_number


def measured_of(found: Measurement, evidence: Sequence[MeasurementEvidence]) -> Measured:
    """The measurement as scoring takes it, with every figure and record it was made of."""
    by_figure: dict[str, list[Record]] = {}
    for one in evidence:
        by_figure.setdefault(one.figure, []).append(record_of(one))
    inputs = tuple(_figure(kept, by_figure.get(kept["id"], ())) for kept in found.figures)
    return Measured(
        number(found.value), found.state, found.level, found.reason, tuple(by_figure.get("", ())), found.unit,
        found.formula, found.expression, inputs,
    )  # fmt: skip


def record_of(one: MeasurementEvidence) -> Record:
    """The evidence as a figure's record."""
    return Record(f"{one.kind}:{one.key}", one.label, number(one.value), one.link, one.digest)


def number(text: str) -> Decimal | None:
    """Decimal text; None for none."""
    return Decimal(text) if text else None


def figure_kept(figure: Figure) -> dict[str, Any]:
    """A figure as it is kept; its records are the evidence."""
    value = None if figure.value is None else f"{figure.value:f}"
    return {name: getattr(figure, name) for name in KEPT} | {"inputs": list(figure.inputs), "value": value}


def _figure(kept: Mapping[str, Any], records: Sequence[Record]) -> Figure:
    value = None if kept["value"] is None else Decimal(kept["value"])
    plain = {name: kept[name] for name in KEPT}
    return Figure(**plain, value=value, inputs=tuple(kept["inputs"]), records=tuple(records))


def file_name(one: MeasurementEvidence) -> str:
    """The name of the file behind a typed value; a sub-unit's number is told before it on the page, not in the name."""
    told = next((kept["label"] for kept in one.measurement.figures if kept["id"] == one.figure), "")
    return one.label.removeprefix(f"{told}：") if told else one.label


def book_of(found: Measurement, evidence: Sequence[MeasurementEvidence]) -> FigureBook:
    """The figures of a measurement and, last, the value itself under the id `value`."""
    measured, book = measured_of(found, evidence), FigureBook()
    for figure in measured.inputs:
        book.add(figure)
    has_value = measured.value is not None
    nothing = Record("performance.none", found.reason or "尚无佐证", None)
    book.add(
        Figure(
            VALUE, found.label, measured.value, measured.unit, 2, measured.formula or found.reason,
            tuple(figure.id for figure in measured.inputs), "不舍入，显示保留2位小数", "绩效测量", found.state,
            measured.expression if has_value else "", measured.records if has_value else (nothing,),
        )
    )  # fmt: skip
    return book


def content_digest(found: Measurement, evidence: Iterable[MeasurementEvidence]) -> str:
    """The seal of a measurement: what was measured how, its result, and every row of evidence."""
    said = [found.target_set_id, found.version_id, found.row, found.label, found.indicator, found.definition, found.day,
            found.value, found.unit, found.state, found.level, found.reason, found.formula, found.expression,
            found.figures, found.author]  # fmt: skip
    rows = [[one.position, one.figure, one.kind, one.key, one.label, one.value, one.digest, one.reference]
            for one in evidence]  # fmt: skip
    return f"sm3:{sm3(canonical_json([said, rows]))}"
