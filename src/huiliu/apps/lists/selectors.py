"""What a list may be answered with, how far its asker sees, and what somebody asked and keeps."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.control.selectors.purposes import Used, used_today
from huiliu.apps.control.services.counts import Counted
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.lists.models import ColumnTemplate, FormTemplate, ListLookUp
from huiliu.topics import Grant, Sight, Topic

LOOK_UP = "query.lookup_list"
SHOWN = 10


def topic() -> Topic:
    """The topic that answers: one row a person."""
    return catalog().topics["person"]


def offered() -> list[tuple[str, str]]:
    """The columns that may be chosen, with their labels."""
    return [(item.name, item.label) for item in topic().listed.values()]


def sight_of(scopes: Sequence[Scope], opened: Sequence[Scope] = ()) -> Sight:
    """What grants reach, and of that in full what `opened` do."""
    return Sight(reach=_grants(scopes), opened=_grants(opened), full=bool(opened), lists=True)


def _grants(scopes: Sequence[Scope]) -> tuple[Grant, ...]:
    return tuple(dict.fromkeys(Grant(scope.division, scope.schemes, scope.level) for scope in scopes))


def look_ups(user: Any) -> QuerySet[ListLookUp]:
    """One's own, newest first."""
    return ListLookUp.objects.filter(owner=user, export__isnull=False).select_related(
        "export", "export__job", "export__request"
    )[:SHOWN]


def look_up_of(user: Any, key: str) -> ListLookUp | None:
    """One of one's own."""
    found = ListLookUp.objects.filter(owner=user, key=key, export__isnull=False)
    return found.select_related("export", "export__job", "export__request", "export__applicant").first()


def templates(user: Any) -> QuerySet[ColumnTemplate]:
    """One's own column templates, by name."""
    return ColumnTemplate.objects.filter(owner=user)


def template_columns(user: Any, number: str) -> list[str] | None:
    """The columns of one of them that there still are; None if there is none of this number for this person."""
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    found = templates(user).filter(pk=int(number)).first()
    return [name for name in found.columns if name in topic().listed] if found else None


def form_templates(user: Any) -> QuerySet[FormTemplate]:
    """One's own form templates and those shared with one's unit, by name."""
    shared = Q(unit=user.unit_id) if user.unit_id else Q(pk__in=())
    return FormTemplate.objects.filter(Q(owner=user) | shared).select_related("owner", "unit")


def form_template(user: Any, number: str) -> FormTemplate | None:
    """One of them; None if there is none of this number for this person."""
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    return form_templates(user).filter(pk=int(number)).first() if is_number else None


def used(user: Any) -> Used:
    """How many rows were looked up today."""
    return used_today(user.get_username(), Counted.LIST, settings.HUILIU_CLOCK.now().date())
