"""What clerks count every month, of a town of six people written down by hand: one test for each need."""

from datetime import date
from decimal import Decimal

import pytest

from huiliu.topics import Grant
from huiliu.topics.standing_counting import counted
from huiliu.topics.standing_sheet import ALL, added_up, averaged
from topics.city import CATALOG, City

MARCH = 202503
D = Decimal


def rows_of(table, *rows):
    """Rows with every column of the table, empty unless given."""
    return [dict.fromkeys(column.name for column in CATALOG.tables[table].columns) | row for row in rows]


def person(no, division, town, born):
    return {"person_no": no, "division": division, "town_name": town, "born_on": date(born, 6, 15)}


PEOPLE = [
    person("A", "449902", "城南镇", 1950),  # 75 in 2025
    person("B", "449902", "城南镇", 1964),  # 61
    person("C", "449902", "城北镇", 1955),  # 70
    person("D", "449921", "柏埔镇", 1944),  # 81
    person("E", "449921", "柏埔镇", 1985),
    person("F", "449921", None, 1990),
]


def paid(no, who, amount, month=MARCH, state="1", scheme="170", **more):
    return {
        "payment_no": no, "person_no": who, "insurance_type": scheme, "paid_month": month, "benefit_month": month,
        "pay_state": state, "amount": D(amount), "account_part": D("10.00"), **more,
    }  # fmt: skip


PAYMENTS = [
    paid("1", "A", "261.35"),
    paid("2", "B", "2600.00", scheme="110"),
    paid("3", "B", "99.99", scheme="110", back_pay_type="13"),  # adjusted, paid back for earlier months
    paid("4", "C", "261.35", month=202502),  # another month's
    paid("5", "C", "261.36"),
    paid("6", "D", "300.00", state="2"),  # failed at the bank
    paid("7", "D", "150.00", back_pay_type="11"),
    paid("8", "B", "100.00"),  # of a second scheme
]


def due(no, who, person_due, person_paid, full, month=MARCH):
    return {
        "settlement_no": no, "person_no": who, "insurance_type": "110", "due_month": month, "unit_due": D("640.00"),
        "person_due": D(person_due), "person_paid": person_paid and D(person_paid), "in_full": full,
    }  # fmt: skip


CONTRIBUTIONS = [
    due("1", "E", "320.00", "320.00", "1"),
    due("2", "E", "320.00", "0.00", "0", month=202502),  # still owed at the end of March
    due("3", "F", "320.10", "100.05", "0"),
    due("4", "F", "320.10", None, "0", month=202504),  # due only in April
]


def back(no, who, amount, day, reason="01", repaid=None):
    return {
        "return_no": no, "person_no": who, "insurance_type": "170", "amount": D(amount), "returned_on": day,
        "reason": reason, "repaid_order_no": repaid,
    }  # fmt: skip


RETURNS = [
    back("1", "D", "300.00", date(2025, 3, 12)),
    back("2", "C", "261.35", date(2025, 2, 27), reason="04"),  # not paid again yet
    back("3", "A", "261.35", date(2025, 3, 3), repaid="R9"),
    back("4", "D", "300.00", date(2025, 4, 2)),
]
AWARDS = [
    {"award_no": f"W{who}", "person_no": who, "insurance_type": scheme, "state": state}
    for who, scheme, state in (("A", "170", "1"), ("B", "110", "1"), ("C", "170", "2"), ("D", "170", "1"))
]


