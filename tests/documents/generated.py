"""Evaluations drawn at random: any money, any points, uses named like sources of money, rows measured or not."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal

from documents.evaluations import WEIGHTS, YEAR_END, common_rows, file_2024
from huiliu.budget.events import Event
from huiliu.budget.rates import money_figures
from huiliu.catalog.profiles import profiles
from huiliu.documents.evaluation_file import EvaluationFile, FileInput, evaluation_file
from huiliu.scoring.assess import Beside, assess
from huiliu.scoring.assessment import Declared
from huiliu.scoring.measured import Measured
from huiliu.scoring.profile import Profile
from huiliu.scoring.targets import MoneyUse, TargetRow
from scoring.targets import measured

USES = (
    "办公设备维护",
    "其他",
    "专项补助资金",
    "县级财政补助",
    "其他资金",
    "自筹资金",
    "T+1库维护",
    "财政拨款（续）",
    "小型设备",
)
HEYUAN = "gd-heyuan-2024"


def drawn(profile: str, seed: int) -> EvaluationFile:
    """One evaluation by a profile and seed."""
    draw = random.Random(f"{profile}:{seed}")
    told = file_2024() if profile == HEYUAN else None
    rows = [row.row for row in told.rows] if told else common_rows(*WEIGHTS[profile])
    share = 1 if seed % 3 else 0.8
    values = {row.code: _value(row, draw, profiles()[profile]) for row in rows if draw.random() < share}
    declared = {row.code: Declared(_points(row, draw), draw.choice(("", "额度到账较晚"))) for row in rows if seed % 2}
    money = money_figures(_events(draw), 2024, "quota", YEAR_END)
    uses = draw.sample(USES, draw.randrange(len(USES)))
    given = FileInput(
        f"drawn-{profile}-{seed}",
        "示例市社会保险基金管理局",
        "示例市人力资源和社会保障局",
        "社保信息化建设及维护费",
        2024,
        date(2025, 1, 20),
        objective="保障系统稳定运行。",
        achieved="系统运行稳定，部分工作未能如期开展。",
        reasons={row.code: "额度到账较晚，设备采购推迟" for row in rows if draw.random() < 0.5},
        uses=[MoneyUse(f"U{at}", name, Decimal(draw.randrange(1, 10**8)) / 100) for at, name in enumerate(uses)],
        score="declared" if seed % 4 == 1 else "computed",
        signed_on=draw.choice((None, date(2025, 1, 21))),
    )
    return evaluation_file(assess(rows, values, profiles()[profile], money, Beside(declared)), given)


def _value(row: TargetRow, draw: random.Random, profile: Profile) -> Measured:
    if row.kind == "qualitative":
        share = Decimal(draw.randrange(0, 101))
        return measured(str(share), level=profile.judged(share).name)
    goal = row.value or Decimal(1)
    return measured(str((goal * draw.randrange(0, 160) / 100).quantize(Decimal("0.01"))))


def _points(row: TargetRow, draw: random.Random) -> Decimal:
    return (row.weight * draw.randrange(0, 101) / 100).quantize(Decimal("0.01"))


def _events(draw: random.Random) -> list[Event]:
    """A ledger that may be tiny, so that an execution rate is under 2 % too."""
    whole = draw.randrange(1_000_000, 900_000_000)
    paid = int(whole * draw.choice((0, 0.0123, 0.5, 0.97, 1)))
    events = [Event("1", "initial", date(2024, 1, 20), whole), Event("3", "quota", date(2024, 10, 8), max(paid, 1))]
    if draw.random() < 0.5:
        events.append(Event("2", "carryover", date(2024, 1, 20), draw.randrange(1, 10_000_000)))
    return events + ([Event("4", "payment", date(2024, 11, 8), paid)] if paid else [])


def as_declared(file: EvaluationFile) -> EvaluationFile:
    """The same with the unit's own points as the ones that are printed."""
    return evaluation_file(file.assessment, replace(file.given, score="declared"))
