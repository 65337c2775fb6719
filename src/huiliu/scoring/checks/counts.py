"""The counts a report's text gives, against each other and against the rows."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from huiliu.scoring.completion import pair
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, Severity, check
from huiliu.scoring.identity import Claim, Interval, binds, limit, operand, percent_operand, sum_claim
from huiliu.scoring.parts import plain, scored_beside
from huiliu.scoring.tolerance import BY_PERCENT, EXACTLY, Fit, half, share_fit
from huiliu.scoring.values import Value

_BAND_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_EDGE = Decimal("0.5")


def _number(cell: Value) -> Decimal | None:
    return cell.number if cell.kind == "number" else None


@check(
    "EV-C01",
    "指标个数不等于完成与未完成之和",
    "error",
    identity="指标个数 = 完成个数 + 未完成个数",
    tolerance=EXACTLY,
)
def counts_add_up(case: Case) -> Iterator[Hit]:
    """Complete and incomplete indicators make up the printed number of indicators."""
    counts = case.table.counts
    if counts is None:
        return
    total, done, undone = map(_number, (counts.indicators, counts.complete, counts.incomplete))
    known = [number for number in (done, undone) if number is not None]
    if total is None or not known:
        return
    found = sum(known, Decimal(0))
    if found > total or (len(known) == 2 and found != total):
        shown = "+".join(plain(number) for number in known)
        yield Hit("指标个数", f"指标 {plain(total)} 个", f"完成与未完成 {shown}={plain(found)} 个")


@binds("EV-C01")
def _counted(case: Case) -> Iterator[Claim]:
    """The number of indicators, of complete and of incomplete ones."""
    counts = case.table.counts
    if counts is None:
        return
    names = ("indicators", "complete", "incomplete")
    total, done, undone = (operand(f"counts.{name}", getattr(counts, name)) for name in names)
    if total is not None and done is not None and undone is not None:
        yield sum_claim(total, total.value, [done, undone])


@check(
    "EV-C02",
    "指标个数与表中行数不符",
    "error",
    identity="指标个数 = 表中行数（资金栏单列的执行率可另计1个）",
    tolerance=EXACTLY,
)
def indicators_against_rows(case: Case) -> Iterator[Hit]:
    """The printed number of indicators is the number of rows, or one more with the fund block's execution rate."""
    counts, rows = case.table.counts, len(case.table.indicators)
    printed = _number(counts.indicators) if counts else None
    if printed is None or not rows:
        return
    fits = printed in _row_counts(case) if case.table.full else printed >= rows
    if not fits:
        yield Hit("指标个数", f"表中 {rows} 行", f"{plain(printed)} 个")


@binds("EV-C02")
def _row_count(case: Case) -> Iterator[Claim]:
    """The number of indicators, where the rows are there."""
    counts = case.table.counts
    if counts is not None and counts.indicators.number is not None and case.table.full and case.table.indicators:
        yield Claim({"counts.indicators": tuple(Interval(Decimal(n), Decimal(n)) for n in _row_counts(case))})


def _row_counts(case: Case) -> tuple[int, ...]:
    """How many indicators the text may mean: with or without rows left unused, with or without the fund block."""
    rows = case.table.indicators
    counts = {len(rows), sum(1 for row in rows if not row.unused)}
    beside = scored_beside(case.table, case.phrases) is not None
    return tuple(sorted(counts | {count + 1 for count in counts if beside}))


@check(
    "EV-C03",
    "完成个数与各行不符",
    "error",
    identity="完成、未完成个数 = 各行按完成率、目标值或得分判断的个数",
    tolerance=EXACTLY,
)
def complete_against_rows(case: Case) -> Iterator[Hit]:
    """The printed numbers of complete and incomplete indicators fit the rows, judged by completion, value or score."""
    counts = case.table.counts
    if counts is None or not case.table.full:
        return
    least, most = _complete_bounds(case)
    extra = max(_row_counts(case)) - len(case.table.indicators)
    for name, label, low, high in (
        ("complete", "完成", least, most + extra),
        ("incomplete", "未完成", len(case.table.indicators) - most, len(case.table.indicators) - least + extra),
    ):
        printed = _number(getattr(counts, name))
        if printed is not None and not low <= printed <= high:
            bounds = f"{low} 个" if low == high else f"{low} 至 {high} 个"
            yield Hit(f"{label}个数", f"按各行 {bounds}", f"{label} {plain(printed)} 个")


