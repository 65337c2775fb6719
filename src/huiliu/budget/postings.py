"""Reference entries (参考分录) of a year in the two books, and what they add up to: never a second official book."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from huiliu.budget import chart as c
from huiliu.budget import events as e
from huiliu.budget.chart import Account, Chart, Template
from huiliu.budget.closing import closing_parts
from huiliu.budget.earlier import Split, spent
from huiliu.budget.errors import refused
from huiliu.budget.events import Event
from huiliu.budget.folding import Fold


@dataclass(frozen=True)
class Entry:
    """One side of an entry in fen: either debit or credit is above 0; `verified` False is shown as 待核."""

    event_id: str
    on: date
    account: Account
    debit: int
    credit: int
    label: str
    source: str
    verified: bool

    @property
    def book(self) -> str:
        """financial or budget."""
        return self.account.book


@dataclass(frozen=True)
class TrialRow:
    """One account of a trial balance; `balance` is debit less credit."""

    account: Account
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        """Above 0: on the debit side."""
        return self.debit - self.credit


@dataclass(frozen=True)
class TrialBalance:
    """Every account of one book that was booked to, by code."""

    book: str
    rows: tuple[TrialRow, ...]

    @property
    def debit(self) -> int:
        """All debits."""
        return sum(row.debit for row in self.rows)

    @property
    def credit(self) -> int:
        """All credits."""
        return sum(row.credit for row in self.rows)

    @property
    def is_balanced(self) -> bool:
        """Whether debits and credits are the same sum."""
        return self.debit == self.credit

    def balance(self, name: str) -> int:
        """Debit less credit of an account by its name in the catalog; 0 if nothing was booked to it."""
        return sum(row.balance for row in self.rows if row.account.name == name)


@dataclass(frozen=True)
class _Move:
    """An amount booked by a situation's template; below 0 with the sides changed."""

    event: Event
    situation: str
    amount: int


def postings(ledger: Fold, expense: str, chart: Chart) -> tuple[Entry, ...]:
    """The entries of all events, by day and within a day as entered; kinds without entries (plan, request …) have none.

    `expense` is "public" (事业支出) or "administrative" (行政支出); FUND-122 for another. In integrated mode what was
    carried over is spent first, and a refund gives back this year's money first.
    """
    if expense not in c.EXPENSES:
        raise refused(122, f"没有“{expense}”这种支出科目", f"可用：{'、'.join(c.EXPENSES)}。")
    entries: list[Entry] = []
    for move in _moves(ledger):
        if move.amount:
            entries += _entries(move, chart.template(move.situation, move.event.on), expense, chart)
    return tuple(entries)


def trial_balance(entries: Iterable[Entry], book: str) -> TrialBalance:
    """What the entries of one book ("financial" or "budget") add up to, account by account."""
    debits: dict[Account, int] = {}
    credits: dict[Account, int] = {}
    for entry in entries:
        if entry.book == book:
            debits[entry.account] = debits.get(entry.account, 0) + entry.debit
            credits[entry.account] = credits.get(entry.account, 0) + entry.credit
    rows = (TrialRow(account, debits[account], credits[account]) for account in debits)
    return TrialBalance(book, tuple(sorted(rows, key=lambda row: row.account.code)))


def _entries(move: _Move, template: Template, expense: str, chart: Chart) -> Iterator[Entry]:
    event, size = move.event, abs(move.amount)
    for debit, credit in template.sides.values():
        names = (debit, credit) if move.amount > 0 else (credit, debit)
        for name, debited, credited in ((names[0], size, 0), (names[1], 0, size)):
            account = chart.account(name, expense)
            yield Entry(
                event.id, event.on, account, debited, credited, template.label, template.source, template.verified
            )


def _moves(ledger: Fold) -> Iterator[_Move]:
    splits = spent(ledger).splits
    for event in ledger.ordered:
        if event.kind == e.CARRYOVER:
            yield _Move(event, c.OPENING, event.amount)
        elif event.kind == e.QUOTA:
            yield _Move(event, c.QUOTA_RESTORED if event.refers else c.QUOTA_ISSUED, event.amount)
        elif event.kind in (e.PAYMENT, e.REFUND):
            yield from _paid(ledger, event, splits[event.id])
        elif event.kind == e.CLOSE:
            yield from (_Move(event, situation, amount) for situation, amount in _closed(ledger).items())


def _closed(ledger: Fold) -> Mapping[str, int]:
    parts = closing_parts(ledger)
    return {
        c.UNUSED_CANCELLED: parts.unused_carried,
        c.UNUSED_LAPSED: parts.unused_lapsed,
        c.CARRIED_LAPSED: parts.earlier_lapsed,
        c.UNISSUED_CARRIED: parts.unissued_carried,
    }


def _paid(ledger: Fold, event: Event, split: Split) -> Iterator[_Move]:
    asset, sign = _is_asset(ledger, event), 1 if event.kind == e.PAYMENT else -1
    if ledger.is_quota_mode:
        yield _Move(event, c.QUOTA_ASSET if asset else c.QUOTA_EXPENSE, sign * event.amount)
        return
    yield _Move(event, c.CARRIED_ASSET if asset else c.CARRIED_EXPENSE, sign * split.earlier)
    yield _Move(event, c.DIRECT_ASSET if asset else c.DIRECT_EXPENSE, sign * split.current)


def _is_asset(ledger: Fold, event: Event) -> bool:
    payment = event if event.kind == e.PAYMENT else ledger.by_id[str(event.refers)]
    return payment.is_asset or ledger.by_id[str(payment.refers)].is_asset
