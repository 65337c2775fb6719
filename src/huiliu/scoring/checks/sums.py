"""Sums: weights against the full total, level headings against their rows, item scores against the total."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.identity import Claim, Operand, binds, limit, operand, sum_claim
from huiliu.scoring.parts import (
    USUAL_EXECUTION_WEIGHTS,
    Part,
    full_total,
    hidden_execution,
    parts,
    plain,
    score_bounds,
    scored_beside,
    scored_parts,
    weight_bounds,
)
from huiliu.scoring.tolerance import BY_SUM, EXACTLY, Fit, column_places, half, slack
from huiliu.scoring.values import Value

# 产出指标（50分）, 产出（50） and 产出指标50分; a bare (1) numbers the heading.
_HEADING = re.compile(
    r"[(（\[【]\s*(?:共|满分|权重|分值)?[:：]?\s*(?:(\d+(?:\.\d+)?)\s*[分%％]|(\d{2,3}))\s*[)）\]】]\s*$"
    r"|(\d+(?:\.\d+)?)分\s*$"
)

_BEYOND = ("加分", "扣分", "减分")


@check(
    "EV-W01",
    "分值合计与满分不符",
    "error",
    "warning",
    identity="各项分值（含资金栏单列的执行率）之和 = 满分（未列满分时为100）",
    tolerance=BY_SUM,
)
def weights_against_full(case: Case) -> Iterator[Hit]:
    """The weights add up to the printed full total (100 where none is printed); of a partial table they stay below.

    A warning where exactly the usual weight of the execution rate (10 or 20) is missing and either no full total is
    printed or the total holds the points that this rate would earn.
    """
    table = case.table
    operands = parts(table, case.phrases)
    bounds = weight_bounds(table, operands)
    full = full_total(table)
    if not any(part.weight.number is not None for part in operands):
        return
    fit = bounds.fit(table.total_weight) if table.total_weight.number is not None else _fit_hundred(bounds.low, case)
    if fit <= Fit.ROUNDED or (bounds.high is None and bounds.low <= full):
        return
    unprinted = table.total_weight.number is None
    hole = table.budget_indicator is None and full - bounds.low in USUAL_EXECUTION_WEIGHTS
    shown = hidden_execution(table, case.phrases) is not None
    severity: Severity = "warning" if hole and (unprinted or shown) else "error"
    expected = f"满分 {plain(full)}" + ("（表中未列，按 100）" if unprinted else "")
    found = f"各项分值合计 {plain(bounds.low)}" + "（含资金栏的预算执行率）" * (
        scored_beside(table, case.phrases) is not None
    )
    yield Hit("分值合计", expected, found + "，总分像是另含执行率得分" * shown, severity=severity)


@binds("EV-W01")
def _weights(case: Case) -> Iterator[Claim]:
    """Every weight, and the full total where it is printed."""
    total = operand("total_weight", case.table.total_weight)
    yield from _column(case, parts(case.table, case.phrases), "weight", total)


def _column(case: Case, operands: Sequence[Part], name: str, total: Operand | None) -> Iterator[Claim]:
    cells = [operand(f"{part.path}.{name}", getattr(part, name)) for part in operands]
    known = [cell for cell in cells if cell is not None]
    if case.table.full and known and len(known) == len(cells):
        full = _full_without_total(known) if total is None else total.value
        yield sum_claim(total, full, known)


def _full_without_total(weights: Sequence[Operand]) -> Decimal:
    return Decimal(1) if sum(weight.value for weight in weights) <= Decimal("1.5") else Decimal(100)


def _fit_hundred(total: Decimal, case: Case) -> Fit:
    cells = [row.weight for row in case.table.indicators]
    numbers = [cell.number for cell in cells if cell.number is not None]
    # Shares of one instead of points: weights typed as 0.12 where the form shows 12 %.
    target = Decimal(1) if total <= Decimal("1.5") else Decimal(100)
    beyond = abs(total - target)
    return Fit.ROUNDED if beyond <= slack(numbers, column_places(cells)) else Fit.BROKEN


@check(
    "EV-W02",
    "级别标题所列分值与其下各项不符",
    "error",
    identity="级别标题所列分值 = 其下各项分值之和",
    tolerance=BY_SUM,
)
def headings_against_rows(case: Case) -> Iterator[Hit]:
    """A level printed with its points, such as 产出指标（50分）, holds rows of as many points."""
    readers: tuple[Callable[[Indicator], str], ...] = (lambda row: row.level1, lambda row: f"{row.level1}/{row.level2}")
    for name_of in readers:
        used = [row for row in case.table.indicators if not row.unused]
        for name in dict.fromkeys(map(name_of, used)):
            heading = _HEADING.search(name)
            rows = [row for row in used if name_of(row) == name]
            if heading:
                # The row behind may belong to it, if it prints no level of its own.
                behind = used[used.index(rows[-1]) + 1 :][:1]
                complete = case.table.full and all(name_of(row).strip("/") for row in behind)
                points = Decimal(heading[1] or heading[2] or heading[3])
                yield from _heading_hits(name.strip("/"), points, rows, complete)


def _heading_hits(name: str, printed: Decimal, rows: Iterable[Indicator], complete: bool) -> Iterator[Hit]:
    cells = [row.weight for row in rows]
    numbers = [cell.number for cell in cells if cell.number is not None]
    found, places = sum(numbers, Decimal(0)), column_places(cells)
    allowed = slack(numbers, places)
    short = complete and len(numbers) == len(cells) and printed - found > allowed
    if numbers and (short or found - printed > allowed):
        yield Hit(name, f"标题 {plain(printed)} 分", f"各项合计 {plain(found)} 分")


@check(
    "EV-W03",
    "一级指标分值与评分方案不同",
    "warning",
    identity="各一级指标的分值 = 评分方案规定的分值",
    tolerance=EXACTLY,
)
def levels_against_profile(case: Case) -> Iterator[Hit]:
    """The first-level weights are those of the chosen profile; local forms differ, so never an error.

    A form of targets has nothing done or scored yet, and so no points for the money that was spent.
    """
    if not case.table.full or not any(row.weight.printed for row in case.table.indicators):
        return
    promised = not any(row.actual.printed or row.score.printed for row in case.table.indicators)
    for name, points in case.profile.levels.items():
        rows = [row.weight.number for row in case.table.indicators if name in row.level1]
        beside = case.table.budget_indicator
        if not rows and "预算执行" in name and beside is not None:
            rows = [beside.weight.number]
        if not rows and "预算执行" in name and promised:
            continue
        known = [number for number in rows if number is not None]
        if len(known) == len(rows) and sum(known, Decimal(0)) != points:
            found = f"{plain(sum(known, Decimal(0)))} 分" if rows else "表中没有这一级"
            yield Hit(name, f"{case.profile.id}：{plain(points)} 分", found)


@check(
    "EV-S01",
    "各项得分合计与总分不符",
    "error",
    identity="总分 = 各项得分（含资金栏单列的执行率得分）之和",
    tolerance=BY_SUM,
)
def scores_against_total(case: Case) -> Iterator[Hit]:
    """The item scores, with the execution rate where it is scored beside them, add up to the printed total.

    Of a partial table the total lies between the scores shown and those plus the weight that is left.
    """
    bounds = score_bounds(case.table, scored_parts(case.table, case.phrases))
    if _summable(case) and bounds.fit(case.table.total) == Fit.BROKEN:
        yield Hit("总分", f"各项得分合计 {bounds.text()}", plain(case.table.total.number or Decimal(0)))


@binds("EV-S01")
def _scores(case: Case) -> Iterator[Claim]:
    """Every score, and the total; without a printed total nothing holds the scores together."""
    total = operand("total", case.table.total)
    if total is not None and hidden_execution(case.table, case.phrases) is None:
        yield from _column(case, parts(case.table, case.phrases), "score", total)


@check(
    "EV-S02",
    "总分取整或截尾",
    "warning",
    identity="总分 = 各项得分之和，既不取整也不截尾",
    tolerance=BY_SUM,
)
def total_in_whole_points(case: Case) -> Iterator[Hit]:
    """The total differs from the sum of the items by less than a point, and only one of them is in whole points or the
    total has its last digits cut off.
    """
    bounds = score_bounds(case.table, scored_parts(case.table, case.phrases))
    if _summable(case) and bounds.fit(case.table.total) == Fit.HABIT:
        yield Hit("总分", f"各项得分合计 {bounds.text()}", plain(case.table.total.number or Decimal(0)))


def _summable(case: Case) -> bool:
    return case.table.total.number is not None and any(
        part.score.number is not None for part in parts(case.table, case.phrases)
    )


@check(
    "EV-S03",
    "得分高于分值或低于零",
    "error",
    identity="0 ≤ 得分 ≤ 分值",
    tolerance="分值的位数少于得分时，分值末位半个单位",
)
def score_within_weight(case: Case) -> Iterator[Hit]:
    """Every item earns from 0 to its weight; rows that only add (加分) or only take away (扣分) are left out."""
    for row in case.table.indicators:
        name = f"{row.level1}{row.level2}{row.level3}"
        if not any(word in name for word in _BEYOND):
            yield from _outside(row.where, row.weight, row.score)
    beside = case.table.budget_indicator
    if beside is not None:
        yield from _outside("预算执行率", beside.weight, beside.score)


def _outside(where: str, weight: Value, score: Value) -> Iterator[Hit]:
    points, limit = score.number, weight.number
    # A weight printed with fewer digits than the score was rounded itself: 13.3 may hold 13.33.
    allowed = half(weight.places) if 0 < weight.places < score.places else Decimal(0)
    if points is not None and (points < 0 or (limit is not None and points > limit + allowed)):
        yield Hit(where, f"0 至 {'分值' if limit is None else plain(limit)}", plain(points))


@binds("EV-S03")
def _earned(case: Case) -> Iterator[Claim]:
    """A score lies between 0 and its weight, a weight not below its score."""
    for part in parts(case.table, case.phrases):
        weight, score = operand(f"{part.path}.weight", part.weight), operand(f"{part.path}.score", part.score)
        if weight is not None and score is not None and not any(word in part.where for word in _BEYOND):
            allowed = half(weight.places) if 0 < weight.places < score.places else Decimal(0)
            yield limit(score, Decimal(0), weight.value + allowed)
            yield limit(weight, score.value - allowed, None)


@check(
    "EV-S06",
    "总分高于满分或低于零",
    "error",
    identity="0 ≤ 总分 ≤ 满分",
    tolerance=EXACTLY,
)
def total_within_full(case: Case) -> Iterator[Hit]:
    """The printed total lies between 0 and the printed full total (100 where none is printed)."""
    total = case.table.total.number
    if total is not None and not 0 <= total <= full_total(case.table):
        yield Hit("总分", f"0 至 {plain(full_total(case.table))}", plain(total))
