"""Which of several items to serve with an amount of money: a mixed-integer program, its answer proved in integers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from huiliu.budget.errors import unadvised
from huiliu.kernel.errors import HuiliuError

_TRIES = 200
"""How often an answer that does not hold in whole fen is ruled out before giving up."""
_NEAR = 0.01
"""Totals are whole numbers; the solver's bound may be off by this part of one."""
_INFEASIBLE = 2
_SECONDS = 20.0
"""How long one question may take; a question of many nearly equal amounts can take for ever."""

Choice = tuple[bool, ...]


def best_selection(floors: Sequence[int], mosts: Sequence[int], money: int) -> Choice:
    """The items to serve, each from its floor to its most, so that as much of the money as can be is used.

    Of equally good choices that which serves the first item, of those that which serves the second …; amounts are whole
    numbers. Raises MON-003 where the solver's answer cannot be proved in whole numbers.
    """
    if sum(mosts) <= money:
        return (True,) * len(mosts)
    unit = reduce(math.gcd, (*floors, *mosts, money))
    program = _Program([floor // unit for floor in floors], [most // unit for most in mosts], money // unit)
    choice = program.best()
    total = program.total(choice)
    for at in range(len(mosts)):
        if not choice[at]:
            found = program.reaching(total, (*choice[:at], True))
            choice = choice if found is None else found
    return choice


@dataclass
class _Program:
    """max t with t ≤ money, t ≤ Σ most·y, Σ floor·y ≤ money, y in {0, 1}: no product of money and a near-integer."""

    floors: Sequence[int]
    mosts: Sequence[int]
    money: int
    refused: list[Choice] = field(default_factory=list)

    def total(self, choice: Choice) -> int:
        """What a choice uses, exactly; -1 if even its floors are not paid for."""
        if sum(floor for floor, chosen in zip(self.floors, choice, strict=True) if chosen) > self.money:
            return -1
        return min(self.money, sum(most for most, chosen in zip(self.mosts, choice, strict=True) if chosen))

    def best(self) -> Choice:
        """A choice whose exact total no other can exceed, by the solver's own bound."""
        best: Choice = (False,) * len(self.mosts)
        for _ in range(_TRIES):
            found, bound = self._solve()
            if found is not None and self.total(found) > self.total(best):
                best = found
            if found is None or self.total(best) >= math.floor(bound + _NEAR):
                return best
            self.refused.append(found)
        raise _unproved()

    def reaching(self, total: int, start: Choice) -> Choice | None:
        """A choice that begins as `start` and uses exactly `total`; None where there is none."""
        self.refused.clear()
        for _ in range(_TRIES):
            found, _bound = self._solve(start, total)
            if found is None or self.total(found) == total:
                return found
            self.refused.append(found)
        raise _unproved()

    def _solve(self, start: Choice = (), least: int = 0) -> tuple[Choice | None, float]:
        """The solver's best choice and the bound it proves; no choice where there is none."""
        # Heavy: loaded where a proposal is made, not wherever the budget is read.
        from scipy.optimize import Bounds, LinearConstraint, milp

        count = len(self.mosts)
        rows, lows, highs = self._rows(least)
        fixed = [float(chosen) for chosen in start]
        lower = [*fixed, *[0.0] * (count - len(fixed)), float(least)]
        upper = [*fixed, *[1.0] * (count - len(fixed)), float(self.money)]
        result: Any = milp(
            c=[0.0] * count + [-1.0],
            integrality=[1] * count + [0],
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(rows, lows, highs),
            options={"mip_rel_gap": 0.0, "time_limit": _SECONDS},
        )
        if result.status == _INFEASIBLE:
            return None, 0.0
        if result.status != 0:
            raise _unproved()
        return tuple(value > 0.5 for value in result.x[:count]), -float(result.mip_dual_bound)

    def _rows(self, least: int) -> tuple[list[list[float]], list[float], list[float]]:
        rows = [[*map(float, self.floors), 0.0], [*(-float(most) for most in self.mosts), 1.0]]
        lows, highs = [-math.inf, -math.inf], [float(self.money), 0.0]
        for choice in self.refused:
            # At least one item otherwise than in a choice that did not hold in whole numbers.
            rows.append([*(-1.0 if chosen else 1.0 for chosen in choice), 0.0])
            lows.append(1.0 - sum(choice))
            highs.append(math.inf)
        return rows, lows, highs


def _unproved() -> HuiliuError:
    return unadvised(3, "资金安排建议没有求得可以核实的整数解", "请减少事项或调整金额后重试；也可以人工安排。")
