"""An indicator: evidence in, a value with its trace or why there is none; and definitions that are refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, FigureBook, Record, agrees
from huiliu.scoring import evidence as ev
from huiliu.scoring.assess import assess
from huiliu.scoring.evidence import Absent, Ask, Evidence, Gathered, book_of, fact_of_figure, fact_of_records, gather
from huiliu.scoring.indicator import measure
from huiliu.scoring.indicator_cases import check_case, evidence_of
from scoring.test_assess import HEYUAN, LEDGER, rows_of_2024, values_of_2024

D = Decimal
DAY = date(2024, 12, 31)
ASK = Ask("XXH", 2024, DAY)
CODE = '''
from huiliu.scoring.indicator import indicator, reckoned

@indicator(code={code!r}, label="甲", unit="%", needs={needs!r}, basis={basis!r})
def sample():
    """{note}"""
    return reckoned({expression!r}, "甲 ÷ 乙，$days 天", unknown={{"nights.due": "没有批次"}})
'''
GOOD = {"code": "PI-XXX-001", "needs": ("nights",), "basis": "合同", "note": "甲。",
        "expression": "{nights.good} / {nights.due} * 100"}  # fmt: skip
YAML = """
params:
  days: {unit: 天, values: {2024-01-01: {value: 3, source: 制度}, 2025-01-01: {value: 5, source: 制度}}}
quality: {verified: 甲, source: 乙, accuracy: 丙, limitations: 丁, compensation: 戊}
cases:
  - {name: 一半, day: 2024-12-31, given: {nights.good: 1, nights.due: 2}, value: 50}
"""


def made(tmp_path: Path, yaml: str = YAML, **changed):
    path = tmp_path / "sample.py"
    path.write_text(CODE.format(**{**GOOD, **changed}), encoding="utf-8")
    path.with_suffix(".yaml").write_text(yaml, encoding="utf-8")
    space: dict = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), space)
    return space["sample"]


def known(**facts):
    return Evidence(ASK, evidence_of({name.replace("_", ".", 1): value for name, value in facts.items()}))


def test_a_value_brings_all_it_is_made_of(tmp_path):
    found = made(tmp_path)
    nights = [Record(f"datahub.night:b{number}", "完整", D(1)) for number in range(3)]
    book = book_of(
        [fact_of_records("nights.good", nights, "回流库"), *known(nights_due=D(4)).of("nights").book.values()]
    )
    measured = measure(found, Evidence(ASK, {"nights": Gathered(book)}))
    assert (measured.value, measured.unit, measured.formula) == (D(75), "%", "甲 ÷ 乙，3 天")
    result = assess(rows_of_2024(), values_of_2024(**{"08": measured}), HEYUAN, LEDGER)
    assert result.book["actual.08"].value == D(75)
    assert all(agrees(figure, result.book) for figure in result.book.values())
    assert [one.id for one in result.book["actual.08.nights.good"].records] == [one.id for one in nights]


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        ({}, "measured", "本系统没有启用回流库"),
        ({"nights_good": None, "nights_due": D(2)}, "measured", "完整且按时的批次"),
        ({"nights_good": D(0), "nights_due": D(0)}, "measured", "没有批次"),
    ],
)
def test_without_evidence_there_is_a_reason_and_never_a_number(tmp_path, facts, state, reason):
    measured = measure(made(tmp_path), known(**facts))
    assert (measured.value, measured.state) == (None, state)
    assert reason in measured.reason


def test_what_does_not_apply_to_a_fact_does_not_apply(tmp_path):
    made_of = Figure(
        "x", "甲", None, "批", 0, "一体化方式没有", (), "", "", "not_applicable", records=(Record("r", "", None),)
    )
    due = fact_of_records("nights.due", [Record("d", "", D(2))], "")
    book = book_of([made_of, fact_of_figure("nights.good", made_of), due])
    measured = measure(made(tmp_path), Evidence(ASK, {"nights": Gathered(book)}))
    assert (measured.value, measured.state) == (None, "not_applicable")


def test_a_provider_that_forgets_a_fact_is_found_out(tmp_path):
    with pytest.raises(HuiliuError, match="EV-IND-005"):
        measure(made(tmp_path), known(nights_due=D(3)))


def test_numbers_of_the_day_stand_in_the_words_and_any_change_is_another_version(tmp_path):
    found = made(tmp_path)
    assert found.formula(date(2025, 6, 1)) == "甲 ÷ 乙，5 天"
    ours = made(tmp_path, YAML.replace("value: 5, ", "verified: false, value: 5, "))
    assert ours.formula(date(2025, 6, 1)) == "甲 ÷ 乙，5（待核） 天"
    others = [
        made(tmp_path, YAML.replace("value: 5", "value: 6")),
        made(tmp_path, basis="别的合同"),
        made(tmp_path, expression="{nights.good} / {nights.due} * 99"),
    ]
    assert len({found.digest, *(other.digest for other in others)}) == 4
    assert made(tmp_path, YAML.replace("丁", "丁丁")).digest == found.digest


@pytest.mark.parametrize(
    ("code", "yaml", "changed"),
    [
        ("EV-IND-001", YAML + "more: 1\n", {}),
        ("EV-IND-002", YAML.replace("value: 50", "state: unmeasured"), {}),
        ("EV-IND-002", YAML.replace("nights.good: 1", "nights.bad: 1"), {}),
        ("EV-IND-003", YAML.replace(", compensation: 戊", ""), {}),
        ("EV-IND-003", YAML.replace("丁", "' '"), {}),
        ("EV-IND-003", YAML, {"code": "FS-XXX-001"}),
        ("EV-IND-003", YAML, {"basis": ""}),
        ("EV-IND-004", YAML, {"needs": ("nights", "clues")}),
        ("EV-IND-004", YAML, {"needs": ("night",)}),
        ("EV-IND-004", YAML, {"expression": "{nights.bad} / {nights.due}"}),
    ],
)
def test_a_definition_that_is_not_whole_is_refused(tmp_path, code, yaml, changed):
    with pytest.raises(HuiliuError, match=code):
        made(tmp_path, yaml, **changed)


def test_a_case_that_does_not_hold_is_told(tmp_path):
    wrong = made(tmp_path, YAML.replace("value: 50", "value: 51"))
    assert check_case(wrong, wrong.cases[0]) == ["一半：应为 measured 51.0000，实为 measured 50.0000"]


def test_whoever_keeps_the_records_is_asked(monkeypatch):
    monkeypatch.setattr(ev, "_PROVIDERS", {"clues": lambda ask: Absent(f"{ask.project} 没有疑点")})
    found = gather(ASK, ("clues", "nights"))
    assert found.of("clues") == Absent("XXH 没有疑点")
    assert found.of("nights") == Absent("本系统没有启用回流库")
    assert gather(ASK, ("clues",), {"clues": Absent("已知")}).of("clues") == Absent("已知")
    with pytest.raises(HuiliuError, match="EV-IND-006"):
        ev.provide("weather", lambda _: Absent(""))


@given(st.lists(st.integers(0, 5), max_size=20), st.integers(1, 400))
def test_every_fact_of_records_agrees_with_them(parts, due):
    records = [Record(f"r{number}", "", D(part)) for number, part in enumerate(parts)]
    book = FigureBook()
    figure = book.add(fact_of_records("nights.good", records, "回流库"))
    assert (figure.value, agrees(figure, book)) == (sum(parts), True)
