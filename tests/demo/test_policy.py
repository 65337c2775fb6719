"""The statutory retirement table at its corners, and parameters that say where they come from."""

from datetime import date

import pytest

from huiliu.demo import policy
from huiliu.demo.dates import month_text


@pytest.mark.parametrize(
    ("born", "group", "month"),
    [
        (date(1964, 12, 31), "men", "202412"),  # 60 整，不延迟
        (date(1965, 1, 1), "men", "202502"),  # 60 岁 1 个月
        (date(1965, 4, 30), "men", "202505"),
        (date(1965, 5, 1), "men", "202507"),  # 60 岁 2 个月
        (date(1976, 8, 31), "men", "203907"),  # 62 岁 11 个月
        (date(1976, 9, 1), "men", "203909"),  # 63 岁
        (date(1990, 1, 1), "men", "205301"),
        (date(1970, 1, 1), "women_cadre", "202502"),
        (date(1981, 9, 1), "women_cadre", "203909"),  # 58 岁
        (date(1975, 1, 1), "women_worker", "202502"),
        (date(1984, 11, 1), "women_worker", "203911"),  # 55 岁
    ],
)
def test_statutory_retirement_month(born, group, month):
    assert month_text(policy.retirement_month(born, group)) == month


def test_every_number_has_a_source_and_none_claims_to_be_verified():
    lines = [line for history in policy.parameters().history.values() for line in history]
    assert len(lines) > 40
    assert all(line.source and not line.verified for line in lines)


def test_shares_add_up():
    assert sum(place.employees for place in policy.divisions()) == pytest.approx(1)
    assert sum(place.residents for place in policy.divisions()) == pytest.approx(1)
    assert sum(tier.share for tier in policy.tiers()) == pytest.approx(1)


def test_a_half_fen_is_rounded_up():
    assert policy.part_of(395850, policy.number("rate_person", 24300)) == 31668
    assert policy.part_of(50, policy.number("rate_unit_enterprise", 24290)) == 8  # 7.5 fen
