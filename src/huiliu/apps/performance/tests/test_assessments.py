"""Assessments from records: computed beside declared, nothing filled in, every figure with its way down."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import DeclaredScore
from huiliu.apps.performance.selectors import assessments as selectors
from huiliu.apps.performance.selectors.evaluation_files import Words, file_of
from huiliu.apps.performance.services.assessments import NewScore, score_declare
from huiliu.apps.performance.tests.form import FINANCE, begun, by, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MANUAL, Record, agrees
from huiliu.scoring.measured import Measured

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
BASE = "/performance/assessments/"
ONE = f"{BASE}xxh/2025/"
DAY = date(2025, 3, 3)


@pytest.fixture
def version(people):
    """Targets in force: 20 of 产出 for 12 inspections, and the rest of the form."""
    return signed(submitted(filled(begun()), people), people, "he", "ling")


@pytest.fixture
def ledger(version, people):
    """The project's money: 20.00 万元 of authority, 15.76 of quota, nothing paid yet."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open

    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    year = project_open(wanted=wanted, year=2025, mode="quota", user=people["kuai"], actor=FINANCE)
    for kind, fen, day in (("initial", 20_000_000, date(2025, 1, 10)), ("quota", 15_760_000, date(2025, 2, 12))):
        event = NewEvent(kind, day, fen, number=kind)
        event_record(year=year, wanted=event, user=people["kuai"], actor=FINANCE)
    return year


@pytest.fixture
def measured(monkeypatch):
    """11 of 12 inspections typed without a file; availability in full; satisfaction 81 of 90 %."""

    def value(number, state="measured"):
        return Measured(
            Decimal(number), state, records=(Record("performance.measurement:1", "测量记录", Decimal(number)),)
        )

    found = {"01": value(11, MANUAL), "02": value("99.5"), "04": value(15), "05": value(81)}
    monkeypatch.setattr(selectors, "measured_values", lambda version: found)
    return found


def result_of(version, today=DAY):
    found = selectors.assessed(version.target_set, today)
    assert found.result is not None, found.refusal
    return found.result


def texts(result, *ids):
    return [result[name].text() for name in ids]


def declared(version, row, points, reason=""):
    return score_declare(targets=version.target_set_id, score=NewScore(row, Decimal(points), reason), **by())


def test_nothing_measured_is_a_bound_and_not_a_zero(version):
    result = result_of(version)
    assert texts(result, "total.computed", "total.least", "total.missing") == ["未测量", "0.00", "80.00"]
    # The cost buys inspections that nobody measured: 20 points do not apply, the rest is rescaled.
    assert texts(result, "item.03.score", "total.applicable", "total.most") == ["不适用", "80.00", "100.00"]
    assert (result.grade, result.grade_most) == ("", "优")


def test_scores_come_from_measurements_and_the_ledger(version, ledger, measured):
    result = result_of(version)
    # 20 × 11/12, 10, 30, 10 × 81/90, execution 0 of 10; the cost is not measured.
    assert texts(result, *(f"item.{code}.score" for code in ("execution", "01", "02", "03", "04", "05"))) == [
        "0.00", "18.33", "10.00", "未测量", "30.00", "9.00"]  # fmt: skip
    assert texts(result, "basis.full_year.rate", "basis.issued.rate", "total.least", "total.most") == [
        "0.00", "0.00", "67.33", "87.33"]  # fmt: skip
    assert [name for name in result.book if not agrees(result[name], result.book)] == []
    assert result["authority.initial"].records[0].id.startswith("funds.event:")


def test_money_of_another_year_or_after_today_is_left_out(version, ledger, measured):
    assert result_of(version, date(2025, 1, 31))["quota.issued"].value == 0
    assert result_of(version)["quota.issued"].value > 0


def test_without_a_version_in_force_there_is_no_score(people):
    found = selectors.assessed(filled(begun()).target_set, DAY)
    assert (found.version, found.result) == (None, None)
    assert "没有生效的目标版本" in found.refusal


