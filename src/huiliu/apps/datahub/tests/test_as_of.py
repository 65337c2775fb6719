"""Looking back: the rows of any published day, for those who may see the person today, and said on every page."""

import json
from datetime import date

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors import choice_of, finding, look
from huiliu.apps.datahub.selectors.finding import AT_ONCE, LIMIT
from huiliu.apps.datahub.selectors.library import nights_by_day
from huiliu.apps.datahub.selectors.search import find_at, read_terms
from huiliu.apps.datahub.services import nights_refresh, person_search, person_view
from huiliu.apps.datahub.tests.town import FIRST_DAY, LI, SECOND_DAY, ZHANG, ZHOU
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.snapshot import Library
from huiliu.web.asof import AsOfChoice

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)
OLD_COUNTY, NEW_COUNTY = (Scope("449902", frozenset(), "L2"),), (Scope("449921", frozenset(), "L2"),)
PAST = "历史数据 截至"


@pytest.fixture
def nights(town):
    """Both nights have their rows."""
    return nights_refresh()


def key_of(text, day=None, scopes=WHOLE):
    [hit] = person_search(actor=CHEN, scopes=scopes, kind="auto", text=text, as_of=day).hits
    return hit.key


def view(number, day, scopes=WHOLE):
    return person_view(actor=CHEN, scopes=scopes, key=key_of(number), as_of=day)


def paid(page):
    return [str(scheme.total) for scheme in page.payments]


@pytest.mark.slow
def test_each_day_shows_its_own_rows(nights):
    assert paid(view(LI, FIRST_DAY)) == ["7800.00"]
    assert paid(view(LI, SECOND_DAY)) == paid(view(LI, None)) == ["5200.00"]
    assert view(ZHOU, FIRST_DAY).identity["division"].text == "449902"
    assert view(ZHOU, None).identity["division"].text == "449921"


@pytest.mark.slow
def test_the_audit_says_which_snapshot_was_seen(nights, town):
    view(LI, FIRST_DAY)
    key_of("李㛃", FIRST_DAY)
    [look] = events(EventFilter(action="datahub.person_view"))
    assert (look.details["snapshot"], look.details["batch"]) == (town.first, "449900_20250331")
    searches = events(EventFilter(action="datahub.person_search")).order_by("seq")
    assert [search.details["snapshot"] for search in searches] == [town.second, town.first]


@pytest.mark.parametrize(
    ("day", "nearest"), [(date(2025, 4, 2), "2025-04-01"), (date(2099, 1, 1), "2025-04-01"), (date(2025, 3, 30), "")]
)
def test_a_day_without_a_night_is_refused_and_the_nearest_before_it_is_named(nights, day, nearest):
    key = key_of(LI)
    for ask in (lambda: key_of(LI, day), lambda: person_view(actor=CHEN, scopes=WHOLE, key=key, as_of=day)):
        with pytest.raises(HuiliuError) as caught:
            ask()
        assert caught.value.code == "LIBRARY-002"
        assert str(day) in caught.value.message
        assert ("此前最近的一日" in caught.value.hint) == bool(nearest)
        assert nearest in caught.value.hint


@pytest.mark.slow
def test_who_moved_away_is_out_of_reach_on_every_day(nights):
    """周迁 was registered there on the first day, and is not today."""
    key = key_of(ZHOU)
    for day in (FIRST_DAY, None):
        assert person_view(actor=CHEN, scopes=OLD_COUNTY, key=key, as_of=day) is None
        assert not person_search(actor=CHEN, scopes=OLD_COUNTY, kind="auto", text="周迁", as_of=day).hits
    refused = events(EventFilter(action="datahub.person_view", outcome="refused"))
    assert refused.count() == 2


@pytest.mark.slow
def test_who_may_see_a_person_today_may_see_their_past(nights):
    assert key_of("周迁", FIRST_DAY, NEW_COUNTY) == key_of("周迁", None, NEW_COUNTY) == key_of(ZHOU)
    page = view(ZHOU, FIRST_DAY, NEW_COUNTY)
    assert page.identity["division"].text == "449902"


def test_a_narrow_grant_finds_in_history_whom_it_reaches_and_says_when_there_are_more(nights, monkeypatch):
    everybody = read_terms("name", "赵小")
    town_hall = (Scope("", frozenset(), "L2"), *OLD_COUNTY)
    with look(FIRST_DAY) as seen:
        assert find_at(seen, everybody, OLD_COUNTY) == ([], False)
        rows, more = find_at(seen, everybody, town_hall)
        assert (len(rows), more) == (LIMIT, True)
        assert find_at(seen, everybody, WHOLE) == (rows, more)
        monkeypatch.setattr(finding, "CANDIDATES", 10)
        assert find_at(seen, everybody, OLD_COUNTY) == ([], True)
    assert AT_ONCE > LIMIT


