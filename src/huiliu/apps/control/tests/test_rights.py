"""Rights that end, and the way back for the last administrator whose right lapsed."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.accounts.selectors import has_permission, holds
from huiliu.apps.accounts.services import grant_revoke
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.jobs import daily
from huiliu.apps.control.services import grant_review, leaver_clean_up, right_rescue, right_revoke
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
CONSOLE = Actor("服务器控制台")


def revoke(office, whose, by="shen"):
    right_revoke(grant=office[whose].grants.get(), why="调岗", by=office[by], actor=Actor(by))
    office[whose].held = None


def later(settings, office, day: date) -> None:
    settings.HUILIU_CLOCK = FixedClock(datetime.combine(day, datetime.min.time(), TZ).replace(hour=9))
    for user in office.values():
        user.held = None


def test_a_revoked_right_ends_at_once(office):
    revoke(office, "wang")
    assert not has_permission(office["wang"], "datahub.view_person")
    assert office["wang"].grants.get().revoked_why == "调岗"


def test_the_last_administrator_is_not_revoked_by_anybody(office):
    for attempt in (
        lambda: revoke(office, "sun"),
        lambda: grant_review(
            grant=office["sun"].grants.get(), reviewer=office["he"], verdict="revoke", comment="x", actor=Actor("he")
        ),
        lambda: leaver_clean_up(user=office["sun"], by=office["shen"], actor=Actor("shen")),
    ):
        with pytest.raises(HuiliuError, match="CTRL-024"):
            attempt()
    assert holds(office["sun"], "sysadmin")
    assert events(EventFilter(outcome="refused")).count() == 3
    revoke(office, "an")  # there is another security administrator
    with pytest.raises(HuiliuError, match="CTRL-024"):
        revoke(office, "shen", by="sun")


def test_the_daily_job_marks_what_is_past_its_last_day(office, settings):
    assert daily() == 0
    later(settings, office, date(2026, 4, 1))
    assert daily() == len(office) - 1  # lan's was revoked before
    assert office["wang"].grants.get().revoked_why == "到期"
    assert daily() == 0


@pytest.mark.parametrize("marked", [False, True])
def test_the_last_lapsed_administrator_is_renewed_at_the_machine(office, ask, settings, marked):
    ask("wang", "lan", "clerk")
    later(settings, office, date(2026, 4, 2))
    if marked:
        daily()
    assert right_rescue(user=office["shen"], actor=CONSOLE) == "secadmin"
    assert holds(office["shen"], "secadmin")
    assert office["shen"].grants.get(revoked_at=None).expires_on == date(2027, 4, 2)
    assert right_rescue(user=office["an"], actor=CONSOLE) == ""  # there is one again


def test_the_last_one_is_renewed_in_the_first_hours_of_the_day_too(office, ask, settings):
    """Half past midnight in Shanghai on 1 April 2026 is still 31 March, the last day of the right, in UTC."""
    ask("wang", "lan", "clerk")
    later(settings, office, date(2026, 4, 1))
    settings.HUILIU_CLOCK = FixedClock(datetime(2026, 4, 1, 0, 30, tzinfo=TZ))
    assert right_rescue(user=office["shen"], actor=CONSOLE) == "secadmin"
    assert holds(office["shen"], "secadmin")


def test_nobody_else_is(office, ask, settings):
    ask("wang", "lan", "clerk")
    assert right_rescue(user=office["shen"], actor=CONSOLE) == ""
    grant_revoke(grant=office["an"].grants.get(), why="调岗", actor=SYSTEM)
    later(settings, office, date(2026, 4, 2))
    for name in ("an", "ling", "wang", "shu", "lan"):
        assert right_rescue(user=office[name], actor=CONSOLE) == ""
        assert not office[name].grants.filter(revoked_at=None, expires_on__gte=date(2026, 4, 2)).exists()


@pytest.mark.parametrize(
    ("who", "post", "family"),
    [("an", "secadmin", "security"), ("lan", "secadmin", "security"), ("ling", "leader", "leader")],
)
def test_the_database_holds_the_same(office, ask, settings, who, post, family):
    """A holder is still there, the person never held it, or the post is no administrator's."""
    ask("wang", "lan", "clerk")
    if who != "an":
        later(settings, office, date(2026, 4, 2))
    daily()
    now = settings.HUILIU_CLOCK.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        office[who].grants.create(post=post, family=family, level="L1", granted_at=now, expires_on=date(2027, 1, 1))
