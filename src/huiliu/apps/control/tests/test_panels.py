"""What the workbench says of internal control, and how often its pages ask the database."""

from datetime import date, datetime

import pytest

from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.control.selectors import deadlock_lines
from huiliu.apps.control.tests.walking import text_of
from huiliu.kernel.clock import TZ, FixedClock
from support.scale import variants

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_somebody_without_a_post_is_led_to_one(office, at):
    page = text_of(at("lan"), "/")
    assert "您还没有岗位" in page
    assert 'href="/control/requests/new/post/"' in page


def test_what_waits_is_counted_with_its_age(office, at, ask, settings):
    ask("wang", "lan", "clerk")
    assert "待我办理" not in text_of(at("ling"), "/")
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 4, 9, 0, tzinfo=TZ))
    page = text_of(at("he"), "/")
    assert "待我办理" in page
    assert "4 天" in page


def test_what_expires_is_said_to_its_holder_and_to_control(office, at):
    wanted = NewGrant("it", expires_on=date(2025, 4, 30))
    grant = grant_add(user=office["lan"], wanted=wanted, basis="installation", actor=SYSTEM)
    page = text_of(at("lan"), "/")
    assert "信息技术岗 2025-04-30 到期" in page
    assert f"?renew={grant.pk}" in page
    assert "权限即将到期" in text_of(at("he"), "/")
    assert "权限即将到期" not in text_of(at("wang"), "/")


def test_reviews_and_deadlocks_are_for_control_and_security(office, at):
    grant_revoke(grant=office["an"].grants.get(), why="调岗", actor=SYSTEM)
    page = text_of(at("he"), "/")
    assert "复核进度" in page
    assert "安全管理员只有一人" in page
    assert "安全管理员只有一人" in text_of(at("shen"), "/")
    for word in ("复核进度", "安全管理员只有一人"):
        assert word not in text_of(at("ling"), "/")


@pytest.mark.parametrize(
    ("who", "path", "queries"),
    variants(
        [
            ("he", "requests/", 8),
            ("he", "requests/all/", 9),
            ("he", "ledger/", 10),
            ("he", "reviews/", 7),
            ("wang", "delegations/", 9),
            ("wang", "requests/new/post/", 7),
            ("sun", "units/", 5),
        ],
        fast=2,
    ),
)
def test_pages_ask_as_often_however_many_rows_there_are(office, at, ask, django_assert_num_queries, who, path, queries):
    client, address = at(who), f"/control/{path}"
    ask("wang", "lan", "clerk")
    with django_assert_num_queries(queries):
        text_of(client, address)
    for post in ("checker", "it", "finance", "leader"):
        ask("wang", "lan", post)
    with django_assert_num_queries(queries):
        text_of(client, address)


def test_a_new_office_is_led_by_first_steps(office, at):
    for name in ("sun", "shen"):
        assert "启用步骤" not in text_of(at(name), "/")
    for name in ("he", "nei"):
        grant_revoke(grant=office[name].grants.get(), why="调岗", actor=SYSTEM)
    page = text_of(at("sun"), "/")
    for words in (
        "启用步骤",
        "还没有稽核内控岗",
        "待核准 0 项",
        'href="/control/plan/"',
        'href="/control/accounts/new/"',
    ):
        assert words in page
    page = text_of(at("shen"), "/")
    assert "启用步骤" in page
    assert 'href="/control/plan/"' not in page
    for name in ("ling", "wang", "shu"):
        assert "启用步骤" not in text_of(at(name), "/")


def test_one_missing_person_is_said_once(full_office):
    grant_revoke(grant=full_office["an"].grants.get(), why="调岗", actor=SYSTEM)
    (line,) = deadlock_lines(date(2025, 3, 31))
    assert (line.verdict, line.why[:9]) == ("warn", "安全管理员只有一人")
    assert line.kinds == "开立账户、重置口令、首次授权、岗位授权"
