"""Reviews beside the own scores, never changed; rows drawn by lot that nobody chose, looked at by somebody else."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import Review, SpotOutcome, SpotRow
from huiliu.apps.performance.selectors import reviews as selectors
from huiliu.apps.performance.selectors import spot_checks
from huiliu.apps.performance.services.assessments import NewScore, scores_declare
from huiliu.apps.performance.services.reviews import (
    Correction,
    Document,
    Given,
    NewReview,
    review_correct,
    review_record,
)
from huiliu.apps.performance.services.spot_checks import Look, spot_draw, spot_look
from huiliu.apps.performance.tests.form import begun, by, clock, filled, signed, submitted
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
DAY = date(2025, 3, 3)
ONE = "/performance/reviews/xxh/2025/"
D = Decimal


@pytest.fixture
def version(people, place):
    """Targets in force; 18 of 20 declared for 01, 10 of 10 for 02."""
    found = signed(submitted(filled(begun()), people), people, "he", "ling")
    scores = [NewScore("01", D(18), "按验收单"), NewScore("02", D(10), "按监控")]
    scores_declare(targets=found.target_set_id, scores=scores, **by())
    return found


def wanted(*scores, body="department", day=DAY, number="甲人社〔2025〕9号"):
    return NewReview("xxh", 2025, body, "甲市人社局", day, number, tuple(scores))


def recorded(*scores, who="he", **more):
    document = Document(io.BytesIO(PDF), "复核意见.pdf")
    return review_record(wanted=wanted(*scores, **more), document=document, **by(who))


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def beside():
    found = selectors.find("xxh", 2025, DAY)
    assert all(agrees(figure, found.book) for figure in found.book.values())
    return found


def test_what_is_given_stands_beside_with_its_distance(version):
    recorded(Given("01", D(15), "少两张验收单"), Given("02", D(10)))
    found = beside()
    [one] = found.given
    assert {row: found.book[name].value for row, name in one.points.items()} == {"01": 15, "02": 10}
    assert {row: found.book[name].value for row, name in one.differences.items()} == {"01": -3, "02": 0}
    assert (one.reasons["01"], one.grade) == ("少两张验收单", "")  # no whole, no grade


def test_a_whole_has_its_grade_and_a_second_body_its_own(version):
    recorded(Given("total", D("84.50"), "综合复核"))
    recorded(Given("total", D(91), ""), body="treasury")
    found = beside()
    assert [(one.body, one.grade) for one in found.given] == [("department", "良"), ("treasury", "优")]


def test_every_row_given_is_a_whole_and_two_wholes_are_compared(version):
    from huiliu.apps.performance.selectors.review_pages import contradictions

    rows = [("execution", 8), ("01", 18), ("02", 10), ("03", 15), ("04", 25), ("05", 9)]
    recorded(*(Given(row, D(points)) for row, points in rows))
    found = beside()
    [one] = found.given
    assert (found.book[one.points["total"]].value, one.grade, contradictions(found)) == (85, "良", [])
    recorded(*(Given(row, D(points)) for row, points in rows), Given("total", D(88)))
    assert contradictions(beside()) == ["主管部门复核总分 88.00，各项合计 85.00"]


@pytest.mark.parametrize(
    ("scores", "more", "code"),
    [
        ([("01", 15, "")], {}, "REVIEW-006"),
        ([("01", 21, "多")], {}, "REVIEW-005"),
        ([("09", 1, "")], {}, "REVIEW-005"),
        ([("01", 18, ""), ("01", 18, "")], {}, "REVIEW-003"),
        ([], {}, "REVIEW-003"),
        ([("01", 18, "")], {"number": " "}, "REVIEW-003"),
        ([("01", 18, "")], {"day": date(2025, 3, 4)}, "REVIEW-004"),
        ([("01", 18, "")], {"who": "kuai"}, "REVIEW-001"),
    ],
)
def test_what_cannot_be_is_not_written_down(version, scores, more, code):
    with refused(code):
        recorded(*(Given(row, D(points), why) for row, points, why in scores), **more)


def test_a_correction_is_a_further_row(version):
    first = recorded(Given("01", D(15), "少两张验收单"))
    with refused("REVIEW-008"):
        review_correct(correction=Correction(first.pk, " "), wanted=wanted(Given("01", D(18))), **by("he"))
    second = review_correct(correction=Correction(first.pk, "抄错"), wanted=wanted(Given("01", D(18))), **by("he"))
    assert selectors.standing(selectors.reviews_of(version.target_set)) == {"department": second}
    with refused("REVIEW-007"):
        review_correct(correction=Correction(first.pk, "再改"), wanted=wanted(Given("01", D(18))), **by("he"))
    for change in (lambda rows: rows.update(body_name="乙"), lambda rows: rows._raw_delete("default")):
        with pytest.raises(IntegrityError, match="REVIEW-010"), transaction.atomic():
            change(Review.objects.filter(pk=second.pk))
    with pytest.raises(IntegrityError, match="REVIEW-012"), transaction.atomic():
        second.scores.create(position=1, row="02", points=1)


def drawn(size=2, who="he"):
    return spot_draw(project="xxh", year=2025, size=size, **by(who))


def test_the_draw_rests_on_the_chain_before_the_day_and_can_be_made_again(version, settings):
    settings.HUILIU_CLOCK = FixedClock(datetime(2025, 3, 10, 8, 0, tzinfo=TZ))
    recorded(Given("02", D(10)))  # what is done on the day has no say
    settings.HUILIU_CLOCK = clock(2025, 3, 10)
    spot = spot_checks.spot_by_number(drawn().pk)
    last = events(EventFilter(until=date(2025, 3, 9))).first()
    assert (spot.link_seq, spot.link) == (last.seq, last.hash)
    assert spot_checks.is_again(spot)
    assert len(spot_checks.looked_at(spot)) == 2
    assert len({row.row for row in spot.rows.all()}) == 5
    spot.link = "0" * 64
    assert not spot_checks.is_again(spot)
    with refused("SPOT-003"):
        drawn()


def test_nobody_looks_at_the_own_work(version, settings):
    settings.HUILIU_CLOCK = clock(2025, 3, 10)
    spot = drawn(5)
    row = SpotRow.objects.get(spot=spot, row="01")
    look = Look(row.pk, True, "agrees", "验收单齐全")
    scores_declare(targets=version.target_set_id, scores=[NewScore("04", D(0), "没有记录")], **by())
    with refused("REVIEW-001"):
        spot_look(look=look, **by("kuai"))
    with refused("SPOT-006"):
        spot_look(look=Look(row.pk, False, "agrees", "没有看到"), **by("he"))
    made = spot_look(look=look, **by("he"))
    assert spot_checks.outcome(row) == made
    assert spot_checks.makers(row) == {"kuai"}
    kuai = by()["user"]
    with pytest.raises(IntegrityError, match="SPOT-011"), transaction.atomic():
        SpotOutcome.objects.create(
            spot_row=row, has_evidence=True, verdict="agrees", words="自己核对", by=kuai, at=made.at
        )
    with pytest.raises(IntegrityError, match="SPOT-010"), transaction.atomic():
        SpotOutcome.objects.filter(pk=made.pk).update(words="改")


def test_control_that_declared_cannot_look(version, settings, monkeypatch):
    settings.HUILIU_CLOCK = clock(2025, 3, 10)
    row = SpotRow.objects.get(spot=drawn(5), row="02")
    monkeypatch.setattr(spot_checks, "makers", lambda row: {"he"})
    with refused("SPOT-005"):
        spot_look(look=Look(row.pk, True, "agrees", "一致"), **by("he"))


def test_a_row_that_was_not_drawn_is_not_looked_at(version):
    row = SpotRow.objects.get(spot=drawn(1), position=1)
    with refused("SPOT-004"):
        spot_look(look=Look(row.pk, True, "agrees", "一致"), **by("he"))
    with refused("SPOT-002"):
        spot_draw(project="xxh", year=2025, size=6, **by("he"))


def test_pages_show_all_sides_and_take_a_review(as_of, version):
    page = as_of("he")
    file = io.BytesIO(PDF)
    file.name = "复核意见.pdf"
    given = {"body": "treasury", "body_name": "甲市财政局", "reviewed_on": "2025-03-01", "document_no": "甲财2号",
             "points_01": "16", "reason_01": "少一张验收单", "points_total": "", "document": file}  # fmt: skip
    answer = page.post(f"{ONE}new/", given)
    assert answer.status_code == 302, answer.content.decode()
    shown = page.get(ONE).content.decode()
    assert "少一张验收单" in shown
    assert f"{ONE}figures/review.treasury.01.difference/" in shown
    assert "-2.00" in page.get(f"{ONE}figures/review.treasury.01.difference/").content.decode()
    review = Review.objects.get()
    assert page.get(f"/performance/review-documents/{review.pk}/").content == PDF
    assert page.get(f"/performance/review-documents/{review.pk}/correct/").status_code == 200
    answer = page.post(f"{ONE}draw/", {"size": 1})
    spot = page.get(answer.url).content.decode()
    assert "重抽一致" in spot
    row = SpotRow.objects.get(position=0)
    look = {"has_evidence": "on", "verdict": "differs", "words": "验收单少一张"}
    assert page.post(f"/performance/spot-checks/rows/{row.pk}/", look).status_code == 302
    assert "不符 1 项" in as_of("ling").get(ONE).content.decode()
