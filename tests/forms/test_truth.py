"""The truths are whole: points add up to 100, money to its totals, scores follow the national rules."""

from decimal import Decimal
from fractions import Fraction

import pytest

from forms.layouts import exchange
from forms.profiles import GUANGSHUI, HEYUAN, HUBEI, NATIONAL, YINCHUAN, Points
from forms.truth import Row, Truth, random_truth, spread
from huiliu.catalog.profiles import profiles
from huiliu.scoring.check import check_table
from huiliu.scoring.exchange import parse_table

SEEDS = range(60)
TRUTHS = [random_truth(seed) for seed in SEEDS]


@pytest.mark.parametrize("points", [NATIONAL, HUBEI, YINCHUAN, GUANGSHUI, HEYUAN])
def test_weights_make_a_hundred_in_every_form(points: Points) -> None:
    for truth in TRUTHS:
        under = truth.under(points)
        assert sum(row.weight for row in under.rows) + (points.execution or 0) == 100
        for group in points.groups:
            held = [row.weight for row in under.rows if row.level1 == group.name]
            assert sum(held) == group.points
        assert all(row.weight > 0 for row in under.rows)


def test_a_row_is_scored_by_the_national_rule_for_its_sign() -> None:
    seen = set()
    for truth in TRUTHS:
        for row in truth.rows:
            share = _share_again(row)
            if share is None:
                continue
            seen.add(row.sign)
            cents = Fraction(row.weight) * share * 100
            assert row.score * 100 == int(cents + Fraction(1, 2)), (truth.facts.seed, row)
    assert seen == {"≥", "≤", "=", "~"}


def _share_again(row: Row) -> Fraction | None:
    """Written anew for the test: reached is all, else B/A, A/B, the deviation, or the way to the nearer bound."""
    if row.target is None or row.actual is None:
        return None
    target, actual = Fraction(row.target), Fraction(row.actual)
    if row.sign == "~":
        assert row.upper is not None
        inside = target <= actual <= Fraction(row.upper)
        return Fraction(1) if inside else min(actual / target, Fraction(row.upper) / actual)
    if row.sign == "=":
        return 1 - abs(actual - target) / target
    reached = actual >= target if row.sign == "≥" else actual <= target
    return Fraction(1) if reached else actual / target if row.sign == "≥" else target / actual


def test_total_is_the_sum_of_rounded_items_and_the_grade_its_band() -> None:
    grades = set()
    for truth in TRUTHS:
        assert truth.total == truth.execution_score + sum(row.score for row in truth.rows)
        band = "优" if truth.total >= 90 else "良" if truth.total >= 80 else "中" if truth.total >= 60 else "差"
        assert truth.grade == band
        grades.add(band)
    assert grades >= {"优", "良", "中"}


def test_execution_rate_is_spent_of_the_full_year_budget() -> None:
    lower = 0
    for truth in TRUTHS:
        facts = truth.facts
        spent = sum((line.executed for line in facts.lines), Decimal(0))
        budget = sum((line.full_year for line in facts.lines), Decimal(0))
        assert all(0 <= line.executed <= line.received <= line.full_year for line in facts.lines)
        assert abs(truth.execution_score - 10 * spent / budget) <= Decimal("0.005")
        lower += spent < budget
    assert lower > 10


def test_every_row_that_lost_points_says_why() -> None:
    for truth in TRUTHS:
        for row in truth.rows:
            assert bool(row.reason) == (row.share < 1)
            assert row.score <= row.weight


def test_a_seed_always_gives_the_same_and_scribbles_change_nothing_else() -> None:
    assert random_truth(7) == random_truth(7)
    clean, scribbled = random_truth(5, odd=False), random_truth(5, odd=True)
    assert len(scribbled.facts.odds) == 3
    assert not clean.facts.odds
    assert scribbled.rows == clean.rows
    assert [bool(truth.facts.odds) for truth in TRUTHS[:4]] == [False, False, False, True]


def test_points_that_do_not_divide_leave_the_rest_in_one_row() -> None:
    assert spread(Decimal(40), 3, whole=False) == [Decimal("13.33"), Decimal("13.33"), Decimal("13.34")]
    assert spread(Decimal(50), 7, whole=True) == [8, 7, 7, 7, 7, 7, 7]


def test_the_projects_checks_find_nothing_in_a_clean_truth() -> None:
    """Quantities and unit costs of a random truth are drawn apart from its money, which EV-M07 sees."""
    for truth in (random_truth(seed, odd=False) for seed in range(10)):
        assert set(_faults(truth, "national")) <= {"EV-M07"}


def _faults(truth: Truth, profile: str) -> list[str]:
    table = parse_table(exchange.text(truth).encode(), "truth.json")
    return [found.code for found in check_table(table, profiles()[profile]) if found.severity != "note"]
