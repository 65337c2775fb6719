"""Supervision: who writes it down, what is refused, corrections as new rows, and what it says as evidence."""

import io
from datetime import date

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.services import Actor
from huiliu.apps.control.models import SupervisionRecord
from huiliu.apps.control.selectors.supervision import supervisions
from huiliu.apps.control.services import supervision as services
from huiliu.apps.control.tests.walking import last_event, refused_with, sent, text_of
from huiliu.catalog.indicators.supervision.rectified import rectified
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees
from huiliu.scoring.evidence import Ask, gather
from huiliu.scoring.indicator import measure

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
FOUND = {"conclusion": "found", "finding": "维护合同没有验收单"}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path


def paper():
    return services.Document(io.BytesIO(PDF), "通知书.pdf")


def said(day=date(2025, 2, 3), **more):
    values = {"supervisor": "甲市财政局", "matter": "项目资金使用检查", "conclusion": "clean", **more}
    return services.Supervised(day=day, **values)


def recorded(office, *args, who="he", **more):
    return services.supervision_record(wanted=said(*args, **more), document=paper(), user=office[who], actor=Actor(who))


def corrected(office, row, wanted, reason="补填整改", **more):
    correction = services.Correction(row.pk, reason, **more)
    return services.supervision_correct(correction=correction, wanted=wanted, user=office["he"], actor=Actor("he"))


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_internal_control_writes_down_what_others_may_only_read(office, at):
    row = recorded(office)
    assert row.document_digest.startswith("sm3:")
    assert (last_event().action, last_event().actor) == ("control.supervision_record", "he")
    assert "财政局" not in str(last_event().after)
    for name in ("kuai", "ling", "wang"):
        with refused("CTRL-060"):
            recorded(office, who=name)
    assert refused_with("CTRL-060")
    assert SupervisionRecord.objects.count() == 1
    assert at("ling").get(f"/control/supervision/{row.pk}/document/").content == PDF
    assert last_event().action == "control.supervision_read"


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("CTRL-061", {"supervisor": " "}),
        ("CTRL-061", {"conclusion": "bad"}),
        ("CTRL-061", {"conclusion": "found"}),
        ("CTRL-061", {"finding": "有问题"}),
        ("CTRL-061", {"rectified_on": date(2025, 3, 1)}),
        ("CTRL-061", {**FOUND, "rectified_on": date(2025, 2, 2)}),
        ("CTRL-062", {"day": date(2025, 4, 1)}),
        ("CTRL-062", {**FOUND, "rectified_on": date(2025, 4, 1)}),
        ("AUDIT-003", {"matter": "电话 13800138000"}),
    ],
)
def test_what_is_not_whole_is_refused(office, code, values):
    with refused(code):
        recorded(office, **values)
    assert not SupervisionRecord.objects.exists()


def test_a_correction_is_a_new_row_and_takes_the_place_of_one_once(office):
    row = recorded(office, **FOUND)
    with refused("CTRL-064"):
        corrected(office, row, said(**FOUND), reason=" ")
    newer = corrected(office, row, said(**FOUND, rectified_on=date(2025, 3, 1)))
    assert newer.document_digest == row.document_digest
    assert [one.pk for one in supervisions()] == [newer.pk]
    with refused("CTRL-063"):
        corrected(office, row, said())
    void = corrected(office, newer, said(**FOUND), reason="重复登记", is_void=True)
    assert (list(supervisions()), SupervisionRecord.objects.count()) == ([], 3)
    with refused("CTRL-063"):
        corrected(office, void, said())


def test_the_database_keeps_every_row(office):
    row = recorded(office, **FOUND)
    corrected(office, row, said(**FOUND, rectified_on=date(2025, 3, 1)))
    statements = [
        ("CTRL-065", "UPDATE control_supervisionrecord SET matter = 'x'"),
        ("CTRL-065", "DELETE FROM control_supervisionrecord"),
    ]
    if connection.vendor == "sqlite":
        copied = "INSERT OR REPLACE INTO control_supervisionrecord SELECT * FROM control_supervisionrecord WHERE id = 1"
        statements.append(("CTRL-066", copied.replace("= 1", f"= {row.pk}")))
    for code, statement in statements:
        with pytest.raises(IntegrityError, match=code), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError, match="CTRL-066"), transaction.atomic():
        SupervisionRecord.objects.create(
            **vars(said()), document_name="a", document_digest="b", corrects=row, reason="又一次",
            recorded_by=office["he"], recorded_at=settings.HUILIU_CLOCK.now(),
        )  # fmt: skip


def test_postgresql_truncates_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(IntegrityError, match="CTRL-065"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE control_supervisionrecord")


def measured(day=date(2025, 3, 31), project="xxh"):
    ask = Ask(project, day.year, day)
    evidence = gather(ask, rectified.needs)
    assert all(agrees(figure, evidence.of("supervision").book) for figure in evidence.of("supervision").book.values())
    return measure(rectified, evidence)


def test_effectiveness_is_what_was_put_right_of_what_was_found(office):
    assert (measured().value, measured().reason) == (None, "当年没有监管记录：没有监管不等于有效")
    recorded(office)
    assert measured().value == 100
    first = recorded(office, **FOUND)
    recorded(office, **FOUND, matter="合同检查")
    assert measured().value == 0
    corrected(office, first, said(**FOUND, rectified_on=date(2025, 3, 1)))
    assert measured().value == 50
    assert measured(date(2025, 2, 28)).value == 0  # as it stood before it was put right
    recorded(office, **FOUND, project="qita")
    assert measured().value == 50
    assert measured(project="QITA").value.quantize(1) == 33
    assert measured(date(2024, 12, 31)).value is None
    found = next(one for one in measured().inputs if one.id == "supervision.found")
    assert all(record.digest.startswith("sm3:") and record.link for record in found.records)


def test_pages(office, at):
    he = at("he")
    assert "没有监管记录" in text_of(he, "/control/supervision/")
    file = io.BytesIO(PDF)
    file.name = "通知书.pdf"
    fields = {"day": "2025-02-03", "supervisor": "甲市财政局", "matter": "资金检查", **FOUND}
    assert "监管文书" in sent(he, "/control/supervision/new/", **fields)
    assert not SupervisionRecord.objects.exists()
    text = sent(he, "/control/supervision/new/", **fields, document=file)
    row = SupervisionRecord.objects.get()
    assert "监管记录已登记" in text
    assert row.document_digest in text
    assert "更正或补填整改" in text
    wrong = sent(he, f"/control/supervision/{row.pk}/correct/", **fields, reason=" ")
    assert "更正理由" in wrong
    text = sent(he, f"/control/supervision/{row.pk}/correct/", **fields, rectified_on="2025-03-01", reason="已整改")
    assert "2025-03-01" in text
    assert "这条记录已被更正" in text_of(he, f"/control/supervision/{row.pk}/")
    listed = text_of(at("ling"), "/control/supervision/?year=2025")
    assert listed.count("资金检查") == 1
    assert "登记监管记录" not in listed
    assert at("wang").get("/control/supervision/").status_code == 403
    assert he.get("/control/supervision/999/").status_code == 404
