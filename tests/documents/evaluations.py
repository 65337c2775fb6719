"""The 2024 project of the demo and small literal evaluations of the other profiles, as evaluation files."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from huiliu.budget.events import Event
from huiliu.budget.rates import money_figures
from huiliu.catalog.profiles import profiles
from huiliu.cli.reenactment import target_row
from huiliu.demo import heyuan_2024 as demo
from huiliu.documents.evaluation_file import EvaluationFile, FileInput, evaluation_file
from huiliu.kernel.figures import MANUAL, FigureBook
from huiliu.scoring.assess import Beside, assess
from huiliu.scoring.assessment import Declared
from huiliu.scoring.findings import Finding
from huiliu.scoring.measured import Measured
from huiliu.scoring.targets import MoneyUse, TargetRow
from scoring.targets import measured

YEAR_END = date(2024, 12, 31)


def money_2024(told: Mapping[str, Any]) -> FigureBook:
    """The ledger of the story: every event, and a payment in full of every contract that was paid."""
    events = [
        Event(str(at), one["kind"], one["day"], one["amount"] * 100, number=one.get("number", ""),
              month=one.get("month", 0), due=one.get("due"), purpose=one.get("purpose", ""))
        for at, one in enumerate(told["events"])
    ]  # fmt: skip
    amounts = {one["id"]: one for one in told["events"] if "id" in one}
    events += [
        Event(f"p{at}", "payment", one["paid"], amounts[one["refers"]]["amount"] * 100)
        for at, one in enumerate(told["payments"])
    ]
    return money_figures(events, 2024, "quota", YEAR_END)


@cache
def file_2024(**changes: Any) -> EvaluationFile:
    """The whole story: mended targets, typed values, declared points, money; rows without a record are unmeasured."""
    told = demo.project()
    rows = {one["code"]: one for one in told["published"]} | {one["code"]: one for one in told["mended"]}
    values = {one["row"]: measured(str(one["value"]), state=MANUAL, reason=one["reason"]) for one in told["typed"]}
    common = told["declared"]["common"]
    declared = {
        one["row"]: Declared(Decimal(str(one["points"])), one.get("reason", common))
        for one in told["declared"]["scores"]
    }
    targets = [target_row(told, rows[code]) for code in sorted(rows)]
    money = money_2024(told)
    result = assess(targets, values, profiles()[told["profile"]], money, Beside(declared))
    labels = {one["code"]: one["label"] for one in told["purposes"]}
    given = FileInput(
        "heyuan-2024",
        told["project"]["agency"],
        told["project"]["department"],
        told["project"]["name"],
        2024,
        date(2025, 1, 20),
        objective=told["objective"].strip(),
        achieved="受经费限制部分工作未能如期开展。",
        version="批复目标（合成-批复〔2024〕1号）",
        uses=[MoneyUse(code, labels[code], Decimal(amount)) for code, amount in told["uses"].items()],
        findings=[
            Finding("EV-MON-001", "warning", "支出率按额度计算", "资金支出率", "按预算 78.80%", "按额度 100.00%")
        ],
        signed_on=date(2025, 1, 21),
        **changes,
    )
    return evaluation_file(result, given)


def target(code: str, level1: str, level2: str, name: str, weight: str, **more: Any) -> TargetRow:
    told = {"kind": "≥", "value": Decimal(100), "unit": "%", **more}
    return TargetRow(code, level1, level2, name, weight=Decimal(weight), **told)


OUTPUT, BENEFIT = "产出指标", "效益指标"


def common_rows(weights: Mapping[str, str], cost: str) -> list[TargetRow]:
    """The rows of every small form; `cost` is the first level of the cost, weights by row code."""
    rows = [
        target("A1", OUTPUT, "数量指标", "T+1库维护次数", "0", value=Decimal(12), unit="次"),
        target("A2", OUTPUT, "质量指标", "系统可用率", "0", value=Decimal("99.5")),
        target("A3", cost, "成本指标", "网络维护费", "0", kind="≤", value=Decimal(36000), unit="元",
               paired_output="A1"),
        target("B1", BENEFIT, "社会效益指标", "提高信息传送效率", "0", kind="qualitative", value=None, unit="",
               wording="明显提高", rule="levels"),
        target("B2", BENEFIT, "可持续影响指标", "巡检间隔", "0", kind="range", value=Decimal(5), upper=Decimal(7),
               unit="天"),
        target("C1", "满意度指标", "服务对象满意度指标", "服务对象满意度", "0", value=Decimal(90), rule="satisfaction"),
    ]  # fmt: skip
    return [replace(row, weight=Decimal(weights[row.code])) for row in rows if row.code in weights]


NATIONAL = {"A1": "20", "A2": "20", "A3": "10", "B1": "15", "B2": "15", "C1": "10"}
WEIGHTS = {
    "national": (NATIONAL, OUTPUT),
    "sichuan": (NATIONAL, OUTPUT),
    "national-cost": ({"A1": "20", "A2": "20", "A3": "20", "B2": "20", "C1": "10"}, "成本指标"),
    "hubei": ({"A1": "20", "A2": "20", "B2": "30", "C1": "10"}, OUTPUT),
}
VALUES: Mapping[str, Measured] = {
    "A1": measured("9"),
    "A2": measured("99.71"),
    "A3": measured("0"),
    "B1": measured("85", level="达成"),
    "B2": measured("6"),
}


@cache
def file_of(profile: str) -> EvaluationFile:
    """A small literal year: a cost of nothing, satisfaction not measured, 78.8 % of the budget paid, carried money."""
    rows = common_rows(*WEIGHTS[profile])
    events = [
        Event("1", "initial", date(2024, 1, 20), 200_000_000),
        Event("2", "carryover", date(2024, 1, 20), 5_000_000),
        Event("3", "quota", date(2024, 10, 8), 163_000_000),
        Event("4", "payment", date(2024, 11, 8), 161_540_000),
    ]
    money = money_figures(events, 2024, "quota", YEAR_END)
    given = FileInput(
        f"small-{profile}", "示例市社会保险基金管理局", "示例市人力资源和社会保障局", "社保信息化建设及维护费", 2024,
        date(2025, 1, 20), objective="保障系统稳定运行，全年维护12次。", achieved="维护9次，系统稳定运行。",
        narrative={"unit.measures": ("严格执行预算", "按额度调整目标")},
        reasons={"A1": "额度迟到，少维护三次"},
    )  # fmt: skip
    values = {code: value for code, value in VALUES.items() if code in {row.code for row in rows}}
    return evaluation_file(assess(rows, values, profiles()[profile], money), given)
