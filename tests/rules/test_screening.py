"""Screening: findings in order with their evidence, the numbers of the day, and promises held."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.catalog.rules.pension.paid_after_death import paid_after_death
from huiliu.catalog.tables.contribution.contribution import contribution
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.catalog.tables.unit.unit import unit
from huiliu.kernel.errors import HuiliuError
from huiliu.rules import Rule, screen
from huiliu.rules.cases import MemorySnapshot
from huiliu.rules.definition import Parameters
from support.scale import examples

DAY = date(2025, 3, 31)


def payment(person: str, number: str, month: int, amount: str, state: str = "1") -> dict:
    facts = {"person_no": person, "payment_no": number, "benefit_month": month, "amount": Decimal(amount)}
    return {**facts, "insurance_type": "110", "pay_state": state}


def screened(payments, deaths, rule=paid_after_death, day=DAY):
    rows = {"benefit_payment": tuple(payments), "death_record": tuple(deaths)}
    with MemorySnapshot(rule.reads, rows) as snapshot:
        return screen(rule, snapshot, day)


def plain(query: str, reads, numbers: Parameters | None = None) -> Rule:
    """A rule past its declaration, to see what screening itself holds."""
    numbers = numbers or Parameters({})
    return Rule("FS-TST-001", "试", "L", "试", reads, query, "note", numbers, ())


def test_findings_come_in_order_with_the_rows_behind_them():
    payments = [
        payment("P2", "A9", 202502, "260.00"),
        payment("P1", "A3", 202503, "10.00"),
        payment("P1", "A2", 202502, "20.00", state="2"),
        payment("P1", "A1", 202502, "30.00"),
        payment("P3", "A4", 202502, "40.00"),
    ]
    deaths = [{"person_no": "P1", "died_on": date(2025, 1, 9)}, {"person_no": "P2", "died_on": date(2025, 1, 9)}]
    result = screened(payments, deaths)
    assert [(f.subject, f.occurred_on, f.amount) for f in result.findings] == [
        ("P1", 202502, Decimal("30.00")),
        ("P1", 202503, Decimal("10.00")),
        ("P2", 202502, Decimal("260.00")),
    ]
    assert result.findings[0].evidence == (
        ("benefit_payment", {"person_no": "P1", "payment_no": "A1"}),
        ("benefit_payment", {"person_no": "P1", "payment_no": "A2"}),
        ("death_record", {"person_no": "P1"}),
    )
    assert result.amount == Decimal("300.00")
    assert result.parameters["grace_months"].value == 0


@pytest.mark.slow
@settings(max_examples=examples(12), deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(shuffler):
    payments = [payment(f"P{i % 3}", f"A{i}", 202502 + i % 2, f"{i}.25") for i in range(1, 7)]
    deaths = [{"person_no": f"P{i}", "died_on": date(2025, 1, 9)} for i in range(3)]
    expected = screened(payments, deaths)
    shuffler.shuffle(payments)
    shuffler.shuffle(deaths)
    assert screened(payments, deaths) == expected


def test_findings_are_ordered_even_if_the_query_is_not():
    query = paid_after_death.query.replace("ORDER BY ALL", "ORDER BY subject DESC, occurred_on DESC")
    payments = [payment(f"P{i}", f"A{i}{month}", month, "1.00") for i in range(3) for month in (202502, 202503)]
    deaths = [{"person_no": f"P{i}", "died_on": date(2025, 1, 9)} for i in range(3)]
    unordered = plain(query, paid_after_death.reads, paid_after_death.parameters)
    assert screened(payments, deaths, unordered).findings == screened(payments, deaths).findings


def test_nothing_found_is_an_answer():
    result = screened([payment("P1", "A1", 202502, "1.00")], [])
    assert (result.findings, result.amount) == ((), Decimal(0))


def test_before_the_number_is_in_force_the_rule_is_not_measured():
    with pytest.raises(HuiliuError, match=r"RULE-005") as caught:
        screened([], [], day=date(2023, 11, 30))
    assert caught.value.facts["parameters"] == ["grace_months"]
    assert screened([], [], day=date(2023, 12, 1)).findings == ()


def test_a_finding_without_amount_and_a_unit_as_subject():
    rule = plain(
        "SELECT u.unit_no AS subject, c.due_month AS occurred_on, CAST(NULL AS DECIMAL(16, 2)) AS amount "
        "FROM unit AS u JOIN contribution AS c USING (unit_no)",
        (unit, contribution, death_record),
    )
    rows = {"unit": ({"unit_no": "U1"},), "contribution": ({"unit_no": "U1", "person_no": "P1", "due_month": 202501},)}
    with MemorySnapshot(rule.reads, rows) as snapshot:
        result = screen(rule, snapshot, DAY)
    (found,) = result.findings
    assert (found.subject, found.amount, result.amount) == ("U1", None, None)
    assert [table for table, _ in found.evidence] == ["unit", "contribution"], "death_record has no unit"


@pytest.mark.parametrize(
    ("columns", "fact"),
    [
        ("person_no AS subject, benefit_month AS occurred_on, amount AS amount", "repeated"),
        ("payee AS subject, benefit_month AS occurred_on, amount AS amount", "empty"),
        ("payment_no AS subject, payee AS occurred_on, amount AS amount", "empty"),
        ("payment_no AS subject, benefit_month AS occurred_on, CAST(amount AS DOUBLE) AS amount", "inexact"),
    ],
)
def test_a_query_that_breaks_its_promise_is_refused(columns, fact):
    rule = plain(f"SELECT {columns} FROM benefit_payment", paid_after_death.reads)
    with pytest.raises(HuiliuError, match="RULE-006") as caught:
        screened([payment("P1", "A1", 202502, "1.00"), payment("P1", "A2", 202502, "1.00")], [], rule)
    assert caught.value.facts[fact] > 0
    assert "P1" not in str(caught.value)


def test_a_month_that_is_none_is_refused():
    rule = plain("SELECT payment_no AS subject, 13 AS occurred_on, amount FROM benefit_payment", paid_after_death.reads)
    with pytest.raises(HuiliuError, match="PERIOD-001"):
        screened([payment("P1", "A1", 202502, "1.00")], [], rule)


def test_no_log_can_show_a_subject():
    result = screened([payment("P1", "A1", 202502, "1.00")], [{"person_no": "P1", "died_on": date(2025, 1, 9)}])
    assert result.findings
    assert "P1" not in repr(result)
