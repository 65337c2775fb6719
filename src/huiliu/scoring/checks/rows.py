"""Single rows: completion against target and actual, score against completion, missing and copied cells."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.completion import achievement, awarded, is_cost, pair, plausible_completions, plausible_scores
from huiliu.scoring.exchange import Indicator, Statement
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.parts import is_execution_rate, plain
from huiliu.scoring.phrases import clauses
from huiliu.scoring.score import EXACT, proportional, score_fit
from huiliu.scoring.tolerance import BY_PERCENT, BY_POINTS, BY_WORDS, EXACTLY, Fit, column_places, half, share_fit
from huiliu.scoring.values import YUAN

_NO_REASON = re.compile(r"\s*(?:无|0|/|\\|-+|—+|–|暂无|没有|无偏差|不适用|N/A|n/a)?[。.]?\s*")
_COUNTED = ("数量",)
_COUNTS_OR_RATE = re.compile(r"率|次数|件数|起数|超支|节约")


def score_places(case: Case) -> int:
    """The decimals that scores are printed with."""
    return column_places([*(row.score for row in case.table.indicators), case.table.total])


def short_of_full(row: Indicator, case: Case) -> Decimal:
    """The least completion, as a share, that still rounds to full marks."""
    digits, weight = score_places(case), row.weight.number or Decimal(0)
    own = half(digits) * (digits > 0)
    return 1 - own / weight if weight > 2 * own else Decimal(1)


def row_readings(row: Indicator, case: Case) -> list[tuple[Decimal, int]]:
    """Completions the row may be scored by, each with its printed decimals; last the one by the profile's own rules.

    An execution rate needs no target: without one it is its own completion.
    """
    printed, actual = row.completion.percent, row.actual
    measured = [(way, EXACT) for way in (*plausible_scores(row), *awarded(row, case.profile))]
    if printed is not None:
        return [(printed, row.completion.percent_places), *measured]
    alone = not row.target.printed and actual.unit == "%" and is_execution_rate(row, case.phrases)
    return [(actual.number, actual.places)] if alone and actual.number is not None else measured


@check(
    "EV-S04",
    "得分与完成率不成比例",
    "warning",
    "error",
    identity="得分 = 分值 × 完成率（所列的，或由目标值与实际值算得的），不超过分值",
    tolerance=BY_POINTS,
)
def score_against_completion(case: Case) -> Iterator[Hit]:
    """The score is the weight times the completion, printed or computed from target and actual, at most the weight.

    A warning where the profile names no rule or points were taken in whole numbers; an error where it names the
    proportional rule. Results far above target are left to the over-achievement check.
    """
    digits = score_places(case)
    for row in case.table.indicators:
        weight, printed, readings = row.weight.number, row.score.number, row_readings(row, case)
        if weight is None or printed is None or not readings or not 0 <= printed <= weight:
            continue
        fit = min(score_fit(printed, weight, completion, places, digits) for completion, places in readings)
        reduced = row.deducted and over_achieving(row, case)
        if fit >= Fit.HABIT and not reduced:
            yield _score_hit(case, row, readings[0][0], fit)


def _score_hit(case: Case, row: Indicator, completion: Decimal, fit: Fit) -> Hit:
    weight, printed = row.weight.number or Decimal(0), row.score.number or Decimal(0)
    strict = case.profile.rule == "proportional" and fit == Fit.BROKEN
    severity: Severity = "error" if strict else "warning"
    expected = f"{plain(weight)}×{plain(completion)}%={plain(proportional(weight, completion))}"
    return Hit(row.where, expected, plain(printed), "得分取整或截尾" if fit == Fit.HABIT else "", severity)


@check(
    "EV-T01",
    "完成率与目标值、实际值不符",
    "error",
    "warning",
    identity="完成率 = 实际值 ÷ 目标值（“≤”可取目标值 ÷ 实际值，“=”可按偏离；可以100%封顶）",
    tolerance=BY_PERCENT,
)
def completion_against_values(case: Case) -> Iterator[Hit]:
    """A printed completion is what target and actual give under some convention: ≥, ≤, =, capped at 100 or not.

    A warning where it was cut off, or where only rounding of the printed actual value explains it.
    """
    for row in case.table.indicators:
        printed, values, ways = row.completion.percent, pair(row), plausible_completions(row)
        if printed is None or values is None or not ways:
            continue
        places = row.completion.percent_places
        known = {*ways, *(min(way, Decimal(100)) for way in ways), *awarded(row, case.profile)}
        fit = min(share_fit(printed, places, way) for way in known)
        if fit >= Fit.HABIT:
            allowed = half(row.actual.places) * 100 / abs(values.target) if values.target else Decimal(0)
            loose = fit == Fit.HABIT or any(abs(printed - way) <= half(places) + allowed for way in ways)
            found = f"{row.completion.raw}（目标 {row.target.raw}，实际 {row.actual.raw}）"
            severity: Severity = "warning" if loose and (row.actual.places or row.actual.unit == "%") else "error"
            yield Hit(row.where, _ways(ways), found, severity="warning" if fit == Fit.HABIT else severity)


def _ways(ways: Sequence[Decimal]) -> str:
    return " 或 ".join(dict.fromkeys(f"{round(way, 2):f}%" for way in ways))


@check(
    "EV-T02",
    "满分项既无目标值也无实际值",
    "warning",
    identity="得满分的项列有目标值或实际值",
    tolerance=BY_WORDS,
)
def full_marks_without_values(case: Case) -> Iterator[Hit]:
    """Full marks for a row that prints neither a target nor an actual value: nothing shows what was achieved."""
    for row in case.table.indicators:
        if row.full_marks and not row.target.printed and not row.actual.printed:
            yield Hit(row.where, "列出目标值和实际值", f"均未列，得满分 {plain(row.score.number or Decimal(0))}")


@check(
    "EV-T03",
    "扣分未说明原因",
    "warning",
    identity="得分低于分值的项写有原因",
    tolerance=BY_WORDS,
)
def deduction_without_reason(case: Case) -> Iterator[Hit]:
    """A row scored below its weight says why; a reason given once for all says it only for rows that it names."""
    common = "只有共同原因" if case.table.common_reason else "未填写原因"
    said = list(clauses([Statement("", case.table.common_reason)]))
    for row in case.table.indicators:
        named = any(case.phrases.speaks_of(clause.text, row, case.table.indicators) for clause in said)
        if row.deducted and _NO_REASON.fullmatch(row.reason) and not named:
            lost = (row.weight.number or Decimal(0)) - (row.score.number or Decimal(0))
            yield Hit(row.where, f"说明扣 {plain(lost)} 分的原因", common)


@check(
    "EV-T04",
    "实际值照抄目标值",
    "warning",
    identity="实际值不是目标值的原文，也不带目标值的“≥”“≤”",
    tolerance=BY_WORDS,
)
def actual_copied(case: Case) -> Iterator[Hit]:
    """The actual value repeats a target in words, or carries the target's ≥ or ≤: it was copied, not measured."""
    for row in case.table.indicators:
        text = row.target.kind in ("text", "range") and row.actual.kind == row.target.kind
        copied = text and len(_bare(row.target.raw)) > 1 and _bare(row.target.raw) == _bare(row.actual.raw)
        bound = row.actual.kind == "number" and row.actual.operator in ("≥", "≤", ">", "<")
        if copied or (bound and row.target.number == row.actual.number):
            yield Hit(row.where, "实际完成的结果", f"目标“{row.target.raw}”，实际“{row.actual.raw}”")