def test_what_cannot_be_scored_says_so_instead_of_failing(version, monkeypatch):
    monkeypatch.setattr(selectors, "measured_values", lambda version: {"01": Measured(Decimal(11))})
    found = selectors.assessed(version.target_set, DAY)
    assert found.result is None
    assert "实际完成值与其记录不符" in found.refusal


def test_a_declared_score_stands_beside_and_needs_a_reason_where_it_differs(version, measured):
    declared(version, "02", "10")
    with pytest.raises(HuiliuError, match="ASSESS-004"):
        declared(version, "01", "20")
    with pytest.raises(HuiliuError, match="ASSESS-004"):
        declared(version, "03", "20")
    declared(version, "01", "20", "  一次巡检记录补录中  ")
    declared(version, "01", "19", "补录一次")
    result = result_of(version)
    assert texts(result, "item.01.score", "item.01.declared", "item.01.difference") == ["18.33", "19.00", "0.67"]
    assert texts(result, "total.declared") == ["未测量"]
    kept = selectors.declared_before(version.target_set, "01")
    assert [(f"{one.points}", one.computed, one.reason, one.declared_by) for one in kept] == [
        ("19.00", "18.33", "补录一次", "kuai"), ("20.00", "18.33", "一次巡检记录补录中", "kuai")]  # fmt: skip
    (last, *_) = events(EventFilter(action="performance.score_declare"))
    assert (last.object_key, last.after) == ("xxh/2025", {"row": "01", "points": "19", "computed": "18.33"})


@pytest.mark.parametrize("points", ["-1", "20.01", "1.005", "NaN"])
def test_points_out_of_bounds_are_refused(version, measured, points):
    with pytest.raises(HuiliuError, match="ASSESS-002"):
        declared(version, "01", points, "理由")
    assert DeclaredScore.objects.count() == 0


def test_an_unknown_row_or_project_is_refused(version):
    with pytest.raises(HuiliuError, match="ASSESS-001"):
        declared(version, "99", "1", "理由")
    with pytest.raises(HuiliuError, match="ASSESS-001"):
        score_declare(targets=0, score=NewScore("01", Decimal(1)), **by())


