"""Tables as units really print them: consistent ones hold no error, and a planted contradiction is named."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from scoring.tables import Json, codes, findings
from scoring.test_changes import both, put
from scoring.test_forms import EFFECT, LIKED, OUTPUT, form, row

WORKS = row(OUTPUT, "质量指标", "合格率", "100%", "100%", 90, 90)


def block(rate: object, score: object, weight: object = 10) -> Json:
    """The fund block's scored execution rate."""
    return {"weight": weight, "rate": rate, "score": score}


def funds(full_year: object, executed: object, **keys: object) -> Json:
    """The fund block; `rows` may follow."""
    return {"initial": full_year, "full_year": full_year, "executed": executed, **keys}


def short(rate: object, score: object, total: object, budget: Json, **keys: object) -> Json:
    """One row of 90 points in full and the execution rate."""
    return form([WORKS], budget=budget, budget_indicator=block(rate, score), total_weight=100, total=total, **keys)


CONSISTENT: dict[str, Json] = {
    "57.41 % of 1781.86, merged cells": form(
        [row("产出指标（50分）", "数量指标", "维护次数", "≥12次", "12次", 20, 20),
         row("", "", "宣传场次", "≥10场次", "9场次", 10, 9, reason="场地冲突"),
         row("", "质量指标", "运行率", "≥99%", "99.60%", 10, 10),
         row("", "时效指标", "完成时间", "2024年12月底前", "2024年11月", "10分", "10.00分"),
         row("效益指标（30分）", "社会效益指标", "服务能力", "不断提升", "有所提升", 15, 13.5, reason="人手不足"),
         row("", "生态效益指标", "/", "", "—", None, None),
         row("", "可持续影响指标", "长效机制", "健全", "已健全", 15, 15),
         row("", "满意度指标（10分）", "群众满意度", "≥90%", "96.5%", 10, 10)],
        budget={"initial": "1,022.89", "full_year": "1,781.86", "executed": "1,022.89", "rows": {
            "年度资金总额": ["1,022.89", "1,781.86", "1,022.89"],
            "其中：当年财政拨款": ["1,022.89", "1,522.89", 822.89],
            "上年结转资金": ["", "258.97", "200.00"], "其他资金": ["———", "－", "不适用"]}},
        budget_indicator=block("57.41 %", 5.74), total_weight="100分", total="93.24分", grade="优秀"),
    "fractions of a spreadsheet": form(
        [row(OUTPUT, "质量指标", "准确率", 1, 1, 50, 50),
         row(OUTPUT, "时效指标", "及时率", 1, 0.98, 30, 29.4, reason="故障一天"),
         row(LIKED, "满意度", "满意度", 0.9, 0.925, 10, 10)],
        budget=funds(100, 98.2), budget_indicator=block(0.982, 9.82), total_weight=100, total=99.22),
    "yuan in the block, ten-thousands in the text": short(
        "97.75%", 9.78, 99.78, funds("1,022,890.35", "999,876.02", unit="元", rows={
            "总额": ["1,022,890.35", "1,022,890.35", "999,876.02"], "财政": ["1,000,000.35"] * 2 + ["980,000.02"],
            "其他": ["22,890.00", "22,890.00", "19,876.00"]}), spent="99.99万元"),
    "currency sign": short("95.88%", 9.59, 99.59, funds("￥1,200.00", "¥1,150.50", unit="元")),
    "budget of two decimals, spending of six": short(
        "90.71%", 9.07, 99.07, funds(15.57, 14.123456, rows={
            "年度资金总额": [15.57, 15.57, 14.123456], "财政拨款": [12.35, 12.35, 11.003456],
            "其他": [3.21, 3.21, 3.12]})),
    "two sources with parts each": short(
        "95%", 9.5, 99.5, funds(100, 95, rows={
            "资金总额": [100, 100, 95], "财政拨款": [80, 80, 78], "其中：中央": [50, 50, 50], "省级": [30, 30, 28],
            "其他资金": [20, 20, 17], "其中：事业收入": [15, 15, 12], "经营收入": [5, 5, 5]})),
    "total of one source": short(
        "80%", 8, 98, funds(120, 96, rows={
            "资金总额": [120, 120, 96], "财政资金合计": [100, 100, 80], "其中：一般公共预算": [60, 60, 50],
            "政府性基金": [40, 40, 30], "其他资金": [20, 20, 16]})),
    "lines without a total": short("80%", 8, 98, {"rows": {"财政拨款": [100, 120, 96], "其他资金": [0, 0, 0]}}),
    "spent more than the budget": short("115.63%", 10, 100, funds(80, 92.5)),
    "total cut off to one decimal": short("97.87%", 9.79, 99.7, funds(300, 293.6)),
    "execution rate counted, its points not printed": form(
        [WORKS], budget=funds(120, 117.74), total_weight=100, total=99.81, grade="优"),
    "execution rate as a row without a name of its own": form(
        [row("预算执行率（10分）", "", "", "100%", 92.3, 10, 9.23, reason="尾款未付"), WORKS],
        budget=funds(120, 110.76), budget_indicator=block("92.30%", 9.23), total_weight=100, total=99.23),
    "execution rate under another name": form(
        [row("投入", "资金", "资金到位与使用", "100%", "92.3%", 10, 9.23, reason="尾款未付"), WORKS],
        budget=funds(120, 110.76), budget_indicator=block("92.3%", 9.23), total_weight=100, total=99.23),
    "half points": form(
        [row(EFFECT, "社会效益", name, "好", "较好", 20, score, reason="x")
         for name, score in (("一", 19.5), ("二", 18.5), ("三", 18.5), ("四", 19.5))],
        budget_indicator=block("100%", 20, 20), total_weight=100, total=96),
    "ticked grade": form([row(EFFECT, "社会效益", "一", "好", "较好", 100, 85, reason="x")],
                         total_weight=100, total=85, grade="□优 ☑良 □中 □差"),
    "grade ticked behind": form([row(EFFECT, "社会效益", "一", "好", "较好", 100, 85, reason="x")],
                                total_weight=100, total=85, grade="优□ 良√ 中□ 差□"),
    "out of 50": form([row(EFFECT, "社会效益", "一", "好", "较好", 50, 45, reason="x")],
                      total_weight=50, total=45, grade="A级"),
    "a line of sums copied along": short("95%", 9.5, 99.5, funds(20, 19)) | {
        "indicators": [WORKS, row("总分", "", "", None, None, 100, 99.5)]},
    "sentences of other things": form(
        [row("产出指标", "质量指标", "合格率", "100%", "100%", 60, 60),
         row("效益指标", "社会效益", "影响", "明显", "较明显", 30, 28, reason="x"),
         row("满意度指标", "满意度", "满意度", "≥90%", "91%", 10, 10)],
        statements=[{"about": "s", "text": text} for text in (
            "项目总分100分，自评得分98分", "效益指标失分2分，每项指标5分", "满意度调查得分96分，平均95.6分",
            "部门整体支出自评总分为93.2分", "产出指标60分、得60分")],
        total_weight=100, total=98),
    "completion by bands": form(
        [row(OUTPUT, "质量指标", "一", "3个", "3个", 70, 70),
         row(EFFECT, "社会效益", "二", "好", "差", 30, 18, reason="x")],
        counts={"indicators": "2个", "complete": 1, "incomplete": 1, "complete_share": 0.5,
                "bands": {"100%": 1, "80%（含）-100%": 0, "60%（含）-80%": 1, "60%以下": 0}},
        total_weight=100, total=88),
}  # fmt: skip


