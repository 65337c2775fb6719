"""Returning the library to an earlier day: who may ask, what is told, who grants it, and what is done then."""

from dataclasses import replace
from datetime import date

import pytest

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import step_decide
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors import lake_agreement, library
from huiliu.apps.datahub.selectors.rollback import plan_effect, rollback_plan
from huiliu.apps.datahub.services import acts_run, nights_refresh, rollback_ask
from huiliu.apps.datahub.tests.town import FIRST_DAY, SECOND_DAY
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def person(post):
    return user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user


@pytest.fixture
def people(db):
    return {post: person(post) for post in ("it", "leader", "clerk")}


def ask(user, day=FIRST_DAY, reason="省级通知四月一日批次有误"):
    return rollback_ask(applicant=user, day=day, reason=reason, actor=Actor(user.username))


def grant(user, number):
    return step_decide(number=number, decider=user, decision="approved", actor=Actor(user.username))


def code_of(act):
    with pytest.raises(HuiliuError) as caught:
        act()
    return caught.value.code


def test_the_plan_names_the_days_that_readers_lose(town):
    nights_refresh()
    plan = rollback_plan(FIRST_DAY)
    assert [night.business_date for night in plan.undone] == [SECOND_DAY]
    assert "撤回其后的 1 日：2025-04-01" in plan.effect
    assert code_of(lambda: rollback_plan(SECOND_DAY)) == "LAKE-041"
    assert code_of(lambda: rollback_plan(date(2025, 3, 1))) == "LAKE-040"


def test_the_effect_counts_rows_sums_and_changes_of_each_table(town):
    nights_refresh()
    effect = plan_effect(rollback_plan(FIRST_DAY))
    rows = {row["table"]: row for row in effect.table.rows}
    assert set(rows) == {"个人", "待遇支付明细"}
    paid = rows["待遇支付明细"]
    assert (paid["now"], paid["then"], paid["rows"], paid["acts"]) == (4, 5, 1, "0/0/1")
    assert paid["sums"] == "待遇金额 +2,600.00"
    assert rows["个人"]["rows"] == 0


def test_whoever_signs_sees_what_would_change_on_the_request_itself(town, people, client):
    nights_refresh()
    number = ask(people["it"]).pk
    client.force_login(people["leader"])
    page = client.get(f"/control/requests/{number}/").content.decode()
    assert "撤回其后的 1 日：2025-04-01" in page
    assert "待遇金额 +2,600.00" in page
    assert "撤回的增/改/删" in page
    grant(people["leader"], number)
    assert "同意后的变化" not in client.get(f"/control/requests/{number}/").content.decode()


def test_while_a_night_has_no_row_yet_the_request_says_so(town, people, client):
    """Nights of a long run are published one by one, and get their rows at its end."""
    nights_refresh()
    number = ask(people["it"]).pk
    Night.objects.filter(snapshot=town.second).delete()
    client.force_login(people["leader"])
    page = client.get(f"/control/requests/{number}/").content.decode()
    assert "的批次刚发布，还没有登记" in page


def test_who_may_not_ask_is_refused_and_recorded(town, people):
    nights_refresh()
    assert code_of(lambda: ask(people["clerk"])) == "ROLLBACK-001"
    assert events(EventFilter(outcome="refused")).exists()


def test_the_same_day_is_asked_for_once_and_never_granted_by_who_asked(town, people):
    nights_refresh()
    number = ask(people["it"]).pk
    assert code_of(lambda: ask(people["it"])) == "CTRL-004"
    assert code_of(lambda: grant(people["it"], number)).startswith("CTRL-")


def test_what_was_told_of_the_effect_must_still_be_so(town, people, monkeypatch):
    nights_refresh()
    number, plan = ask(people["it"]).pk, rollback_plan(FIRST_DAY)
    moved = replace(plan, pointer=replace(plan.pointer, snapshot=town.second + 1))
    monkeypatch.setattr("huiliu.apps.datahub.services.rollback.rollback_plan", lambda _day: moved)
    assert code_of(lambda: grant(people["leader"], number)) == "ROLLBACK-002"


def test_the_page_says_what_is_undone_and_files_the_request(town, sign_in):
    nights_refresh()
    person("leader")
    first, second = (Night.objects.get(snapshot=snapshot) for snapshot in (town.first, town.second))
    client = sign_in("it")
    page = client.get(f"/datahub/nights/{first.key}/rollback/").content.decode()
    assert "撤回其后的 1 日：2025-04-01" in page
    assert f"/datahub/nights/{first.key}/rollback/" in client.get(f"/datahub/nights/{first.key}/").content.decode()
    assert "无需回退" in client.get(f"/datahub/nights/{second.key}/rollback/").content.decode()
    assert "请填写理由" in client.post(f"/datahub/nights/{first.key}/rollback/ask/", {}).content.decode()
    filed = client.post(f"/datahub/nights/{first.key}/rollback/ask/", {"reason": "批次有误"})
    assert filed.status_code == 302
    assert "这一日的申请正在办理" in client.get(f"/datahub/nights/{first.key}/rollback/").content.decode()
    detail = client.get(filed.url).content.decode()
    assert "2025-03-31" in detail
    assert f"/datahub/nights/{first.key}/rollback/" in detail
    assert client.get("/datahub/nights/" + "0" * 32 + "/rollback/").status_code == 404


@pytest.mark.slow
def test_granted_the_library_returns_and_what_came_later_is_withdrawn(own_town, people):
    nights_refresh()
    number = ask(people["it"]).pk
    grant(people["leader"], number)
    assert acts_run() == 0
    with library().open() as snap:
        paid = snap.value("SELECT sum(amount) FROM benefit_payment WHERE person_no = '44990000000002'")
        assert (str(paid), snap.pointer.business_date) == ("7800.00", FIRST_DAY)
    assert Night.objects.get(snapshot=own_town.second).standing == "withdrawn"
    newest = Night.objects.filter(snapshot__isnull=False).latest("snapshot")
    assert (newest.kind, newest.business_date, newest.standing) == ("restore", FIRST_DAY, "act")
    assert lake_agreement()["一致"] is True
    [done] = events(EventFilter(action="datahub.rollback"))
    assert (done.object_key, done.details["days"]) == (str(number), ["2025-04-01"])
    assert list(library().days()) == [FIRST_DAY]
    back = rollback_plan(SECOND_DAY)
    assert [night.business_date for night in back.returning] == [SECOND_DAY]
    grant(people["leader"], ask(people["it"], SECOND_DAY, "经核对批次无误").pk)
    acts_run()
    with library().open() as snap:
        assert snap.pointer.business_date == SECOND_DAY