def test_the_lake_says_which_commit_holds_a_day_and_none_after_the_pointer_counts(nights, town, monkeypatch):
    monkeypatch.setattr(Library, "days", lambda _library: {FIRST_DAY: town.second, SECOND_DAY: town.second + 1})
    Night.objects.filter(snapshot=town.second).update(business_date=FIRST_DAY)
    assert {day: night.snapshot for day, night in nights_by_day(nights).items()} == {FIRST_DAY: town.second}


def test_days_are_offered_by_month_and_old_ones_by_their_months_end(nights, monkeypatch):
    assert choice_of(None).months == [("2025-04", [SECOND_DAY]), ("2025-03", [FIRST_DAY])]
    monkeypatch.setitem(choice_of.__globals__, "DAYS_OFFERED", 1)
    known = {date(2025, 3, 30): 0, FIRST_DAY: nights.snapshot - 1, SECOND_DAY: nights.snapshot}
    monkeypatch.setattr(Library, "days", lambda _library: known)
    extra = Night.objects.get(business_date=FIRST_DAY)
    extra.pk, extra.key, extra.snapshot, extra.business_date = None, "x", 0, date(2025, 3, 30)
    extra.save(force_insert=True)
    assert choice_of(None).days == (SECOND_DAY, FIRST_DAY)


def test_an_older_day_that_was_asked_for_by_address_stays_chosen():
    assert AsOfChoice((SECOND_DAY,), FIRST_DAY).is_listed is False
    assert AsOfChoice((SECOND_DAY,), SECOND_DAY).is_listed is True


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.slow
def test_every_page_of_a_past_day_says_so_and_leads_back(nights, control):
    key = key_of(ZHANG)
    page = text_of(control.get(f"/datahub/persons/{key}/", {"as_of": "2025-03-31"}))
    assert f'{PAST} <time datetime="2025-03-31">' in page
    assert "最新的数据截至 2025-04-01" in page
    assert '<option value="2025-03-31" selected>' in page
    for newest in ({}, {"as_of": ""}, {"as_of": "2025-04-01"}):
        assert PAST not in text_of(control.get(f"/datahub/persons/{key}/", newest))


def test_a_search_in_history_leads_to_the_person_of_that_day(nights, control):
    page = text_of(control.post("/datahub/persons/", {"text": "张三", "as_of": "2025-03-31"}))
    assert PAST in page
    assert f"/datahub/persons/{key_of(ZHANG)}/?as_of=2025-03-31" in page
    wrong = text_of(control.post("/datahub/persons/", {"text": "张三", "as_of": "2025-03-30"}))
    assert "2025-03-30 没有已发布的数据" in wrong


@pytest.mark.parametrize("text", ["昨天", "20250331x", "2025-02-30"])
def test_what_is_no_day_is_refused_without_repeating_it(nights, control, text):
    answer = control.get(f"/datahub/persons/{key_of(ZHANG)}/", {"as_of": text})
    assert answer.status_code == 409
    assert "LIBRARY-003" in answer.content.decode()
    assert text not in answer.content.decode()


@pytest.mark.slow
def test_the_full_view_of_a_past_day_keeps_its_day(nights, sign_in_at):
    client = sign_in_at(post="clerk", level="L4")
    path = f"/datahub/persons/{key_of(ZHOU)}/full/"
    asked = client.post(path, {"as_of": "2025-03-31"}).content.decode()
    assert '<input type="hidden" name="as_of" value="2025-03-31">' in asked
    given = {"as_of": "2025-03-31", "matter": "business_check", "case_number": "XF-2025-7"}
    page = text_of(client.post(path, given))
    assert "13800000004" in page
    assert "13900000004" not in page
    assert PAST in page
    assert f'href="/datahub/persons/{key_of(ZHOU)}/?as_of=2025-03-31"' in page
    assert "13900000004" in text_of(client.post(path, {}))


@pytest.mark.slow
def test_the_interface_reads_the_same_days(nights, control):
    key = key_of(ZHOU)
    past = control.get(f"/api/v1/persons/{key}", {"as_of": "2025-03-31"}).json()
    assert past["as_of"]["business_date"] == "2025-03-31"
    assert past["as_of"]["newest"] == "2025-04-01"
    assert past["identity"]["division"]["text"] == "449902"
    body = json.dumps({"text": "周迁", "as_of": "2025-03-31"})
    found = control.post("/api/v1/persons/search", body, content_type="application/json").json()
    assert found["as_of"]["snapshot"] == past["as_of"]["snapshot"]
    assert found["items"][0]["person"]["division"]["text"] == "449902"
    assert control.get(f"/api/v1/persons/{key}", {"as_of": "2025-03-30"}).json()["code"] == "LIBRARY-002"
    assert control.get(f"/api/v1/persons/{key}", {"as_of": "x"}).status_code == 422
