"""What a disclosure is made of: targets in force with the budget, the filed self-evaluation with the final accounts."""

from collections import Counter
from datetime import date
from typing import Any

from huiliu.apps.accounts.selectors import users
from huiliu.apps.funds.selectors import projects as funds
from huiliu.apps.performance.models import Disclosure, DisclosureOccasion, TargetSet
from huiliu.apps.performance.selectors.assessments import assessed
from huiliu.apps.performance.selectors.evaluation_files import file_of
from huiliu.apps.performance.selectors.filing_pages import PARAGRAPHS
from huiliu.apps.performance.selectors.filings import filed_file
from huiliu.apps.performance.selectors.monitoring import snapshots_of
from huiliu.budget import events as money
from huiliu.catalog import disclosure as catalog
from huiliu.documents.disclosing.money import Paid
from huiliu.documents.disclosing.public import of_occasion, passages
from huiliu.documents.disclosing.rules import public_rules
from huiliu.documents.disclosing.statement import DisclosureContent, DisclosureInput
from huiliu.documents.evaluation_file import EvaluationFile

_PERSON = range(2, 5)
"""A payee of so few signs may be a person: firms and agencies have longer names."""


def source_of(disclosure: Disclosure, today: date) -> EvaluationFile | None:
    """The evaluation that goes out; None where there is nothing that may: no targets in force, nothing filed."""
    targets = disclosure.target_set
    if disclosure.occasion == DisclosureOccasion.FINAL:
        return filed_file(targets.project, targets.year)
    found = assessed(targets, today)
    return file_of(found, today) if found.result is not None and _is_known(targets) else None


def _is_known(targets: TargetSet) -> bool:
    """Whether the ledger knows the project: without it there is no agency that could publish."""
    return funds.project_by_code(targets.project) is not None


def content_of(occasion: str, profile: str) -> DisclosureContent:
    """The catalog's content of an occasion, with the form of the way of scoring."""
    told = catalog.content(occasion)
    return DisclosureContent(**told, layouts=catalog.layouts(told["statement"], profile))


def passages_of(disclosure: Disclosure, file: EvaluationFile) -> dict[str, tuple[str, str]]:
    """What people wrote and would go out: place → label and words."""
    shown = of_occasion(file, disclosure.occasion)
    told = passages(shown, public_rules(catalog.content(disclosure.occasion)["public"]))
    return {place: (label_of(place) or label, words) for place, (label, words) in told.items()}


def label_of(place: str) -> str:
    """What the pages call a paragraph of the unit's; empty for any other place."""
    name, _, number = place.partition(":")
    return f"{PARAGRAPHS[name]} 第{number}段" if name in PARAGRAPHS else ""


def input_of(disclosure: Disclosure, masked: dict[str, str], today: date) -> DisclosureInput:
    """What the ledger, monitoring and the list of people add."""
    targets = disclosure.target_set
    events = _events(targets)
    return DisclosureInput(
        disclosure.occasion,
        today,
        disclosure.reply_no,
        disclosure.reply_on,
        paid_by_item(events),
        len(snapshots_of(targets.project, targets.year)),
        masked,
        frozenset(_people(events)),
    )


def _events(targets: TargetSet) -> list[money.Event]:
    year = funds.year_of(targets.project, targets.year)
    return [funds.money_event(event) for event in funds.events_of(year)] if year else []


def paid_by_item(events: list[money.Event]) -> list[Paid]:
    """Payments less refunds by the economic item of their request, by name; what has no item says so."""
    by_id = {event.id: event for event in events}
    fen, count = Counter[str](), Counter[str]()
    for event in events:
        if event.kind in (money.PAYMENT, money.REFUND):
            name = _item(event, by_id)
            fen[name] += event.amount if event.kind == money.PAYMENT else -event.amount
            count[name] += 1
    return [Paid(name, fen[name], count[name]) for name in sorted(fen)]


def _item(event: money.Event, by_id: dict[str, money.Event]) -> str:
    """A refund names its payment, a payment its request."""
    found: money.Event | None = event
    while found is not None:
        if found.item.strip():
            return found.item.strip()
        found = by_id.get(str(found.refers))
    return "未登记经济分类"


def _people(events: list[money.Event]) -> list[str]:
    """Names that must not appear: of everybody with an account, and of payees that may be persons."""
    names: list[Any] = [*users().values_list("display_name", flat=True)]
    names += [event.payee for event in events if len(event.payee.strip()) in _PERSON]
    return [str(name).strip() for name in names if len(str(name).strip()) >= _PERSON.start]
