"""Suggestions of a year's result: answered by finance with a reason, and carried into the next year's drafts."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.funds.selectors.advice import advice_of
from huiliu.apps.performance.models import SuggestionDecision
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import suggestions as selectors
from huiliu.apps.performance.services.suggestions import Answer, suggestion_decide
from huiliu.apps.performance.tests.form import FINANCE, begun, by, clock, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.measured import Measured

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
ONE = "/performance/reviews/xxh/2025/"


@pytest.fixture
def version(people, monkeypatch):
    """Targets of 2025 in force; 6 of 12 inspections, the rest unmeasured; nothing paid of 20.00 万元."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open

    found = signed(submitted(filled(begun()), people), people, "he", "ling")
    project = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    given = {"user": people["kuai"], "actor": FINANCE}
    year = project_open(wanted=project, year=2025, mode="quota", **given)
    event_record(year=year, wanted=NewEvent("initial", date(2025, 1, 10), 20_000_000, number="甲财1号"), **given)
    from huiliu.kernel.figures import Record

    six = Measured(Decimal(6), records=(Record("performance.measurement:1", "测量记录", Decimal(6)),))
    monkeypatch.setattr(assessments, "measured_values", lambda version: {"01": six})
    return found


def answered(key, is_accepted=True, reason="按实际能力核定", who="kuai"):
    return suggestion_decide(answer=Answer("xxh", 2025, key, is_accepted, reason), **by(who))


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_only_what_the_result_proposes_is_answered_and_by_finance(version):
    with refused("SUGGEST-001"):
        answered("far_beyond.01")
    with refused("SUGGEST-002"):
        answered("missed.01", reason=" ")
    with refused("TARGET-010"):
        answered("missed.01", who="he")
    made = answered("missed.01")
    assert "完成率 50.00%" in made.text
    with pytest.raises(IntegrityError, match="SUGGEST-003"), transaction.atomic():
        SuggestionDecision.objects.filter(pk=made.pk).update(reason="改")


def test_the_newest_answer_counts(version):
    answered("missed.01")
    answered("unspent", reason="按核定数编报")
    assert [one.key for one in selectors.accepted("xxh", 2025)] == ["missed.01", "unspent"]
    answered("missed.01", is_accepted=False, reason="目标合理，问题在额度")
    assert [one.key for one in selectors.accepted("xxh", 2025)] == ["unspent"]


def test_what_was_accepted_goes_into_the_next_years_targets_and_budget(version, settings):
    answered("missed.01")
    answered("unspent", reason="按核定数编报")
    answered("unmeasured.02", is_accepted=False, reason="监控上线后就有记录")
    settings.HUILIU_CLOCK = clock(2025, 11, 20)
    rows = {row.code: row.basis for row in begun(year=2026, is_copy=True).rows.all()}
    assert rows["01"].startswith("2025 年评价建议（目标没有完成）：系统巡检次数：完成率 50.00%")
    assert rows["01"].endswith("；运维合同")
    assert rows["02"] == "运维合同"
    [one] = advice_of("xxh", 2026)
    assert (one.source, one.text[:15]) == ("2025 年绩效评价", "今年支出为全年预算的 0.00")
    assert advice_of("xxh", 2025) == []


def test_pages_show_and_take_answers(as_of, version):
    page = as_of("kuai")
    assert "待决定" in page.get(ONE).content.decode()
    given = {"answer": "yes", "reason": "按实际能力核定"}
    assert page.post(f"{ONE}suggestions/missed.01/", given).status_code == 302
    drafted = begun(year=2026, is_copy=True)
    shown = page.get(f"/performance/targets/{drafted.pk}/").content.decode()
    assert "上年结果的建议" in shown
    assert f"{ONE}#suggestions" in shown
    assert page.get(f"{ONE}suggestions/far_beyond.01/").status_code == 404


def test_a_long_basis_is_cut_to_what_the_form_holds(version):
    answered("missed.01")
    kept = selectors.accepted("xxh", 2025)
    assert len(selectors.basis_with("依据" * 90, 2025, kept)) == 200
