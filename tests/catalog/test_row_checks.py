"""What a delivered row may not say, table by table: one bad row and one good row for each declared check."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from huiliu.catalog import Catalog
from huiliu.lake.reasons import EXCLUDED, row_reasons
from huiliu.lake.tables import RowCheck

CATALOG = Catalog.load()
SOCIAL = "110105194912310021"  # born 1949-12-31
# table, check: bad rows, good rows. Unnamed columns are empty, and an empty column can never make a row bad.
CASES = {
    ("unit", "credit_code_length"): ([{"credit_code": "9144"}], [{"credit_code": "91449902MA00000001"[:18]}]),
    ("person", "social_no_length"): (
        [{"social_no": "110105491231002"}],
        [{"social_no": SOCIAL}, {"social_no": "CHN12345"}],
    ),
    ("person", "birth_differs"): (
        [{"social_no": SOCIAL, "born_on": date(1949, 12, 30)}],
        [{"social_no": SOCIAL, "born_on": date(1949, 12, 31)}, {"social_no": "CHN1", "born_on": date(1949, 1, 1)}],
    ),
    ("person", "born_after_work"): (
        [{"born_on": date(1990, 1, 1), "started_work_on": date(1990, 1, 1)}],
        [{"born_on": date(1970, 1, 1), "started_work_on": date(1990, 1, 1)}, {"born_on": date(1970, 1, 1)}],
    ),
    ("person", "retired_before_work"): (
        [{"retired_on": date(1990, 1, 1), "started_work_on": date(1990, 1, 1)}],
        [{"retired_on": date(2020, 1, 1), "started_work_on": date(1990, 1, 1)}],
    ),
    ("person", "retired_without_day"): ([{"retired": "1"}], [{"retired": "0"}]),
    ("person", "died_before_birth"): (
        [{"born_on": date(1950, 2, 1), "died_on": date(1950, 1, 31)}],
        [{"born_on": date(1950, 2, 1), "died_on": date(1950, 2, 1)}],
    ),
    ("person_change", "nothing_changed"): ([{"before": "1", "after": "1"}], [{"before": "1", "after": "2"}]),
    ("unit_change", "nothing_changed"): ([{"before": "1", "after": "1"}], [{"before": None, "after": "2"}]),
    ("enrolment", "begins_before_first"): (
        [{"first_month": 202402, "starts_on": date(2024, 1, 31)}],
        [{"first_month": 202402, "starts_on": date(2024, 2, 1)}],
    ),
    ("enrolment", "no_base"): (
        [
            {"payment_state": "1", "insurance_type": "110"},
            {"payment_state": "1", "insurance_type": "110", "base": 0},
        ],
        [
            {"payment_state": "1", "insurance_type": "110", "base": 4190},
            {"payment_state": "1", "insurance_type": "170"},
            {"payment_state": "2", "insurance_type": "110"},
        ],
    ),
    ("enrolment", "base_after_stop"): ([{"payment_state": "3", "base": 4190}], [{"payment_state": "1", "base": 4190}]),
    ("enrolment", "ends_while_active"): (
        [{"payment_state": "1", "ends_on": date(2024, 1, 1)}],
        [{"payment_state": "2", "ends_on": date(2024, 1, 1)}],
    ),
    ("enrolment", "ends_before_start"): (
        [{"starts_on": date(2024, 1, 2), "ends_on": date(2024, 1, 1)}],
        [{"starts_on": date(2024, 1, 1), "ends_on": date(2024, 1, 1)}],
    ),
    ("transfer", "total_differs"): (
        [{"total": 100, "person_part": 60, "unit_part": 0, "pooled_part": 39}],
        [{"total": 100, "person_part": 60, "unit_part": 0, "pooled_part": 40}, {"total": 100, "person_part": 60}],
    ),
    ("contribution", "paid_over_due"): (
        [{"person_paid": 320.01, "person_due": 320}, {"person_paid": 1, "person_due": 0, "due_type": "10"}],
        [{"person_paid": 320, "person_due": 320}, {"person_paid": -10, "person_due": -20, "due_type": "20"}],
    ),
    ("contribution", "negative_due"): ([{"person_due": -1, "due_type": "10"}], [{"person_due": -1, "due_type": "20"}]),
    ("contribution", "total_differs"): (
        [{"total_due": 100, "unit_due": 60, "person_due": 41}],
        [{"total_due": 100, "unit_due": 60, "person_due": 40}],
    ),
    ("contribution", "arrived_without_day"): (
        [{"in_full": "1"}],
        [{"in_full": "0"}, {"in_full": "1", "arrived_on": date(2024, 1, 9)}],
    ),
    ("contribution", "subsidy_differs"): (
        [{"subsidy": 30, "central_subsidy": 0, "province_subsidy": 15, "city_subsidy": 7, "county_subsidy": 7}],
        [
            {"subsidy": 30, "central_subsidy": 0, "province_subsidy": 15, "city_subsidy": 7, "county_subsidy": 8},
            {"subsidy": 30},
        ],
    ),
    ("unit_contribution", "paid_over_due"): (
        [{"unit_paid": 2, "unit_due": 1}, {"person_paid": 2, "person_due": 1}],
        [{"unit_paid": 1, "unit_due": 1, "person_paid": 0, "person_due": 1}],
    ),
    ("unit_contribution", "credited_over_paid"): (
        [{"person_credited": 2, "person_paid": 1}],
        [{"person_credited": 1, "person_paid": 1, "unit_credited": 0, "unit_paid": 3}],
    ),
    ("unit_contribution", "total_differs"): (
        [{"total_due": 3, "unit_due": 1, "person_due": 1}],
        [{"total_due": 2, "unit_due": 1, "person_due": 1}],
    ),
    ("unit_contribution", "arrived_without_day"): ([{"in_full": "1"}], [{"in_full": "0"}]),
    ("benefit_award", "months_differ"): (
        [{"total_months": 181, "deemed_months": 60, "months_paid": 120}],
        [{"total_months": 180, "deemed_months": 60, "months_paid": 120}],
    ),
    ("benefit_award", "starts_before_retirement"): (
        [{"starts_month": 202312, "retired_on": date(2024, 1, 15)}],
        [{"starts_month": 202402, "retired_on": date(2024, 1, 15)}],
    ),
    ("benefit_award", "retired_before_work"): (
        [{"retired_on": date(1990, 1, 1), "started_work_on": date(1990, 1, 2)}],
        [{"retired_on": date(2020, 1, 1), "started_work_on": date(1990, 1, 2)}],
    ),
    ("benefit_award", "ended_without_day"): ([{"state": "3"}], [{"state": "1"}]),
    ("benefit_award", "ends_while_drawing"): (
        [{"state": "1", "ends_on": date(2024, 1, 31)}],
        [{"state": "3", "ends_on": date(2024, 1, 31)}],
    ),
    ("benefit_payment", "paid_without_month"): (
        [{"pay_state": "1"}],
        [{"pay_state": "2"}, {"pay_state": "1", "paid_month": 202401}],
    ),
    ("benefit_payment", "before_start"): (
        [{"benefit_month": 202401, "starts_month": 202402}],
        [{"benefit_month": 202402, "starts_month": 202402}],
    ),
    ("benefit_payment", "account_over_amount"): (
        [{"amount": 100, "account_part": 100.01}],
        [{"amount": 100, "account_part": 100}, {"amount": -100, "account_part": 0}],
    ),
    ("certification", "certified_without_month"): ([{"certified": "1"}], [{"certified": "0"}]),
    # The sample of the standard: 10000 + 1000 + 100 - 500 = 10600.
    ("individual_account", "closing_differs"): (
        [{"opening": 10000, "principal": 1000, "interest": 100, "paid_out": 500, "closing": 10600.01}],
        [{"opening": 10000, "principal": 1000, "interest": 100, "paid_out": 500, "closing": 10600}],
    ),
    ("bank_return", "amount_not_positive"): ([{"amount": 0}], [{"amount": 0.01}]),
    ("unemployment_award", "too_many_months"): ([{"months_granted": 25}], [{"months_granted": 24}]),
    ("unemployment_payment", "paid_without_month"): ([{"pay_state": "1"}], [{"pay_state": "0"}]),
    ("work_injury_event", "recognised_before_injury"): (
        [{"injured_on": date(2024, 3, 2), "recognised_on": date(2024, 3, 1)}],
        [{"injured_on": date(2024, 3, 1), "recognised_on": date(2024, 3, 1)}],
    ),
    ("work_injury_event", "injured_before_insured"): (
        [{"injured_on": date(2024, 3, 1), "insured_on": date(2024, 3, 2)}],
        [{"injured_on": date(2024, 3, 2), "insured_on": date(2024, 3, 2)}],
    ),
    ("work_injury_benefit", "paid_without_month"): ([{"pay_state": "1"}], [{"pay_state": "0"}]),
    # The sample of the standard as printed: 100000 + 9000 - 8000 is not 1010.
    ("ledger_balance", "closing_differs"): (
        [
            {"direction": "1", "opening": 100000, "debit": 9000, "credit": 8000, "closing": 1010},
            {"direction": "2", "opening": 100000, "debit": 9000, "credit": 8000, "closing": 101000},
        ],
        [
            {"direction": "1", "opening": 100000, "debit": 9000, "credit": 8000, "closing": 101000},
            {"direction": "2", "opening": 100000, "debit": 9000, "credit": 8000, "closing": 99000},
        ],
    ),
    ("voucher", "both_sides"): ([{"debit": 1, "credit": 1}], [{"debit": 1, "credit": 0}]),
    ("voucher", "made_and_checked"): (
        [{"made_by": "甲", "checked_by": "甲"}],
        [{"made_by": "甲", "checked_by": "乙"}],
    ),
    ("code_value", "ends_before_start"): (
        [{"starts_on": date(2024, 1, 2), "ends_on": date(2024, 1, 1)}],
        [{"starts_on": date(2024, 1, 2)}],
    ),
}
SET_ASIDE = {
    "person.died_before_birth",
    "enrolment.ends_before_start",
    "contribution.paid_over_due",
    "contribution.negative_due",
    "unit_contribution.paid_over_due",
    "bank_return.amount_not_positive",
    "work_injury_event.recognised_before_injury",
}


@pytest.fixture(scope="module")
def memory() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def checks() -> dict[tuple[str, str], RowCheck]:
    found = ((name, c) for name, t in CATALOG.tables.items() for c in t.checks if isinstance(c, RowCheck))
    return {(name, check.code): check for name, check in found}


def found_bad(memory: duckdb.DuckDBPyConnection, table: str, code: str, row: dict[str, object]) -> bool:
    columns = CATALOG.tables[table].columns
    cells = ", ".join(f'CAST(${column.name} AS {column.sql_type}) AS "{column.name}"' for column in columns)
    bad = checks()[table, code].bad
    sql = f"SELECT count(*) FROM (SELECT {cells}) WHERE {bad}"
    (count,) = memory.execute(sql, {column.name: row.get(column.name) for column in columns}).fetchone()  # type: ignore[misc]
    return count == 1


def test_every_row_check_has_its_cases():
    assert set(checks()) == set(CASES)


@pytest.mark.parametrize(("table", "code"), list(CASES), ids=lambda value: value)
def test_a_row_check_finds_the_bad_row_and_no_other(memory, table, code):
    bad, good = CASES[table, code]
    assert [found_bad(memory, table, code, row) for row in bad] == [True] * len(bad)
    assert [found_bad(memory, table, code, row) for row in good] == [False] * len(good)
    assert not found_bad(memory, table, code, {})


def test_only_what_cannot_be_so_is_set_aside():
    """A row set aside is not there for rules and pages: a doubtful one stays and is counted."""
    severe = {f"{table}.{code}" for (table, code), check in checks().items() if check.severity == "quarantine"}
    assert severe == SET_ASIDE
    assert {check.severity for check in checks().values()} == {"warn", "quarantine"}


def test_schemes_of_another_bureau_are_known_and_not_worked_with():
    schemes = CATALOG.codes["insurance_type"]
    assert set(schemes.excluded) == {"310", "320", "330", "390", "510"}
    assert list(schemes.offered) == ["110", "120", "150", "170", "210", "410"]
    assert CATALOG.known_codes[f"insurance_type{EXCLUDED}"] == {"310", "320", "330", "390", "510"}
    reasons = [r for r in row_reasons(CATALOG.tables["enrolment"], CATALOG.known_codes) if r.check == "code_excluded"]
    assert [(r.subject, r.severity) for r in reasons] == [("insurance_type", "warn")]
