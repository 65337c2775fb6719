"""What happened to a project in its year, by seed: money that adds up, targets reached or missed with a reason."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from random import Random

from forms.themes import BENEFIT, CONTENT, LEVELS, OUTPUT, THEMES, Item
from forms.truth import Facts, Line, Odd, Row

SOURCES = ("财政拨款", "上年结转", "其他资金")
FEWEST = {"数量指标": 2, "质量指标": 1, "时效指标": 1, "成本指标": 1, "社会效益指标": 1, "服务对象满意度指标": 1}
REASONS = {
    OUTPUT: (
        "受年中项目方案调整影响，部分工作量顺延至下年，下一步倒排工期、按月调度。",
        "供应商交货较晚；今后提前启动采购。",
        "施工期间遇强降雨停工，已于次年一季度补齐。",
    ),
    BENEFIT: ("宣传覆盖面不够，偏远村组知晓率低；将加大上门宣传力度。", "系统升级期间设备故障，影响使用，已加强值守。"),
    CONTENT: (
        "窗口人员不足，群众等候时间偏长；已增设窗口并开展服务培训。",
        "个别服务对象对办理流程不熟悉，加强人员引导。",
    ),
}
UNSAFE = "检查中发现一般风险隐患两项，未发生安全事故，已列入整改清单。"
LOW_RATE = "项目尾款未到支付节点，结余资金结转下年继续使用；今后加快支出进度。"
SCRIBBLES = ("1O", "9.O", "约8（待核）", "满分？", "见附件", "8-?", "l0", "按进度")
MONEY_SCRIBBLES = ("约12万（待财务核）", "1O.5O", "见明细表", "同上")


def happened(seed: int) -> Facts:
    """One project's year."""
    rng = Random(f"self-evaluation {seed}")
    theme = THEMES[seed % len(THEMES)]
    lines, luck = tuple(_lines(rng)), rng.choice((0.85, 0.6, 0.2))
    return Facts(
        seed=seed, agency=theme.agency, department=theme.department, project=theme.project,
        code=f"4416002{rng.randrange(10**8):08d}", year=2024, promise=theme.promise, done=theme.done, lines=lines,
        rows=tuple(_row(rng, item, luck) for item in _chosen(rng, theme.items)), whole=seed % 2 == 0,
        execution_reason=LOW_RATE,
    )  # fmt: skip


def scribbled(facts: Facts) -> Facts:
    """The same, with three cells that nobody can read: a weight, a score, and an amount spent."""
    rng = Random(f"scribbles {facts.seed}")
    weight, score = rng.sample(facts.rows, 2)
    odds = (
        Odd(weight.name, "weight", rng.choice(SCRIBBLES[:1] + SCRIBBLES[2:3] + SCRIBBLES[6:7])),
        Odd(score.name, "score", rng.choice(SCRIBBLES[1:6])),
        Odd(rng.choice(facts.lines).source, "executed", rng.choice(MONEY_SCRIBBLES)),
    )
    return replace(facts, odds=odds)


def _lines(rng: Random) -> Iterator[Line]:
    shares = rng.choice((("1", "0", "0"), ("1", "0", "0"), ("1", "0.2", "0"), ("1", "0.15", "0.35")))
    base = Decimal(rng.randrange(900, 40_000)) * 100
    adjusted, spent = rng.choice(("1", "1", "0.82", "1.25")), rng.choice(("1", "1", "0.964", "0.873", "0.7512"))
    for source, share in zip(SOURCES, shares, strict=True):
        initial = _hundreds(base * Decimal(share))
        full_year = _hundreds(initial * Decimal(adjusted)) if source == SOURCES[0] else initial
        executed = _hundreds(full_year * Decimal(spent))
        yield Line(source, initial, full_year, max(executed, _hundreds(full_year * Decimal("0.98"))), executed)


def _hundreds(amount: Decimal) -> Decimal:
    return (amount / 100).quantize(Decimal(1), ROUND_HALF_UP) * 100


def _chosen(rng: Random, items: tuple[Item, ...]) -> Iterator[Item]:
    for level2 in LEVELS:
        at_hand = [item for item in items if item.level2 == level2]
        count = rng.randint(min(FEWEST.get(level2, 0), len(at_hand)), len(at_hand))
        keep = sorted(rng.sample(range(len(at_hand)), count))
        yield from (at_hand[number] for number in keep)


def _row(rng: Random, item: Item, luck: float) -> Row:
    reached = rng.random() < luck
    row = _words(rng, item, reached) if item.sign in ("日期", "定性") else _number(rng, item, reached)
    if row.share == 1:
        return row
    return replace(row, reason=UNSAFE if "安全" in row.name else rng.choice(REASONS[row.level1]))


def _words(rng: Random, item: Item, reached: bool) -> Row:
    if item.sign == "日期":
        share = Fraction(1 if reached else Fraction(4, 5))
        done = _days(item.target, rng) if reached else "2025年1月中旬完成"
    else:
        share = Fraction(1 if reached else Fraction(3, 4))
        done = "达成预期指标" if reached else "部分达成预期指标"
    row = Row(LEVELS[item.level2], item.level2, item.name, item.sign, "", None, None, share)
    return replace(row, target_words=item.target, actual_words=done)


def _days(deadline: str, rng: Random) -> str:
    month = 3 if "3月" in deadline else 6 if "6月" in deadline else 10 if "10月" in deadline else 12
    return f"2024年{month}月{rng.randint(2, 14)}日完成"


def _number(rng: Random, item: Item, reached: bool) -> Row:
    low, _, high = item.target.partition("-")
    target, upper = Decimal(low), Decimal(high) if high else None
    actual = _actual(rng, item, reached, upper or target)
    share = _share(item.sign, target, upper, actual)
    level1 = LEVELS[item.level2]
    return Row(level1, item.level2, item.name, item.sign, item.unit, target, actual, share, upper)


def _actual(rng: Random, item: Item, reached: bool, target: Decimal) -> Decimal:
    places = max(1 if item.unit == "%" else 0, len(item.target.partition(".")[2]), 1 if target < 10 else 0)
    factor = _factor(rng, item, reached)
    actual = (target * factor).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if item.unit != "%" and places and target == int(target) and item.unit != "小时":
        actual = actual.quantize(Decimal(1), ROUND_HALF_UP)
    return min(actual, Decimal(100)) if item.unit == "%" else actual


def _factor(rng: Random, item: Item, reached: bool) -> Decimal:
    if item.sign == "=":
        return Decimal(1) if reached else Decimal(rng.randint(880, 975)) / 1000
    if item.sign == "~":
        return Decimal(rng.randint(950, 1000) if reached else rng.randint(800, 880)) / 1000
    if item.sign == "≥":
        return Decimal(rng.choice((1000, 1000, rng.randint(1010, 1180))) if reached else rng.randint(380, 975)) / 1000
    return Decimal(rng.choice((1000, rng.randint(840, 990))) if reached else rng.randint(1030, 1600)) / 1000


def _share(sign: str, target: Decimal, upper: Decimal | None, actual: Decimal) -> Fraction:
    goal, got = Fraction(target), Fraction(actual)
    if sign == "≤":
        return min(Fraction(1), goal / got)
    if upper is not None and got > Fraction(upper):
        return Fraction(upper) / got
    return min(Fraction(1), got / goal) if sign != "=" else 1 - abs(got - goal) / goal