@binds("EV-C03")
def _complete(case: Case) -> Iterator[Claim]:
    """The numbers of complete and incomplete indicators, as far as the rows tell."""
    counts = case.table.counts
    if counts is None or not case.table.full:
        return
    least, most = _complete_bounds(case)
    extra, rows = max(_row_counts(case)) - len(case.table.indicators), len(case.table.indicators)
    for name, low, high in (("complete", least, most + extra), ("incomplete", rows - most, rows - least + extra)):
        number = operand(f"counts.{name}", getattr(counts, name))
        if number is not None:
            yield limit(number, Decimal(low), Decimal(high))


def _complete_bounds(case: Case) -> tuple[int, int]:
    verdicts = [_verdicts(row) for row in case.table.indicators]
    return sum(1 for seen in verdicts if seen == {True}), sum(1 for seen in verdicts if seen != {False})


def _verdicts(row: Indicator) -> set[bool]:
    """Whether the row is complete, by each measure it prints; measures may disagree, and none says anything."""
    seen: set[bool] = set()
    if row.completion.percent is not None:
        return {row.completion.percent >= 100}
    values = pair(row)
    seen |= {values.met} if values else set()
    seen |= {row.full_marks} if row.weight.number and row.score.number is not None else set()
    return seen


@check(
    "EV-C04",
    "未完成占比与个数不符",
    "error",
    "warning",
    identity="完成、未完成占比 = 个数 ÷ 指标个数",
    tolerance=BY_PERCENT,
)
def shares_against_counts(case: Case) -> Iterator[Hit]:
    """The printed shares are those of the printed numbers; digits cut off are a warning."""
    counts = case.table.counts
    total = _number(counts.indicators) if counts else None
    if counts is None or total is None or total <= 0:
        return
    for label, share, part, other in (
        ("未完成占比", counts.incomplete_share, counts.incomplete, counts.complete),
        ("完成占比", counts.complete_share, counts.complete, counts.incomplete),
    ):
        number = _number(part)
        rest = _number(other)
        number = total - rest if number is None and rest is not None else number
        if share.percent is None or number is None:
            continue
        fit = share_fit(share.percent, share.percent_places, number * 100 / total)
        if fit >= Fit.HABIT:
            severity: Severity = "warning" if fit == Fit.HABIT else "error"
            expected = f"{plain(number)}÷{plain(total)}={round(number * 100 / total, 2):f}%"
            yield Hit(label, expected, share.raw, severity=severity)


@binds("EV-C04")
def _shares(case: Case) -> Iterator[Claim]:
    """A printed share of a printed number."""
    counts = case.table.counts
    total = _number(counts.indicators) if counts else None
    if counts is None or not total:
        return
    for name in ("complete", "incomplete"):
        share = percent_operand(f"counts.{name}_share", getattr(counts, f"{name}_share"))
        number = _number(getattr(counts, name))
        if share is not None and number is not None:
            yield Claim({share.path: (share.around(number * 100 / total, half(share.places)),)})


@check(
    "EV-C05",
    "完成率分段与各行不符",
    "error",
    identity="各分段之和 = 全部；每一分段 = 落在其中的行数（正在界上的可归两侧）",
    tolerance=BY_PERCENT,
)
def bands_against_rows(case: Case) -> Iterator[Hit]:
    """The completion bands cover all indicators, and each holds the rows it should; a row on an edge fits either side.

    Rows without a printed completion are placed by score over weight, near an edge on either side.
    """
    counts = case.table.counts
    if counts is None or not counts.bands:
        return
    cells = [(name, cell) for name, cell in counts.bands.items() if cell.number is not None]
    shares = any(cell.unit == "%" for _, cell in cells)
    yield from _bands_sum(case, cells, shares)
    if case.table.full:
        for name, cell in cells:
            yield from _band_hit(case, name, cell, shares)


