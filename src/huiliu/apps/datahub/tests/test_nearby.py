"""What may have been meant where a search finds nobody, and searching by a bank account."""

import json
from datetime import date, datetime

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.selectors.purposes import running_purpose, used_today
from huiliu.apps.control.services.counts import Counted
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub.selectors.nearby import slips
from huiliu.apps.datahub.services import Viewer, account_search, nights_refresh, person_search
from huiliu.apps.datahub.tests.town import FIRST_DAY, LI_ID, ZHANG_ID
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.identifiers import resident_check_char
from huiliu.kernel.pinyin import sounding_alike

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
WHOLE = (Scope("", frozenset(), "L2"),)
COUNTY = (Scope("449921", frozenset(), "L2"),)
OPEN = (Scope("", frozenset(), "L4"),)
ACCOUNT = "6222000000000001"
CHECK = Asked("business_check", "XF-2025-7")
PAGE = "/datahub/persons/"


@pytest.fixture(autouse=True)
def april(town, settings):
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 2, 9, 0, tzinfo=TZ))


def found(text, scopes=WHOLE, kind="auto"):
    return person_search(actor=Actor("chen"), scopes=scopes, kind=kind, text=text)


def searches(name):
    return used_today(name, Counted.SEARCH, date(2025, 4, 2)).number


def names(result):
    return [hit.cells["name"].text for hit in result.hits]


class TestSound:
    def test_signs_that_share_a_reading_whatever_the_tone(self):
        assert "张" in sounding_alike("章")
        assert "三" in sounding_alike("伞")
        assert "长" in sounding_alike("张")  # zhang, when it is read so
        assert "李" not in sounding_alike("张")
        assert sounding_alike("A") == {"A"}

    @pytest.mark.parametrize(("typed", "name"), [("章三", "张*"), ("张伞", "张*"), ("理洁", "李*"), ("周前", "周*")])
    def test_a_name_that_nobody_has_finds_those_that_sound_like_it(self, typed, name):
        result = found(typed)
        assert names(result) == [name]
        assert "同音" in result.hints[-1]

    @pytest.mark.parametrize("typed", ["章四", "章三丰", "章三A", "李㛃㛃"])
    def test_what_sounds_like_nobody_finds_nobody_and_says_nothing_of_sounds(self, typed):
        result = found(typed)
        assert (names(result), list(result.hints)) == ([], [])

    def test_a_name_that_somebody_has_is_not_widened(self):
        assert not any("同音" in hint for hint in found("张三").hints)

    def test_no_further_than_ones_reach(self):
        assert names(found("章三", COUNTY)) == []
        assert names(found("理洁", COUNTY)) == ["李*"]

    def test_it_is_one_search_and_the_audit_holds_no_name(self):
        found("章三")
        assert searches("chen") == 1
        (row,) = events(EventFilter(action="datahub.person_search"))
        assert row.details["found"] == 1
        assert "章三" not in json.dumps(row.details, ensure_ascii=False)


class TestSlips:
    @pytest.mark.parametrize(
        "typed",
        [
            LI_ID[:-2] + "3" + LI_ID[-1],  # one wrong digit
            LI_ID[:6] + "9140" + LI_ID[10:],  # two changed about
            LI_ID[:-1] + "1",  # the last sign
        ],
    )
    def test_a_number_that_does_not_check_finds_the_one_it_was_meant_to_be(self, typed):
        result = found(typed)
        assert names(result) == ["李*"]
        assert "校验码不符" in result.hints[0]
        assert "只差一位" in result.hints[-1]

    def test_a_number_that_checks_is_taken_as_it_is(self):
        other = LI_ID[:14] + "004"
        typed = other + resident_check_char(other)
        assert names(found(typed)) == []

    def test_slips_are_valid_numbers_one_slip_away(self):
        typed = LI_ID[:-1] + "1"
        near = list(slips(typed))
        assert LI_ID in near
        assert typed not in near
        assert all(resident_check_char(number[:17]) == number[17] for number in near)
        assert len(near) < 60
        assert list(slips("12345")) == []


@pytest.fixture
def user(django_user_model):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    return user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM).user


def by_account(user, text=ACCOUNT, scopes=OPEN, asked=CHECK, **more):
    viewer = Viewer(user, Actor("wang", "业务经办岗"), scopes)
    return account_search(viewer=viewer, text=text, asked=asked, **more)


