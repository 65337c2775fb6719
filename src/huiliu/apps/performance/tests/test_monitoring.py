"""Monitoring of a project's year: worked out from ledger and targets, kept when asked, each number to its records."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.performance.models import MonitoringSnapshot
from huiliu.apps.performance.selectors import monitoring as selectors
from huiliu.apps.performance.services.monitoring import Wanted, document_make, snapshot_keep, snapshots_keep_due
from huiliu.apps.performance.tests.form import FINANCE, ROWS, begun, by, clock, filled, signed, submitted
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import agrees
from huiliu.scoring.targets import MoneyUse

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
ONE = "/performance/monitoring/xxh/2025/"


@pytest.fixture
def version(people):
    """Targets in force; 系统运维 is to have 15.00 万元."""
    use = MoneyUse("ops", "系统运维", Decimal(150_000))
    return signed(submitted(filled(begun(), ROWS, use), people), people, "he", "ling")


@pytest.fixture
def year(version, people):
    """20.00 万元 of authority on 10 January; a contract of 6.00 for the upkeep, due in February; no quota."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open, purpose_add

    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    found = project_open(wanted=wanted, year=2025, mode="quota", user=people["kuai"], actor=FINANCE)
    purpose = purpose_add(project=found.project, code="ops", label="系统运维", user=people["kuai"], actor=FINANCE)
    initial = NewEvent("initial", date(2025, 1, 10), 20_000_000, number="甲财〔2025〕1号")
    contract = NewEvent("commitment", date(2025, 1, 15), 6_000_000, number="合同1", due=date(2025, 2, 20),
                        payee="甲公司", purpose=purpose)  # fmt: skip
    for wanted_event in (initial, contract):
        event_record(year=found, wanted=wanted_event, user=people["kuai"], actor=FINANCE)
    return found


def seen(today=date(2025, 6, 30)):
    found = selectors.find("xxh", 2025, today)
    assert found is not None
    book = found.watch.book
    assert [name for name in book if not agrees(book[name], book)] == []
    return found


def test_by_30_june_it_warns_drafts_targets_and_says_what_to_fund(year):
    found = seen()
    alerts = {alert.code: (alert.since, alert.side) for alert in found.watch.alerts}
    assert alerts["MON-101"] == (date(2025, 3, 11), "treasury")
    assert alerts["MON-102"] == (date(2025, 6, 30), "treasury")
    assert alerts["MON-202"] == (date(2025, 2, 21), "treasury")
    assert "MON-302" in alerts
    assert found.worst == "severe"
    assert found.recalibration is not None
    # The cost needs money but cannot be scaled before any has come; the times need none.
    assert [one.method for one in found.recalibration.proposals] == ["kept"] * 5
    assert found.allocation is not None
    given = [(one.item.code, one.item.tier, one.item.most, one.amount) for one in found.allocation.grants]
    assert given == [
        (f"contract-{found.watch.keeper.ledger.commitments()[0].event.id}", "obligation", 6_000_000, 6_000_000),
        ("use-ops", "other", 9_000_000, 9_000_000),
    ]
    assert found.watch.book["allocation.left"].with_unit() == "5.00万元"


def test_when_too_little_comes_targets_are_scaled_and_the_contract_comes_first(year, people):
    from huiliu.apps.funds.services import NewEvent, event_record

    quota = NewEvent("quota", date(2025, 3, 1), 7_000_000, number="通知1")
    event_record(year=year, wanted=quota, user=people["kuai"], actor=FINANCE)
    found = seen(date(2025, 3, 3))
    assert found.watch.book["recalibration.ratio"].with_unit() == "0.350"
    assert found.watch.book["goal.03.proposed"].with_unit() == "35,000元/年"
    assert found.watch.book["allocation.use-ops.granted"].with_unit() == "1.00万元"
    assert found.watch.book["allocation.use-ops.given_up"].with_unit() == "8.00万元"


