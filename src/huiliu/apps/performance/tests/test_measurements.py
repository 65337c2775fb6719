"""Measuring the targets in force: values with their evidence, typed ones with a file, and rows that nobody changes."""

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.performance.models import Measurement, MeasurementEvidence
from huiliu.apps.performance.selectors import measurements as selectors
from huiliu.apps.performance.selectors.assessments import find
from huiliu.apps.performance.services import ByHand, measurement_fill, measurements_take
from huiliu.apps.performance.services.measurements import evidence_read
from huiliu.apps.performance.tests.form import ROWS, begun, by, clock, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees
from huiliu.scoring import evidence as ev
from huiliu.scoring.evidence import Absent, Gathered
from huiliu.scoring.indicator_cases import evidence_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
D = Decimal
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MEASURED = tuple(
    replace(row, measure=measure, unit=unit)
    for row, measure, unit in zip(
        ROWS,
        ("PI-DEV-001", "PI-LIB-001", "PI-CST-001", "PI-SUP-001", ""),
        ("项", "%", "元/年", "%", "%"),
        strict=True,
    )
)


def facts(ask, **given):
    found = evidence_of(
        {name.replace("_", ".", 1): None if value is None else D(value) for name, value in given.items()}
    )
    (gathered,) = found.values()
    assert isinstance(gathered, Gathered)
    return Gathered(gathered.book, {f"case:{name}": "记-1" for name in gathered.book})


@pytest.fixture
def known(monkeypatch):
    """What the other parts say, by kind; a test puts in what it is about."""
    given = {
        "funds": {"funds_paid": 28000, "funds_committed": 28000},
        "nights": {"nights_good": 292, "nights_due": 365},
        "supervision": {"supervision_records": 1, "supervision_found": 4, "supervision_rectified": 3},
    }

    def provider(kind):
        return lambda ask: facts(ask, **given[kind]) if given[kind] else Absent("没有记录")

    monkeypatch.setattr(ev, "_PROVIDERS", {kind: provider(kind) for kind in given})
    return given


@pytest.fixture
def in_force(people, settings, tmp_path, known):
    """Five rows with their measures, signed by both."""
    settings.HUILIU_HOME = tmp_path
    version = signed(submitted(filled(begun(), MEASURED), people), people, "he", "ling")
    assert version.status == "approved"
    return version


def take():
    return {one.row: one for one in measurements_take(project="xxh", year=2025, **by())}


def fill(row="01", value="3", reason="验收由外部专家组完成", content=PDF, **more):
    said = ByHand(row, D(value), reason, io.BytesIO(content), "验收报告.pdf", **more)
    return measurement_fill(project="xxh", year=2025, said=said, **by())


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_every_row_is_measured_or_says_why_not(in_force):
    found = take()
    assert {code: (one.state, one.value[:6], one.reason[:6]) for code, one in found.items()} == {
        "01": ("measured", "", "验收记录还没"),
        "02": ("computed", "80", ""),
        "03": ("not_applicable", "", "配对产出为零"),
        "04": ("computed", "75", ""),
        "05": ("measured", "", "没有选择测量"),
    }
    assert {str(one.day) for one in found.values()} == {"2025-03-03"}
    (event,) = events(EventFilter(action="performance.measurements_take"))
    assert (event.actor, event.after) == ("kuai", {"day": "2025-03-03", "rows": 5, "with_value": 2})


def test_evidence_carries_seal_and_voucher_and_gives_the_value_again(in_force):
    found = take()["02"]
    rows = list(found.evidence.all())
    assert [(one.figure, one.kind, one.key, one.value, one.reference) for one in rows] == [
        ("nights.good", "case", "nights.good", "292", "记-1"),
        ("nights.due", "case", "nights.due", "365", "记-1"),
    ]
    book = selectors.book_of(found, rows)
    assert book["value"].text() == "80.00"
    assert all(agrees(figure, book) for figure in book.values())
    assert found.definition == selectors.indicator_of("PI-LIB-001").digest
    assert selectors.content_digest(found, rows) == found.digest
    rows[0].value = "293"
    assert selectors.content_digest(found, rows) != found.digest
    assert not all(agrees(figure, book) for book in [selectors.book_of(found, rows)] for figure in book.values())


def test_every_measurement_of_every_kind_agrees(in_force):
    take()
    fill()
    take()
    for found in Measurement.objects.all():
        rows = list(found.evidence.all())
        book = selectors.book_of(found, rows)
        assert [figure.id for figure in book.values() if not agrees(figure, book)] == [], found.row
        assert (len(rows), selectors.content_digest(found, rows)) == (found.evidence_count, found.digest)


def test_a_typed_value_needs_file_and_reason_and_is_marked(in_force):
    take()
    with refused("MEASURE-005"):
        fill(reason=" ")
    with refused("MEASURE-004"):
        fill(value="-1")
    with refused("MEASURE-004"):
        fill(level="很好")
    with refused("UPL-"):
        fill(content=b"text")
    with refused("MEASURE-002"):
        fill(row="99")
    assert not Measurement.objects.filter(state="manual").exists()
    found = fill()
    assert (found.state, found.value, found.author, found.unit) == ("manual", "3", "kuai", "项")
    (proof,) = found.evidence.all()
    assert (proof.kind, proof.label, proof.digest[:4], proof.value) == ("file", "验收报告.pdf", "sm3:", "3")
    assert evidence_read(one=proof, actor=Actor("ling")) == PDF
    assert events(EventFilter()).latest("seq").action == "performance.measurement_read"


