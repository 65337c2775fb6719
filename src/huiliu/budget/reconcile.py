"""A statement of the bank or the treasury beside the ledger (对账): line to payment, one to one, and what differs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.import_mapping import folded
from huiliu.budget.importing import INCOMING, OUTGOING, SourceRow
from huiliu.budget.ledger import Ledger
from huiliu.kernel.figures import COMPUTED, MEASURED, Figure, FigureBook, Record

WINDOW = 10  # days between a voucher and the line of it in a statement
AGREES, DAY, AMOUNT, ONLY_STATEMENT, ONLY_LEDGER = "agrees", "day", "amount", "only_statement", "only_ledger"
STATES = {
    AGREES: "相符",
    DAY: "日期不同",
    AMOUNT: "金额不同",
    ONLY_STATEMENT: "只在对账单",
    ONLY_LEDGER: "只在台账",
}
SOURCE = "对账单与项目台账"


@dataclass(frozen=True)
class Pair:
    """A line, an event, or both; `state` says how they stand to each other."""

    line: SourceRow | None
    event: Event | None

    @property
    def state(self) -> str:
        """A key of STATES."""
        if self.event is None:
            return ONLY_STATEMENT
        if self.line is None:
            return ONLY_LEDGER
        if self.line.amount != self.event.amount:
            return AMOUNT
        return AGREES if self.line.on == self.event.on else DAY

    @property
    def on(self) -> date:
        """The line's day, or that of the event without one."""
        if self.line is not None:
            return self.line.on
        return self.event.on if self.event is not None else date.min


def reconcile(lines: Sequence[SourceRow], ledger: Ledger, window: int = WINDOW) -> list[Pair]:
    """Every line once and every payment and refund of the lines' days once, by day.

    First lines and events of one number are put together, then those of one amount and payee within so many days, then
    those of one amount where one side names no payee. Within each step as many as possible, nearest days first.
    """
    left_lines, left_events = list(lines), list(ledger.until(None, e.PAYMENT, e.REFUND))
    pairs: list[Pair] = []
    payees = _payees(ledger)
    for fits in (_same_number, _nearby(window, payees, named=True), _nearby(window, payees, named=False)):
        for line, event in _assigned(left_lines, left_events, fits):
            pairs.append(Pair(line, event))
            left_lines.remove(line)
            left_events.remove(event)
    days = [line.on for line in lines]
    pairs += [Pair(line, None) for line in left_lines]
    pairs += [Pair(None, event) for event in left_events if days and min(days) <= event.on <= max(days)]
    return sorted(pairs, key=lambda pair: (pair.on, pair.line.row if pair.line else 0))


def reconciled_figures(pairs: Iterable[Pair]) -> FigureBook:
    """Totals of both sides and of each difference, in yuan, and the proof: ledger + differences − statement = 0."""
    book, rows = FigureBook(), list(pairs)
    _total(book, "statement", "对账单净支出", ((pair, _line(pair)) for pair in rows if pair.line))
    _total(book, "ledger", "台账净拨付", ((pair, _event(pair)) for pair in rows if pair.event))
    only = [pair for pair in rows if pair.state == ONLY_STATEMENT]
    _total(book, "only_statement", "只在对账单", ((pair, _line(pair)) for pair in only))
    missing = [pair for pair in rows if pair.state == ONLY_LEDGER]
    _total(book, "only_ledger", "只在台账", ((pair, _event(pair)) for pair in missing))
    differing = [pair for pair in rows if pair.state == AMOUNT]
    _total(book, "amount", "金额不同的差额", ((pair, _line(pair) - _event(pair)) for pair in differing))
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


def _same_number(line: SourceRow, event: Event) -> bool:
    return bool(line.number) and _same_way(line, event) and folded(line.number) == folded(event.number)


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


def _line(pair: Pair) -> int:
    line = pair.line
    return 0 if line is None else line.amount if line.kind == OUTGOING else -line.amount


def _event(pair: Pair) -> int:
    event = pair.event
    return 0 if event is None else -event.amount if event.kind == e.REFUND else event.amount


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
