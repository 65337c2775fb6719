"""Whole assessments: the 2024 table from records, each profile's literal case, and faults that must be caught."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.budget.events import Event
from huiliu.budget.rates import money_figures
from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MANUAL, MEASURED, NOT_APPLICABLE, Figure, Record
from huiliu.scoring.assess import Beside, assess
from huiliu.scoring.assessment import Assessment, Declared, Version
from huiliu.scoring.exchange import read_table
from huiliu.scoring.measured import Measured, satisfied
from huiliu.scoring.targets import TargetRow, rows_of_table
from scoring.targets import measured, money, shown, target, untrue
from support.scale import examples

HEYUAN, NATIONAL = profiles()["gd-heyuan-2024"], profiles()["national"]
LEDGER = money("20.00", "20.00", "15.76", "15.76")
PRINTED = json.loads(evaluations()["heyuan-2024"].read_text(encoding="utf-8"))


def rows_of_2024() -> list[TargetRow]:
    """The published rows; it prints no targets, so each promises a completion of 100 %."""
    rows = rows_of_table(read_table(evaluations()["heyuan-2024"]))
    return [replace(row, kind="≥", value=Decimal(100), unit="%") for row in rows]


def values_of_2024(**changes: Measured) -> dict[str, Measured]:
    """Seven completions as printed; 81, 98 and 91.8 % are those that give the printed scores of the other three."""
    done = ["100"] * 7 + ["81", "98", "91.8"]
    return {f"{n:02d}": measured(value) for n, value in enumerate(done, 1)} | changes


def assessed_2024(**more: Any) -> Assessment:
    return assess(rows_of_2024(), values_of_2024(), HEYUAN, LEDGER, Beside(**more))


def test_the_2024_table_from_records() -> None:
    result = assessed_2024()
    names = [(level.name, *shown(result, level.weight, level.score)) for level in result.levels]
    assert names == [("过程", "20.00", "20.00"), ("产出", "40.00", "40.00"), ("效益", "40.00", "36.11")]
    assert shown(result, "item.08.score", "item.09.score", "item.10.score") == ["10.80", "13.07", "12.24"]
    assert shown(result, "item.08.weight", "item.09.weight", "item.10.weight") == ["13.33", "13.34", "13.33"]
    assert result["item.08.exact"].value == Decimal("10.7973")
    assert shown(result, "total.computed", "total.least", "total.most", "total.missing") == [
        "96.11", "96.11", "96.11", "0.00"]  # fmt: skip
    assert result.grade == "优"
    assert untrue(result.book) == []


def test_the_denominator_is_named_and_the_other_one_shown() -> None:
    result = assessed_2024()
    assert result.rows[0].actual == "basis.issued.rate"
    assert result["basis.issued.rate"].with_unit() == "100.00%"
    lines = {line.label: (line.score and result[line.score].text(), result[line.total].text(), line.grade)
             for line in result.lines if line.total}  # fmt: skip
    assert lines["年初预算数"] == ("9.46", "93.57", "优")
    assert lines["全年预算数（调整后）"] == ("9.46", "93.57", "优")


def test_declared_beside_computed() -> None:
    declared = {f"{n:02d}": Declared(Decimal(str(row["score"]))) for n, row in enumerate(PRINTED["indicators"], 1)}
    result = assessed_2024(declared=declared)
    assert shown(result, "total.declared", "total.difference", "item.09.difference") == ["96.11", "0.00", "0.00"]
    assert [lack.kind for lack in result.lacks] == ["shortfall"] * 3
    declared["09"] = Declared(Decimal("13.34"))
    result = assessed_2024(declared=declared)
    assert shown(result, "total.declared", "total.difference", "item.09.difference") == ["96.38", "0.27", "0.27"]
    assert [lack.text for lack in result.lacks if lack.kind == "difference"] == [
        "自评得 13.34 分，计算得 13.07 分，须说明原因"
    ]
    declared["09"] = Declared(Decimal("13.34"), "测量期间系统停机，复核后认定达成")
    assert [lack.code for lack in assessed_2024(declared=declared).lacks] == ["08", "10"]
    declared["09"] = Declared(Decimal("13.35"), "分值在新版目标中减少")
    assert "自评得 13.35 分，超过分值，须重新填报" in [lack.text for lack in assessed_2024(declared=declared).lacks]
    assert untrue(result.book) == []


def test_upkeep_without_money_is_not_full_marks() -> None:
    """The T+1 row of 2024: nothing was paid for it and nothing was done."""
    rows = rows_of_2024()
    rows[6] = replace(rows[6], kind="≤", value=Decimal(20_000), unit="元", paired_output="08")
    for values in (
        values_of_2024(**{"07": measured("0", unit="元")}),
        values_of_2024(**{"07": measured("18000", unit="元"), "08": measured("0")}),
        values_of_2024(**{"07": measured("18000", unit="元"), "08": Measured(None)}),
    ):
        result = assess(rows, values, HEYUAN, LEDGER)
        row = next(row for row in result.rows if row.row.code == "07")
        assert (row.state, result[row.score].with_unit()) == ("not_applicable", "不适用")
        assert result["total.applicable"].value == 92
        assert untrue(result.book) == []
    # (20 + 32 + 36.11) of 92 points are 95.77 of 100.
    result = assess(rows, values_of_2024(**{"07": measured("0", unit="元")}), HEYUAN, LEDGER)
    assert shown(result, "total.items", "total.computed") == ["88.11", "95.77"]
    # On the budget 85.57 of the same 92.
    assert {result[line.total].text() for line in result.lines if line.total} == {"93.01"}


def test_what_is_not_measured_bounds_the_total() -> None:
    values = values_of_2024()
    del values["10"], values["02"]
    result = assess(rows_of_2024(), values, HEYUAN, LEDGER)
    assert result["total.computed"].with_unit() == "未测量"
    assert result["item.10.score"].with_unit() == "未测量"
    assert shown(result, "total.least", "total.most", "total.missing") == ["75.87", "97.20", "21.33"]
    assert (result.grade, result.grade_least, result.grade_most) == ("", "中", "优")
    assert [row.row.code for row in result.unmeasured] == ["02", "10"]
    assert untrue(result.book) == []


def test_another_version_of_the_targets() -> None:
    """Recalibrated: the satisfaction promised is 91.8 instead of 100 %."""
    rows = rows_of_2024()
    rows[9] = replace(rows[9], value=Decimal("91.8"))
    wrong = [replace(rows[0], weight=Decimal(11)), *rows[1:]]
    result = assessed_2024(versions=[Version("调整后目标", rows), Version("一上目标", wrong)])
    adjusted, first = [line for line in result.lines if line.kind == "version"]
    assert adjusted.total is not None
    assert (result[adjusted.total].text(), adjusted.grade) == ("97.20", "优")
    assert (first.total, first.why) == (None, "过程分值合计 19，应为 20")
    assert result["total.computed"].text() == "96.11"
    assert untrue(result.book) == []


def national_rows(*, cost: bool = False) -> list[TargetRow]:
    """One row a level; the points are the profile's."""
    weights = (
        {"成本": "20", "产出": "40", "效益": "20", "满意度": "10"}
        if cost
        else {"产出": "50", "效益": "30", "满意度": "10"}
    )
    rows = [target(name, weight=weight, level1=f"{name}指标", unit="%") for name, weight in weights.items()]
    return [replace(row, kind="≤", value=Decimal(100), unit="万元") if row.code == "成本" else row for row in rows]


