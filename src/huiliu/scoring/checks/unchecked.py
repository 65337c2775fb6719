"""What cannot be rechecked: notes, so that silence never reads as agreement."""

from collections.abc import Iterator
from decimal import Decimal

from huiliu.scoring.completion import plausible_scores
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import COLUMN_LABELS, COLUMNS, column
from huiliu.scoring.parts import parts, plain
from huiliu.scoring.tolerance import BY_WORDS
from huiliu.scoring.values import Value


def recheckable(row: Indicator) -> bool:
    """Whether a reader can recompute the row's score from what is printed."""
    return row.completion.percent is not None or bool(plausible_scores(row))


@check(
    "EV-N01",
    "没有列出目标值，得分无法复核",
    "note",
    identity="列有目标值",
    tolerance=BY_WORDS,
)
def no_targets(case: Case) -> Iterator[Hit]:
    """No target value is printed for any indicator: a reader cannot recheck a single score against its goal."""
    rows = case.table.indicators
    if rows and not any(row.target.printed for row in rows):
        actual = sum(1 for row in rows if row.actual.printed)
        yield Hit("年度指标值", "各指标列出目标值和实际值", f"{len(rows)} 项均无目标值，{actual} 项有实际值")


@check(
    "EV-N02",
    "该项得分不可复算",
    "note",
    identity="列有完成率，或可比较的目标值和实际值",
    tolerance=BY_WORDS,
)
def row_not_recheckable(case: Case) -> Iterator[Hit]:
    """A row prints a score but neither a completion nor comparable target and actual values."""
    for row in case.table.indicators:
        if row.score.number is not None and not recheckable(row):
            yield Hit(row.where, "完成率，或可比较的目标值和实际值", f"自报 {plain(row.score.number)} 分")


@check(
    "EV-N03",
    "部分得分建立在不可复算的项目上",
    "note",
    identity="每一分可由表中数据复算",
    tolerance=BY_WORDS,
)
def points_not_recheckable(case: Case) -> Iterator[Hit]:
    """How many of the declared points rest on items that cannot be recomputed."""
    rows = [row for row in case.table.indicators if row.score.number is not None and not recheckable(row)]
    points = sum((row.score.number or Decimal(0) for row in rows), Decimal(0))
    if rows:
        scored = [part.score.number for part in parts(case.table, case.phrases) if part.score.number is not None]
        found = f"{len(rows)} 项共 {plain(points)} 分不可复算（自报合计 {plain(sum(scored, Decimal(0)))} 分）"
        yield Hit("总分", "每一分可由表中数据复算", found)


@check(
    "EV-N04",
    "单元格不是可识别的数字",
    "note",
    identity="数字栏填的是数字",
    tolerance=BY_WORDS,
)
def cells_not_understood(case: Case) -> Iterator[Hit]:
    """A cell that should hold a number holds words; it is left out of every sum, and the sum becomes a bound."""
    for where, cell in _number_cells(case):
        if cell.kind in ("text", "range"):
            yield Hit(where, "数字", f"“{cell.raw[:40]}”")


def _number_cells(case: Case) -> Iterator[tuple[str, Value]]:
    table = case.table
    for row in table.indicators:
        yield from ((f"{row.where} {name}", cell) for name, cell in
                    (("分值", row.weight), ("得分", row.score), ("完成率", row.completion)))  # fmt: skip
    budget, beside = table.budget, table.budget_indicator
    yield from (("年初预算数", budget.initial), ("全年预算数", budget.full_year), ("下达额度", budget.issued))
    yield from (("到位资金", budget.received), ("全年执行数", budget.executed), ("支出", table.spent))
    yield from (("满分", table.total_weight), ("总分", table.total))
    if beside is not None:
        yield from (("执行率分值", beside.weight), ("执行率", beside.rate), ("执行率得分", beside.score))
    for line in budget.rows:
        yield from ((f"{line.name} {COLUMN_LABELS[name]}", column(line, name)) for name in COLUMNS)


@check(
    "EV-N05",
    "合计无法核对",
    "note",
    identity="全部分值、得分和总分都已列出",
    tolerance=BY_WORDS,
)
def sums_not_checkable(case: Case) -> Iterator[Hit]:
    """A partial table, or one with missing scores or no total, allows only bounds on its sums."""
    table = case.table
    if not table.full:
        yield Hit("完整性", "全表", f"只有部分：{table.completeness[:60]}；合计只核对上下限")
        return
    missing = [name for name, absent in (
        ("总分", table.total.number is None),
        ("某些项的得分", any(part.score.number is None for part in parts(table, case.phrases))),
        ("某些项的分值", any(part.weight.number is None for part in parts(table, case.phrases))),
        ("指标", not table.indicators),
    ) if absent]  # fmt: skip
    if missing:
        yield Hit("合计", "列出全部分值、得分和总分", f"未列{'、'.join(missing)}")
