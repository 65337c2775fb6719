"""What to fund with too little money: obligations first, then fund safety, continuity of service, the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from huiliu.budget.errors import unadvised
from huiliu.budget.selection import best_selection

TIERS: Mapping[str, str] = {
    "obligation": "合同义务",
    "safety": "基金安全",
    "continuity": "服务不中断",
    "other": "其他支出",
}
"""The order in which money is given; what is earlier is never cut for what is later."""

FULL, PART, SPENT, BELOW_LEAST, DISPLACED = "full", "part", "spent", "below_least", "displaced"
REASONS: Mapping[str, str] = {
    FULL: "足额安排",
    PART: "资金不够，只能安排一部分",
    SPENT: "资金已用完",
    BELOW_LEAST: "余款不够本项最低用款",
    DISPLACED: "同类事项不能都安排，选用了用足资金、列示在前的组合",
}
MOST_MONEY = 10**11
"""In fen: what the solver, which counts in floating point, is trusted with to less than one fen."""


@dataclass(frozen=True)
class Item:
    """One thing that asks for money, in fen: nothing, or from `least` to `most`; all or nothing: `most` or nothing."""

    code: str
    label: str
    tier: str
    least: int
    most: int
    all_or_nothing: bool = False

    @property
    def floor(self) -> int:
        """The smallest amount that is of use."""
        return self.most if self.all_or_nothing else self.least


@dataclass(frozen=True)
class Grant:
    """What one item is given, in fen, and why not all."""

    item: Item
    amount: int
    reason: str

    @property
    def given_up(self) -> int:
        """What it asked for and does not get."""
        return self.item.most - self.amount


@dataclass(frozen=True)
class Allocation:
    """A proposal, never a decision: what each item gets, in the order of the items; amounts are fen."""

    available: int
    grants: tuple[Grant, ...]

    @property
    def granted(self) -> int:
        """Given in all."""
        return sum(grant.amount for grant in self.grants)

    @property
    def left(self) -> int:
        """Money that no item could use."""
        return self.available - self.granted

    @property
    def given_up(self) -> tuple[Grant, ...]:
        """The items that get less than they ask for, by tier and within it as listed."""
        order = list(TIERS)
        short = [grant for grant in self.grants if grant.given_up]
        return tuple(sorted(short, key=lambda grant: order.index(grant.item.tier)))


def allocate(items: Iterable[Item], available: int) -> Allocation:
    """The best use of the money: as much as can be for the first tier, then for the second, and so on.

    Tiers share nothing but the money, so that each is solved with what those before it left. Of choices that give a
    tier equally much, the one is taken that serves the item listed first, then the second …; every item served gets
    its least, and what is left goes to them in the order of the list. The same input always gives the same proposal.

    Raises MON-002 for items or money that make no sense, MON-003 where the solver finds no proven answer.
    """
    listed = tuple(items)
    for wrong in _malformed(listed, available):
        raise unadvised(2, wrong, "请核对各事项的编码、类别、最低和最高用款（整数分）。")
    amounts: dict[str, int] = {}
    reasons: dict[str, str] = {}
    left = available
    for tier in TIERS:
        asking = [item for item in listed if item.tier == tier]
        given = _tier(asking, left)
        had, left = left, left - sum(given.values())
        reasons |= {item.code: _reason(item, given[item.code], had, left) for item in asking}
        amounts |= given
    return Allocation(available, tuple(Grant(item, amounts[item.code], reasons[item.code]) for item in listed))


def _tier(items: Sequence[Item], money: int) -> dict[str, int]:
    """What the items of one tier get of the money, by code."""
    served = best_selection([item.floor for item in items], [item.most for item in items], money)
    given = {item.code: item.floor if chosen else 0 for item, chosen in zip(items, served, strict=True)}
    left = money - sum(given.values())
    for item, chosen in zip(items, served, strict=True):
        more = min(item.most - item.floor, left) if chosen else 0
        given[item.code] += more
        left -= more
    return given


def _reason(item: Item, amount: int, money: int, left: int) -> str:
    """`money` is what the tier had, `left` what it left."""
    if amount == item.most:
        return FULL
    if amount:
        return PART
    if item.floor > money > 0:
        return BELOW_LEAST
    return DISPLACED if item.floor and money else SPENT


def _malformed(items: Sequence[Item], available: int) -> Iterator[str]:
    if type(available) is not int or not 0 <= available <= MOST_MONEY:
        yield "可安排资金不是零以上的整数分，或数额过大"
    if len({item.code for item in items}) != len(items):
        yield "有两个事项的编码相同"
    for item in items:
        if item.tier not in TIERS:
            yield f"事项 {item.code} 的类别不在 {'、'.join(TIERS.values())} 之中"
        elif type(item.least) is not int or type(item.most) is not int or not 0 <= item.least <= item.most:
            yield f"事项 {item.code} 的用款不是整数分，或最低用款高于最高用款"
    if sum(item.most for item in items if type(item.most) is int) > MOST_MONEY:
        yield "各事项用款合计的数额过大"
