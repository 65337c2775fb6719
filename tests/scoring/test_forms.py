"""Small tables after the published local forms: what each must and must not be told."""

import pytest

from scoring.tables import Json, codes, findings


def row(level1: str, level2: str, level3: str, *cells: object, reason: str = "") -> Json:
    """One indicator: target, actual, weight, score."""
    target, actual, weight, score = cells
    return {"level1": level1, "level2": level2, "level3": level3, "target": target, "actual": actual,
            "weight": weight, "score": score, "reason": reason}  # fmt: skip


def form(rows: list[Json], **keys: object) -> Json:
    """A full table with only what the form prints."""
    return {"agency": "某单位", "project": "某项目", "year": 2022, "completeness": "full", "indicators": rows, **keys}


OUTPUT, EFFECT, LIKED = "产出指标", "效益指标", "满意度指标"

FORMS: dict[str, tuple[Json, set[str], set[str]]] = {
    "national, whole points typed, rate rounded up": (
        form(
            [row(OUTPUT, "数量指标", "工程资金金额", "43.2", "37.24", 10, 9, reason="尾款未付"),
             row(OUTPUT, "质量指标", "工程完工率", 100, 100, 40, 40),
             row(EFFECT, "社会效益指标", "长期使用性", 100, 100, 30, 30),
             row(LIKED, "服务对象满意度指标", "学生满意度", 100, 100, 10, 10)],
            budget={"initial": 43.2, "full_year": 43.2, "executed": 37.24},
            budget_indicator={"weight": 10, "rate": "86%", "score": 9}, total_weight=100, total=98, grade="优"),
        set(), {"EV-S05", "EV-S04"}),
    "national, total line 0 beside a component of 90": (
        form(
            [row(OUTPUT + "（50分）", "质量指标", "合格率", "≥100百分比", 100, 50, 50),
             row(EFFECT + "(30分)", "社会效益指标", "影响", "效果明显", "达成预期指标", 30, 30),
             row(LIKED + "(10分)", "满意度指标", "公众满意度", "≥95%", "95%", 10, 10)],
            budget={"initial": 0, "full_year": 0, "executed": 0, "rows": {
                "年度资金总额": [0, 0, 0], "其中：本年财政拨款": [90, 89.974, 89.974],
                "上年结转资金": [None, None, None], "其他资金": [None, None, None]}},
            budget_indicator={"weight": 10, "rate": 0, "score": 0}, total_weight=100, total=90, grade="优"),
        {"EV-M01"}, set()),
    "Yunnan, exact targets met and points taken off all the same": (
        form(
            [row(OUTPUT, "数量指标", "补助经费", "﹦72890元", 72890, 10, 9),
             row(OUTPUT, "质量指标", "验收合格率", "=100%", 100, 40, 38),
             row(EFFECT, "社会效益指标", "责停率", "≥95%", "95%", 30, 27),
             row(LIKED, "满意度", "满意度", "≥95%", "95%", 10, 9)],
            budget={"initial": 7.29, "full_year": 7.29, "executed": 7.29},
            budget_indicator={"weight": "10.00", "rate": "100%", "score": "10.00"}, total_weight=100, total=93),
        set(), {"EV-S04", "EV-T03"}),
    "Hubei, execution 20": (
        form(
            [row(OUTPUT, "质量指标", "完成率", "100%", "100%", 40, 40),
             row(EFFECT, "社会效益指标", "知晓率", "≥80%", "82%", 30, 30),
             row(LIKED, "满意度", "满意度", "≥90%", "92%", 10, 10)],
            budget={"full_year": 120, "executed": 117.74},
            budget_indicator={"weight": 20, "rate": "98.12%", "score": 19.62}, total_weight=100, total=99.62),
        set(), set()),
    "Hubei, target 2, actual 9, no points": (
        form(
            [row(OUTPUT, "数量指标", "巡查次数", 2, 9, 7, 0, reason="目标设置过低"),
             row(OUTPUT, "质量指标", "合格率", "100%", "100%", 93, 93)], total_weight=100, total=93, grade="优"),
        set(), {"EV-T05"}),
    "Sichuan, initial budget 0 and all money added in the year": (
        form(
            [row(OUTPUT, "质量指标", "采购完成", "=100%", "100%", 60, 60),
             row(EFFECT, "社会效益指标", "足额保障率", "=100%", "100%", 30, 30)],
            budget={"initial": 0, "full_year": 3.36, "executed": 3.36, "rows": {
                "总额": ["0.00", 3.36, 3.36], "其中：财政资金": ["0.00", 3.36, 3.36],
                "财政专户管理资金": ["0.00", "0.00", "0.00"], "单位资金": ["0.00", "0.00", "0.00"],
                "其他资金": ["/", "/", "/"]}},
            budget_indicator={"weight": 10, "rate": "100.00%", "score": 10}, total_weight=100, total=100, grade="优"),
        set(), set()),
    "Sichuan, halves of weights": (
        form(
            [row(OUTPUT, "质量指标", "足额保障率", "=100%", "100%", 22.5, 22.5),
             row(OUTPUT, "数量指标", "科目调整次数", "≤10次", "9次", 22.5, 22.5),
             row(OUTPUT, "时效指标", "按时发放率", "=100%", "100%", 22.5, 22.5),
             row(EFFECT, "经济效益指标", "结余率", "≤5%", "4.5%", 22.5, 22.5)],
            budget={"full_year": 10, "executed": 10},
            budget_indicator={"weight": 10, "rate": "100%", "score": 10}, total_weight=100, total=100),
        set(), set()),
    "Ningxia, decision 10 management 25 outputs 30 effects 35": (
        form(
            [row("决策", "立项", "立项规范", "规范", "资料齐全", 10, 10),
             row("管理", "资金管理", "预算执行率", "100%", "92.5%", 25, 23.13, reason="招标节约"),
             row("产出", "质量", "达标率", "100%", "100%", 30, 30),
             row("效益", "社会效益", "投诉下降", "≥10%", "10%", 35, 35)],
            budget={"initial": 200, "executed": 185}, total_weight=100, total=98.13, grade="优"),
        set(), set()),
    "Guangdong, three thirds of 40": (
        form(
            [row("过程", "资金管理", "资金支出率", None, "100%", 60, 60),
             row("效益", "社会效益", "稳定运行", "≥99%", "99%", 13.33, 13.33),
             row("效益", "可持续影响", "数据准确率", "≥99%", "99%", 13.33, 13.33),
             row("效益", "满意度", "对象满意度", "≥90%", "90%", 13.33, 13.33)],
            budget={"initial": 20, "issued": 20, "executed": 20}, total_weight=100, total=100, grade="优"),
        set(), set()),
    "Beijing, 49.88 % printed, 50 % scored": (
        form(
            [row(OUTPUT, "质量指标", "合格率", "100%", "100%", 90, 90)],
            budget={"full_year": 168.4, "executed": 84.0},
            budget_indicator={"weight": 10, "rate": "49.88%", "score": 5}, total_weight=100, total=95),
        set(), {"EV-S05"}),
    "floor of 9.78": (
        form(
            [row(OUTPUT, "质量指标", "合格率", "100%", "100%", 90, 90)],
            budget={"full_year": 100, "executed": 97.8},
            budget_indicator={"weight": 10, "rate": "97.80%", "score": 9}, total_weight=100, total=99),
        set(), {"EV-S05"}),
    "added wrongly": (
        form(
            [row(OUTPUT, "质量指标", "合格率", "100%", "100%", 50, 45, reason="返工"),
             row(EFFECT, "社会效益", "投诉", "≤3件", "3件", 40, 40),
             row(LIKED, "满意度", "满意度", "≥90%", "90%", 10, 10)],
            total_weight=100, total=96, grade="优"),
        {"EV-S01"}, {"EV-S04"}),
    "89.5 called 优": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "89.5%", 100, 89.5, reason="返工")],
             total_weight=100, total=89.5, grade="优"),
        set(), {"EV-G01"}),
    "75 called 良": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "75%", 100, 75, reason="返工")],
             total_weight=100, total=75, grade="良"),
        {"EV-G01"}, set()),
    "only the outputs of a long table": (
        {**form([row(OUTPUT, "数量指标", "检查次数", "≥20次", "20次", 10, 10),
                row(OUTPUT, "质量指标", "合格率", "100%", "98%", 10, 9)],
                total_weight=100, total=92, grade="优"), "completeness": "outputs only"},
        set(), {"EV-S04", "EV-T03"}),
    "payments by voucher": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "100%", 100, 100)], spent=12.5,
             payments=[["印刷费", "7.5", "记-12"], ["邮寄费", "5", "记-30"]], total_weight=100, total=100),
        set(), set()),
    "the rest of the money not printed": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "100%", 100, 100)],
             budget={"initial": 100, "full_year": 90, "executed": 85,
                     "rows": {"其中：财政拨款": [80, 80, 75], "其他资金": [20, None, 10]}},
             total_weight=100, total=100),
        set(), set()),
    "scores nobody printed": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "100%", 60, 60),
              row(EFFECT, "社会效益", "知晓", "提高", "提高", 40, None)],
             total_weight=100, total=97, grade="优"),
        set(), {"EV-T04"}),
    "scores nobody printed, total out of reach": (
        form([row(OUTPUT, "质量指标", "合格率", "100%", "100%", 60, 50, reason="x"),
              row(EFFECT, "社会效益", "知晓", "提高", "略", 40, None)],
             total_weight=100, total=97),
        {"EV-S01"}, {"EV-S04"}),
}  # fmt: skip


@pytest.mark.parametrize(("base", "errors", "warnings"), FORMS.values(), ids=FORMS)
def test_form(base: Json, errors: set[str], warnings: set[str]) -> None:
    found = findings(base=base)
    assert (codes(found, "error"), codes(found, "warning")) == (errors, warnings)
