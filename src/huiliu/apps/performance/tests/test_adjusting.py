"""Targets drafted anew for less money: copied, changed where money decides, reasoned, signed as any other version."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import Adjustment, MonitoringSnapshot, TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.services import Words, adjustment_draft, row_put, version_describe
from huiliu.apps.performance.tests.form import FINANCE, ROWS, begun, by, clock, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.targets import MoneyUse

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
ADJUST = "/performance/monitoring/xxh/2025/adjust/"
# The first row counts times over the year and needs money: it is shortened; the cost (03) is scaled.
COUNTED = (replace(ROWS[0], money_dependent=True), *ROWS[1:])


@pytest.fixture
def autumn(people, settings):
    """Targets in force for 20.00 万元; on 18 October 15.76 have come and three months are left."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open, purpose_add

    signed(
        submitted(filled(begun(), COUNTED, MoneyUse("ops", "系统运维", Decimal(200_000))), people), people, "he", "ling"
    )
    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    by = {"user": people["kuai"], "actor": FINANCE}
    year = project_open(wanted=wanted, year=2025, mode="quota", **by)
    purpose_add(project=year.project, code="ops", label="系统运维", **by)
    event_record(year=year, wanted=NewEvent("initial", date(2025, 1, 10), 20_000_000, number="甲财〔2025〕1号"), **by)
    settings.HUILIU_CLOCK = clock(2025, 10, 18)
    event_record(year=year, wanted=NewEvent("quota", date(2025, 10, 18), 15_760_000, number="通知10"), **by)
    return year


def drafted(people, who="kuai"):
    return adjustment_draft(project="xxh", year=2025, user=people[who], actor=FINANCE)


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def test_what_needs_money_is_changed_and_says_why_all_else_is_copied(autumn, people):
    version = drafted(people)
    assert (version.number, version.stage, version.status) == (2, "adjusted", "draft")
    first, *kept, cost, wait, asked = (row for row in selectors.rows_of(version))
    assert (first.value, cost.value) == (Decimal(3), Decimal(78800))  # 12 × 3/12; 100,000 × 0.788
    assert [*kept, wait, asked] == [COUNTED[1], COUNTED[3], COUNTED[4]]
    assert first.basis.startswith("2025-10-18 调整：")
    for words in (
        "15.76万元／预算20.00万元",
        "剩余3个月",
        "原目标 12次",
        "2025-10-18 下达额度 通知10",
        "原依据：运维合同",
    ):
        assert words in first.basis
    assert selectors.uses_of(version) == (MoneyUse("ops", "系统运维", Decimal(200_000)),)
    assert selectors.version_in_force("xxh", 2025).number == 1


def test_it_rests_on_the_event_and_the_snapshot_of_the_day(autumn, people):
    version = drafted(people)
    kept, (snapshot,) = Adjustment.objects.get(version=version), MonitoringSnapshot.objects.all()
    assert (kept.event.number, kept.snapshot, snapshot.day) == ("通知10", snapshot, date(2025, 10, 18))
    assert "recalibration.after" in {figure["id"] for figure in snapshot.content["figures"]}
    (event,) = events(EventFilter(action="performance.target_adjust"))
    assert (event.object_key, event.before, event.after) == (
        "xxh/2025/2", {"01": "12", "03": "100000"}, {"01": "3", "03": "78800"},
    )  # fmt: skip
    for change in (
        lambda: Adjustment.objects.update(event=None),
        lambda: Adjustment.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError, match="TARGET-015"), transaction.atomic():
            change()


def test_it_comes_into_force_the_ordinary_way(autumn, people):
    version = drafted(people)
    row_put(number=version.pk, row=replace(selectors.rows_of(version)[0], value=Decimal(4)), **by())
    with refused("TARGET-007"):
        submitted(version, people)
    words = Words("稳定", "甲财〔2025〕90号", date(2025, 9, 1))
    version_describe(number=version.pk, words=words, **by())
    signed(submitted(version, people), people, "he", "ling")
    found = selectors.version_in_force("xxh", 2025)
    assert (found.number, selectors.rows_of(found)[0].value) == (2, Decimal(4))


def test_one_draft_at_a_time_in_the_year_by_finance_and_only_where_something_changes(autumn, people, settings):
    with refused("TARGET-010"):
        drafted(people, "he")
    settings.HUILIU_CLOCK = clock(2026, 1, 1)
    with refused("TARGET-002"):
        drafted(people)
    settings.HUILIU_CLOCK = clock(2025, 10, 18)
    drafted(people)
    with refused("TARGET-004") as told:
        drafted(people)
    assert "第 2 版还没有办结" in str(told.value)
    assert (TargetVersion.objects.count(), MonitoringSnapshot.objects.count()) == (2, 1)
    outcomes = [event.outcome for event in events(EventFilter(action="performance.target_adjust"))]
    assert sorted(outcomes) == ["ok", "refused", "refused", "refused"]


def test_while_money_is_not_late_there_is_nothing_to_change(autumn, people, settings):
    settings.HUILIU_CLOCK = clock(2025, 3, 3)
    with refused("TARGET-014"):
        drafted(people)


def test_from_the_page_to_the_comparison(autumn, people, as_of, settings):
    settings.HUILIU_CLOCK = clock(2025, 5, 20)  # no quota yet: late, and eight months are left
    page = "/performance/monitoring/xxh/2025/"
    assert as_of("he").post(ADJUST).status_code == 403
    assert ADJUST not in as_of("he").get(page).content.decode()
    client = as_of("kuai")
    assert ADJUST in client.get(page).content.decode()
    assert ADJUST not in client.get(f"{page}?day=2025-05-19").content.decode()
    draft = client.post(ADJUST, follow=True).content.decode()
    assert "已起草第 2 版（调整）" in draft
    assert "甲财〔2025〕1号</a>" in draft
    again = client.post(ADJUST, follow=True).content.decode()
    assert "第 2 版还没有办结" in again
    assert "办完以后才能按建议另起一版" in again
    pk = TargetVersion.objects.get(number=2).pk
    compared = client.get(f"/performance/targets/{pk}/compare/").content.decode()
    assert compared.count("有指标没有测量") == 2  # no score, not a zero
    assert "不可复算" in compared
    links = [
        f"/performance/assessments/xxh/2025/figures/{name}/" for name in ("total.computed", "version.2.total.computed")
    ]
    for link in links:
        assert link in compared
        assert client.get(link).status_code == 200
