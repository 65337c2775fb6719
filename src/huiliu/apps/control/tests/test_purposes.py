"""A purpose: given once, for a fixed time, one a person, and no number of a person in it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import Purpose
from huiliu.apps.control.selectors.purposes import running_purpose
from huiliu.apps.control.services.purposes import Asked, purpose_end, purpose_give
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
NINE = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)
WANG = Actor("wang")


def at(minutes, seconds=0):
    return FixedClock(NINE + timedelta(minutes=minutes, seconds=seconds))


def give(user, minutes=0, matter="business_check", case="XF-2025-7"):
    return purpose_give(user=user, asked=Asked(matter, case), actor=WANG, clock=at(minutes))


def rows(action):
    return list(events(EventFilter(action=action)).order_by("seq"))


def test_it_runs_thirty_minutes_from_when_it_was_given(office):
    given = give(office["wang"])
    assert (given.text, given.minutes_left) == ("业务核查 XF-2025-7", 30)
    assert running_purpose(office["wang"], at(29, 59)).minutes_left == 1
    assert running_purpose(office["wang"], at(30)) is None
    assert running_purpose(office["chen"], at(0)) is None


def test_giving_it_again_moves_nothing(office):
    give(office["wang"])
    again = give(office["wang"], minutes=20)
    assert again.minutes_left == 10
    assert Purpose.objects.count() == len(rows("control.purpose_give")) == 1


def test_another_one_ends_it(office):
    give(office["wang"])
    give(office["wang"], minutes=5, case="XF-2025-8")
    first, second = Purpose.objects.order_by("pk")
    assert (first.ended_at, second.ended_at) == (NINE + timedelta(minutes=5), None)
    assert running_purpose(office["wang"], at(5)).case_number == "XF-2025-8"
    assert [row.purpose for row in rows("control.purpose_end")] == ["业务核查 XF-2025-7"]


def test_one_that_ran_out_ended_then_and_leaves_no_row(office):
    give(office["wang"])
    give(office["wang"], minutes=45)
    assert Purpose.objects.order_by("pk").first().ended_at == NINE + timedelta(minutes=30)
    assert rows("control.purpose_end") == []
    assert len(rows("control.purpose_give")) == 2


def test_it_can_be_ended_and_its_row_says_so(office):
    give(office["wang"])
    purpose_end(user=office["wang"], actor=WANG, clock=at(3))
    purpose_end(user=office["wang"], actor=WANG, clock=at(4))
    assert running_purpose(office["wang"], at(3)) is None
    [row] = rows("control.purpose_end")
    assert (row.actor, row.purpose, row.object_kind) == ("wang", "业务核查 XF-2025-7", "purpose")


@pytest.mark.parametrize(
    ("matter", "case", "code"),
    [
        ("", "XF-1", "PURPOSE-002"),
        ("curiosity", "XF-1", "PURPOSE-002"),
        ("business_check", "", "PURPOSE-003"),
        ("business_check", "   ", "PURPOSE-003"),
        ("business_check", "A" * 41, "PURPOSE-003"),
        ("business_check", "XF 1; 2", "PURPOSE-003"),
        ("business_check", "<b>", "PURPOSE-003"),
        ("business_check", "11010519491231002X", "PURPOSE-003"),
        ("business_check", "案13812341234", "PURPOSE-003"),
        ("business_check", "138-1234-1234", "PURPOSE-003"),
        ("business_check", "6222021234567890128", "PURPOSE-003"),
    ],
)
def test_what_is_no_purpose_is_refused_without_repeating_it(office, matter, case, code):
    with pytest.raises(HuiliuError) as caught:
        give(office["wang"], matter=matter, case=case)
    told = f"{caught.value.message}{caught.value.hint}{dict(caught.value.facts)}"
    assert caught.value.code == code
    assert not case.strip() or case not in told
    assert not Purpose.objects.exists()


@pytest.mark.parametrize("case", ["源社险〔2025〕12号", "XF_2025/7", "ｘｆ－７", "A" * 40])
def test_numbers_of_files_are_taken(office, case):
    assert give(office["wang"], case=case)


def test_purpose_and_audit_land_together_or_not_at_all(office, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.control.services.purposes.record", broken)
    with pytest.raises(RuntimeError):
        give(office["wang"])
    assert not Purpose.objects.exists()


def test_the_database_holds_one_purpose_a_person_and_its_times(office):
    give(office["wang"])
    fields = {"user": office["wang"], "matter": "a", "case_number": "b", "given_at": NINE}
    later = NINE + timedelta(minutes=30)
    for wrong in (
        {"expires_at": later},
        {"expires_at": NINE, "ended_at": NINE},
        {"expires_at": later, "ended_at": later + timedelta(minutes=1)},
        {"expires_at": later, "ended_at": later, "case_number": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Purpose.objects.create(**fields | wrong)


def test_the_banner_stands_on_every_page_until_it_is_ended(office, client):
    client.force_login(office["wang"])
    assert "结束" not in client.get("/").content.decode()
    give(office["wang"])
    for path in ("/", "/datahub/persons/", "/datahub/nights/"):
        page = client.get(path).content.decode()
        for words in ("业务核查", "案号 XF-2025-7", "还有 30 分钟（至 09:30）", "/control/purposes/end/"):
            assert words in page, path
    assert client.post("/control/purposes/end/").url == "/"
    assert "XF-2025-7" not in client.get("/").content.decode()
    assert client.get("/control/purposes/end/").status_code == 405


def test_nobody_ends_or_sees_anothers_purpose(office, client):
    give(office["wang"])
    client.force_login(office["chen"])
    client.post("/control/purposes/end/")
    assert "XF-2025-7" not in client.get("/").content.decode()
    assert running_purpose(office["wang"], at(0))
