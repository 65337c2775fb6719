"""The full view: every door before it, what each level shows, and the row in the audit that comes before the values."""

import json
from datetime import datetime, timedelta

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.services import Viewer, person_full, person_search
from huiliu.apps.datahub.tests.town import LI, LI_ID, WANG, ZHANG, ZHANG_ID
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
NINE = datetime(2025, 4, 2, 9, 0, tzinfo=TZ)
CHECK = {"matter": "business_check", "case_number": "XF-2025-7"}
OPEN_AT_L3 = ("张三", ZHANG_ID, "13800000001", "1970-01-01")
ACCOUNT = "6222000000000001"


@pytest.fixture
def keys(town, settings):
    settings.HUILIU_CLOCK = FixedClock(NINE)
    whole = (Scope("", frozenset(), "L2"),)
    for number in (ZHANG, LI, WANG):
        person_search(actor=Actor("chen"), scopes=whole, kind="person_no", text=number)
    return dict(SubjectKey.objects.values_list("person_no", "key"))


@pytest.fixture
def user(keys, django_user_model):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    return user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM).user


def looks():
    return list(events(EventFilter(action="datahub.person_full")).order_by("seq"))


def full(user, key, *scopes, asked=None):
    viewer = Viewer(user, Actor("wang", "业务经办岗"), scopes or (Scope("", frozenset(), "L4"),))
    return person_full(viewer=viewer, key=key, asked=asked)


ASKED = Asked(**CHECK)


def test_the_look_is_recorded_with_purpose_columns_and_snapshot_before_a_value_is_read(user, keys, monkeypatch):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("huiliu.apps.datahub.services.full.person_page", stop)
    with pytest.raises(KeyboardInterrupt):
        full(user, keys[ZHANG], asked=ASKED)
    [look] = looks()
    assert (look.purpose, look.object_key, look.outcome) == ("业务核查 XF-2025-7", keys[ZHANG], "ok")
    assert (look.details["level"], look.details["batch"]) == ("L4", "449900_20250401")
    assert look.details["columns"]["L4"] == [
        "person.hardship", "person.bank_account", "enrolment.insured_identity", "person_change.before",
        "person_change.after", "benefit_award.low_income", "benefit_payment.bank_account", "bank_return.bank_account",
        "unemployment_payment.bank_account", "work_injury_event.injured_on", "work_injury_event.recognised_on",
        "work_injury_event.recognition", "work_injury_event.grade", "work_injury_benefit.benefit_item",
        "work_injury_benefit.bank_account",
    ]  # fmt: skip
    assert "person.id_number" in look.details["columns"]["L3"]


