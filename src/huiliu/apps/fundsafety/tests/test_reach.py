"""Clues exist for those whose grants reach the person: in lists, sums, pages, answers and on the workbench."""

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.fundsafety.models import Clue
from huiliu.apps.fundsafety.selectors import ClueFilter, lines_within, open_totals
from huiliu.apps.fundsafety.services import clue_list, clue_view
from support.scale import variants

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
CHEN = Actor("chen", "control", "10.0.0.7")
HERE = (Scope("449921", frozenset(), "L2"),)
ELSEWHERE = (Scope("449902", frozenset(), "L2"),)
WHOLE = (Scope("", frozenset(), "L2"),)


def lists(scopes):
    return clue_list(actor=CHEN, scopes=scopes, wanted=ClueFilter())


@pytest.mark.parametrize(("scopes", "clues", "amount"), [(HERE, 1, 2600), (WHOLE, 1, 2600), (ELSEWHERE, 0, None)])
def test_lists_and_sums_hold_only_what_is_within_reach(screened, scopes, clues, amount):
    found = lists(scopes)
    assert (len(found.clues), found.page.paginator.count) == (clues, clues)
    for sums in (found.totals, open_totals(scopes)):
        assert (sums.clues, sums.amount) == (clues, amount)
    assert events(EventFilter(action="fundsafety.clue_list")).get().details["found"] == clues


def test_without_a_grant_there_is_no_clue(screened):
    assert lists(()).clues == []


def test_a_clue_out_of_reach_does_not_exist_and_the_attempt_is_recorded(screened):
    key = Clue.objects.get().key
    assert clue_view(actor=CHEN, scopes=ELSEWHERE, key=key) is None
    assert clue_view(actor=CHEN, scopes=HERE, key=key).name == "李*"
    looks = events(EventFilter(action="fundsafety.clue_view")).order_by("seq")
    assert [look.outcome for look in looks] == ["refused", "ok"]


def test_pages_of_another_county_know_no_clue(screened, sign_in_at):
    client = sign_in_at("449902")
    assert "没有疑点" in client.get("/fundsafety/clues/").content.decode()
    hidden = client.get(f"/fundsafety/clues/{Clue.objects.get().key}/")
    assert (hidden.status_code, hidden.content) == (404, client.get(f"/fundsafety/clues/{'0' * 32}/").content)
    assert client.get("/api/v1/clues").json()["count"] == 0
    assert "2,600.00" not in client.get("/").content.decode()


def test_pages_of_the_county_know_it(screened, sign_in_at, django_assert_num_queries):
    client = sign_in_at("449921")
    assert "2,600.00" in client.get("/fundsafety/clues/").content.decode()
    assert client.get(f"/fundsafety/clues/{Clue.objects.get().key}/").status_code == 200
    with django_assert_num_queries(15):
        client.get("/fundsafety/clues/")


def test_somebody_whom_the_library_no_longer_holds_is_within_reach_of_the_whole_city_only(screened):
    Clue.objects.update(subject="gone")
    assert len(lists(WHOLE).clues) == 1
    assert lists(HERE).clues == []


def test_before_the_first_night_only_the_whole_city_is_known(screened, empty_home):
    assert len(lines_within(ClueFilter(), WHOLE)) == 1
    assert lines_within(ClueFilter(), HERE) == []


@pytest.mark.parametrize(
    ("schemes", "granted", "seen"),
    variants(
        [
            ("110", {"110"}, True),
            ("110", {"110", "210"}, True),
            ("110", {"210"}, False),  # the person is within reach, the payments are not
            ("110,210", {"110"}, False),  # its amount holds rows of another scheme
            ("110,?", {"110", "210"}, False),
            ("", {"210"}, True),
            (None, {"110"}, False),
            (None, set(), True),
            ("110,?", set(), True),
        ],
        fast=3,
    ),
)
def test_a_clue_is_within_reach_if_all_its_rows_are(screened, schemes, granted, seen):
    Clue.objects.update(schemes=schemes)
    scopes = (Scope("", frozenset(granted), "L2"),)
    assert bool(lists(scopes).clues) is seen
    assert open_totals(scopes).clues == int(seen)
    assert (clue_view(actor=CHEN, scopes=scopes, key=Clue.objects.get().key) is not None) is seen


def test_two_grants_reach_a_clue_together(screened):
    Clue.objects.update(schemes="110,210")
    assert lists((Scope("", frozenset({"110"}), "L2"), Scope("449921", frozenset({"210"}), "L2"))).clues
    assert lists((Scope("", frozenset({"110"}), "L2"), Scope("449902", frozenset({"210"}), "L2"))).clues == []


def test_the_screening_says_of_which_schemes_a_clue_is(screened):
    assert Clue.objects.get().schemes == "110"