def _bands_sum(case: Case, cells: Sequence[tuple[str, Value]], shares: bool) -> Iterator[Hit]:
    counts = case.table.counts
    whole = Decimal(100) if shares else (_number(counts.indicators) if counts else None)
    if counts is None or whole is None or len(cells) < len(counts.bands):
        return
    found = sum((cell.number or Decimal(0) for _, cell in cells), Decimal(0))
    allowed = sum((half(cell.places) for _, cell in cells), Decimal(0)) if shares else Decimal(0)
    if abs(found - whole) > allowed and _disjoint([name for name, _ in cells]):
        yield Hit("完成率分段", f"各段合计 {plain(whole)}{'%' * shares}", f"{plain(found)}{'%' * shares}")


@binds("EV-C05")
def _band_sum(case: Case) -> Iterator[Claim]:
    """Bands printed as shares that cover everything add up to 100 %."""
    counts = case.table.counts
    bands = counts.bands if counts is not None else {}
    cells = [operand(f"counts.bands[{name}]", cell) for name, cell in bands.items() if cell.unit == "%"]
    known = [cell for cell in cells if cell is not None]
    if len(known) == len(bands) and known and _disjoint(list(bands)):
        allowed = sum((half(cell.places) for cell in known), Decimal(0))
        rest = 100 - sum((cell.value for cell in known), Decimal(0))
        yield Claim({cell.path: (cell.around(cell.value + rest, allowed),) for cell in known})


def _disjoint(names: Sequence[str]) -> bool:
    ranges = sorted(filter(None, map(_band, names)))
    return len(ranges) == len(names) and all(a[1] <= b[0] for a, b in pairwise(ranges))


def _band(name: str) -> tuple[Decimal, Decimal] | None:
    numbers = sorted(Decimal(number) for number in _BAND_NUMBER.findall(name))
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    if numbers == [Decimal(100)] and not re.search(r"以下|[<≤]|不足|低于", name):
        return numbers[0], Decimal(10_000)
    if len(numbers) == 1 and any(word in name for word in ("以上", "≥", ">", "不低于", "高于")):
        return numbers[0], Decimal(10_000)
    if len(numbers) == 1 and any(word in name for word in ("以下", "≤", "<", "不足", "低于")):
        return Decimal(0), numbers[0]
    return None


def _band_hit(case: Case, name: str, cell: Value, shares: bool) -> Iterator[Hit]:
    band, rows = _band(name), case.table.indicators
    places = [_completion(row) for row in rows]
    if band is None or not rows:
        return
    low, high = band
    inside = sum(1 for place in places if place and low + place[1] < place[0] < high - place[1])
    # A top band written 80-100 may hold what went beyond 100.
    top = Decimal(10_000) if high == 100 else high
    maybe = sum(1 for place in places if place is None or low - place[1] <= place[0] <= top + place[1])
    spare = max(_row_counts(case)) - min(_row_counts(case))
    number = cell.number or Decimal(0)
    fits = any(
        share_fit(number, cell.places, Decimal(count * 100) / total) <= Fit.HABIT if shares else number == count
        for total in _row_counts(case)
        if total > 0
        for count in range(inside, min(total, maybe + spare) + 1)
    )
    if not fits:
        holds = f"{inside} 个" if inside == maybe else f"{inside} 至 {maybe} 个"
        yield Hit(f"完成率分段 {name}", f"{len(rows)} 个指标中 {holds}", cell.raw)


def _completion(row: Indicator) -> tuple[Decimal, Decimal] | None:
    """The row's completion and how near an edge it counts on either side; None when nothing is printed."""
    if row.completion.percent is not None:
        return row.completion.percent, Decimal(0)
    if row.weight.number and row.score.number is not None:
        return row.score.number * 100 / row.weight.number, Decimal(0) if row.full_marks else _EDGE
    return None
