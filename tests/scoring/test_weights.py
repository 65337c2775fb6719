"""Weights: divided by largest remainder with the rest where the profile says, and checked where they are given."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.profile import Remainder
from huiliu.scoring.weights import shared_out, spread, weight_faults
from scoring.targets import target

ONE = Decimal(1)


@pytest.mark.parametrize(
    ("total", "shares", "remainder", "parts"),
    [
        ("40", "1 1 1", "middle", "13.33 13.34 13.33"),
        ("40", "1 1 1", "last", "13.33 13.33 13.34"),
        ("40", "1 1 1", "first", "13.34 13.33 13.33"),
        ("100", "1 1 1 1 1 1 1", "middle", "14.28 14.29 14.29 14.29 14.29 14.28 14.28"),
        ("50", "1 1 1 1 1 1", "last", "8.33 8.33 8.33 8.33 8.34 8.34"),
        ("10", "1 2", "first", "3.33 6.67"),
        ("40", "1 1 1 1 1", "middle", "8.00 8.00 8.00 8.00 8.00"),
        ("0", "1 3", "last", "0.00 0.00"),
        ("10", "0 1", "first", "0.00 10.00"),
    ],
)
def test_parts(total: str, shares: str, remainder: Remainder, parts: str) -> None:
    found = spread(Decimal(total), [Decimal(share) for share in shares.split()], remainder)
    assert " ".join(map(str, found)) == parts


@given(
    st.integers(0, 10_000),
    st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any),
    st.sampled_from(["middle", "last", "first"]),
)
def test_parts_add_up_and_none_is_a_cent_away(cents: int, shares: list[int], remainder: Remainder) -> None:
    total = Decimal(cents) / 100
    parts = spread(total, [Decimal(share) for share in shares], remainder)
    assert sum(parts) == total
    assert all(
        abs(part - total * share / sum(shares)) < Decimal("0.01") for part, share in zip(parts, shares, strict=True)
    )


@pytest.mark.parametrize(
    ("total", "shares"), [("40.005", [ONE]), ("-1", [ONE]), ("40", [ONE, -ONE]), ("40", []), ("40", [ONE - ONE])]
)
def test_what_cannot_be_divided_is_refused(total: str, shares: list[Decimal]) -> None:
    with pytest.raises(HuiliuError) as refused:
        spread(Decimal(total), shares, "last")
    assert refused.value.code == "EV-ASSESS-005"


def test_given_weights_are_accepted_as_they_are() -> None:
    """13.33 + 13.34 + 13.33 and 13.34 + 13.33 + 13.33 are both 40.00."""
    for thirds in (("13.33", "13.34", "13.33"), ("13.34", "13.33", "13.33")):
        rows = [target("1", weight="20", level1="过程"), target("2", weight="40")]
        rows += [target(f"b{n}", weight=part, level1="效益") for n, part in enumerate(thirds)]
        assert weight_faults(rows, profiles()["gd-heyuan-2024"]) == ()


def national(**weights: str) -> list[str]:
    given_ = {"产出": "50", "效益": "30", "满意度": "10"} | weights
    rows = [target(name, weight=weight, level1=f"{name}指标") for name, weight in given_.items()]
    return list(weight_faults(rows, profiles()["national"]))


def test_sums_and_level_sums_must_be_exact() -> None:
    assert national() == []
    assert national(产出="49.99") == ["产出分值合计 49.99，应为 50"]
    assert national(产出="49", 效益="31") == ["产出分值合计 49，应为 50", "效益分值合计 31，应为 30"]
    assert national(其他="5") == ["其他指标分值合计 5，应为 0"]
    assert national(产出="0") == ["产出 事项产出：分值须大于零"]
    assert national(产出="50.001") == ["产出 事项产出：分值最多两位小数"]


def test_satisfaction_under_benefit_counts_as_its_own_level_where_the_profile_has_one() -> None:
    rows = [target("1", weight="50"), target("2", weight="30", level1="效益指标"),
            target("3", weight="10", level1="效益指标", level2="满意度指标")]  # fmt: skip
    assert weight_faults(rows, profiles()["national"]) == ()


def test_sichuan_leaves_ninety_points_free() -> None:
    free = [target("1", weight="55", level1="产出"), target("2", weight="35", level1="可持续")]
    assert weight_faults(free, profiles()["sichuan"]) == ()
    assert weight_faults(free[:1], profiles()["sichuan"]) == ("其他指标分值合计 55，应为 90",)


def test_the_execution_rate_may_stand_among_the_rows() -> None:
    rows = [target("0", weight="20", level1="预算执行", name="预算执行率"), target("1", weight="40"),
            target("2", weight="30", level1="效益"), target("3", weight="10", level1="满意度")]  # fmt: skip
    assert weight_faults(rows, profiles()["hubei"]) == ()
    assert weight_faults(rows, profiles()["national"])[0] == "预算执行分值合计 20，应为 10"


@pytest.mark.parametrize(
    ("places", "points", "weights"),
    [
        (2, "40", "13.33 13.34 13.33"),
        (0, "40", "13 14 13"),
        (0, "40.5", "13.5 13.5 13.5"),
        (1, "40.25", "13.42 13.42 13.41"),
        (4, "40", "13.33 13.34 13.33"),
    ],
)
def test_weights_shared_out_can_be_scored_however_finely_scores_are_rounded(places, points, weights) -> None:
    rest = str(100 - Decimal(points))
    levels = {"产出": Decimal(points), "效益": Decimal(rest)}
    by = replace(profiles()["gd-heyuan-2024"], levels=levels, places=places)
    rows = [target(f"{n}") for n in range(3)] + [target("9", weight="1", level1="效益")]
    shared = shared_out(rows, by)
    assert [row.weight for row in shared[:3]] == [Decimal(weight) for weight in weights.split()]
    assert weight_faults(shared, by) == ()