LITERAL: list[tuple[str, list[TargetRow], Mapping[str, str], str, str]] = [
    # 执行 8/10 → 8，产出 50×0.9，效益 30，满意度 10×0.95
    ("national", national_rows(), {"产出": "90", "效益": "100", "满意度": "95"}, "92.50", "优"),
    # 执行 8，成本 100/125×20 = 16，产出 36，效益 59% 低于及格门槛，满意度 9.5
    ("national-cost", national_rows(cost=True),
     {"成本": "125", "产出": "90", "效益": "59", "满意度": "95"}, "69.50", "中"),
    # 执行 20×0.8 = 16，产出 40×0.9，效益 30，满意度 9.5
    ("hubei", [replace(row, weight=Decimal(40)) if row.code == "产出" else row for row in national_rows()],
     {"产出": "90", "效益": "100", "满意度": "95"}, "91.50", "优"),
    # 执行 8，指标 90×0.9
    ("sichuan", [target("产出", weight="90", unit="%")], {"产出": "90"}, "89.00", "良"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "values", "total", "grade"), LITERAL)
def test_each_profile(name: str, rows: list[TargetRow], values: Mapping[str, str], total: str, grade: str) -> None:
    """The execution rate is 8 of 10 on the adjusted budget, 100 % on the quota."""
    result = assess(
        rows, {code: measured(v) for code, v in values.items()}, profiles()[name], money("12", "10", "8", "8")
    )
    assert (result["total.computed"].text(), result.grade) == (total, grade)
    assert result.rows[0].row.level3 == "预算执行率"
    assert untrue(result.book) == []
    asked = [lack.text for lack in result.lacks if lack.kind == "execution"]
    assert asked == (["执行率低于 90%，须说明原因"] if name == "sichuan" else [])