@pytest.mark.parametrize(
    "statement", ["UPDATE performance_declaredscore SET points = 1", "DELETE FROM performance_declaredscore"]
)
def test_the_database_keeps_what_was_declared(version, measured, statement):
    declared(version, "02", "10")
    with pytest.raises(IntegrityError, match="ASSESS-003"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_pages_show_computed_beside_declared_and_lead_to_the_records(version, ledger, measured, as_of, people):
    people["kuai"].display_name = "蒯会计"
    people["kuai"].save()
    declared(version, "01", "20", "补录一次")
    client = as_of("ling")
    assert "社保信息化维护" in client.get(BASE).content.decode()
    page = client.get(ONE).content.decode()
    for text in (
        "67.33",
        "87.33",
        "18.33",
        "20.00",
        "1.67",
        "未测量",
        "执行率的分母：下达额度",
        "待核",
        "未佐证",
        "未填齐",
    ):
        assert text in page, text
    links = sorted(set(re.findall(rf'href="({ONE}[^"#]+)"', page)))
    assert len(links) > 30
    for link in links:
        assert client.get(link).status_code == 200, link
    trace = client.get(f"{ONE}figures/item.01.score/").content.decode()
    assert "测量记录 1" in trace
    assert version.digest in trace
    assert "2025-03-03 蒯会计 填报" in client.get(f"{ONE}figures/item.01.declared/").content.decode()


def test_declaring_is_for_the_one_who_may(version, measured, as_of):
    assert as_of("ling").get(f"{ONE}rows/01/declare/").status_code == 403
    client = as_of("kuai")
    refused = client.post(f"{ONE}rows/01/declare/", {"points": "20"}).content.decode()
    assert "计算得分是 18.33" in refused
    answer = client.post(f"{ONE}rows/01/declare/", {"points": "20", "reason": "补录一次"})
    assert (answer.status_code, answer.url) == (302, f"{ONE}rows/01/")
    assert "补录一次" in client.get(answer.url).content.decode()


def test_unknown_addresses_are_404(version, as_of):
    client = as_of("kuai")
    for path in (
        f"{BASE}NONE/2025/",
        f"{BASE}xxh/2024/",
        f"{ONE}rows/99/",
        f"{ONE}figures/none/",
        f"{ONE}rows/99/declare/",
    ):
        assert client.get(path).status_code == 404, path


def made_again(figures):
    """Every value from the answer alone, by another parser: from expression and inputs, else from records."""
    from web.evaluator import Formula, NothingError

    values = {}
    for one in figures:
        try:
            if one["expression"]:
                values[one["id"]] = Formula(one["expression"], values.get).value()
            else:
                known = [Fraction(record["value"]) for record in one["records"] if record["value"] is not None]
                values[one["id"]] = sum(known) if known else None
        except NothingError:
            values[one["id"]] = None
    return values


def test_an_outsider_works_the_score_out_again_from_the_answer_alone(as_of, version, ledger, measured):
    declared(version, "02", "10")
    declared(version, "01", "19", "补录一次")
    answer = as_of("ling").get("/api/v1/assessments/xxh/2025")
    assert answer.status_code == 200
    told = answer.json()
    assert told["totals"]["least"] == "67.33"
    assert told["totals"]["computed"] is None  # the cost is not measured: null, never 0
    assert {row["target"]["code"]: row["state"] for row in told["rows"]}["03"] == "unmeasured"
    values = made_again(told["figures"])
    assert values["total.least"] == Fraction("67.33")
    assert values["item.01.difference"] == Fraction("0.67")
    wrong = [
        one["id"]
        for one in told["figures"]
        if (values[one["id"]] is None) != (one["value"] is None)
        or (one["value"] is not None and abs(values[one["id"]] - Fraction(one["value"])) > Fraction(1, 10**20))
    ]
    assert wrong == []


def test_targets_measurements_and_monitoring_are_told_as_they_stand(as_of, version, ledger):
    client = as_of("he")
    (head,) = client.get("/api/v1/targets").json()
    assert (head["number"], head["project"], head["status"], head["digest"]) == (
        version.pk, "xxh", "approved", version.digest)  # fmt: skip
    form = client.get(f"/api/v1/targets/{version.pk}").json()
    first = form["rows"][0]
    assert (first["code"], first["kind"], first["value"], first["weight"]) == ("01", "≥", "12", "20")
    measured = client.get("/api/v1/measurements/xxh/2025").json()["rows"]
    assert (measured[0]["code"], measured[0]["measured"]) == ("01", None)
    watched = client.get("/api/v1/monitoring/xxh/2025").json()
    assert next(one["text"] for one in watched["figures"] if one["id"] == "quota.issued") == "15.76"
    assert client.get("/api/v1/assessments/xxh/1999").status_code == 404


def test_the_file_of_a_year_holds_what_its_forms_print(version, ledger, measured):
    words = Words({"uses": "合同和设备"}, "按期完成", {"01": "缺配件"})
    file = file_of(selectors.assessed(version.target_set, DAY), DAY, words)
    given = file.given
    assert (given.key, given.agency, given.department, given.made_on) == ("xxh-2025", "甲市社保局", "甲市人社局", DAY)
    assert (given.achieved, given.narrative) == ("按期完成", {"uses": "合同和设备"})
    assert given.objective == version.objective
    assert [row.reason for row in file.rows if row.row.code == "01"] == ["缺配件"]
    assert file.book["authority.initial"].text() == "20.00"


def test_without_a_version_in_force_there_is_no_file(people):
    begun()
    with pytest.raises(HuiliuError, match="FILE-001"):
        file_of(selectors.find("xxh", 2025, DAY), DAY)
