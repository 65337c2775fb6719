"""The quarterly review, and what is left of somebody who leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.accounts.services import grant_revoke
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.models import GrantReview
from huiliu.apps.control.selectors.reviews import quarter_of, review_lines, unreviewed
from huiliu.apps.control.services import NewDelegation, delegation_make, grant_review, leaver_clean_up
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
TODAY = date(2025, 3, 31)


def review(office, whose, verdict="keep", comment="", who="he"):
    grant = office[whose].grants.get()
    return grant_review(
        grant=grant, reviewer=office[who], verdict=verdict, comment=comment, actor=Actor(who)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2025, 1, 1), "2025Q1"), (date(2025, 3, 31), "2025Q1"), (date(2025, 4, 1), "2025Q2"),
        (date(2025, 12, 31), "2025Q4"),
    ],
)  # fmt: skip
def test_quarters(day, quarter):
    assert quarter_of(day) == quarter


def test_every_grant_is_looked_at_once_a_quarter(office, settings):
    assert unreviewed(TODAY) == len(office) - 1  # lan holds nothing
    review(office, "wang")
    assert unreviewed(TODAY) == len(office) - 2
    assert review_lines(TODAY)[-1].grant.user == office["wang"]
    with pytest.raises(HuiliuError, match="CTRL-023"):
        review(office, "wang")
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 1, 9, 0, tzinfo=TZ))
    review(office, "wang")
    assert [row.quarter for row in GrantReview.objects.all()] == ["2025Q2", "2025Q1"]


def test_a_review_that_says_no_revokes_and_says_why(office):
    with pytest.raises(HuiliuError, match="CTRL-029"):
        review(office, "wang", "revoke")
    review(office, "wang", "revoke", "已调离窗口")
    office["wang"].held = None
    assert not has_permission(office["wang"], "datahub.view_person")
    assert office["wang"].grants.get().revoked_why == "2025Q1 复核撤销"


def test_nobody_reviews_their_own(office):
    with pytest.raises(HuiliuError, match="CTRL-020"):
        review(office, "he")
    with pytest.raises(IntegrityError, match="CTRL-020"), transaction.atomic():
        GrantReview.objects.create(
            grant=office["he"].grants.get(), quarter="2025Q1", verdict="keep", reviewer=office["he"],
            reviewed_at=datetime(2025, 3, 31, tzinfo=TZ),
        )  # fmt: skip
    review(office, "he", who="nei")


def test_a_review_is_never_changed(office):
    review(office, "wang")
    with pytest.raises(IntegrityError, match="CTRL-021"), transaction.atomic():
        GrantReview.objects.update(comment="改")
    with pytest.raises(IntegrityError, match="CTRL-021"), transaction.atomic():
        GrantReview.objects.all()._raw_delete("default")


def test_a_leaver_leaves_nothing_open(office, ask):
    request = ask("wang", "lan", "clerk")
    wanted = NewDelegation("clerk", office["fu"], TODAY, date(2025, 4, 30), "休假")
    row = delegation_make(principal=office["wang"], wanted=wanted, actor=Actor("wang"))
    done = leaver_clean_up(user=office["wang"], by=office["sun"], actor=Actor("sun"))
    assert (done.grants, done.requests, done.delegations) == (1, 1, 1)
    for thing in (request, row, office["wang"]):
        thing.refresh_from_db()
    assert (request.status, row.ended_at is None, office["wang"].status) == ("withdrawn", False, "closed")
    assert office["wang"].grants.get().revoked_why == "离岗"
    assert not has_permission(office["wang"], "datahub.view_person")


def test_the_last_administrator_and_oneself_cannot_leave(office):
    with pytest.raises(HuiliuError, match="CTRL-025"):
        leaver_clean_up(user=office["sun"], by=office["sun"], actor=Actor("sun"))
    leaver_clean_up(user=office["an"], by=office["sun"], actor=Actor("sun"))
    with pytest.raises(HuiliuError, match="CTRL-024"):
        leaver_clean_up(user=office["shen"], by=office["sun"], actor=Actor("sun"))
    with pytest.raises(HuiliuError, match="CTRL-024"):
        leaver_clean_up(user=office["shu"], by=office["sun"], actor=Actor("sun"))
    assert office["shen"].grants.get().revoked_at is None


@pytest.mark.django_db(transaction=True)
def test_two_who_close_each_other_at_once_leave_one(office):
    """Both security administrators leave at the same moment; whoever comes second is the last."""
    if connection.vendor == "sqlite":
        pytest.skip("writers are serial on SQLite, and in memory its locks do not wait: seen on PostgreSQL")

    def leave(name):
        try:
            leaver_clean_up(user=office[name], by=office["sun"], actor=Actor("sun"))
        except HuiliuError as error:
            return error.code
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ("shen", "an"))) == ["CTRL-024", "left"]


def test_a_grant_that_ended_is_not_reviewed(office):
    grant = office["wang"].grants.get()
    grant_revoke(grant=grant, why="调岗", actor=SYSTEM)
    grant.refresh_from_db()
    with pytest.raises(HuiliuError, match="CTRL-023"):
        grant_review(grant=grant, reviewer=office["he"], verdict="keep", actor=Actor("he"))