@pytest.mark.parametrize(
    ("paid", "asked"),
    [
        ("8.99", ["执行率低于 90%，须说明原因"]),
        ("9.00", ["未达到目标，须说明偏差原因和改进措施"]),  # not below: a shortfall like any other
        ("10.00", []),
    ],
)
def test_a_reason_is_asked_for_below_the_limit_of_the_rate_and_not_at_it(paid: str, asked: list[str]) -> None:
    rows = [target("产出", weight="90", unit="%")]
    result = assess(rows, {"产出": measured("100")}, profiles()["sichuan"], money("10", "10", paid, paid))
    assert [lack.text for lack in result.lacks if lack.code != "产出"] == asked


@pytest.mark.parametrize(
    ("points", "grade"), [("90", "优"), ("89.99", "良"), ("80", "良"), ("79.99", "中"), ("60", "中"), ("59.99", "差")]
)
def test_grades_are_half_open(points: str, grade: str) -> None:
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    assert assess([target("1")], {"1": measured(points)}, by).grade == grade


@pytest.mark.parametrize(
    ("name", "level", "span"),
    [
        ("national", "部分达成", ("8.00", "10.66")),
        ("hubei", "部分达成", ("6.67", "10.66")),
        ("hubei", "未达成", ("0.00", "6.67")),
    ],
)
def test_a_level_without_a_percentage_bounds_the_points(name: str, level: str, span: tuple[str, str]) -> None:
    """Of 13.33 points, rounded like any score: 60 % are 7.998, 80 % 10.664, 50 % 6.665."""
    by = replace(profiles()[name], levels={}, free=Decimal(100))
    rows = [target("1", "qualitative", None, "13.33"), target("2", weight="86.67")]
    result = assess(rows, {"1": Measured(None, level=level), "2": measured("100")}, by)
    assert tuple(shown(result, "item.1.least", "item.1.most")) == span
    assert result["total.least"].value == Decimal("86.67") + Decimal(span[0])
    assert result["item.1.score"].value is None
    assert untrue(result.book) == []


def test_a_level_settles_all_or_none_under_direct_points() -> None:
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    row = target("1", "qualitative", None, rule="direct")
    for level, points in (("达成", 100), ("部分达成", 0), ("未达成", 0)):
        result = assess([row], {"1": Measured(None, level=level)}, by)
        assert result["total.computed"].value == points
        assert untrue(result.book) == []