class TestAccount:
    @pytest.mark.parametrize("text", [ACCOUNT, "6222 0000 0000 0001", "６２２２-0000-0000-0001"])
    def test_the_whole_account_finds_its_person_masked(self, user, text):
        result = by_account(user, text)
        assert names(result) == ["张*"]
        assert ZHANG_ID not in repr(result)

    def test_on_an_earlier_day(self, user):
        nights_refresh()
        assert names(by_account(user, as_of=FIRST_DAY)) == ["张*"]

    @pytest.mark.parametrize("text", ["62220000000", "622200000000000", "62220000000000011"])
    def test_no_less_than_the_whole(self, user, text):
        assert names(by_account(user, text)) == []

    @pytest.mark.parametrize("text", ["0001", "6222%", "张三", "6222_00000000001", "6" * 33])
    def test_what_is_no_account_is_refused(self, user, text):
        with pytest.raises(HuiliuError, match="SEARCH-001"):
            by_account(user, text)

    def test_without_a_purpose_nothing_is_looked_for(self, user):
        with pytest.raises(HuiliuError, match="PURPOSE-001"):
            by_account(user, asked=None)
        with pytest.raises(HuiliuError, match="PURPOSE-001"):
            found(ACCOUNT, kind="account")
        assert (searches("wang"), searches("chen")) == (0, 0)
        by_account(user)
        assert running_purpose(user) is not None
        assert names(by_account(user, asked=None)) == ["张*"]
        assert searches("wang") == 2

    @pytest.mark.parametrize("level", ["L2", "L3"])
    def test_without_a_grant_that_opens_accounts_it_is_refused_and_recorded(self, user, level):
        with pytest.raises(HuiliuError, match="SEARCH-002"):
            by_account(user, scopes=(Scope("", frozenset(), level),))
        (row,) = events(EventFilter(action="datahub.person_search"))
        assert (row.outcome, row.details) == ("refused", {"kind": "account"})

    def test_only_in_the_reach_of_the_grants_that_open_accounts(self, user):
        county = (Scope("449921", frozenset(), "L4"), Scope("", frozenset(), "L2"))
        assert names(by_account(user, scopes=county)) == []

    def test_the_audit_holds_purpose_and_a_keyed_digest(self, user):
        by_account(user)
        (row,) = events(EventFilter(action="datahub.person_search"))
        assert "XF-2025-7" in row.purpose
        assert (row.details["kind"], row.details["found"], len(row.details["terms"])) == ("account", 1, 64)
        assert ACCOUNT not in f"{list(events(EventFilter()).values())}"

    def test_digits_alone_are_never_taken_for_an_account(self):
        assert found(ACCOUNT).kind == "person_no"


class TestPages:
    def test_the_way_is_shown_to_those_who_may(self, sign_in_at):
        client = sign_in_at(level="L4")
        page = client.get(PAGE).content.decode()
        assert "按银行账号查询的事由" in page
        sent = {"text": ACCOUNT, "kind": "account"}
        assert "按银行账号查询须先说明事由" in client.post(PAGE, sent).content.decode()
        answer = client.post(PAGE, {**sent, "matter": "business_check", "case_number": "XF-2025-7"})
        page = answer.content.decode()
        assert "张*" in page
        assert ZHANG_ID not in page
        assert "张*" in client.post(PAGE, sent).content.decode()

    def test_and_to_nobody_else(self, sign_in_at):
        client = sign_in_at(level="L2")
        assert "银行账号" not in client.get(PAGE).content.decode()
        page = client.post(PAGE, {"text": ACCOUNT, "kind": "account"}).content.decode()
        assert "不能按银行账号查询" in page
        assert "张*" not in page

    def test_programs(self, sign_in_at):
        client, path = sign_in_at(level="L4"), "/api/v1/persons/search"
        body = {"text": ACCOUNT, "kind": "account"}
        assert client.post(path, body, "application/json").json()["code"] == "PURPOSE-001"
        answer = client.post(path, {**body, "matter": "business_check", "case_number": "A-1"}, "application/json")
        assert [item["person"]["name"]["text"] for item in answer.json()["items"]] == ["张*"]
        assert ACCOUNT not in answer.content.decode()
