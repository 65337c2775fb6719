"""The cases of an indicator's YAML, measured on facts in memory; a list of differences, empty if it holds."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from huiliu.kernel.figures import MEASURED, NOT_APPLICABLE, Figure, Record
from huiliu.scoring.evidence import FACTS, SEPARATOR, Absent, Ask, Evidence, Gathered
from huiliu.scoring.indicator import Case, Indicator, measure
from huiliu.scoring.measured import Measured


def check_case(found: Indicator, case: Case) -> list[str]:
    """Differences between what the case demands and what is measured, in Chinese."""
    ask = Ask("", case.day.year, case.day, params=found.parameters.at(case.day))
    measured = measure(found, Evidence(ask, evidence_of(case.given)))
    return [f"{case.name}：{text}" for text in _differences(case, measured)]


def evidence_of(given: Mapping[str, Decimal | None]) -> Mapping[str, Gathered | Absent]:
    """Facts by their id as evidence, each a figure of one record."""
    kinds: dict[str, dict[str, Figure]] = {}
    for name, value in given.items():
        fact, record = FACTS[name], Record(f"case:{name}", "用例", value)
        kinds.setdefault(name.split(SEPARATOR)[0], {})[name] = Figure(
            name, fact.label, value, fact.unit, 2, "用例", (), "不舍入", "用例", MEASURED, records=(record,)
        )
    return {kind: Gathered(book) for kind, book in kinds.items()}


def _differences(case: Case, measured: Measured) -> Iterator[str]:
    state = "measured" if measured.value is not None else "unmeasured"
    state = NOT_APPLICABLE if measured.state == NOT_APPLICABLE else state
    value = None if measured.value is None else measured.value.quantize(Decimal("0.0001"))
    wanted = None if case.value is None else case.value.quantize(Decimal("0.0001"))
    if (state, value) != (case.state, wanted):
        yield f"应为 {case.state} {wanted}，实为 {state} {value}"
    if case.reason not in measured.reason:
        yield f"理由应含“{case.reason}”，实为“{measured.reason}”"
