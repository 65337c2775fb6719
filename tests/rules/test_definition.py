"""A rule's definition: complete or refused, and a digest that changes with anything that may change a result."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from huiliu.catalog.rules.pension.paid_after_death import paid_after_death
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameters
from huiliu.rules import Case
from huiliu.rules.cases import check_case
from huiliu.rules.definition import _accept, _case

GOOD = paid_after_death.cases[1]


def test_the_digest_names_a_version():
    same = replace(paid_after_death, cases=(), note="other words")
    assert same.digest == paid_after_death.digest
    more = Parameters.read({"g": {"unit": "月", "values": {date(2024, 1, 1): {"value": 1, "source": "s"}}}}, "x")
    changed = [
        replace(paid_after_death, query=paid_after_death.query + " "),
        replace(paid_after_death, severity="M"),
        replace(paid_after_death, parameters=more),
        replace(paid_after_death, reads=paid_after_death.reads[:1]),
    ]
    assert len({rule.digest for rule in (paid_after_death, *changed)}) == 5


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "PEN-1"}, "RULE-003"),
        ({"severity": "X"}, "RULE-003"),
        ({"basis": ""}, "RULE-003"),
        ({"note": ""}, "RULE-003"),
        ({"reads": ()}, "RULE-003"),
        ({"reads": (replace(death_record, subject=None),)}, "RULE-003"),
        ({"query": "SELECT 1"}, "RULE-004"),
    ],
)
def test_an_incomplete_definition_is_refused(change, code):
    _accept(paid_after_death)
    with pytest.raises(HuiliuError, match=code):
        _accept(replace(paid_after_death, **change))


@pytest.mark.parametrize(
    "entry",
    [
        {},
        "text",
        {"name": "n", "day": "2025-03-31", "given": {}, "found": []},
        {"name": "n", "day": date(2025, 3, 31), "given": {}},
        {"name": "n", "day": date(2025, 3, 31), "given": [], "found": []},
        {"name": "n", "day": date(2025, 3, 31), "given": {}, "found": [], "expect": 1},
    ],
)
def test_an_incomplete_case_is_refused(entry):
    with pytest.raises(HuiliuError, match="RULE-002"):
        _case(entry, "x.yaml")


def wanted(*found) -> Case:
    return replace(GOOD, found=found)


@pytest.mark.parametrize(
    ("found", "difference"),
    [
        (GOOD.found[:1], "不应有而有 ('P1', 202502)"),
        ((*GOOD.found, {"subject": "P9", "occurred_on": 202501, "amount": 1}), "应有而无 ('P9', 202501)"),
        (({**GOOD.found[0], "amount": Decimal("2600.01")}, GOOD.found[1]), "金额应为 2600.01，实为 2600.00"),
        (({**GOOD.found[0], "evidence": {"death_record": 2}}, GOOD.found[1]), "证据 death_record 应为 2 行，实为 1 行"),
    ],
)
def test_a_wrong_expectation_is_noticed(found, difference):
    assert check_case(paid_after_death, GOOD) == []
    (problem,) = check_case(paid_after_death, wanted(*found))
    assert difference in problem


@pytest.mark.parametrize(
    "change",
    [
        {"given": {"unit": ()}},
        {"given": {"death_record": ({"dead_on": date(2025, 1, 1)},)}},
        {"given": {"death_record": ({"person_no": 1},)}},
        {"given": {"benefit_payment": ({"amount": "1.00"},)}},
        {"given": {"benefit_payment": ({"benefit_month": True},)}},
        {"params": {"grace": 1}},
    ],
)
def test_a_case_that_is_written_wrong_is_refused(change):
    with pytest.raises(HuiliuError, match="RULE-007"):
        check_case(paid_after_death, replace(GOOD, **change))


MORE_FAULTS = (
    ("p.pay_state = '1'", "p.pay_state <> '9'"),
    ("p.pay_state = '1'", "p.pay_state IN ('1', '3')"),
    ("HAVING sum(p.amount) > 0", ""),
    ("'110', '120', '170'", "'110', '120', '170', '210'"),
    ("'110', '120', '170'", "'110', '120'"),
    ("'110', '120', '170'", "'110', '170'"),
    ("NOT IN ('100021', '100022')", "NOT IN ('100021')"),
    ("coalesce(p.benefit_item, '')", "p.benefit_item"),
    (", $grace_months)", ", 0 * $grace_months)"),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("> months_add", ">= months_add"),
        *(pytest.param(*change, marks=pytest.mark.slow) for change in MORE_FAULTS),
        ("sum(p.amount) AS amount", "max(p.amount) AS amount"),
    ],
)
def test_the_cases_notice_a_fault_planted_in_the_rule(old, new):
    assert old in paid_after_death.query
    faulty = replace(paid_after_death, query=paid_after_death.query.replace(old, new))
    assert any(check_case(faulty, case) for case in faulty.cases)
