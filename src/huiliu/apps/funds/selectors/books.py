"""A project's year as figures: its money, each request, both reference books, every number with what it is made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse

from huiliu.apps.funds.models import Event, ProjectYear
from huiliu.apps.funds.selectors.projects import events_of, money_event, purposes_of, years
from huiliu.budget import events as e
from huiliu.budget.chart import BOOKS
from huiliu.budget.keeper import YUAN, Keeper
from huiliu.budget.postings import Entry, postings
from huiliu.budget.rates import money_kept
from huiliu.catalog.postings import posting_chart
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, Record
from huiliu.web.trace import Step

RECORD = "funds.event:"


@dataclass(frozen=True)
class Books:
    """One year as it stood at the end of a day: events as they were entered, and the keeper of its figures."""

    year: ProjectYear
    rows: tuple[Event, ...]
    keeper: Keeper
    missing: str = ""

    @property
    def place(self) -> tuple[str, int]:
        """What stands in the addresses of the year's pages."""
        return self.year.project.code, self.year.year

    def figure(self, figure_id: str) -> Figure:
        """One figure."""
        return self.keeper.book[figure_id]

    def link(self, figure_id: str) -> str:
        """Where a figure's trace is."""
        return reverse("funds:figure_detail", args=(*self.place, figure_id))

    def event_link(self, number: int | str) -> str:
        """Where an event is shown."""
        return reverse("funds:event_detail", args=(*self.place, number))

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """The reference entries of each event, by the event's id."""
        found: dict[str, list[Entry]] = {}
        for entry in _entries(self.keeper, self.year.project.expense):
            found.setdefault(entry.event_id, []).append(entry)
        return found


def books_of(year: ProjectYear, today: date) -> Books:
    """The year at the end of a day, in yuan. Where a day has no reference entries, `missing` says so."""
    labels = dict(purposes_of(year.project).values_list("code", "label"))
    rows = tuple(events_of(year))
    keeper = _kept(year, rows, today, labels)
    _requests(keeper)
    missing = ""
    try:
        _accounts(keeper, year.project.expense)
    except HuiliuError as error:
        missing = f"{error.message}。{error.hint}"
    return Books(year, rows, keeper, missing)


def books_listed(today: date) -> list[Books]:
    """Every year of every project, newest year first, with the figures of its money alone."""
    found = list(years())
    rows: dict[int, list[Event]] = {year.pk: [] for year in found}
    for row in Event.objects.filter(year__in=found).select_related("purpose").order_by("pk"):
        rows[row.year_id].append(row)
    return [Books(year, tuple(rows[year.pk]), _kept(year, rows[year.pk], today, {})) for year in found]


def _kept(year: ProjectYear, rows: Iterable[Event], today: date, labels: Mapping[str, str]) -> Keeper:
    events = [money_event(row) for row in rows]
    return money_kept(events, year.year, year.mode, today, unit=YUAN, purposes=labels)


def _requests(keeper: Keeper) -> None:
    """What was granted and paid of each request."""
    ledger = keeper.ledger
    for state in ledger.requests():
        moves, name = ledger.moves_of(state.event.id), f"request.{state.event.id}"
        review, label = [move for move in moves if move.kind == e.REVIEW][-1:], f"请拨 {state.event.id} 核定"
        if review:
            keeper.events(f"{name}.granted", label, [one for one in review if one.agreed])
        else:
            keeper.absent(f"{name}.granted", label, "尚未审核")
        paid = [move for move in moves if move.kind != e.REVIEW]
        keeper.events(f"{name}.paid", f"请拨 {state.event.id} 净拨付", paid, e.REFUND)


def _entries(keeper: Keeper, expense: str) -> tuple[Entry, ...]:
    return postings(keeper.ledger, expense, posting_chart())


def _accounts(keeper: Keeper, expense: str) -> None:
    """Debit, credit and balance of every account that was booked to, and what each book adds up to."""
    entries = _entries(keeper, expense)
    for book, label in BOOKS.items():
        accounts = sorted({entry.account for entry in entries if entry.book == book}, key=lambda one: one.code)
        for account in accounts:
            own, name = [entry for entry in entries if entry.account == account], f"entry.{book}.{account.name}"
            for side, word in (("debit", "借方"), ("credit", "贷方")):
                keeper.total(f"{name}.{side}", f"{account.label} {word}", _sides(keeper, own, side))
            keeper.derived(
                f"{name}.balance", f"{account.label} 余额（借减贷）", f"{{{name}.debit}} - {{{name}.credit}}"
            )
        for side, word in (("debit", "借方"), ("credit", "贷方")):
            parts = " + ".join(f"{{entry.{book}.{account.name}.{side}}}" for account in accounts)
            keeper.derived(f"book.{book}.{side}", f"{label}{word}合计", parts or "0")


def _sides(keeper: Keeper, entries: list[Entry], side: str) -> Iterator[Record]:
    events = keeper.ledger.by_id
    for number, entry in enumerate(entries):
        fen = entry.debit if side == "debit" else entry.credit
        if fen:
            found = keeper.record(events[entry.event_id], fen, entry.label)
            yield Record(f"{found.id}:{number}", found.label, found.value)


def trace(books: Books, figure_id: str) -> Step | None:
    """A figure down to the events it is made of; None for an unknown one."""
    return _step(books, books.figure(figure_id)) if figure_id in books.keeper.book else None


def _step(books: Books, figure: Figure) -> Step:
    below = [_step(books, books.figure(name)) for name in figure.inputs]
    below += [_record(books, figure, record) for record in figure.records]
    return Step(
        label=figure.label,
        value=figure.with_unit(),
        detail=f"{figure.state_label}：{figure.formula}；来源：{figure.source}",
        link=books.link(figure.id),
        below=below,
    )


def _record(books: Books, figure: Figure, record: Record) -> Step:
    number = record.id.removeprefix(RECORD).partition(":")[0] if record.id.startswith(RECORD) else ""
    value = "" if record.value is None else f"{record.value:,f}{figure.unit}"
    return Step(record.label, value, link=books.event_link(number) if number else "", digest=record.digest)
