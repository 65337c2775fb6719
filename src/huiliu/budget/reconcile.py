"""A statement of the bank or the treasury beside the ledger (对账): line to payment, one to one, and what differs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.import_mapping import folded
from huiliu.budget.importing import INCOMING, OUTGOING, SourceRow
from huiliu.budget.ledger import Ledger
from huiliu.kernel.figures import COMPUTED, MEASURED, Figure, FigureBook, Record

AGREES, DAY, AMOUNT, ONLY_STATEMENT, ONLY_LEDGER = "agrees", "day", "amount", "only_statement", "only_ledger"
SPLIT, TWICE, OTHER_YEAR = "split", "twice", "other_year"
STATES = {
    AGREES: "相符",
    SPLIT: "分笔相符",
    DAY: "日期不同",
    AMOUNT: "金额不同",
    ONLY_STATEMENT: "只在对账单",
    TWICE: "重复的行",
    ONLY_LEDGER: "只在台账",
    OTHER_YEAR: "其他年度",
}
FINE = frozenset((AGREES, SPLIT, OTHER_YEAR))
"""States in which nobody has to look further; what is of another year is compared there."""

SOURCE = "对账单与项目台账"


@dataclass(frozen=True)
class Pair:
    """A line, an event, or both; `state` says how they stand to each other.

    `part`: the line is one of several that make up the event. `alone` is what a line without an event is.
    """

    line: SourceRow | None
    event: Event | None
    part: bool = False
    alone: str = ONLY_STATEMENT

    @property
    def state(self) -> str:
        """A key of STATES."""
        if self.event is None:
            return self.alone
        if self.line is None:
            return ONLY_LEDGER
        if self.part:
            return SPLIT
        if self.line.amount != self.event.amount:
            return AMOUNT
        return AGREES if self.line.on == self.event.on else DAY

    @property
    def on(self) -> date:
        """The line's day, or that of the event without one."""
        if self.line is not None:
            return self.line.on
        return self.event.on if self.event is not None else date.min

    @property
    def line_fen(self) -> int:
        """What the line says was paid, in fen; received money is taken off."""
        line = self.line
        return 0 if line is None else line.amount if line.kind == OUTGOING else -line.amount

    @property
    def event_fen(self) -> int:
        """What the event paid, in fen; a refund is taken off."""
        event = self.event
        if event is None:
            return 0
        amount = self.line.amount if self.part and self.line else event.amount
        return -amount if event.kind == e.REFUND else amount


def reconcile(lines: Sequence[SourceRow], ledger: Ledger, window: int) -> list[Pair]:
    """Every line once and every payment and refund of the lines' days once, by day.

    First lines and events of one number are put together, several lines of one number that make up its event too, then
    those of one amount and payee within `window` days, then those of one amount where one side names no payee. Within
    each step as many as possible, nearest days first.
    """
    left_lines, left_events = list(lines), list(ledger.until(None, e.PAYMENT, e.REFUND))
    payees, same_number = _payees(ledger), _same_number(ledger)
    pairs = list(_split(left_lines, left_events, same_number))
    left_lines = [line for line in left_lines if line not in [pair.line for pair in pairs]]
    left_events = [event for event in left_events if event not in [pair.event for pair in pairs]]
    for fits in (same_number, _nearby(window, payees, named=True), _nearby(window, payees, named=False)):
        for line, event in _assigned(left_lines, left_events, fits):
            pairs.append(Pair(line, event))
            left_lines.remove(line)
            left_events.remove(event)
    days = [line.on for line in lines]
    pairs += _alone(left_lines, [pair.line for pair in pairs if pair.line], ledger.year)
    pairs += [Pair(None, event) for event in left_events if days and min(days) <= event.on <= max(days)]
    return sorted(pairs, key=lambda pair: (pair.on, pair.line.row if pair.line else 0))


def reconciled_figures(pairs: Iterable[Pair]) -> FigureBook:
    """Totals of both sides and of each difference, in yuan, and the proof: ledger + differences − statement = 0.

    Lines of another year that answer nothing here are left out.
    """
    book, rows = FigureBook(), [pair for pair in pairs if pair.state != OTHER_YEAR]
    _total(book, "statement", "对账单净支出", ((pair, pair.line_fen) for pair in rows if pair.line))
    _total(book, "ledger", "台账净拨付", ((pair, pair.event_fen) for pair in rows if pair.event))
    only = [pair for pair in rows if pair.event is None]
    _total(book, "only_statement", "只在对账单", ((pair, pair.line_fen) for pair in only))
    missing = [pair for pair in rows if pair.state == ONLY_LEDGER]
    _total(book, "only_ledger", "只在台账", ((pair, pair.event_fen) for pair in missing))
    differing = [pair for pair in rows if pair.state == AMOUNT]
    _total(book, "amount", "金额不同的差额", ((pair, pair.line_fen - pair.event_fen) for pair in differing))
    expression = "{ledger} + {only_statement} - {only_ledger} + {amount} - {statement}"
    values = [book[name].value or Decimal(0) for name in ("ledger", "only_statement", "only_ledger", "amount")]
    rest = values[0] + values[1] - values[2] + values[3] - (book["statement"].value or Decimal(0))
    inputs = ("ledger", "only_statement", "only_ledger", "amount", "statement")
    formula = "台账净拨付 + 只在对账单 − 只在台账 + 差额 − 对账单净支出"
    book.add(Figure("rest", "未解释的差额", rest, "元", 2, formula, inputs, "不舍入", SOURCE, COMPUTED, expression))
    return book


