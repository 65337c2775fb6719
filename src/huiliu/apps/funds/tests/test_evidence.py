"""The ledger as evidence: rates, costs and timeliness measured from events, each to its voucher."""

from datetime import date
from decimal import Decimal

import pytest

from huiliu.catalog import Catalog
from huiliu.kernel.figures import agrees
from huiliu.scoring.evidence import Ask, gather
from huiliu.scoring.indicator import measure
from huiliu.scoring.indicator_cases import evidence_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
INDICATORS = Catalog.load().indicators
END = date(2024, 12, 31)


@pytest.fixture
def spent(books):
    """20.00万 of authority, 15.76万 of quota on 8 October; 5.00万 for upkeep due 1 November, paid on 31 December."""
    books.record("initial", 20_000_000)
    books.record("quota", 15_760_000, (10, 8))
    books.record("commitment", 5_200_000, (3, 1), due=books.on(11, 1), payee="甲公司", purpose=books.purposes["upkeep"])
    asked = books.ask(5_000_000, (10, 20), due=books.on(11, 1))
    books.sign(asked, "fu", "ling")
    payment = books.pay(asked, 5_000_000, (12, 31))
    books.record("voucher", 5_000_000, (12, 31), refers=payment, number="记-12")
    return books


def asked(code, purpose="", day=END, project="jia-it", **known):
    found = INDICATORS[code]
    ask = Ask(project, 2024, day, purpose, found.parameters.at(day))
    evidence = gather(ask, found.needs, evidence_of(known))
    for kind in evidence.kinds.values():
        book = getattr(kind, "book", {})
        assert [name for name, figure in book.items() if not agrees(figure, book)] == []
    return measure(found, evidence), evidence


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("PI-MON-001", "25.00"),  # 5.00 / 20.00
        ("PI-MON-002", "31.73"),  # 5.00 / 15.76
        ("PI-MON-003", "0.00"),  # nothing by 1 November
        ("PI-MON-007", "0.00"),  # nothing within 30 days of 8 October
    ],
)
def test_rates(spent, code, value):
    measured, _ = asked(code)
    assert f"{measured.value:.2f}" == value


def test_shifted_due_dates_and_days_granted(spent):
    shifted, _ = asked("PI-MON-004")
    assert shifted.value == 0  # the quota came on 8 October, before the due date: nothing is shifted
    assert shifted.formula.endswith("顺延到账后 30（待核） 天")
    planned, _ = asked("PI-MON-005")
    assert (planned.value, planned.state) == (None, "not_applicable")


def test_before_the_quota_came_there_is_no_rate_of_it(spent):
    measured, _ = asked("PI-MON-002", day=date(2024, 9, 30))
    assert (measured.value, measured.state, measured.reason) == (None, "not_applicable", "分母为零")


def test_a_cost_is_what_was_paid_for_its_purpose_with_event_voucher_and_seal(spent):
    measured, evidence = asked("PI-CST-001", "upkeep", **{"paired.value": Decimal(3)})
    assert (measured.value, measured.unit) == (Decimal(50000), "元/年")
    paid = next(figure for figure in measured.inputs if figure.id == "purpose.upkeep.paid")
    (record,) = paid.records
    assert record.digest.startswith("sm3:")
    assert record.link == f"/funds/jia-it/2024/events/{record.id.partition(':')[2]}/"
    assert evidence.references[record.id] == "记-12"
    names = {figure.id for figure in measured.inputs}
    assert names == {"funds.paid", "funds.committed", "purpose.upkeep.paid", "purpose.upkeep.committed", "paired.value"}


@pytest.mark.parametrize(
    ("code", "purpose", "known", "reason"),
    [
        ("PI-CST-003", "library", {"nights.published": Decimal(300)}, "没有支付"),  # the library nobody paid for
        ("PI-CST-002", "upkeep", {"paired.value": None}, "配对产出为零或未测量"),
        ("PI-CST-001", "library", {"paired.value": Decimal(1)}, "没有登记合同"),
        ("PI-CST-002", "unheard", {"paired.value": Decimal(1)}, "没有支付"),
    ],
)
def test_no_cost_gets_marks_for_nothing(spent, code, purpose, known, reason):
    measured, _ = asked(code, purpose, **known)
    assert (measured.value, measured.state) == (None, "not_applicable")
    assert reason in measured.reason


def test_a_project_that_the_ledger_does_not_know_is_not_measured(books):
    measured, _ = asked("PI-MON-001", project="other")
    assert (measured.value, measured.reason) == (None, "项目台账中没有 other 的 2024 年度")


def test_a_quota_does_not_apply_to_an_integrated_year(integrated):
    integrated.record("initial", 20_000_000)
    measured, _ = asked("PI-MON-002")
    assert (measured.value, measured.state) == (None, "not_applicable")


def test_a_month_of_upkeep_waits_for_the_months_that_were_kept_up(spent):
    measured, _ = asked("PI-CST-004", "upkeep")
    assert (measured.value, measured.state) == (None, "measured")
    assert "维护服务还没有登记来源" in measured.reason
