"""Values that cannot be, or are too good to be measured: shares above 100 %, copied columns, missing targets."""

from collections.abc import Iterator
from decimal import Decimal

from huiliu.scoring.checks.rows import short_of_full
from huiliu.scoring.completion import is_cost, pair
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.identity import Claim, Operand, binds, limit
from huiliu.scoring.parts import is_execution_rate
from huiliu.scoring.tolerance import BY_PERCENT, BY_WORDS, EXACTLY, half
from huiliu.scoring.values import Value

_HUNDRED = Decimal(100)
_FEWEST_COPIED = 6


@check(
    "EV-T10",
    "各项实际值与目标值逐项相同",
    "warning",
    identity="六项以上可比较的实际值不全等于各自的目标值（目标为100%的除外）",
    tolerance=EXACTLY,
)
def all_actuals_copied(case: Case) -> Iterator[Hit]:
    """Six or more results that all hit their targets to the digit were copied, not measured.

    Targets of 100 % are left out: a share cannot do better.
    """
    pairs = [values for row in case.table.indicators if (values := pair(row)) and row.target.percent != _HUNDRED]
    if len(pairs) >= _FEWEST_COPIED and all(values.target == values.actual for values in pairs):
        yield Hit("实际完成值", "各项实际完成的结果", f"{len(pairs)} 项实际值与目标值全部相同")


@check(
    "EV-T12",
    "该项没有目标值",
    "warning",
    identity="其他项列有目标值时，每一项都列目标值（执行率除外）",
    tolerance=BY_WORDS,
)
def row_without_target(case: Case) -> Iterator[Hit]:
    """A scored row prints no target although the table has them; full marks with neither value are EV-T02."""
    rows = case.table.indicators
    if not any(row.target.printed for row in rows):
        return
    for row in rows:
        told = row.target.printed or is_execution_rate(row, case.phrases)
        if row.score.number is not None and not told and (row.actual.printed or not row.full_marks):
            yield Hit(row.where, "列出目标值", f"未列目标值，实际 {row.actual.raw or '未列'}")


@check(
    "EV-T13",
    "比率高于100%",
    "warning",
    identity="合格率、覆盖率、满意度等占比：0 ≤ 目标值、实际值 ≤ 100%",
    tolerance=EXACTLY,
)
def share_above_whole(case: Case) -> Iterator[Hit]:
    """A share of a whole (合格率, 覆盖率, 满意度 …) is at most 100 %, as a target and as a result.

    A warning: only the name says that it is a share.
    """
    for row in case.table.indicators:
        for label, cell in (("目标值", row.target), ("实际值", row.actual)):
            if _is_share(row, cell, case) and (cell.number or 0) > _HUNDRED:
                yield Hit(f"{row.where} {label}", "不高于 100%", cell.raw)


def _is_share(row: Indicator, cell: Value, case: Case) -> bool:
    """Whether the cell is printed in percent and the row's name speaks of a share."""
    return cell.unit == "%" and cell.number is not None and bool(case.phrases.says("shares", row.level3))


@binds("EV-T13")
def _shares(case: Case) -> Iterator[Claim]:
    """A limit; with full marks for a target of 100 % nothing else is left for the result."""
    for row in case.table.indicators:
        for name, cell in (("target", row.target), ("actual", row.actual)):
            if _is_share(row, cell, case) and cell.number is not None:
                one = Operand(f"{row.path}.{name}", cell.number, cell.places)
                settled = name == "actual" and row.full_marks and row.target.operator in ("≥", "=", "")
                if settled and row.target.unit == "%" and row.target.number == _HUNDRED:
                    least = _HUNDRED * short_of_full(row, case)
                    yield Claim({one.path: (one.printed(least, _HUNDRED),)})
                yield limit(one, None, _HUNDRED)


@check(
    "EV-T14",
    "未达目标，完成率却不低于100%",
    "error",
    "warning",
    identity="完成率 ≥ 100% 的项，实际值达到目标值",
    tolerance=BY_PERCENT,
)
def missed_but_complete(case: Case) -> Iterator[Hit]:
    """A printed completion of 100 % or more although the actual value misses a target of “at least”.

    A warning where no operator is printed. Costs may be counted the other way round and are left out.
    """
    for row in case.table.indicators:
        values, printed = pair(row), row.completion.percent
        if values is None or printed is None or printed < _HUNDRED or values.met or values.target <= 0:
            continue
        if values.operator in ("≥", ">", "") and values.upper is None and not is_cost(row):
            exact = values.actual * 100 / values.target
            severity: Severity = "error" if values.operator else "warning"
            if exact + half(row.completion.percent_places) < _HUNDRED:
                found = f"完成率 {row.completion.raw}（目标 {row.target.raw}，实际 {row.actual.raw}）"
                yield Hit(row.where, f"{round(exact, 2):f}%", found, severity=severity)


@check(
    "EV-T15",
    "同一指标重复列出",
    "warning",
    identity="名称、目标值、实际值都相同的指标，不重复计分",
    tolerance=BY_WORDS,
)
def listed_twice(case: Case) -> Iterator[Hit]:
    """One indicator with its values scored in two rows: its points count twice, and another was left out."""
    seen: dict[tuple[str, ...], Indicator] = {}
    for row in case.table.indicators:
        texts = (row.level1, row.level2, row.level3, row.target.raw, row.actual.raw)
        if not (row.level3 and row.weight.number and (row.target.printed or row.actual.printed)):
            continue
        first = seen.setdefault(tuple("".join(text.split()) for text in texts), row)
        if first is not row:
            yield Hit(row.where, "每个指标只列一次", f"与{first.where}的名称和数值相同")