def _bare(text: str) -> str:
    return re.sub(r"[\s。．.,，;；]", "", text)


@check(
    "EV-T05",
    "实际值远超目标值",
    "warning",
    identity="实际值优于目标值不超过评分方案的界限",
    tolerance=EXACTLY,
)
def over_achieved(case: Case) -> Iterator[Hit]:
    """The result is far better than its target, which may have been set too low; the threshold is the profile's."""
    for row in case.table.indicators:
        if over_achieving(row, case):
            ratio = (achievement(row) or Decimal(1)) - 1
            limit = plain(case.profile.over_achievement * 100)
            found = f"目标 {row.target.raw}，实际 {row.actual.raw}，优于目标 {plain(round(ratio * 100, 2))}%"
            yield Hit(row.where, f"优于目标不超过 {limit}%，或说明原因", found)


def over_achieving(row: Indicator, case: Case) -> bool:
    """Whether the result is better than its target beyond the profile's threshold."""
    ratio = achievement(row)
    return ratio is not None and ratio > 1 + case.profile.over_achievement


@check(
    "EV-T06",
    "未达目标却得满分",
    "warning",
    identity="得满分的项，实际值达到目标值",
    tolerance="得分末位半个单位所能解释的部分；全列为整数时不允许误差",
)
def missed_with_full_marks(case: Case) -> Iterator[Hit]:
    """Full marks although the actual value misses the target by the target's own operator.

    A miss so small that the points round to the weight is none.
    """
    digits = score_places(case)
    for row in case.table.indicators:
        values = pair(row)
        free_cost = values is not None and not values.operator and is_cost(row)
        missed = values is not None and not values.met and row.target.kind == "number"
        if missed and not free_cost and row.full_marks and not _rounds_to_full(row, digits):
            yield Hit(row.where, f"达到目标 {row.target.raw}", f"实际 {row.actual.raw}，得满分")


