"""One consistent national table, one change each: the code that names it, and nothing else becomes an error."""

from collections.abc import Callable
from typing import Any

import pytest

from scoring.tables import NATIONAL, Json, codes, findings, table

Change = Callable[[Json], None]


def put(path: str, value: Any) -> Change:
    """Set one place, written like "indicators.0.score"."""

    def change(data: Json) -> None:
        *way, last = path.split(".")
        at: Any = data
        for key in way:
            at = at[int(key)] if isinstance(at, list) else at[key]
        at[int(last) if isinstance(at, list) else last] = value

    return change


def both(*changes: Change) -> Change:
    """Several changes in order."""

    def change(data: Json) -> None:
        for one in changes:
            one(data)

    return change


ROWS = "budget.rows."
PARTIAL = put("completeness", "only the outputs")

ERRORS = [
    ("weights", put("indicators.0.weight", 25), {"EV-W01"}),
    ("weights by a half point", put("indicators.0.weight", 20.5), {"EV-W01"}),
    ("weights, no full total printed", both(put("total_weight", None), put("indicators.0.weight", 25)), {"EV-W01"}),
    ("heading", put("indicators.4.level1", "满意度指标（8分）"), {"EV-W02"}),
    ("item score", put("indicators.3.score", 27), {"EV-S01"}),
    ("execution score left out of the total", put("total", 87), {"EV-S01", "EV-G01"}),
    ("total", put("total", 96.62), {"EV-S01"}),
    ("score above weight", both(put("indicators.4.score", 11), put("total", 97.62)), {"EV-S03"}),
    ("score below zero", both(put("indicators.4.score", -1), put("total", 85.62), put("grade", "良")), {"EV-S03"}),
    ("execution score above weight", both(put("budget_indicator.score", 12), put("total", 99)), {"EV-S03"}),
    ("total above the full total", put("total", 105.62), {"EV-S01", "EV-S06"}),
    ("grade", put("grade", "良好"), {"EV-G01"}),
    ("component", put(ROWS + "上年结转资金", [5.2, 3.2, 3.2]), {"EV-M01"}),
    ("component of spending", put(ROWS + "其中：当年财政拨款", [40, 40, 36.04]), {"EV-M01"}),
    ("empty lines hold nothing", put("budget.rows", {"财政拨款": [40, 40, 37.24], "其他资金": [None] * 3}), {"EV-M01"}),
    ("lines that all say 其中",
     put("budget.rows", {"其中：财政": [40, 40, 34], "其中：其他": [5.2, 3.2, 3.24]}), {"EV-M01"}),
    ("total line", put(ROWS + "年度资金总额", [43.2, 43.2, 38.24]), {"EV-M01"}),
    ("spent twice", put("spent", "38.24万元"), {"EV-M02"}),
    ("payments", put("payments", [["培训", 30, "001"], ["场租", 8.24, "002"]]), {"EV-M03"}),
    ("rate", put("budget_indicator.rate", "96.2%"), {"EV-R01"}),
    ("rate by one digit", put("budget_indicator.rate", "86.3%"), {"EV-R01"}),
    ("rate as a fraction", put("budget_indicator.rate", 0.962), {"EV-R01"}),
    ("completion", put("indicators.4.completion", "95%"), {"EV-T01"}),
    ("counts", put("counts", {"indicators": 5, "complete": 3, "incomplete": 3}), {"EV-C01"}),
    ("counts that leave some out", put("counts", {"indicators": 6, "complete": 3, "incomplete": 2}), {"EV-C01"}),
    ("complete by its printed completion", both(put("indicators.3.completion", "95%"), put("counts", {"complete": 5})),
     {"EV-C03"}),
    ("counted rows", put("counts", {"indicators": 8}), {"EV-C02"}),
    ("complete rows", put("counts", {"complete": 5}), {"EV-C03"}),
    ("share", put("counts", {"indicators": 5, "incomplete": 2, "incomplete_share": "30%"}), {"EV-C04"}),
    ("bands", put("counts", {"bands": {"80以上": "80%", "60-80": "20%", "60以下": "0%"}}), {"EV-C05"}),
    ("band sum", put("counts", {"bands": {"80以上": "100%", "60-80": "10%", "60以下": "0%"}}), {"EV-C05"}),
    ("not done", put("statements", [{"about": "x", "text": "受疫情影响，培训未开展。"}]), {"EV-X01"}),
    ("not done, by its subject", put("statements", [{"about": "培训", "text": "没有经费，全年未开展。"}]), {"EV-X01"}),
    ("section", put("statements", [{"about": "s", "text": "其中产出50分、效益30分、满意度7分"}]), {"EV-X08"}),
    ("quoted total", put("statements", [{"about": "s", "text": "本项目自评得分为97.5分，自评结果为优。"}]), {"EV-X09"}),
    ("quoted grade", put("statements", [{"about": "s", "text": "自评等级为“良”"}]), {"EV-X09"}),
    ("partial, too many points", both(PARTIAL, put("indicators.0.weight", 45)), {"EV-W01"}),
    ("partial, more than the total", both(PARTIAL, put("total", 90)), {"EV-S01"}),
    ("partial, total out of reach",
     both(PARTIAL, lambda data: data["indicators"].pop(), put("total", 98)), {"EV-S01"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_error(change: Change, expected: set[str]) -> None:
    assert codes(findings(change), "error") == expected


WARNINGS = [
    ("proportional score", both(put("indicators.4.score", 10), put("total", 96.62)), {"EV-S04", "EV-T06"}),
    ("whole points by floor", both(put("budget_indicator.score", 8), put("total", 95)), {"EV-S05"}),
    ("whole points by ceiling", both(put("budget_indicator.score", 9), put("total", 96)), {"EV-S05"}),
    ("total in whole points", put("total", 96), {"EV-S02"}),
    ("rate cut off", both(put("budget", {"full_year": 43.2, "executed": 37.36}),
                          put("budget_indicator", {"weight": 10, "rate": "86.4%", "score": 8.64}),
                          put("total", 95.64)), {"EV-R02"}),
    ("amounts in whole units", both(put("budget", {"full_year": 985, "executed": 861}),
                                    put("budget_indicator", {"weight": 10, "rate": "87.46%", "score": 8.75}),
                                    put("total", 95.75)), {"EV-R02"}),
    ("target and actual in two units", put("indicators.2.actual", "0.48万元"), set()),
    ("rate rounded to a whole percent first", both(put("budget_indicator.rate", "86%"),
                                                   put("budget_indicator.score", 8.6), put("total", 95.6)), set()),
    ("neither target nor actual", both(put("indicators.0.target", None), put("indicators.0.actual", "/")), {"EV-T02"}),
    ("no reason", put("indicators.3.reason", "无"), {"EV-T03"}),
    ("copied", put("indicators.3.actual", "有所提高。"), {"EV-T04"}),
    ("copied bound", put("indicators.1.actual", "≥95%"), {"EV-T04"}),
    ("over-achieved", put("indicators.0.actual", "11场"), {"EV-T05"}),
    ("far below a cost limit", put("indicators.2.actual", "3000元"), {"EV-T05"}),
    ("cost of nothing", put("indicators.2.actual", "0元"), {"EV-T07"}),
    ("cost counted", both(put("indicators.0.level3", "月维护费"), put("indicators.0.target", "≥8"),
                          put("indicators.0.actual", 8)), {"EV-T08"}),
    ("no quality", put("indicators.1.level2", "数量指标"), {"EV-T09"}),
    ("spent above budget", both(put("budget", {"initial": 30, "full_year": 30, "executed": 37.24}),
                                put("budget_indicator", {"weight": 10, "rate": "100%", "score": 10}),
                                put("total", 97)), {"EV-M04"}),
    ("quota below budget", put("budget.issued", 40), {"EV-M05"}),
    ("unit slip", put("spent", 372400), {"EV-M02"}),
    ("spent cut off", put("spent", 37), set()),
    ("quoted rate", put("statements", [{"about": "rate", "text": "预算执行率达到99%。"}]), {"EV-R03"}),
    ("late money", both(put("indicators.0.level3", "培训及时率"),
                        put("statements", [{"about": "money", "text": "资金下达较晚。"}])), {"EV-X02"}),
    ("section unknown", put("statements", [{"about": "s", "text": "决策10分、产出50分"}]), {"EV-X06"}),
    ("targets", put("statements", [{"about": "s", "text": "今后及时调整绩效目标。"}]), {"EV-X07"}),
    ("hole of an execution rate", both(put("budget_indicator", None), put("total_weight", None), put("total", 87),
                                       put("grade", "良")), {"EV-W01"}),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in WARNINGS], ids=[case[0] for case in WARNINGS])
def test_warning(change: Change, expected: set[str]) -> None:
    found = findings(change)
    assert (codes(found, "error"), codes(found, "warning")) == (set(), expected)


FINE = [
    ("the table itself", lambda data: None),
    ("97.0 and 97", both(put("indicators.3.weight", 31), put("indicators.3.score", 30.38), put("total", "97.0"),
                         put("indicators.2.weight", 9), put("indicators.2.score", 9))),
    ("rate of the initial budget", put("budget", {"initial": 43.2, "full_year": 50, "executed": 37.24})),
    ("whole percent", put("budget_indicator.rate", "86%")),
    ("yuan in the text", put("spent", "372,400.00元")),
    ("payments in yuan", put("payments", [["培训", "300,000元", "1"], ["场租", "72400元", "2"]])),
    ("band edges", put("counts", {"indicators": 6, "bands": {"90-100": "83.3%", "80-90": "16.7%", "80以下": "0%"}})),
    ("top band", put("counts", {"bands": {"100%": "60%", "80-100": "40%", "80以下": "0"}})),
    ("a denial", put("statements", [{"about": "x", "text": "不存在培训未开展的情况"}])),
    ("last year", put("statements", [{"about": "x", "text": "上年培训未开展"}])),
    ("another thing", put("statements", [{"about": "x", "text": "机房改造未开展"}])),
    ("sections", put("statements", [{"about": "s", "text": "产出50分、效益28分、满意度9分"}])),
    ("no total", both(put("total", None), put("grade", None))),
    ("grade in other words", put("grade", "优秀")),
    ("partial", both(PARTIAL, lambda data: data["indicators"].pop(0), put("total", 95))),
    ("partial without a fund block", both(PARTIAL, put("budget", None), put("budget_indicator", None))),
    ("an empty row of the form", lambda data: data["indicators"].append({"level3": "指标2", "weight": ""})),
    ("execution rate among the rows", both(
        lambda data: data["indicators"].insert(0, {
            "level1": "过程", "level2": "资金", "level3": "预算执行率", "target": "100%", "actual": "86.2%",
            "weight": 10, "score": 8.62, "reason": "尾款未付"}),
        put("budget_indicator", {"weight": 10, "rate": "86.2%", "score": 8.62}))),
    ("nested sources", put("budget.rows", {
        "财政拨款": [43.2, 43.2, 37.24], "其中：中央财政": [20, 20, 20], "省级财政": [23.2, 23.2, 17.24],
        "其他资金": [0, 0, 0]})),
    ("a subtotal", put("budget.rows", {
        "中央": [20, 20, 20], "省级": [20, 20, 14], "财政小计": [40, 40, 34], "其他资金": [3.2, 3.2, 3.24]})),
    ("one source of several", put("budget.rows", {"其中：财政拨款": [40, 40, 34]})),
    ("a cell not printed", put("budget.rows", {"其中：财政拨款": [40, 40, 34], "其他资金": [3.2, None, 3.24]})),
]  # fmt: skip


@pytest.mark.parametrize("change", [case[1] for case in FINE], ids=[case[0] for case in FINE])
def test_no_error(change: Change) -> None:
    assert codes(findings(change), "error") == set()


def test_consistent_table_has_only_notes() -> None:
    assert codes(findings()) == {"EV-N02", "EV-N03"}


def test_profile_that_names_the_rule_makes_a_differing_score_an_error() -> None:
    change = both(put("indicators.4.score", 10), put("total", 96.62))
    assert codes(findings(change, profile="national"), "error") == {"EV-S04"}
    assert codes(findings(profile="national"), "error") == set()


def test_expected_and_found_name_the_numbers() -> None:
    (finding,) = [f for f in findings(put("total", 96.62)) if f.severity == "error"]
    assert (finding.where, finding.expected, finding.found) == ("总分", "各项得分合计 95.62", "96.62")
    (finding,) = [f for f in findings(put("budget_indicator.rate", "96.2%")) if f.severity == "error"]
    assert (finding.expected.split("（")[0], finding.found) == ("86.20%", "96.2%")


def test_an_empty_row_of_the_form_is_no_row() -> None:
    assert len(table(lambda data: data["indicators"].append({"level3": "指标2", "weight": ""})).indicators) == 5
    assert len(table(lambda data: data["indicators"].append({"level3": "指标2", "weight": 0})).indicators) == 6


def test_base_is_never_changed() -> None:
    assert NATIONAL["total"] == 95.62