@pytest.mark.parametrize("base", CONSISTENT.values(), ids=CONSISTENT)
def test_a_consistent_print_has_no_error(base: Json) -> None:
    assert [finding for finding in findings(base=base) if finding.severity == "error"] == []


FIRST, ROWS = "57.41 % of 1781.86, merged cells", "budget.rows."
PLANTED = [
    (FIRST, put("total", 94.24), {"EV-S01"}),
    (FIRST, put("budget_indicator.rate", "54.71%"), {"EV-R01"}),
    (FIRST, both(put("indicators.7.weight", 5), put("indicators.7.score", 5), put("total", 88.24), put("grade", "良")),
     {"EV-W01", "EV-W02"}),
    (FIRST, put("indicators.0.level1", "产出指标（40分）"), {"EV-W02"}),
    (FIRST, put("indicators.0.level1", "产出（60）"), {"EV-W02"}),
    (FIRST, put("indicators.4.level1", "效益指标29.5分"), {"EV-W02"}),
    (FIRST, put("indicators.7.level2", "满意度指标（20分）"), {"EV-W02"}),
    (FIRST, both(put("indicators.2.score", 12), put("total", 95.24)), {"EV-S03"}),
    (FIRST, put(ROWS + "上年结转资金", ["", "258.97", "210.00"]), {"EV-M01"}),
    (FIRST, put("grade", "良"), {"EV-G01"}),
    ("fractions of a spreadsheet", put("budget_indicator.rate", 0.892), {"EV-R01"}),
    ("yuan in the block, ten-thousands in the text", put("spent", "98.99万元"), {"EV-M02"}),
    ("yuan in the block, ten-thousands in the text", put(ROWS + "其他", ["22,890.00", "22,890.00", "19,876.20"]),
     {"EV-M01"}),
    ("budget of two decimals, spending of six", put(ROWS + "其他", [3.19, 3.21, 3.12]), {"EV-M01"}),
    ("two sources with parts each", put(ROWS + "其中：中央", [60, 60, 60]), {"EV-M01"}),
    ("two sources with parts each", put(ROWS + "其他资金", [25, 20, 17]), {"EV-M01"}),
    ("total of one source", put(ROWS + "其他资金", [30, 20, 16]), {"EV-M01"}),
    ("lines without a total", put("budget_indicator.rate", "90%"), {"EV-R01"}),
    ("spent more than the budget", put("total", 102), {"EV-S01", "EV-S06"}),
    ("execution rate counted, its points not printed", put("total", 95), {"EV-S01", "EV-W01"}),
    ("execution rate as a row without a name of its own",
     both(put("indicators.0.actual", 98), put("budget_indicator", None)), {"EV-R01"}),
    ("execution rate as a row without a name of its own", put("budget_indicator.score", 9.8), {"EV-S07"}),
    ("execution rate as a row without a name of its own",
     both(put("budget", None), put("budget_indicator.rate", "95%")), {"EV-S07"}),
    ("execution rate under another name", put("indicators.0.score", 8), {"EV-W01", "EV-S01"}),
    ("half points", put("total", 95.8), {"EV-S01"}),
    ("ticked grade", put("grade", "☑优 □良 □中 □差"), {"EV-G01"}),
    ("out of 50", put("grade", "B级"), {"EV-G01"}),
    ("sentences of other things", put("statements.0.text", "自评总分为97分"), {"EV-X09"}),
    ("sentences of other things", put("statements.4.text", "产出指标得分58分"), {"EV-X08"}),
    ("completion by bands", put("counts.bands.60%（含）-80%", 0), {"EV-C05"}),
]  # fmt: skip