Fits = Callable[[SourceRow, Event], bool]


def _same_way(line: SourceRow, event: Event) -> bool:
    return (line.kind, event.kind) in ((OUTGOING, e.PAYMENT), (INCOMING, e.REFUND))


def _same_number(ledger: Ledger) -> Fits:
    """Of one number; money that came back may bear the number of the payment it is of, if that is the whole of it."""
    paid = {event.id: folded(event.number) for event in ledger.until(None, e.PAYMENT)}

    def fits(line: SourceRow, event: Event) -> bool:
        if not line.number or not _same_way(line, event):
            return False
        number = folded(line.number)
        is_original = number == paid.get(str(event.refers)) and line.amount == event.amount
        return number == folded(event.number) or (event.kind == e.REFUND and is_original)

    return fits


def _split(lines: Sequence[SourceRow], events: Sequence[Event], fits: Fits) -> Iterator[Pair]:
    """Events paid in several lines of their number, whose amounts add up to the event's."""
    for event in events:
        parts = [line for line in lines if fits(line, event) and folded(line.number) == folded(event.number)]
        if len(parts) > 1 and sum(line.amount for line in parts) == event.amount:
            yield from (Pair(line, event, part=True) for line in parts)


def _alone(lines: Sequence[SourceRow], paired: Sequence[SourceRow], year: int) -> Iterator[Pair]:
    """Lines without an event: of another year, a second time the same document, or missing in the ledger."""
    seen = {_document(line) for line in paired}
    for line in sorted(lines, key=lambda one: one.row):
        twice = bool(line.number) and _document(line) in seen
        seen.add(_document(line))
        yield Pair(line, None, alone=OTHER_YEAR if line.on.year != year else TWICE if twice else ONLY_STATEMENT)


def _document(line: SourceRow) -> tuple[object, ...]:
    return line.kind, folded(line.number), line.on, line.amount


def _nearby(window: int, payees: dict[str, str], *, named: bool) -> Fits:
    def fits(line: SourceRow, event: Event) -> bool:
        if not _same_way(line, event) or line.amount != event.amount or abs((line.on - event.on).days) > window:
            return False
        ours, theirs = payees.get(event.id, ""), folded(line.payee)
        return ours == theirs if named and ours and theirs else not named and not (ours and theirs)

    return fits


def _payees(ledger: Ledger) -> dict[str, str]:
    """Who was paid, by payment and refund, as it is compared."""
    moves = ledger.until(None, e.PAYMENT, e.REFUND)
    return {move.id: folded(ledger.by_id[str(ledger.request_of(move))].payee) for move in moves}


def _assigned(lines: Sequence[SourceRow], events: Sequence[Event], fits: Fits) -> list[tuple[SourceRow, Event]]:
    """As many pairs that fit as there can be, and of all such ways that with the fewest days between."""
    # Heavy: loaded where a statement is compared, not wherever the budget is read.
    from scipy.optimize import linear_sum_assignment

    apart = {
        (place, at): abs((line.on - event.on).days) + (0 if line.amount == event.amount else 400)
        for place, line in enumerate(lines)
        for at, event in enumerate(events)
        if fits(line, event)
    }
    if not apart:
        return []
    # One more pair is worth more than all days together: whole numbers, exact in a float.
    worth = (max(apart.values()) + 1) * (min(len(lines), len(events)) + 1)
    costs = [
        [float(apart[place, at] - worth) if (place, at) in apart else 0.0 for at in range(len(events))]
        for place in range(len(lines))
    ]
    chosen = zip(*linear_sum_assignment(costs), strict=True)
    return [(lines[int(place)], events[int(at)]) for place, at in chosen if (int(place), int(at)) in apart]


def _total(book: FigureBook, name: str, label: str, rows: Iterable[tuple[Pair, int]]) -> None:
    records = tuple(_record(pair, fen) for pair, fen in rows)
    value = sum((record.value or Decimal(0) for record in records), Decimal(0))
    formula, expression = f"{len(records)} 笔相加", "" if records else "0"
    book.add(Figure(name, label, value, "元", 2, formula, (), "不舍入", SOURCE, MEASURED, expression, records))


def _record(pair: Pair, fen: int) -> Record:
    if pair.line is not None:
        return Record(f"statement.row:{pair.line.row}", f"对账单第 {pair.line.row} 行", Decimal(fen).scaleb(-2))
    event = pair.event
    said = f"{event.on} {event.label} {event.number}".strip() if event else ""
    return Record(f"funds.event:{event.id if event else ''}", said, Decimal(fen).scaleb(-2))
