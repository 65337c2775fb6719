"""Three-way money, units, dates, copied and impossible values, reasons: each planted in a consistent table."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from huiliu.scoring.binding import bound
from scoring.tables import Json, codes, findings, profiles, table
from scoring.test_changes import both, put

Change = Callable[[Json], None]


def row(level2: str, level3: str, target: str | None, actual: str, **more: object) -> Json:
    """A row of 产出 that earns nothing and weighs nothing, so that no sum is touched."""
    return {"level1": "产出指标", "level2": level2, "level3": level3, "target": target, "actual": actual,
            "weight": 0, "score": 0, "reason": "", **more}  # fmt: skip


def add(*rows: Json) -> Change:
    """Rows added behind the others."""
    return lambda data: data["indicators"].extend(rows)


TOTAL = row("成本指标", "培训总成本", "≤4万元", "3.84万元")
COUNTED = put("indicators.2.level3", "培训场均成本")
TEN = [row("数量指标", f"事项{n}数量", f"≥{n}个", f"{n}个") for n in range(11, 17)]
COPIED = both(add(*TEN), put("indicators.4", row("数量指标", "台数", "≥3台", "3台", weight=10, score=10)),
              put("indicators.2.actual", "5000元"), put("total", 96.62))  # fmt: skip

FOUND = [
    ("product", both(COUNTED, add({**TOTAL, "actual": "3.9万元"})), ("EV-M06", "warning")),
    ("product in yuan", both(COUNTED, add({**TOTAL, "actual": "38000元"})), ("EV-M06", "warning")),
    ("unit cost by its unit", both(put("indicators.2.target", "≤5000元/场"), put("indicators.2.actual", "4800元/场"),
                                   add({**TOTAL, "actual": "3.9万元"}), put("indicators.2.level3", "培训单价")),
     ("EV-M06", "warning")),
    ("product above the spending", both(put("indicators.2.target", "≤50000元"), put("indicators.2.actual", "48000元")),
     ("EV-M07", "warning")),
    ("nothing spent", both(put("budget", {"full_year": 43.2, "executed": 0}), put("total", 87), put("grade", "良"),
                           put("budget_indicator", {"weight": 10, "rate": "0%", "score": 0})), ("EV-M08", "warning")),
    ("a cost nothing was paid for", both(add(row("成本指标", "印刷费", "≤3万元", "2.9万元", weight=0.0, score=0)),
                                         put("indicators.5.score", 1), put("indicators.5.weight", 1),
                                         put("indicators.0.weight", 19), put("indicators.0.score", 19),
                                         put("indicators.2.level3", "场租费"),
                                         put("payments", [["场租", 37.24, "1"]])), ("EV-X10", "warning")),
    ("units differ", put("indicators.0.actual", "8人"), ("EV-U01", "warning")),
    ("no unit", add(row("数量指标", "宣传", "≥5", "5")), ("EV-U02", "note")),
    ("yuan for ten thousand", put("indicators.2.actual", "5000万元"), ("EV-U03", "warning")),
    ("yuan in the fund block", put("budget", {"initial": 432000, "full_year": 43.2, "executed": 37.24}),
     ("EV-U03", "warning")),
    ("dated in the year", put("date", "2023-12-20"), ("EV-D01", "warning")),
    ("dated before the year", put("date", "2022年3月5日"), ("EV-D01", "error")),
    ("dated in words", put("date", "次年三月"), ("EV-D02", "note")),
    ("all copied", COPIED, ("EV-T10", "warning")),
    ("one row without a target", put("indicators.4.target", None), ("EV-T12", "warning")),
    ("more than all", put("indicators.1.actual", "101%"), ("EV-T13", "warning")),
    ("complete though missed", put("indicators.4.completion", "100%"), ("EV-T14", "error")),
    ("complete though missed, no operator", both(put("indicators.4.target", "90%"),
                                                 put("indicators.4.completion", "100%")), ("EV-T14", "warning")),
    ("reason that denies", put("indicators.3.reason", "已完成全部任务"), ("EV-X11", "warning")),
    ("short of money with money left", put("indicators.3.reason", "经费不足"), ("EV-X12", "warning")),
    ("short of money, said for all", put("common_reason", "因资金有限"), ("EV-X12", "warning")),
    ("finished after the day set", add(row("时效指标", "时限", "2023年11月底前", "2023年12月2日", weight=1, score=1)),
     ("EV-D03", "warning")),
    ("finished in the next year", add(row("时效指标", "完成时限", "12月底前", "2024年1月15日完成", weight=1, score=1)),
     ("EV-D03", "warning")),
    ("one indicator in two rows", lambda data: data["indicators"].append(dict(data["indicators"][1])),
     ("EV-T15", "warning")),
    ("the text counts otherwise", put("statements", [{"about": "实际完成情况", "text": "培训9场，参训1,860人次。"}]),
     ("EV-X14", "warning")),
    ("less than was spent", add(row("成本指标", "项目总成本", "≤43.2万元", "36.24万元")), ("EV-M09", "warning")),
    ("one thing for more than all", add(row("成本指标", "场租成本", "≤43.2万元", "38.24万元")), ("EV-M09", "warning")),
    ("full marks and a reason for less", put("indicators.0.reason", "有两场未完成"), ("EV-X15", "warning")),
    ("the text spends otherwise", put("statements", [{"about": "s", "text": "年初预算43.2万元，实际支出36.24万元。"}]),
     ("EV-X16", "warning")),
    ("the text was given otherwise", put("statements", [{"about": "实际完成情况", "text": "全年预算42.3万元。"}]),
     ("EV-X16", "warning")),
    ("targets counted as indicators", put("statements", [{"about": "s", "text": "设绩效目标5个，完成3个。"}]),
     ("EV-X13", "warning")),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND])
def test_found(change: Change, expected: tuple[str, str]) -> None:
    assert expected in {(one.code, one.severity) for one in findings(change)} - {
        (one.code, one.severity) for one in findings()
    }


NEW = {code for _, _, (code, _) in FOUND}

QUIET = [
    ("the table itself", lambda data: None),
    ("product", both(COUNTED, add(TOTAL))),
    ("product rounded", both(COUNTED, put("indicators.2.actual", "4803元"), add(TOTAL))),
    ("the total of another thing", both(COUNTED, add({**TOTAL, "level3": "设备总成本", "actual": "1万元"}))),
    ("two rows counted so", both(COUNTED, add({**TOTAL, "actual": "1万元"}, row("数量指标", "会议", "≥3场", "3场")))),
    ("场 and 场次", put("indicators.0.actual", "8场次")),
    ("元 and 万元", put("indicators.2.actual", "0.48万元")),
    ("unit in the name", add(row("数量指标", "宣传（个）", "≥5", "5"))),
    ("dated after the year", put("date", "2024年1月2日")),
    ("month after the year", put("date", "2024.03")),
    ("five copied", lambda data: data["indicators"].extend(TEN[:2])),
    ("growth above all", both(put("indicators.1.level3", "业务增长率"), put("indicators.1.actual", "110%"))),
    ("a cost counted the other way round", put("indicators.2.completion", "96%")),
    ("done, but late", put("indicators.3.reason", "已完成，但推迟两个月，群众有意见")),
    ("short of money, all spent", both(put("budget", {"full_year": 43.2, "received": 37.24, "executed": 37.24}),
                                       put("indicators.3.reason", "经费不足"))),
    ("nothing left undone", put("indicators.0.reason", "不存在未完成的情况")),
    ("the text spends the same", put("statements", [
        {"about": "实际完成情况", "text": "年初预算432,000元，实际支出37.2万元；财政拨款部分，全年支出34.04万元。"}])),
    ("a part of the money", put("statements", [{"about": "实际完成情况", "text": "差旅费预算6万元，实际支出5万元。"}])),
    ("finished on the day set", add(row("时效指标", "时限", "2023年11月底前", "2023年11月30日", weight=1, score=1))),
    ("finished in the month set", add(row("时效指标", "时限", "11月15日前", "11月完成", weight=1, score=1))),
    ("finished late and marked down", add(row("时效指标", "时限", "10月底前", "12月2日", weight=1, score=0.5))),
    ("over some months", add(row("时效指标", "服务期", "2023年1月-6月", "2023年1月-12月", weight=1, score=1))),
    ("a number with a comma", put("statements", [{"about": "实际完成情况", "text": "参训1,860人次，培训8场。"}])),
    ("the text counts another year", put("statements", [{"about": "实际完成情况", "text": "上年培训9场。"}])),
    ("the text repeats the goal", put("statements", [{"about": "预期目标", "text": "全年培训9场。"}])),
    ("all that was spent", add(row("成本指标", "项目总成本", "≤43.2万元", "37.24万元"))),
    ("all that was spent, in yuan", add(row("成本指标", "项目总成本", "≤43.2万元", "372400元"))),
    ("money saved", add(row("成本指标", "成本节约", "≥40万元", "45万元"))),
    ("one name, two kinds", lambda data: data["indicators"].append({**data["indicators"][1], "level2": "社会效益"})),
    ("a unit in its column", add(row("成本指标", "印刷费", "≤18万元", "15.3"))),
    ("other counts", put("statements", [{"about": "s", "text": "设绩效目标3个，另有项目12个。"}])),
    ("execution rate without a target", both(
        put("budget_indicator", None),
        add({"level1": "过程", "level2": "资金", "level3": "预算执行率", "actual": "86.2%", "weight": 10, "score": 8.62,
             "reason": "尾款未付"}))),
]  # fmt: skip


@pytest.mark.parametrize("change", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_quiet(change: Change) -> None:
    assert codes(findings(change)) & NEW == set()


def test_reason_for_a_low_rate_where_the_profile_asks_for_one() -> None:
    assert "EV-R04" in codes(findings(profile="sichuan"))
    assert "EV-R04" not in codes(findings())
    assert "EV-R04" not in codes(findings(put("common_reason", "尾款未付"), profile="sichuan"))
    assert "EV-R04" not in codes(findings(put("indicators.3.reason", "资金下达较晚"), profile="sichuan"))


def test_an_execution_rate_without_a_target_is_scored_by_itself() -> None:
    rate = {"level1": "过程", "level2": "资金", "level3": "预算执行率", "actual": "86.2%", "weight": 10, "score": 8.62}
    change = both(put("budget_indicator", None), add({**rate, "reason": "尾款未付"}))
    assert "EV-S04" not in codes(findings(change))
    assert "EV-S04" in codes(findings(both(change, put("indicators.5.score", 10))))


def test_a_reason_given_for_all_explains_the_rows_that_it_names() -> None:
    bare = put("indicators.4.reason", "")
    assert "EV-T03" in codes(findings(both(bare, put("common_reason", "人手不足"))))
    assert "EV-T03" not in codes(findings(both(bare, put("common_reason", "群众满意度未达标，主要是等候时间长"))))


def test_a_miss_that_rounds_to_full_marks_is_none() -> None:
    """83.3 of 83.4 percent is 3.326 of 3.33 points, printed 3.33."""
    change = both(put("indicators.1.target", "≥83.4%"), put("indicators.1.actual", "83.3%"),
                  put("indicators.1.weight", 3.33), put("indicators.1.score", 3.33))  # fmt: skip
    assert "EV-T06" not in codes(findings(change))
    assert "EV-T06" in codes(findings(both(change, put("indicators.1.actual", "82.3%"))))


def test_the_three_ways_bind_quantity_unit_cost_and_total() -> None:
    numbers = {one.path: one for one in bound(table(both(COUNTED, add(TOTAL))), profiles()["default"])}
    for path in ("indicators[0].actual", "indicators[2].actual", "indicators[5].actual"):
        assert (numbers[path].state, "EV-M06" in numbers[path].codes) == ("bound", True)
    assert not numbers["indicators[0].actual"].accepts(Decimal(9))
    assert numbers["indicators[2].actual"].accepts(Decimal(4803))
    assert not numbers["indicators[2].actual"].accepts(Decimal(4810))