def test_satisfaction_of_sub_units_is_traced_to_the_answers() -> None:
    def answers(name: str, number: int) -> Figure:
        record = Record(f"survey:{name}", name, Decimal(number), digest="sm3:00")
        return Figure(name, name, Decimal(number), "人", 0, "", (), "不舍入", "问卷", MEASURED, records=(record,))

    units = [
        (answers(f"yes{n}", yes), answers(f"valid{n}", valid)) for n, (yes, valid) in enumerate(((9, 10), (100, 190)))
    ]
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    result = assess([target("1", "≥", "90", unit="%", rule="satisfaction")], {"1": satisfied(units)}, by)
    assert shown(result, "actual.1", "actual.1.valid1", "total.computed") == ["54.50", "190", "60.56"]
    assert untrue(result.book) == []


def test_a_budget_of_nothing_does_not_apply() -> None:
    result = assess(national_rows(), {name: measured("90") for name in ("产出", "效益", "满意度")}, NATIONAL,
                    money("0", "0", None, "0"))  # fmt: skip
    assert result.rows[0].state == "not_applicable"
    assert result["basis.full_year.rate"].with_unit() == "不适用"
    assert shown(result, "total.items", "total.computed") == ["81.00", "90.00"]
    assert untrue(result.book) == []


@pytest.mark.parametrize(("mode", "rate", "line"), [("quota", "100.00%", "96.11"), ("integrated", "不适用", None)])
def test_the_money_of_a_ledger_is_traced_to_its_events(mode: str, rate: str, line: str | None) -> None:
    """20.00 in January, 15.76 of quota in October and paid; without quotas the adjusted budget alone remains."""
    kept = [
        Event("1", "initial", date(2024, 1, 10), 20_000_000, number="1"),
        Event("2", "quota", date(2024, 10, 12), 15_760_000, number="2"),
        Event("3", "request", date(2024, 10, 15), 15_760_000, payee="甲公司", item="30213", purpose="U01"),
        Event("4", "review", date(2024, 10, 16), 15_760_000, refers="3", agreed=True),
        Event("5", "payment", date(2024, 10, 20), 15_760_000, refers="3", number="3"),
    ]
    events = [event for event in kept if mode == "quota" or event.kind != "quota"]
    by = replace(HEYUAN, execution_basis="full_year")
    result = assess(rows_of_2024(), values_of_2024(), by, money_figures(events, 2024, mode, date(2024, 12, 31)))
    assert shown(result, "basis.full_year.rate", "total.computed") == ["78.80", "93.57"]
    assert result["basis.issued.rate"].with_unit() == rate
    lines = {one.label: one.total and result[one.total].text() for one in result.lines}
    assert lines["下达额度"] == line
    assert untrue(result.book) == []


def test_without_a_ledger_the_execution_rate_is_not_measured() -> None:
    result = assess(national_rows(), {name: measured("100") for name in ("产出", "效益", "满意度")}, NATIONAL)
    assert shown(result, "total.least", "total.most", "total.missing") == ["90.00", "100.00", "10.00"]
    assert untrue(result.book) == []


def test_what_does_not_apply_needs_a_reason_and_the_rest_is_rescaled() -> None:
    values = {"产出": measured("90"), "效益": Measured(None, NOT_APPLICABLE), "满意度": measured("90")}
    result = assess(national_rows(), values, NATIONAL, money("10", "10", "10", "10"))
    # 10 + 45 + 9 of 70 points.
    assert shown(result, "total.applicable", "total.items", "total.computed") == ["70.00", "64.00", "91.43"]
    assert untrue(result.book) == []
    assert [lack.code for lack in result.lacks if lack.kind == "not_applicable"] == ["效益"]
    # Whatever was counted before it was found not to apply stays as evidence.
    values["效益"] = measured("5", state=NOT_APPLICABLE, reason="本年未安排该项工作")
    explained = assess(national_rows(), values, NATIONAL, money("10", "10", "10", "10"))
    assert explained.rows[2].why == "本年未安排该项工作"
    assert shown(explained, "actual.效益", "total.computed") == ["不适用", "91.43"]
    assert untrue(explained.book) == []