def test_what_keeps_the_fund_safe_comes_before_the_rest_and_the_page_says_who_says_so(people, spring, as_of):
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open, purpose_add
    from huiliu.apps.performance.services import use_put

    who = by()
    draft = filled(begun(), ROWS, MoneyUse("ops", "系统运维", Decimal(150_000)))
    use_put(number=draft.pk, use=MoneyUse("fund-safety", "基金安全", Decimal(50_000)), **who)
    signed(submitted(draft, people, **{"TG-A01": "本年没有单列的指标"}), people, "he", "ling")
    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    found = project_open(wanted=wanted, year=2025, mode="quota", **who)
    for code, label in (("ops", "系统运维"), ("fund-safety", "基金安全")):
        purpose_add(project=found.project, code=code, label=label, **who)
    for event in (
        NewEvent("initial", date(2025, 1, 10), 20_000_000, number="甲1"),
        NewEvent("quota", date(2025, 3, 1), 6_000_000, number="甲2"),
    ):
        event_record(year=found, wanted=event, **who)
    book = seen(date(2025, 3, 3)).watch.book
    assert book["allocation.use-fund-safety.granted"].with_unit() == "5.00万元"
    assert book["allocation.use-ops.granted"].with_unit() == "1.00万元"
    assert "基金安全（待核）" in as_of("ling").get(ONE).content.decode()


def test_a_year_from_before_the_first_rule_keeps_no_other_from_being_watched(year, people, as_of):
    from huiliu.apps.funds.services import NewProject, project_open

    wanted = NewProject("old", "旧项目", "甲市社保局", "甲市人社局", "recurring", "public")
    project_open(wanted=wanted, year=2000, mode="quota", user=people["kuai"], actor=FINANCE)
    listed = as_of("ling").get("/performance/monitoring/").content.decode()
    assert "旧项目" in listed
    assert "社保信息化维护" in listed


def test_what_was_measured_is_a_reading_with_its_seal(year, version, people):
    from huiliu.apps.performance.models import Measurement

    people["kuai"].display_name = "蒯会计"
    people["kuai"].save()
    kept = Measurement.objects.create(
        target_set=version.target_set, version=version, row="02", label="系统可用率", day=date(2025, 2, 28), value="70",
        unit="%", state="measured", author="kuai", evidence_count=0, digest="sm3:1",
        computed_at=clock(2025, 3, 1).now(),
    )  # fmt: skip
    found = seen(date(2025, 3, 3))
    actual = found.watch.book["goal.02.actual"]
    assert actual.with_unit() == "70.0%"
    assert (actual.records[0].id, actual.records[0].digest) == (f"performance.measurement:{kept.pk}", "sm3:1")
    assert actual.records[0].label == "2025-02-28 测量记录（蒯会计）"
    # 70 of 99.5 is 70.35 %, below 80: behind since the reading.
    assert [(alert.code, alert.since) for alert in found.watch.alerts if alert.about == "02"] == [
        ("MON-301", date(2025, 2, 28))
    ]
    assert seen(date(2025, 2, 27)).watch.book.get("goal.02.actual") is None  # no targets were in force


def test_what_was_measured_in_another_unit_is_compared_in_the_target_s_or_not_at_all(year, version):
    from huiliu.apps.performance.models import Measurement

    for row, label, value, unit in (("03", ROWS[2].level3, "3.6", "万元"), ("02", "系统可用率", "3", "次")):
        Measurement.objects.create(
            target_set=version.target_set, version=version, row=row, label=label, indicator=ROWS[int(row) - 1].measure,
            day=date(2025, 2, 28), value=value, unit=unit, state="measured", author="kuai", evidence_count=0,
            digest="sm3:1", computed_at=clock(2025, 3, 1).now(),
        )  # fmt: skip
    book = seen(date(2025, 3, 3)).watch.book
    assert book["goal.03.measured"].with_unit() == "3.60万元"
    assert book["goal.03.actual"].with_unit() == "36,000.00元/年"
    assert book["goal.02.actual"].text() == "未测量"