def _rounds_to_full(row: Indicator, digits: int) -> bool:
    weight = row.weight.number or Decimal(0)
    # Of a missed “=” the inverse ratio is above 100 %: only the least favourable reading counts.
    return score_fit(weight, weight, min(plausible_scores(row)), EXACT, digits) <= Fit.ROUNDED


@check(
    "EV-T07",
    "成本为零却得分",
    "warning",
    identity="得分的成本指标，实际成本 > 0",
    tolerance=EXACTLY,
)
def cost_of_nothing(case: Case) -> Iterator[Hit]:
    """A cost indicator with an actual of 0 rewards work that was not done: 不适用, not points."""
    for row in case.table.indicators:
        earned = row.score.number or Decimal(0)
        meant_to_cost = row.target.number is None or row.target.number > 0
        sum_of_money = row.actual.unit in ("", *YUAN) and not _COUNTS_OR_RATE.search(row.level3)
        if is_cost(row) and sum_of_money and row.actual.number == 0 and meant_to_cost and earned > 0:
            yield Hit(row.where, "不适用", f"实际 {row.actual.raw}，得 {plain(earned)} 分")


@check(
    "EV-T08",
    "费用列为数量指标",
    "warning",
    identity="数量指标不是没有单位的金额",
    tolerance=BY_WORDS,
)
def cost_among_quantities(case: Case) -> Iterator[Hit]:
    """A sum of money filed under quantity without a unit: it counts spending as output."""
    for row in case.table.indicators:
        filed = any(word in row.level2 for word in _COUNTED)
        unit = row.target.unit or row.actual.unit
        if filed and row.level3.rstrip("）)").endswith(("费", "费用", "成本", "经费")) and not unit:
            yield Hit(row.where, "列入成本指标，或写明数量和单位", f"{row.level2}，无计量单位")


@check(
    "EV-T09",
    "产出没有质量指标",
    "warning",
    identity="产出指标中有质量指标",
    tolerance=BY_WORDS,
)
def no_quality(case: Case) -> Iterator[Hit]:
    """The outputs are split into kinds and none of them is quality."""
    outputs = [row.level2 for row in case.table.indicators if "产出" in row.level1]
    if case.table.full and outputs and all(outputs) and not any("质量" in name for name in outputs):
        yield Hit("产出", "有质量指标", "、".join(dict.fromkeys(outputs)))