def test_typed_values_without_a_file_are_marked() -> None:
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    bare = assess([target("1")], {"1": measured("100", state=MANUAL)}, by)
    assert [lack.kind for lack in bare.lacks] == ["evidence"]
    proof = Measured(Decimal(100), MANUAL, records=(Record("m", "验收单", Decimal(100), digest="sm3:00"),))
    assert assess([target("1")], {"1": proof}, by).lacks == ()


def test_why_a_value_was_typed_does_not_say_why_it_is_low() -> None:
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    typed = Measured(
        Decimal(80), MANUAL, reason="验收单为纸质", records=(Record("m", "验收单", Decimal(80), digest="sm3:00"),)
    )
    assert [lack.kind for lack in assess([target("1")], {"1": typed}, by).lacks] == ["shortfall"]
    counted = replace(typed, state=MEASURED, reason="设备停用两个月")
    assert assess([target("1")], {"1": counted}, by).lacks == ()
    said = Beside({"1": Declared(Decimal(80), "设备停用两个月")})
    assert assess([target("1")], {"1": typed}, by, beside=said).lacks == ()


def test_a_result_far_above_its_target_needs_words() -> None:
    by = replace(NATIONAL, levels={}, free=Decimal(100))
    for kind, actual, needs in (("≥", "131", True), ("≥", "130", False), ("≤", "69", True), ("≤", "70", False)):
        result = assess([target("1", kind)], {"1": measured(actual)}, by)
        assert [lack.kind for lack in result.lacks] == (["over"] if needs else []), (kind, actual)


FAULTS: list[tuple[str, Any, Any, str]] = [
    ("a weight moved by a cent", {"02": {"weight": Decimal("8.01")}}, {}, "EV-ASSESS-001"),
    ("a missing weight", {"02": {"weight": None}}, {}, "EV-ASSESS-001"),
    ("a code used twice", {"02": {"code": "03"}}, {}, "EV-ASSESS-001"),
    ("an output that is not in the table", {"07": {"paired_output": "99"}}, {}, "EV-ASSESS-001"),
    ("a cost paired with itself", {"07": {"paired_output": "07"}}, {}, "EV-ASSESS-001"),
    ("a cost paired with a cost", {"08": {"kind": "≤", "paired_output": "05"}}, {}, "EV-ASSESS-001"),
    ("a target below zero", {"07": {"value": Decimal(-1)}}, {}, "EV-ASSESS-001"),
    ("a range upside down", {"07": {"kind": "range", "upper": Decimal(1)}}, {}, "EV-ASSESS-001"),
    ("a value without records", {}, {"08": Measured(Decimal(81))}, "EV-ASSESS-003"),
    ("a value beyond its records", {}, {"08": replace(measured("81"), value=Decimal(82))}, "EV-ASSESS-003"),
    ("a value beside its expression", {}, {"08": Measured(Decimal(81), expression="80 + 2")}, "EV-ASSESS-003"),
    (
        "a level against the percentage",
        {"08": {"kind": "qualitative"}},
        {"08": measured("79", level="达成")},
        "EV-ASSESS-004",
    ),
    ("an unknown level", {"08": {"kind": "qualitative"}}, {"08": measured("79", level="良好")}, "EV-ASSESS-004"),
    ("a level of a number", {}, {"08": measured("81", level="达成")}, "EV-ASSESS-004"),
]