@pytest.mark.parametrize(("value", "level", "fits"), [
    ("100", "达成", True), ("80", "达成", True), ("79.9", "达成", False), ("101", "达成", False),
    ("80", "部分达成", False), ("0", "未达成", True), ("90", "", False), ("90", "很好", False),
])  # fmt: skip
def test_a_judged_level_fits_its_percentage(people, settings, tmp_path, known, value, level, fits):
    settings.HUILIU_HOME = tmp_path
    rows = [*MEASURED[:4], replace(MEASURED[4], kind="qualitative", value=None, wording="群众满意")]
    signed(submitted(filled(begun(), rows), people), people, "he", "ling")
    if fits:
        assert fill("05", value, level=level).level == level
    else:
        with refused("MEASURE-004"):
            fill("05", value, level=level)


def test_what_records_say_cannot_be_typed(in_force):
    take()
    for code in ("02", "03", "04"):
        with refused("MEASURE-003"):
            fill(row=code)


def test_a_typed_output_lets_its_cost_be_measured_and_lasts_until_records_speak(in_force, known, monkeypatch):
    take()
    fill()
    cost = take()["03"]
    assert (cost.state, cost.value) == ("computed", "28000")
    paired = cost.evidence.get(figure="paired.value")
    assert (paired.kind, paired.value, paired.digest) == (
        "performance.measurement", "3", Measurement.objects.get(state="manual").digest,
    )  # fmt: skip
    values = selectors.measured_values(in_force)
    assert (values["01"].state, values["01"].value) == ("manual", 3)
    monkeypatch.setitem(ev._PROVIDERS, "acceptance", lambda ask: facts(ask, acceptance_accepted=2))
    take()
    assert (selectors.measured_values(in_force)["01"].state, selectors.measured_values(in_force)["01"].value) == (
        "computed",
        2,
    )
    with refused("MEASURE-003"):
        fill()


def test_money_that_was_not_spent_is_no_cost_at_all(in_force, known):
    fill()
    known["funds"] = {"funds_paid": 0, "funds_committed": 28000}
    cost = take()["03"]
    assert (cost.state, cost.value, cost.reason[:8]) == ("not_applicable", "", "当年没有支付：不")


def test_a_measurement_of_what_the_row_meant_before_stands_for_nothing(in_force):
    take()
    row = selectors.rows_measured(in_force)[1]
    assert selectors.standing(row.row, [row.found]) == row.found
    assert selectors.standing(replace(row.row, level3="别的"), [row.found]) is None
    assert selectors.standing(replace(row.row, measure="PI-LIB-002"), [row.found]) is None


def test_outputs_that_name_each_other_are_not_measured(people, settings, tmp_path, known):
    settings.HUILIU_HOME = tmp_path
    rows = [*MEASURED]
    rows[0] = replace(rows[2], code="01", level2="数量指标", level3="甲", paired_output="03", unit="项", kind="≥")
    version = filled(begun(), rows)
    signed(submitted(version, people), people, "he", "ling")
    found = take()
    assert {found[code].reason for code in ("01", "03")} >= {"配对产出互相引用，不能测量"}


def test_scores_read_what_was_measured(in_force, settings):
    take()
    fill()
    take()
    found = find("xxh", 2025, settings.HUILIU_CLOCK.now().date())
    book = found.result.book
    assert [book[f"actual.{code}"].text() for code in ("01", "02", "03", "04", "05")] == [
        "3.00", "80.00", "28,000.00", "75.00", "未测量",
    ]  # fmt: skip
    assert all(agrees(figure, book) for figure in book.values())


def test_a_year_that_is_over_is_measured_as_of_its_end(in_force, settings):
    settings.HUILIU_CLOCK = clock(2026, 2, 1)
    assert {str(one.day) for one in take().values()} == {"2025-12-31"}


def test_nothing_is_measured_before_targets_are_in_force(people, known):
    begun()
    with refused("MEASURE-001"):
        take()


def test_the_database_keeps_measurements_and_evidence(in_force):
    take()
    fill()
    kept = "INSERT OR REPLACE INTO performance_measurement{0} SELECT * FROM performance_measurement{0}"
    statements = [
        f"{verb} performance_measurement{part}{more}"
        for part in ("", "evidence")
        for verb, more in (("UPDATE", " SET value = '9'"), ("DELETE FROM", ""))
    ]
    for statement in statements:
        with pytest.raises(IntegrityError, match="MEASURE-006"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    if connection.vendor == "sqlite":
        for part in ("", "evidence"):
            with (
                pytest.raises(IntegrityError, match=r"MEASURE-00[78]"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(kept.format(part))
    one = Measurement.objects.filter(evidence_count__gt=0).first()
    with pytest.raises(IntegrityError, match="MEASURE-008"), transaction.atomic():
        MeasurementEvidence.objects.create(
            measurement=one, position=one.evidence_count, kind="file", key="x", label="x"
        )


def test_a_draft_cannot_be_measured_past_the_service(in_force, people):
    take()
    one = Measurement.objects.first()
    other = begun(year=2026)
    one.pk, one.version, one.target_set = None, other, other.target_set
    with pytest.raises(IntegrityError, match="MEASURE-007"), transaction.atomic():
        one.save(force_insert=True)


def test_postgresql_truncates_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for part in ("evidence", " CASCADE"):
        with pytest.raises(IntegrityError, match="MEASURE-006"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE performance_measurement{part}")
