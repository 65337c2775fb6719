"""Warnings on the workbench of the post whose matter they are: until handled, and again once they are worse."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.performance.models import AlertMark
from huiliu.apps.performance.selectors.alerts import key_of, tasks_of
from huiliu.apps.performance.selectors.board import boards
from huiliu.apps.performance.services.alerts import Marking, alert_mark
from huiliu.apps.performance.tests.form import FINANCE, clock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
LATE = "/performance/monitoring/xxh/2025/alerts/MON-101/"


@pytest.fixture
def late(people, settings):
    """20.00 万元 of authority on 10 January and no quota; it is 20 May."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open

    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    by = {"user": people["kuai"], "actor": FINANCE}
    year = project_open(wanted=wanted, year=2025, mode="quota", **by)
    event_record(year=year, wanted=NewEvent("initial", date(2025, 1, 10), 20_000_000, number="甲财〔2025〕1号"), **by)
    settings.HUILIU_CLOCK = clock(2025, 5, 20)
    return year


def waiting(person, *day):
    today = date(2025, *day)
    return [key_of(one.alert) for one in tasks_of(person, boards(today))]


def mark(person, mark="handled", note="甲财函〔2025〕3号已催", key="MON-101"):
    return alert_mark(wanted=Marking("xxh", 2025, key, mark, note), user=person, actor=Actor(person.username))


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_each_warning_waits_for_its_post_alone(late, people):
    assert waiting(people["kuai"], 5, 20) == ["MON-101"]
    assert waiting(people["kuai"], 6, 30)[0] == "MON-101"
    assert waiting(people["ling"], 6, 30) == ["MON-102"]
    for name in ("he", "wang"):
        assert waiting(people[name], 6, 30) == []


def test_it_waits_until_it_is_handled_and_comes_back_a_month_later(late, people):
    mark(people["kuai"], "seen", "")
    assert waiting(people["kuai"], 5, 20) == ["MON-101"]
    mark(people["kuai"])
    assert waiting(people["kuai"], 6, 18) == []
    assert waiting(people["kuai"], 6, 19) == ["MON-101"]  # still there after 30 days
    (last, first) = AlertMark.objects.all()
    assert [(one.mark, one.marked_by, one.post, one.since) for one in (first, last)] == [
        ("seen", "kuai", "finance", date(2025, 3, 11)), ("handled", "kuai", "finance", date(2025, 3, 11)),
    ]  # fmt: skip
    (event, _) = events(EventFilter(action="performance.alert_mark"))
    assert (event.object_key, event.after["alert"], event.after["note"]) == (
        "xxh/2025",
        "MON-101",
        "甲财函〔2025〕3号已催",
    )


def test_it_comes_back_at_once_when_graver_or_begun_anew(late, people):
    done = {"project": "xxh", "year": 2025, "code": "MON-101", "post": "finance", "mark": "handled", "note": "已催",
            "marked_at": clock(2025, 5, 19).now(), "marked_by": "kuai", "day": date(2025, 5, 19)}  # fmt: skip
    AlertMark.objects.create(severity="warning", since=date(2025, 3, 11), **done)
    assert waiting(people["kuai"], 5, 20) == []
    AlertMark.objects.create(severity="note", since=date(2025, 3, 11), **done)
    assert waiting(people["kuai"], 5, 20) == ["MON-101"]
    earlier = done | {"day": date(2025, 3, 10)}
    AlertMark.objects.create(severity="warning", since=date(2025, 2, 1), **earlier)
    assert waiting(people["kuai"], 3, 12) == ["MON-101"]


def test_what_is_not_ones_own_or_says_nothing_is_refused_and_kept_for_ever(late, people):
    for name in ("he", "ling", "wang"):
        with refused("ALERT-001"):
            mark(people[name])
    for wrong in ({"key": "MON-102"}, {"mark": "gone"}):
        with refused("ALERT-001"):
            mark(people["kuai"], **wrong)
    with refused("ALERT-002"):
        mark(people["kuai"], note=" ")
    with refused("AUDIT-003"):
        mark(people["kuai"], note="13800138000")
    mark(people["kuai"])
    with refused("ALERT-001"):
        mark(people["kuai"])
    for change in (lambda: AlertMark.objects.update(note="改"), lambda: AlertMark.objects.all()._raw_delete("default")):
        with pytest.raises(IntegrityError, match="ALERT-003"), transaction.atomic():
            change()


def test_from_the_workbench_to_handled(late, as_of):
    assert "待我处理的预警" not in as_of("he").get("/").content.decode()
    assert as_of("he").get(LATE).status_code == 404
    client = as_of("kuai")
    home = client.get("/").content.decode()
    assert "待我处理的预警（1）" in home
    assert LATE in home
    assert "请写明做了什么" in client.post(LATE, {"mark": "handled", "note": ""}).content.decode()
    done = client.post(LATE, {"mark": "handled", "note": "已发催拨函"}, follow=True).content.decode()
    assert "已记录" in done
    assert "待我处理的预警" not in done
    assert client.get(LATE).status_code == 404


def test_the_board_says_what_was_done_and_leads_the_post_there(late, as_of, people):
    board = "/performance/projects/xxh/2025/"
    assert LATE in as_of("kuai").get(board).content.decode()
    assert LATE not in as_of("kuai").get(board, {"as_of": "2025-05-19"}).content.decode()
    assert LATE not in as_of("ling").get(board).content.decode()
    people["kuai"].display_name = "蒯会计"
    people["kuai"].save()
    mark(people["kuai"])
    shown = as_of("ling").get(board).content.decode()
    assert "2025-05-20 蒯会计 已处理：甲财函〔2025〕3号已催" in shown
    assert LATE not in as_of("kuai").get(board).content.decode()
    assert "蒯会计" not in as_of("ling").get(board, {"as_of": "2025-05-19"}).content.decode()
