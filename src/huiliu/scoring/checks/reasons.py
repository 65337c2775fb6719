"""Reasons and words of the text that cannot be: against the money left, against the row, against the count."""

import re
from collections.abc import Iterator
from decimal import Decimal

from huiliu.scoring.checks.rates import printed_rates
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import denominators, numerators
from huiliu.scoring.parts import plain
from huiliu.scoring.tolerance import BY_WORDS, EXACTLY

_LEFT = Decimal("0.95")
_FEWEST_COUNTED = 3
_COUNTED_AS = re.compile(
    r"(?:绩效)?(目标|项目|任务)(?:个数|数量|数)?(?:共计|共有|总数|共|为|有)?[:：]?(\d{1,3})个"
    r"|(\d{1,3})个(?:绩效)?(目标|项目|任务)(?!指标)"
)


@check(
    "EV-R04",
    "执行率偏低，未说明原因",
    "warning",
    identity="执行率低于评分方案规定的界限时，写有原因",
    tolerance=EXACTLY,
)
def low_rate_without_reason(case: Case) -> Iterator[Hit]:
    """Below some execution rate the profile asks for a reason; no common one is given and no other speaks of money."""
    below, table = case.profile.reason_below, case.table
    rates = [rate for _, rate in printed_rates(case) if rate.percent is not None]
    said = "".join([*(row.reason for row in table.indicators), *(statement.text for statement in table.statements)])
    explained = table.common_reason or "money" in case.phrases.kinds("reasons", said)
    if below is None or not rates or explained:
        return
    lowest = min(rates, key=lambda rate: rate.percent or Decimal(0))
    if (lowest.percent or Decimal(0)) < below:
        yield Hit("预算执行率", f"低于 {plain(below)}% 须说明原因", f"{lowest.raw}，未见原因")


@check(
    "EV-X11",
    "扣分的原因写成已完成",
    "warning",
    identity="扣分的项，原因不是“已完成”“达到目标”",
    tolerance=BY_WORDS,
)
def reason_that_denies(case: Case) -> Iterator[Hit]:
    """Points are lost and the reason says that all was done: it explains nothing."""
    for row in case.table.indicators:
        phrase = case.phrases.says("fulfilled", row.reason)
        if row.deducted and phrase and not case.phrases.says("but", row.reason):
            lost = (row.weight.number or Decimal(0)) - (row.score.number or Decimal(0))
            yield Hit(row.where, f"说明扣 {plain(lost)} 分的原因", f"“{row.reason[:60]}”")


@check(
    "EV-X12",
    "以资金不足为由，资金却有结余",
    "warning",
    identity="以资金不足解释扣分时，到位的资金已基本用完（95%以上）",
    tolerance=EXACTLY,
)
def short_of_money_with_money_left(case: Case) -> Iterator[Hit]:
    """A deduction is put down to a lack of money while more than a twentieth of what was issued was not spent."""
    spent, bases = numerators(case.table), denominators(case.table)
    if not spent or not bases:
        return
    # What arrived, where that is printed; else the last budget.
    base = next((item for item in reversed(bases) if not item.label.endswith("预算数")), bases[0])
    if spent[0].amount >= base.amount * _LEFT:
        return
    found = f"{base.label} {plain(base.amount)}，支出 {plain(spent[0].amount)}"
    reasons = [(row.where, row.reason) for row in case.table.indicators if row.deducted]
    for where, text in [*reasons, ("共同原因", case.table.common_reason)]:
        phrase = case.phrases.says("short_money", text)
        if phrase:
            yield Hit(where, f"“{phrase}”时资金基本用完", found)


@check(
    "EV-X13",
    "目标、项目与指标的个数混用",
    "warning",
    identity="文字所称目标、项目的个数不是指标的个数",
    tolerance=EXACTLY,
)
def counted_by_another_name(case: Case) -> Iterator[Hit]:
    """A statement counts 目标, 项目 or 任务 and gives just the number of indicators: the words are mixed up."""
    rows = len(case.table.indicators)
    for statement in case.table.statements:
        for before, first, second, behind in _COUNTED_AS.findall("".join(statement.text.split())):
            word, number = before or behind, int(first or second)
            if number == rows >= _FEWEST_COUNTED:
                yield Hit("报告文字", f"指标 {rows} 个", f"{word} {number} 个")


@check(
    "EV-X15",
    "原因栏写未完成，得分却是满分",
    "warning",
    identity="得满分的项，原因栏没有写未完成",
    tolerance=BY_WORDS,
)
def full_marks_with_a_reason_for_less(case: Case) -> Iterator[Hit]:
    """Full marks although the row's own reason says that it was not done or not reached."""
    for row in case.table.indicators:
        phrase = case.phrases.says("not_done", row.reason)
        if row.full_marks and phrase and not case.phrases.says("not_meant", row.reason):
            yield Hit(row.where, f"“{phrase}”的项扣分", f"“{row.reason[:60]}”，得满分")
