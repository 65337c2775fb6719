"""Putting right: given by control, done and proved by the owner, closed by somebody else, and nothing changed."""

import io
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.services import Actor
from huiliu.apps.performance.models import RectificationStep
from huiliu.apps.performance.selectors import rectifications as selectors
from huiliu.apps.performance.services.rectifications import (
    Matter,
    Paper,
    Step,
    rectification_assign,
    rectification_step,
)
from huiliu.apps.performance.tests.form import begun, clock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LIST = "/performance/rectifications/"


@pytest.fixture
def matter(people, place):
    """Given by control to the accountant on 3 March, to be done by 31 March."""
    begun()
    return assigned(people)


def assigned(people, owner="kuai", by="he", **more):
    told = {"origin": "finding", "source": "01", "matter": "巡检没有验收单", "measure": "补齐验收单",
            "owner": people[owner], "due_on": date(2025, 3, 31)}  # fmt: skip
    wanted = Matter("xxh", 2025, **told | more)
    return rectification_assign(wanted=wanted, user=people[by], actor=Actor(by))


def done(people, name, matter, act, note="已办", paper=None):
    file = Paper(io.BytesIO(PDF), "验收单.pdf") if paper is None and act == "proved" else paper
    step = Step(matter.pk, act, note, file or None)
    return rectification_step(step=step, user=people[name], actor=Actor(name))


def standing(matter):
    return selectors.everything().get(pk=matter.pk).standing


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_the_owner_proves_and_somebody_else_closes(people, matter):
    done(people, "kuai", matter, "progress", "已联系承建单位")
    with refused("RECTIFY-006"):
        done(people, "he", matter, "closed")  # nothing proves it yet
    done(people, "kuai", matter, "proved")
    assert standing(matter) == "proved"
    done(people, "he", matter, "closed", "核对了验收单")
    assert standing(matter) == "closed"
    with refused("RECTIFY-006"):
        done(people, "kuai", matter, "progress")
    done(people, "he", matter, "reopened", "验收单缺一次")
    assert standing(matter) == "reopened"
    with refused("RECTIFY-006"):
        done(people, "he", matter, "closed")  # what was proved before does not count again


def test_nobody_closes_an_own_matter(people, place):
    begun()
    own = assigned(people, owner="he")
    done(people, "he", own, "proved")
    with refused("RECTIFY-007"):
        done(people, "he", own, "closed")
    with pytest.raises(IntegrityError, match="RECTIFY-011"), transaction.atomic():
        RectificationStep.objects.create(
            rectification=own, act="closed", note="自己销号", by=people["he"], at=own.assigned_at
        )


def test_each_acts_by_post_and_with_words_and_proof(people, matter):
    with refused("RECTIFY-001"):
        done(people, "kuai", matter, "void")
    with refused("RECTIFY-007"):
        done(people, "he", matter, "progress")
    with refused("RECTIFY-008"):
        done(people, "kuai", matter, "progress", " ")
    with refused("RECTIFY-009"):
        done(people, "kuai", matter, "proved", paper=False)
    with refused("AUDIT-003"):
        done(people, "kuai", matter, "progress", "联系人电话 13800138000")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"by": "kuai"}, "REVIEW-001"),
        ({"owner": "ling"}, "RECTIFY-005"),
        ({"due_on": date(2025, 3, 2)}, "RECTIFY-004"),
        ({"matter": " "}, "RECTIFY-003"),
        ({"source": ""}, "RECTIFY-003"),
    ],
)
def test_what_is_not_whole_is_not_given(people, matter, changed, code):
    with refused(code):
        assigned(people, **changed)


def test_rows_are_never_changed(people, matter):
    step = done(people, "kuai", matter, "progress")
    for row, field in ((matter, "matter"), (step, "note")):
        with pytest.raises(IntegrityError, match="RECTIFY-010"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**{field: "改"})
        with pytest.raises(IntegrityError, match="RECTIFY-010"), transaction.atomic():
            type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_it_waits_for_the_owner_and_once_overdue_for_control(people, matter):
    def waiting(name, *day):
        return [one.pk for one in selectors.tasks_of(people[name], date(2025, *day))]

    assert (waiting("kuai", 3, 31), waiting("he", 3, 31), waiting("ling", 4, 30)) == ([matter.pk], [], [])
    assert waiting("he", 4, 1) == [matter.pk]
    assert selectors.state(selectors.everything().get(), date(2025, 4, 2)) == ("fail", "整改中，已逾期 2 天")
    done(people, "kuai", matter, "proved")
    assert waiting("he", 3, 31) == [matter.pk]
    done(people, "he", matter, "closed")
    assert (waiting("kuai", 4, 30), waiting("he", 4, 30)) == ([], [])


def test_who_sees_no_evaluations_sees_the_own_matters_only(people, matter, settings):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    it = user_create(username="ji", display_name="季", post="it", actor=SYSTEM).user
    assert list(selectors.visible(it)) == []
    own = assigned({**people, "ji": it}, owner="ji")
    assert [one.pk for one in selectors.visible(it)] == [own.pk]
    assert selectors.visible(people["kuai"]).count() == 2
    settings.HUILIU_CLOCK = clock(2025, 4, 1)
    assert it.username in dict(selectors.used_owners(people["he"]))


def test_pages_give_do_and_list(as_of, matter):
    page = as_of("he")
    given = {"origin": "other", "source": "", "matter": "台账未登记", "measure": "补登记", "due_on": "2025-03-20",
             "owner": matter.owner_id}  # fmt: skip
    answer = page.post(f"{LIST}new/xxh/2025/", given)
    assert answer.status_code == 302, answer.content.decode()
    assert "台账未登记" in page.get(LIST, {"standing": "open"}).content.decode()
    assert "台账未登记" not in page.get(LIST, {"standing": "over"}).content.decode()
    one = f"{LIST}{matter.pk}/"
    assert "撤销" in page.get(one).content.decode()
    assert page.get(f"{one}do/progress/").status_code == 404
    page = as_of("kuai")
    assert "整改（2）" in page.get("/").content.decode()
    file = io.BytesIO(PDF)
    file.name = "验收单.pdf"
    assert page.post(f"{one}do/proved/", {"note": "见附件", "file": file}).status_code == 302
    proof = RectificationStep.objects.get()
    assert page.get(f"{one}proof/{proof.pk}/").content == PDF
    assert page.get(f"{LIST}export/").content[:2] == b"PK"