def test_a_project_without_targets_is_watched_for_its_money(people, spring):
    from huiliu.apps.funds.services import NewProject, project_open

    wanted = NewProject("xxh", "社保信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    project_open(wanted=wanted, year=2025, mode="quota", user=people["kuai"], actor=FINANCE)
    found = seen()
    assert (found.version, found.recalibration, found.allocation, found.watch.alerts) == (None, None, None, ())


def test_a_year_that_is_over_gets_no_new_targets(year):
    found = seen(date(2026, 2, 1))
    assert found.recalibration is None
    assert found.watch.today == date(2025, 12, 31)


def test_what_is_kept_stays(year):
    kept = snapshot_keep(project="xxh", year=2025, day=date(2025, 6, 30), **by())
    assert [alert["code"] for alert in kept.content["alerts"]][:2] == ["MON-101", "MON-102"]
    assert kept.digest.startswith("sm3:")
    (last, *_) = events(EventFilter(action="performance.monitoring_keep"))
    assert (last.object_key, last.after["digest"]) == ("xxh/2025", kept.digest)
    for statement in (
        "UPDATE performance_monitoringsnapshot SET year = 2024",
        "DELETE FROM performance_monitoringsnapshot",
    ):
        with pytest.raises(IntegrityError, match="MONITOR-002"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_quarter_is_kept_once(year):
    assert snapshots_keep_due(clock=clock(2025, 4, 1)) == 1
    assert snapshots_keep_due(clock=clock(2025, 4, 2)) == 0
    assert snapshots_keep_due(clock=clock(2026, 1, 5)) == 1
    kept = MonitoringSnapshot.objects.order_by("day")
    assert [(one.day, one.occasion) for one in kept] == [
        (date(2025, 3, 31), "quarter"),
        (date(2025, 12, 31), "quarter"),
    ]


def test_a_project_that_fails_keeps_no_other_from_being_kept(year, people, monkeypatch):
    from huiliu.apps.funds.services import NewProject, project_open
    from huiliu.apps.performance.services import monitoring

    wanted = NewProject("aaa", "别的项目", "甲市社保局", "甲市人社局", "recurring", "public")
    project_open(wanted=wanted, year=2025, mode="quota", **by())
    find = monitoring.selectors.find

    def broken(project, *rest):
        return find(project, *rest) if project == "xxh" else 1 / 0

    with monkeypatch.context() as patch:
        patch.setattr(monitoring.selectors, "find", broken)
        with pytest.raises(HuiliuError, match="MONITOR-003") as told:
            snapshots_keep_due(clock=clock(2025, 4, 1))
    assert told.value.facts["codes"] == {"ZeroDivisionError": 1}
    assert [one.project for one in MonitoringSnapshot.objects.all()] == ["xxh"]
    assert snapshots_keep_due(clock=clock(2025, 4, 2)) == 1


def test_an_unknown_year_is_refused(people):
    with pytest.raises(HuiliuError, match="MONITOR-001"):
        snapshot_keep(project="none", year=2025, **by())
    with pytest.raises(HuiliuError, match="MONITOR-001"):
        document_make(wanted=Wanted("none", 2025, "letter", "pdf"), actor=Actor("kuai"))


def test_every_number_of_the_page_opens_its_way_down(year, as_of, settings):
    settings.HUILIU_CLOCK = clock(2025, 5, 20)
    client = as_of("kuai")
    page = client.get(ONE).content.decode()
    assert "额度迟到" in page
    assert "财政下达" in page
    assert "甲公司" not in page
    links = sorted(set(re.findall(rf'href="({ONE}figures/[^"]+)"', page)))
    assert len(links) > 25
    for link in links[::6]:
        assert client.get(link).status_code == 200
    assert client.get("/performance/monitoring/").status_code == 200
    earlier = client.get(f"{ONE}?day=2025-03-10").content.decode()
    assert "MON-101" not in earlier
    assert f"{ONE}figures/quota.issued/?day=2025-03-10" in earlier
    assert "MON-101" in client.get(f"{ONE}?day=2025-12-31").content.decode()  # not come yet: today
    assert client.get(f"{ONE}figures/none/").status_code == 404
    assert client.get("/performance/monitoring/none/2025/").status_code == 404


def test_it_is_kept_from_the_page_by_finance_alone(year, as_of):
    assert as_of("he").post(f"{ONE}keep/").status_code == 403
    answer = as_of("kuai").post(f"{ONE}keep/", follow=True)
    assert "当时的数字" in answer.content.decode()
    assert MonitoringSnapshot.objects.count() == 1


@pytest.mark.slow
def test_letter_and_form_are_handed_out_with_an_audit_row(year, as_of, place, settings):
    settings.HUILIU_CLOCK = clock(2025, 5, 20)
    client = as_of("kuai")
    for what, form, start in (("letter", "pdf", b"%PDF"), ("form", "xlsx", b"PK")):
        assert client.get(f"{ONE}{what}.{form}").content.startswith(start)
        (last, *_) = events(EventFilter(action="performance.monitoring_document"))
        assert last.details["what"] == what
    assert client.get(f"{ONE}letter.exe").status_code == 404
    assert client.get(f"{ONE}letter.pdf?day=2025-03-02").status_code == 200