def certified(no, who, month, due_on, way="02"):
    return {
        "certification_no": no, "person_no": who, "award_no": f"W{who}", "year": str(month // 100), "way": way,
        "certified_month": month, "certified": "1", "next_due_on": due_on,
    }  # fmt: skip


CERTIFICATIONS = [
    certified("1", "A", 202403, date(2025, 3, 31)),
    certified("2", "B", 202404, date(2025, 4, 30)),
    certified("3", "C", 202403, date(2025, 3, 31)),  # the pension is suspended
    certified("4", "D", 202503, date(2026, 3, 31), way="01"),
    certified("5", "A", 202503, date(2026, 3, 31)),
]


def insured(no, who, scheme, state="1", payment="1"):
    return {"enrolment_no": no, "person_no": who, "insurance_type": scheme, "state": state, "payment_state": payment}


ENROLMENTS = [
    insured("1", "E", "110"), insured("2", "F", "110"), insured("3", "E", "210"), insured("4", "A", "170", payment="3"),
    insured("5", "C", "170", state="4", payment="3"),
]  # fmt: skip


@pytest.fixture(scope="module")
def town():
    rows = {
        "person": PEOPLE, "benefit_payment": PAYMENTS, "contribution": CONTRIBUTIONS, "bank_return": RETURNS,
        "benefit_award": AWARDS, "certification": CERTIFICATIONS, "enrolment": ENROLMENTS,
    }  # fmt: skip
    engine = City({
        name: rows_of(name, *rows.get(name, ()))
        for name, table in CATALOG.tables.items() if table.subject in ("person_no", "unit_no")
    }).engine()  # fmt: skip
    yield engine
    engine.close()


@pytest.fixture
def made(town):
    """`made("arrears")`: the groups of March with places added up, as plain figures."""

    def make(name, month=MARCH):
        report = CATALOG.standing_reports[name]
        lines = added_up(len(report.places), counted(report, month, (Grant(),), town.run))
        return {key: (*line.measures, *averaged(report, line.measures)) for key, line in lines.items()}

    return make


def test_monthly_statistics_of_pensions_paid(made):
    """按月统计待遇发放 人数·金额·均值; 根据行政区划进行统计."""
    found = made("pensions_paid")
    assert found[ALL, ALL, ALL] == (4, 6, D("3472.70"), D("60.00"), D("868.18"))  # 868.175
    assert found["449902", ALL, ALL] == (3, 5, D("3322.70"), D("50.00"), D("1107.57"))
    assert found["449902", "城南镇", ALL] == (2, 4, D("3061.34"), D("40.00"), D("1530.67"))
    assert found["449921", "柏埔镇", "170"] == (1, 1, D("150.00"), D("10.00"), D("150.00"))
    assert found[ALL, ALL, "110"] == (1, 2, D("2699.99"), D("20.00"), D("2699.99"))
    assert found[ALL, ALL, "170"] == (4, 4, D("772.71"), D("40.00"), D("193.18"))  # B has both: 1 + 4 is not 4


def test_pensions_paid_by_age(made):
    """按年龄段统计发放金额."""
    found = made("pensions_paid_by_age")
    whole = {key[3]: figures for key, figures in found.items() if key[:3] == (ALL, ALL, "170")}
    assert whole == {
        ALL: (4, D("772.71"), D("193.18")),
        "60—69岁": (1, D("100.00"), D("100.00")),
        "70—79岁": (2, D("522.71"), D("261.36")),  # 261.355
        "80岁及以上": (1, D("150.00"), D("150.00")),
    }


def test_failed_payments(made):
    """待遇支付失败: by the reason that the bank gave."""
    found = made("failed_payments")
    assert found[ALL, ALL, ALL, ALL] == (2, 2, D("561.35"))
    assert found[ALL, ALL, "170", "01"] == (2, 2, D("561.35"))
    assert found["449921", "柏埔镇", "170", "01"] == (1, 1, D("300.00"))
    assert made("failed_payments", 202502)[ALL, ALL, "170", "04"] == (1, 1, D("261.35"))


def test_failed_payments_that_were_not_paid_again(made):
    """What still stands open at the month's end, whatever month it is from."""
    assert made("failed_payments_open")[ALL, ALL, ALL] == (2, 2, D("561.35"))  # D's of March, C's of February


def test_back_payments(made):
    """补发查询."""
    found = made("back_payments")
    assert found[ALL, ALL, ALL, ALL] == (2, 2, D("249.99"), D("125.00"))  # 124.995
    assert found[ALL, ALL, "110", "13"] == (1, 1, D("99.99"), D("99.99"))
    assert found["449921", "柏埔镇", "170", "11"] == (1, 1, D("150.00"), D("150.00"))


def test_arrears(made):
    """欠费: what is owed at the month's end, of all months until then."""
    found = made("arrears")
    assert found[ALL, ALL, "110"] == (2, 2, D("1280.00"), D("640.10"), D("540.05"))
    assert found["449921", None, "110"] == (1, 1, D("640.00"), D("320.10"), D("220.05"))
    assert made("arrears", 202504)[ALL, ALL, ALL] == (2, 3, D("1920.00"), D("960.20"), D("860.15"))


def test_contributions_due_and_paid(made):
    found = made("contributions")
    assert found[ALL, ALL, ALL] == (2, D("1280.00"), D("640.10"), D("420.05"), D("220.05"), D("320.05"))


def test_certification_due(made):
    """需认证: whose pension runs and whose proof ends in the month."""
    assert made("certification_due") == dict.fromkeys(
        [(p, t, k) for k in (ALL, "170") for p, t in ((ALL, ALL), ("449902", ALL), ("449902", "城南镇"))], (1,)
    )


def test_certifications(made):
    """认证统计: by the way it was done."""
    found = made("certifications")
    assert found[ALL, ALL, ALL, ALL] == (2, 2)
    assert (found[ALL, ALL, "170", "01"], found[ALL, ALL, "170", "02"]) == ((1, 1), (1, 1))


def test_insured_persons(made):
    found = made("participants")
    assert found[ALL, ALL, ALL, ALL] == (3,)
    assert found[ALL, ALL, "110", "1"] == (2,)
    assert found[ALL, ALL, "210", ALL] == (1,)
    assert found[ALL, ALL, "170", "3"] == (1,)
    assert found["449921", "柏埔镇", ALL, ALL] == (1,)  # E once, though insured twice
    ages = made("participants_by_age")
    assert ages[ALL, ALL, "110", "40—49岁"] == (1,)
    assert ages[ALL, ALL, "110", "30—39岁"] == (1,)
