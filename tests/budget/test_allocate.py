"""What to fund with too little money: the worked example of 2024, brute force over every choice, and the bounds."""

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.budget.allocate import TIERS, Allocation, Item, allocate
from huiliu.kernel.errors import HuiliuError

ORDER = ("obligation", "safety", "continuity", "other")


def amounts(allocation: Allocation) -> dict[str, int]:
    return {grant.item.code: grant.amount for grant in allocation.grants}


def test_2024_the_library_is_kept_up_and_the_meetings_give_way():
    """15.76 万元 for 20.00 asked: the contract, the safety of the fund and the T+1 library come before the rest."""
    wanted = [
        Item("wechat", "公众号运营", "other", 0, 3_000_000),
        Item("meetings", "电子会务", "other", 0, 4_240_000),
        Item("library", "T+1 库维护", "continuity", 2_000_000, 2_000_000, all_or_nothing=True),
        Item("network", "网络维护", "obligation", 6_000_000, 6_000_000),
        Item("safety", "基金安全筛查", "safety", 1_000_000, 4_760_000),
    ]
    found = allocate(wanted, 15_760_000)
    assert amounts(found) == {
        "wechat": 3_000_000,
        "meetings": 0,
        "library": 2_000_000,
        "network": 6_000_000,
        "safety": 4_760_000,
    }
    assert [(grant.item.code, grant.given_up, grant.reason) for grant in found.given_up] == [
        ("meetings", 4_240_000, "spent")
    ]
    assert (found.granted, found.left) == (15_760_000, 0)


def test_what_is_all_or_nothing_may_leave_money_to_the_next_tier():
    found = allocate(
        [
            Item("a", "甲", "obligation", 0, 700, all_or_nothing=True),
            Item("b", "乙", "safety", 100, 500),
            Item("c", "丙", "other", 0, 900),
        ],
        600,
    )
    assert amounts(found) == {"a": 0, "b": 500, "c": 100}
    assert [grant.reason for grant in found.grants] == ["below_least", "full", "part"]


def test_the_most_money_of_a_tier_comes_before_the_order_of_its_list():
    """6 is used up by 4 and 2, not by 5: the item listed first gives way and is told so."""
    found = allocate(
        [Item(str(most), f"项目{most}", "other", 0, most, all_or_nothing=True) for most in (500, 400, 200)], 600
    )
    assert amounts(found) == {"500": 0, "400": 400, "200": 200}
    assert found.grants[0].reason == "displaced"


def test_of_equal_choices_the_item_listed_first_is_served():
    twins = [Item("a", "甲", "other", 0, 300, all_or_nothing=True), Item("b", "乙", "other", 300, 300)]
    assert amounts(allocate(twins, 300)) == {"a": 300, "b": 0}
    assert amounts(allocate(twins[::-1], 300)) == {"a": 0, "b": 300}


def test_every_item_served_gets_its_least_before_the_first_gets_more():
    pair = [Item("a", "甲", "other", 100, 900), Item("b", "乙", "other", 200, 900)]
    assert amounts(allocate(pair, 1000)) == {"a": 800, "b": 200}


def test_no_money_and_no_items():
    assert amounts(allocate([Item("a", "甲", "safety", 0, 5)], 0)) == {"a": 0}
    assert allocate([Item("a", "甲", "safety", 1, 5)], 0).grants[0].reason == "spent"
    assert allocate([], 100).left == 100


def test_large_amounts_stay_exact_to_the_fen():
    """Six contracts of about 10 million yuan, one fen apart: what fits is found to the fen."""
    items = [Item(f"c{at}", f"合同{at}", "obligation", 0, 10**9 + at, all_or_nothing=True) for at in range(6)]
    found = allocate(items, 2 * 10**9 + 9)
    assert amounts(found) == {f"c{at}": 10**9 + at if at in (4, 5) else 0 for at in range(6)}