@pytest.mark.parametrize(("what", "rows", "values", "code"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_planted_faults_are_refused(what: str, rows: Any, values: Any, code: str) -> None:
    changed = [replace(row, **rows.get(row.code, {})) for row in rows_of_2024()]
    with pytest.raises(HuiliuError) as refused:
        assess(changed, values_of_2024(**values), HEYUAN, LEDGER)
    assert refused.value.code == code


def test_a_profile_without_a_rule_scores_nothing() -> None:
    with pytest.raises(HuiliuError, match="未规定计分规则"):
        assess(rows_of_2024(), values_of_2024(), profiles()["default"], LEDGER)


def test_a_figure_that_was_tampered_with_no_longer_agrees() -> None:
    """The walk over the book is what finds a wrong number: every figure with a value, moved by a cent."""
    result = assessed_2024(versions=[Version("同一目标", rows_of_2024())])
    book = dict(result.book)
    for name, figure in book.items():
        if figure.value is not None:
            moved = replace(figure, value=figure.value + Decimal("0.01"))
            assert name in untrue({**book, name: moved}), name


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[TargetRow], dict[str, Measured]]:
    """Any rows that add up to the national points, measured or not, some not applicable."""
    rows: list[TargetRow] = []
    for level, cents in (("产出", 5000), ("效益", 3000), ("满意度", 1000)):
        cuts = sorted(draw(st.sets(st.integers(1, cents - 1), max_size=3)))
        for low, high in zip([0, *cuts], [*cuts, cents], strict=True):
            kind = draw(st.sampled_from(["≥", "≤", "=", "range", "qualitative"]))
            rule = draw(st.sampled_from(["", "direct", "satisfaction"]))
            value = None if kind == "qualitative" else f"{draw(st.integers(0, 50))}"
            more = {"upper": "60"} if kind == "range" else {}
            outputs = [row.code for row in rows if not row.is_cost]
            if outputs and draw(st.integers(0, 3)) == 0:
                more |= {"level2": "成本指标", "paired_output": draw(st.sampled_from(outputs))}
            rows.append(
                target(f"r{len(rows)}", kind, value, f"{Decimal(high - low) / 100}", level1=level, rule=rule, **more)
            )
    values = {}
    for row in rows:
        actual = draw(st.one_of(st.none(), st.integers(0, 100)))
        if draw(st.integers(0, 9)) == 0:
            values[row.code] = Measured(None, NOT_APPLICABLE, reason="未安排")
        elif actual is not None:
            values[row.code] = measured(f"{actual}")
        elif row.kind == "qualitative":
            values[row.code] = Measured(None, level=draw(st.sampled_from(["达成", "部分达成", "未达成"])))
    return rows, values


@settings(max_examples=examples(120), deadline=None)
@given(sheet=sheets(), paid=st.integers(0, 100))
def test_any_sheet_is_traced_and_bounded(sheet: tuple[list[TargetRow], dict[str, Measured]], paid: int) -> None:
    rows, values = sheet
    result = assess(
        rows, values, NATIONAL, money("100", "90", "80", f"{paid}"), Beside(versions=[Version("另一版", rows)])
    )
    assert untrue(result.book) == []
    least, most, total = (result[f"total.{name}"].value for name in ("least", "most", "computed"))
    assert least is not None
    assert most is not None
    assert 0 <= least <= most <= 100
    assert (total is None) == bool(result.unmeasured)
    assert total is None or least == total == most
    assert result["version.1.total.computed"].value == total
    for row in result.rows:
        ends = [result[name].value for name in (row.least or row.score, row.most or row.score)]
        assert row.state == "not_applicable" or 0 <= ends[0] <= ends[1] <= row.row.weight  # type: ignore[operator]


@settings(max_examples=examples(160), deadline=None)
@given(sheet=sheets(), hidden=st.sets(st.integers(0, 12)), paid=st.integers(0, 100), keep=st.booleans())
def test_what_is_measured_later_stays_within_the_bounds(
    sheet: tuple[list[TargetRow], dict[str, Measured]], hidden: set[int], paid: int, keep: bool
) -> None:
    """Of the year's values any part is known first: the total of all lies between the bounds of the part."""
    rows, values = sheet
    ledger = money("100", "90", "80", f"{paid}")
    early = {code: value for code, value in values.items() if int(code[1:]) not in hidden}
    first = assess(rows, early, NATIONAL, ledger if keep else None)
    last = assess(rows, values, NATIONAL, ledger)
    ends = [result[f"total.{name}"].value for result in (first, last) for name in ("least", "most")]
    assert untrue(first.book) == []
    assert None not in ends
    assert ends[0] <= ends[2] <= ends[3] <= ends[1]  # type: ignore[operator]


def test_a_cost_counts_in_the_bounds_until_its_output_is_known() -> None:
    """60 of 60, and a cost of 20 points whose output of 20 is not measured: from 60 to 100, and not from 75."""
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    rows = [target("1", weight="60"), target("2", weight="20"),
            target("3", "≤", weight="20", level2="成本指标", paired_output="2")]  # fmt: skip
    values = {"1": measured("100"), "3": measured("1000")}
    first = assess(rows, values, by)
    assert [row.state for row in first.rows] == ["scored", "unmeasured", "not_applicable"]
    assert shown(first, "total.least", "total.most", "item.3.least", "item.3.most") == [
        "60.00",
        "100.00",
        "0.00",
        "20.00",
    ]
    last = assess(rows, {**values, "2": measured("1")}, by)
    assert shown(last, "item.2.score", "item.3.score", "total.computed") == ["0.20", "2.00", "62.20"]
    dropped = assess(rows, {**values, "2": Measured(None, NOT_APPLICABLE, reason="未安排")}, by)
    assert shown(dropped, "total.least", "total.most") == ["100.00", "100.00"]


@pytest.mark.parametrize(("name", "state"), [("月维护费", "not_applicable"), ("系统故障次数", "scored")])
def test_a_cost_filed_as_a_quantity_is_a_cost_all_the_same(name: str, state: str) -> None:
    """The 2024 report files 月维护费 under 数量: nothing paid for it earns nothing, no failures earn everything."""
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    result = assess([target("1", "≤", "5000", name=name)], {"1": measured("0")}, by)
    assert [row.state for row in result.rows] == [state]
    assert untrue(result.book) == []


def test_a_cost_below_nothing_is_no_saving() -> None:
    """More came back than was paid: a matter to look at, neither full marks nor none."""
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    result = assess([target("1", "≤", "10", level2="成本指标")], {"1": measured("-5")}, by)
    assert (result[result.rows[0].score].text(), result.rows[0].why) == ("不可复算", "实际成本小于零，不是节约")
    assert shown(result, "total.least", "total.most") == ["0.00", "100.00"]
    assert untrue(result.book) == []


def test_people_are_no_satisfaction_in_percent() -> None:
    """54 satisfied are not 54 % satisfied."""
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    row = target("1", "≥", None, rule="satisfaction")
    for unit, text in (("人", "不可复算"), ("%", "54.00"), ("", "54.00")):
        assert assess([row], {"1": measured("54", unit=unit)}, by)["item.1.score"].text() == text


def test_where_nothing_applies_there_is_no_total_and_nothing_is_called_unmeasured() -> None:
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    values = {"1": Measured(None, NOT_APPLICABLE, reason="本年未安排")}
    result = assess([target("1")], values, by, None, Beside(versions=[Version("批复目标", [target("1")])]))
    assert shown(result, "total.items", "total.computed", "total.least", "total.most") == ["不适用"] * 4
    assert [line.why for line in result.lines] == ["各项指标均不适用"]
    assert (result.grade, result.unmeasured, untrue(result.book)) == ("", (), [])


def test_an_output_paired_with_another_is_no_cost() -> None:
    """Only a cost is excused by an output that is missing; an output of 0 is an output of 0."""
    by = replace(HEYUAN, levels={}, free=Decimal(100))
    rows = [target("1", weight="60", paired_output="2"), target("2", weight="40")]
    result = assess(rows, {"1": measured("0"), "2": measured("100")}, by)
    assert shown(result, "item.1.score", "total.computed") == ["0.00", "40.00"]