def test_without_the_audit_row_nothing_leaves(user, keys, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.datahub.services.full.record_alone", broken)
    with pytest.raises(RuntimeError):
        full(user, keys[ZHANG], asked=ASKED)


def test_no_purpose_no_value_and_no_count(user, keys):
    with pytest.raises(HuiliuError) as caught:
        full(user, keys[ZHANG])
    assert caught.value.code == "PURPOSE-001"
    assert looks() == []


@pytest.mark.parametrize(
    ("level", "name", "account"),
    [("L3", "张三", "6222****0001"), ("L4", "张三", ACCOUNT)],
)
def test_a_grant_shows_up_to_its_level(user, keys, level, name, account):
    person = full(user, keys[ZHANG], Scope("", frozenset(), level), asked=ASKED).person
    assert person.identity["name"].text == name
    assert person.identity["id_number"].text == ZHANG_ID
    assert person.identity["mobile"].text == "13800000001"
    assert person.identity["born_on"].text == "1970-01-01"
    assert person.identity["bank_account"].text == account


@pytest.mark.parametrize("level", ["L1", "L2"])
def test_a_grant_of_no_more_than_the_mask_is_refused_and_recorded(user, keys, level):
    with pytest.raises(HuiliuError) as caught:
        full(user, keys[ZHANG], Scope("", frozenset(), level), asked=ASKED)
    assert caught.value.code == "FULL-001"
    assert [look.outcome for look in looks()] == ["refused"]
    assert running_purpose(user) is None


def test_the_level_counts_where_the_grant_reaches(user, keys):
    """A high level elsewhere shows nothing here; of two grants that reach, each counts for its own rows."""
    here, elsewhere = Scope("449902", frozenset(), "L2"), Scope("449921", frozenset(), "L4")
    with pytest.raises(HuiliuError, match="FULL-001"):
        full(user, keys[ZHANG], here, elsewhere, asked=ASKED)
    person = full(user, keys[LI], elsewhere, asked=ASKED).person
    assert person.identity["name"].text == "李㛃"
    by_row = full(user, keys[LI], Scope("", frozenset({"110"}), "L3"), Scope("", frozenset({"210"}), "L4")).person
    assert by_row.identity["bank_account"].text == "6222000000000002"
    [payments] = [section for section in by_row.sections if section.table.name == "benefit_payment"]
    assert {row["payee"].text for row in payments.rows} == {"李㛃"}


def test_out_of_reach_is_as_if_it_did_not_exist_and_recorded(user, keys):
    assert full(user, keys[ZHANG], Scope("449921", frozenset(), "L4"), asked=ASKED) is None
    assert full(user, "0" * 32, asked=ASKED) is None
    assert [(look.object_key, look.outcome) for look in looks()] == [(keys[ZHANG], "refused")]
    assert running_purpose(user) is None


def test_a_day_has_fifty(user, keys, monkeypatch):
    monkeypatch.setattr("huiliu.apps.control.services.counts.limit_of", lambda *_: 2)
    full(user, keys[ZHANG], asked=ASKED)
    full(user, keys[LI])
    with pytest.raises(HuiliuError, match="COUNT-001"):
        full(user, keys[LI])
    assert len(looks()) == 2


# ---- through the page and the interface ---------------------------------------------------------------------------


def seen(answer):
    return answer.content.decode()


def test_the_page_asks_once_then_shows_and_forgets_nothing(keys, sign_in_at):
    client = sign_in_at(level="L4")
    path = f"/datahub/persons/{keys[ZHANG]}/full/"
    asked = client.post(path)
    assert asked.status_code == 200
    for words in ("说明查看事由", "业务核查", "案号", "30 分钟"):
        assert words in seen(asked)
    assert not [value for value in (*OPEN_AT_L3, ACCOUNT) if value in seen(asked)]
    shown = client.post(path, CHECK)
    assert [value for value in (*OPEN_AT_L3, ACCOUNT) if value not in seen(shown)] == []
    assert shown["Cache-Control"] == "no-store"
    assert "孙（sun）于 2025-04-02 09:00:00 查看完整信息" in seen(shown)
    assert seen(shown).count("事由：业务核查 · 案号：XF-2025-7") == 2
    assert "张三" not in seen(shown).split("</title>")[0]
    assert LI_ID in seen(client.post(f"/datahub/persons/{keys[LI]}/full/"))  # the same purpose, another person
    assert [look.purpose for look in looks()] == ["业务核查 XF-2025-7"] * 2


def test_a_get_stays_masked_while_a_purpose_runs(keys, sign_in_at):
    client = sign_in_at(level="L4")
    client.post(f"/datahub/persons/{keys[ZHANG]}/full/", CHECK)
    assert client.get(f"/datahub/persons/{keys[ZHANG]}/full/").status_code == 405
    for path in (f"/datahub/persons/{keys[ZHANG]}/", f"/api/v1/persons/{keys[ZHANG]}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert not [value for value in (*OPEN_AT_L3, ACCOUNT) if value in seen(answer)]


def test_after_thirty_minutes_it_asks_again(keys, sign_in_at, settings):
    client = sign_in_at(level="L3")
    path = f"/datahub/persons/{keys[ZHANG]}/full/"
    client.post(path, CHECK)
    for minutes, shows in ((29, True), (30, False)):
        settings.HUILIU_CLOCK = FixedClock(NINE + timedelta(minutes=minutes))
        assert (ZHANG_ID in seen(client.post(path))) is shows


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"matter": "", "case_number": "XF-1"}, "没有选择查看事由"),
        ({"matter": "business_check", "case_number": ""}, "案号为空"),
        ({"matter": "business_check", "case_number": LI_ID}, "案号中含有证件号码"),
    ],
)
def test_what_is_wrong_with_the_purpose_stands_beside_its_field(keys, sign_in_at, sent, words):
    page = seen(sign_in_at(level="L4").post(f"/datahub/persons/{keys[ZHANG]}/full/", sent))
    assert words in page
    assert ZHANG_ID not in page
    assert looks() == []


def test_the_number_that_was_refused_does_not_come_back(keys, sign_in_at):
    sent = {"matter": "business_check", "case_number": LI_ID}
    assert LI_ID not in seen(sign_in_at(level="L4").post(f"/datahub/persons/{keys[ZHANG]}/full/", sent))


def test_the_button_stands_only_where_it_leads_somewhere(keys, sign_in_at, client):
    assert "查看完整信息" not in seen(sign_in_at(level="L2").get(f"/datahub/persons/{keys[ZHANG]}/"))


def test_the_button_is_there_for_a_higher_level(keys, sign_in_at):
    assert "查看完整信息" in seen(sign_in_at(level="L3").get(f"/datahub/persons/{keys[ZHANG]}/"))


def send(client, key, **body):
    return client.post(f"/api/v1/persons/{key}/full", json.dumps(body), content_type="application/json")


def test_the_interface_asks_for_a_purpose_and_shows_the_same(keys, sign_in_at):
    client = sign_in_at(level="L3")
    refused = send(client, keys[ZHANG])
    assert (refused.status_code, refused.json()["code"]) == (409, "PURPOSE-001")
    shown = send(client, keys[ZHANG], **CHECK).json()
    assert shown["purpose"]["text"] == "业务核查 XF-2025-7"
    assert (shown["identity"]["name"]["text"], shown["identity"]["name"]["masked"]) == ("张三", False)
    assert shown["identity"]["bank_account"]["masked"] is True
    assert send(client, keys[LI]).json()["identity"]["id_number"]["text"] == LI_ID
    assert send(client, "0" * 32).status_code == 404
    wrong = send(client, keys[ZHANG], matter="business_check", case_number=LI_ID)
    assert wrong.status_code == 409
    assert LI_ID not in seen(wrong)
