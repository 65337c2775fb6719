"""The ledger as evidence: what was paid for a project or one of its purposes, and how timely, each to its events."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from django.urls import reverse

from huiliu.apps.funds.models import Event, Kind
from huiliu.apps.funds.selectors.projects import events_of, money_event, purposes_of, year_of
from huiliu.budget.keeper import YUAN
from huiliu.budget.rates import money_figures
from huiliu.budget.timeliness import FORMULAS, timeliness_figures
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.figures import Figure, FigureBook, Record
from huiliu.scoring.evidence import Absent, Ask, Gathered, book_of, fact_of_figure

WITHIN = "within_days"


def funds_evidence(ask: Ask) -> Gathered | Absent:
    """The facts of the year at the end of the day; timeliness for an indicator that says how many days it grants."""
    year = year_of(ask.project, ask.year)
    if year is None:
        return Absent(f"项目台账中没有 {ask.project} 的 {ask.year} 年度")
    kept = list(events_of(year))
    events = [money_event(event) for event in kept]
    if WITHIN in ask.params:
        within = ask.params[WITHIN].value
        assert isinstance(within, int)
        book = timeliness_figures(events, year.year, year.mode, ask.day, within, unit=YUAN)
    else:
        labels = {purpose.code: purpose.label for purpose in purposes_of(year.project)}
        labels |= {ask.purpose: labels.get(ask.purpose, ask.purpose)} if ask.purpose else {}
        book = money_figures(events, year.year, year.mode, ask.day, unit=YUAN, purposes=labels)
    opened = {f"funds.event:{event.pk}": _opened(ask, event) for event in kept}
    made = [_sealed(figure, opened) for figure in book.values()]
    return Gathered(book_of([*made, *_facts(ask, book)]), _references(kept))


def content_digest(event: Event) -> str:
    """The seal of what an event says."""
    said = [event.pk, event.kind, event.day, event.amount_fen, event.refers_id, event.number, event.month, event.due,
            event.payee, event.item, event.purpose_id, event.agreed, event.is_asset]  # fmt: skip
    return f"sm3:{sm3(canonical_json(said))}"


def _facts(ask: Ask, book: FigureBook) -> Iterator[Figure]:
    paid = f"purpose.{ask.purpose}.paid" if ask.purpose else "payment.net"
    names = {"funds.paid": paid, "funds.issued": "quota.issued", "funds.adjusted": "authority.adjusted"}
    if ask.purpose:
        names["funds.committed"] = f"purpose.{ask.purpose}.committed"
    for formula in FORMULAS:
        names[f"funds.timely_{formula}"] = f"timeliness.{formula}"
        names[f"funds.timely_{formula}_shifted"] = f"timeliness.{formula}_shifted"
    for fact, name in names.items():
        if name in book:
            yield fact_of_figure(fact, book[name])


def _opened(ask: Ask, event: Event) -> tuple[str, str]:
    """Where an event is shown, and its seal."""
    return reverse("funds:event_detail", args=(ask.project, ask.year, event.pk)), content_digest(event)


def _sealed(figure: Figure, opened: Mapping[str, tuple[str, str]]) -> Figure:
    return replace(figure, records=tuple(_record(record, opened) for record in figure.records))


def _record(record: Record, opened: Mapping[str, tuple[str, str]]) -> Record:
    link, digest = opened.get(record.id, (record.link, record.digest))
    return replace(record, link=link, digest=digest)


def _references(kept: list[Event]) -> dict[str, str]:
    """Vouchers of payments and refunds; of other events the number of their document."""
    vouchers = {event.refers_id: event.number for event in kept if event.kind == Kind.VOUCHER}
    found = {f"funds.event:{event.pk}": vouchers.get(event.pk, event.number) for event in kept}
    return {key: number for key, number in found.items() if number}
