"""A person at the machine's console: the same password, code, counting and lock as at the login page."""

from datetime import datetime

import pytest

from huiliu.apps.accounts import one_time
from huiliu.apps.accounts.models import TotpDevice
from huiliu.apps.accounts.services import user_create
from huiliu.apps.accounts.services.console import console_prove
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
NOW = datetime(2025, 4, 1, 9, tzinfo=TZ)
CLOCK = FixedClock(NOW)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def chen():
    """At the post of control, with a password of their own; returns it."""
    made = user_create(username="chen", display_name="陈", post="control", actor=SYSTEM, must_change_password=False)
    return made.user, made.password


def enrol(user):
    TotpDevice.objects.create(user=user, secret=SECRET, begun_in="x", confirmed_at=NOW)


def code():
    return one_time.code_of(SECRET, int(NOW.timestamp()) // 30)


def refused(**given):
    with pytest.raises(HuiliuError) as error:
        console_prove(**{"username": "chen", "clock": CLOCK, **given})
    return error.value.code


def test_the_right_password_proves_and_leaves_a_row(chen):
    user, password = chen
    assert console_prove(username="Chen", password=password, clock=CLOCK) == user
    row = events(EventFilter(action="accounts.sign_in")).get()
    assert (row.actor, row.post, row.outcome, row.details["place"]) == ("chen", "稽核内控岗", "ok", "服务器控制台")


def test_a_wrong_one_counts_until_it_locks(chen, settings):
    for _ in range(settings.ENVIRONMENT.lock_tries):
        assert refused(password="wrong") == "ACC-004"
    assert refused(password=chen[1]) == "ACC-005"
    rows = events(EventFilter(action="accounts.sign_in"))
    assert {row.outcome for row in rows} == {"refused"}
    assert not [row for row in rows if "wrong" in str(vars(row)).replace("'why'", "")]


def test_a_name_that_nobody_has_is_not_kept(chen):
    assert refused(username="hunter2", password="x") == "ACC-004"
    assert "hunter2" not in str([vars(row) for row in events(EventFilter())])


def test_who_has_a_second_factor_needs_it_once_each(chen):
    user, password = chen
    enrol(user)
    assert refused(password=password) == "ACC-033"
    assert refused(password=password, code="000000") == "ACC-033"
    assert console_prove(username="chen", password=password, code=code(), clock=CLOCK) == user
    assert refused(password=password, code=code()) == "ACC-033"


def test_who_has_to_enrol_first_is_sent_to_the_page():
    made = user_create(
        username="chen", display_name="陈", post="control", level="L4", actor=SYSTEM, must_change_password=False
    )
    assert refused(password=made.password) == "ACC-041"


def test_a_password_that_was_handed_out_is_changed_on_the_page_first():
    made = user_create(username="chen", display_name="陈", post="control", actor=SYSTEM, must_change_password=True)
    assert refused(password=made.password) == "ACC-041"


def test_a_closed_account_proves_nothing(chen):
    user, password = chen
    user.status, user.is_active = "closed", False
    user.save()
    assert refused(password=password) == "ACC-004"