@pytest.mark.parametrize(
    ("items", "available"),
    [
        ([Item("a", "甲", "other", 2, 1)], 5),
        ([Item("a", "甲", "other", -1, 1)], 5),
        ([Item("a", "甲", "luxury", 0, 1)], 5),
        ([Item("a", "甲", "other", 0, 1), Item("a", "乙", "other", 0, 1)], 5),
        ([Item("a", "甲", "other", 0, 1.5)], 5),  # type: ignore[arg-type]
        ([], -1),
        ([], 10**12),
        ([Item("a", "甲", "other", 0, 10**12)], 5),
    ],
)
def test_what_makes_no_sense_is_refused(items, available):
    with pytest.raises(HuiliuError) as caught:
        allocate(items, available)
    assert caught.value.code == "MON-002"


def brute_force(items: list[Item], available: int) -> dict[str, int]:
    """Every choice of items to serve, apart from the program: best by tier totals, then by who is served, as listed."""
    best: tuple[tuple[int, ...], tuple[tuple[bool, ...], ...]] | None = None
    found: dict[str, int] = {}
    for chosen in product((False, True), repeat=len(items)):
        money, given, fits = available, dict.fromkeys((item.code for item in items), 0), True
        for tier in ORDER:
            served = [item for item, yes in zip(items, chosen, strict=True) if yes and item.tier == tier]
            for item in served:
                given[item.code] = item.most if item.all_or_nothing else item.least
                money -= given[item.code]
            fits = fits and money >= 0
            for item in served:
                more = max(min(item.most - given[item.code], money), 0)
                given[item.code] += more
                money -= more
        if not fits:
            continue
        totals = tuple(sum(given[item.code] for item in items if item.tier == tier) for tier in ORDER)
        who = tuple(tuple(yes for item, yes in zip(items, chosen, strict=True) if item.tier == tier) for tier in ORDER)
        if best is None or (totals, who) > best:
            best, found = (totals, who), given
    return found


def small_case(seed: int) -> tuple[list[Item], int]:
    dice = random.Random(seed)
    scale = dice.choice((1, 7, 100, 12_345, 1_000_003))
    items = []
    for at in range(dice.randint(1, 7)):
        most = dice.randint(0, 12) * scale + dice.choice((0, 0, 1))
        items.append(Item(f"i{at}", f"事项{at}", dice.choice(ORDER), dice.randint(0, most), most, dice.random() < 0.4))
    return items, dice.randint(0, max(sum(item.most for item in items), 1))


def differences(seeds: range) -> list[int]:
    return [seed for seed in seeds if amounts(allocate(*(case := small_case(seed)))) != brute_force(case[0], case[1])]


def test_fifty_small_cases_equal_brute_force():
    assert differences(range(50)) == []


@pytest.mark.slow
def test_five_hundred_small_cases_equal_brute_force():
    assert differences(range(500)) == []


ITEMS = st.lists(
    st.tuples(st.sampled_from(ORDER), st.integers(0, 10**7), st.integers(0, 10**7), st.booleans()), max_size=6
).map(
    lambda drawn: [
        Item(f"i{at}", f"事项{at}", tier, min(pair), max(pair), whole) for at, (tier, *pair, whole) in enumerate(drawn)
    ]
)


@settings(max_examples=25, deadline=None)
@given(ITEMS, st.integers(0, 4 * 10**7))
def test_nothing_is_overspent_and_no_bound_is_broken(items, available):
    found = allocate(items, available)
    assert 0 <= found.granted <= available
    for grant in found.grants:
        least = grant.item.most if grant.item.all_or_nothing else grant.item.least
        assert type(grant.amount) is int
        assert grant.amount == 0 or least <= grant.amount <= grant.item.most
        assert (grant.reason == "full") == (grant.given_up == 0)
    assert found == allocate(items, available)


@settings(max_examples=15, deadline=None)
@given(ITEMS, st.integers(0, 2 * 10**7), st.integers(0, 10**7))
def test_more_money_never_takes_from_the_obligations(items, available, more):
    def obligations(money: int) -> int:
        return sum(grant.amount for grant in allocate(items, money).grants if grant.item.tier == "obligation")

    assert obligations(available) <= obligations(available + more)


def test_tiers_are_in_the_order_agreed():
    assert tuple(TIERS) == ORDER
