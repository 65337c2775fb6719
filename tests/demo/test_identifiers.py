"""Every number in the files is right in form and can belong to nobody."""

import re
from datetime import date

import pytest

from demo import replay
from huiliu.demo import identifiers
from huiliu.kernel.identifiers import check_bank_card, check_credit_code, check_social_number

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def full(city):
    folder = replay.folders(city.inbox)[0]
    return {name: replay.read(folder, name) for name in ("person", "unit", "benefit_payment")}


def test_resident_numbers_match_the_row_and_lie_under_an_unassigned_division(full):
    for row in full["person"]:
        check = check_social_number(row["AAC002"])
        assert check.ok, check.problems
        assert row["AAC002"] == row["AAE135"]
        assert row["AAC002"][:4] == "4499"
        assert row["AAC002"][6:14] == row["AAC006"]
        assert row["AAC004"] == ("1" if int(row["AAC002"][16]) % 2 else "2")
    assert len({row["AAC002"] for row in full["person"]}) == len(full["person"])


def test_check_characters_of_published_examples():
    # The number is the example of GB 11643; the Luhn sums are added up by hand.
    assert identifiers.resident_id("110105", date(1949, 12, 31), 2) == "11010519491231002X"
    assert check_credit_code(identifiers.credit_code("91", "449902", 12345678)).ok
    assert identifiers.bank_account(0) == "0449900000000000000"  # 8 + 4 + 9 + 9 = 30
    assert identifiers.bank_account(1) == "0449900000000000018"  # 30 + 2


def test_organisation_codes_carry_their_own_check_digit(full):
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    for row in full["unit"]:
        body, check = row["BAB010"][8:16], row["BAB010"][16]
        value = 11 - sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11
        assert check == {10: "X", 11: "0"}.get(value, str(value))


def test_credit_codes_are_valid_under_an_unassigned_division(full):
    for row in full["unit"]:
        assert check_credit_code(row["BAB010"]).ok
        assert row["BAB010"][2:6] == "4499"
        assert row["AAB004"].startswith("合成市")
    assert len({row["BAB010"] for row in full["unit"]}) == len(full["unit"])


def test_bank_accounts_pass_luhn_under_a_first_digit_that_no_bank_has(full):
    accounts = [row["AAE010"] for row in (*full["person"], *full["benefit_payment"])]
    assert all(check_bank_card(account).ok for account in set(accounts))
    assert all(account.startswith("044990") and len(account) == 19 for account in accounts)


def test_telephones_lie_in_no_mobile_range(full):
    phones = [row["AAC067"] for row in full["person"]] + [row["AAE005"] for row in full["unit"]]
    assert all(re.fullmatch(r"100\d{8}", phone) for phone in phones)


def test_divisions_are_those_of_the_catalog_and_unassigned(full):
    used = {row["AAB301"] for row in (*full["person"], *full["unit"])}
    assert used <= {"449902", "449921", "449922", "449923", "449924", "449925", "449926"}
    assert len(used) >= 6