@pytest.mark.parametrize(("base", "change", "expected"), PLANTED)
def test_a_planted_contradiction_is_the_only_error(
    base: str, change: Callable[[Json], None], expected: set[str]
) -> None:
    assert codes(findings(change, base=CONSISTENT[base]), "error") == expected


def in_words(item: Any) -> Any:
    """Every number as text."""
    if isinstance(item, dict):
        return {key: in_words(inner) for key, inner in item.items()}
    if isinstance(item, list):
        return [in_words(inner) for inner in item]
    return str(item) if isinstance(item, int | float) else item


def renamed(data: Json) -> Json:
    """Other names, and keys nobody knows."""
    rows = [{**item, "note": [1]} for item in data["indicators"]]
    return {**data, "agency": None, "project": "换名", "year": "2031年度", "id": 7, "extra": {"x": [True]},
            "indicators": rows}  # fmt: skip


@pytest.mark.parametrize("rewrite", [in_words, renamed])
@pytest.mark.parametrize("base", CONSISTENT.values(), ids=CONSISTENT)
def test_the_same_table_written_otherwise_has_the_same_findings(rewrite: Callable[[Json], Json], base: Json) -> None:
    said = [(finding.code, finding.severity, finding.where) for finding in findings(base=base)]
    again = findings(base=rewrite(copy.deepcopy(base)))
    assert [(finding.code, finding.severity, finding.where) for finding in again] == said


@pytest.mark.parametrize("base", CONSISTENT.values(), ids=CONSISTENT)
def test_the_order_of_rows_changes_nothing(base: Json) -> None:
    data = copy.deepcopy(base)
    for item, filled in zip(data["indicators"], _levels(data["indicators"]), strict=True):
        item["level1"], item["level2"] = filled
    turned = {**data, "indicators": data["indicators"][::-1]}
    said = [sorted((f.code, f.severity, f.where.split(" ")[-1]) for f in findings(base=one)) for one in (data, turned)]
    assert said[0] == said[1]


def _levels(rows: list[Json]) -> list[tuple[str, str]]:
    """The levels with merged cells filled by hand for the one table that has them."""
    level1 = level2 = ""
    filled = []
    for item in rows:
        level1, level2 = item["level1"] or level1, item["level2"] or ("" if item["level1"] else level2)
        filled.append(("满意度指标" if "满意" in level2 else level1, level2))
    return filled
