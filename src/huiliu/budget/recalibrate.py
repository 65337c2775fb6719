"""New targets for less, or later, money: proposals with their formula, and what they would do to the score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.budget import thresholds as t
from huiliu.budget.errors import unadvised
from huiliu.budget.goals import RANGE, Goal
from huiliu.budget.keeper import Keeper
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.figures import COMPUTED, UNCHECKABLE, Figure, Record

SCALED, SHORTENED, KEPT = "scaled", "shortened", "kept"
METHODS: Mapping[str, str] = {SCALED: "按资金比例缩减", SHORTENED: "按剩余月数缩减", KEPT: "不变"}

Values = Mapping[str, tuple[Decimal, Decimal | None]]
"""Target value (of a range both bounds) by row code; rows that are not in it stay as they are."""
Scorer = Callable[[Values], Decimal | None]
"""The total with these targets and what is measured now; None where it cannot be said."""


@dataclass(frozen=True)
class Proposal:
    """A new value for one target; the numbers are the figures `goal.CODE.target` and `goal.CODE.proposed`.

    `others` are the methods that would also be possible, as `goal.CODE.METHOD`; `why` is for people.
    """

    goal: Goal
    method: str
    value: Decimal
    upper: Decimal | None
    why: str
    others: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether it differs from what is promised."""
        return (self.value, self.upper) != (self.goal.value, self.goal.upper)

    @property
    def is_nothing(self) -> bool:
        """Whether so little is left that the row should rather not apply."""
        return self.value == 0 and self.goal.value != 0


@dataclass(frozen=True)
class Recalibration:
    """A draft, never a decision: a target version follows only with a document, an approval and within the year."""

    proposals: tuple[Proposal, ...]

    @property
    def is_needed(self) -> bool:
        """Whether any target should change."""
        return any(proposal.is_change for proposal in self.proposals)

    @property
    def values(self) -> Values:
        """The changed targets by code."""
        return {one.goal.code: (one.value, one.upper) for one in self.proposals if one.is_change}


def recalibrate(
    keeper: Keeper,
    goals: Sequence[Goal],
    thresholds: Thresholds,
    *,
    promised: int | None = None,
    score: Scorer | None = None,
) -> Recalibration:
    """Propose targets for the money as it is; `keeper` comes from `clocks` and takes the figures.

    `promised` is the money in fen that the targets were set for; without it, what the year began with. A target that
    does not need money is kept. One that adds up over the year is shortened to the months that the quota leaves, where
    it is late; any other is scaled by the money that came / the money promised. Before any quota has come nothing can
    be scaled. `score` gives the total before and after: a consequence to be seen, not the aim.

    Raises MON-004 once the year is over: targets are never rewritten after the fact.
    """
    if keeper.today.year > keeper.ledger.year:
        hint = "差异请在自评中如实说明原因；目标只能在当年内按预算调整程序调整。"
        raise unadvised(4, f"{keeper.ledger.year} 年度已经结束，不能再提出调整绩效目标", hint, year=keeper.ledger.year)
    _money(keeper, promised)
    proposals = tuple(_proposal(keeper, goal, thresholds) for goal in goals if goal.is_followed)
    found = Recalibration(proposals)
    if score is not None:
        _scored(keeper, score, found)
    return found


def _money(keeper: Keeper, promised: int | None) -> None:
    """The ratio 0.788 of 2024 and the 3 of its 12 months."""
    label = "目标对应的预算资金"
    if promised is None:
        keeper.derived("recalibration.promised", label, "{authority.initial} + {authority.carried}")
    else:
        keeper.total(
            "recalibration.promised", label, [Record("targets.money", "目标表资金合计", keeper.money(promised))]
        )
    came = "quota.issued" if keeper.ledger.is_quota_mode else "authority.adjusted"
    ratio = f"{{{came}}} / {{recalibration.promised}}"
    keeper.derived("recalibration.ratio", "实际到位资金与预算资金之比", ratio, "", 3)
    keeper.derived("recalibration.months", "到账后剩余月数占全年", "{months.left} / 12", "", 2)


def _proposal(keeper: Keeper, goal: Goal, thresholds: Thresholds) -> Proposal:
    possible = _possible(keeper, goal, thresholds) if goal.money_dependent else {}
    name = f"goal.{goal.code}"
    for method, factor in possible.items():
        _entered(keeper, goal, method, _moved(goal, "target", factor))
        if goal.kind == RANGE:
            _entered(keeper, goal, f"{method}_upper", _moved(goal, "upper", factor))
    method = next(iter(possible), KEPT)
    _entered(keeper, goal, "proposed", f"{{{name}.{'target' if method == KEPT else method}}}")
    value, upper = keeper.book[f"{name}.proposed"].value, goal.upper
    if goal.kind == RANGE:
        _entered(keeper, goal, "proposed_upper", f"{{{name}.{'upper' if method == KEPT else f'{method}_upper'}}}")
        upper = keeper.book[f"{name}.proposed_upper"].value
    if value is None:
        raise unadvised(5, f"目标 {goal.code} 的数值不能计算", "请核对目标值。", goal=goal.code)
    return Proposal(goal, method, value, upper, _why(goal, method), tuple(possible)[1:])


def _moved(goal: Goal, bound: str, factor: str) -> str:
    """A bound times a factor; a share of a whole does not become more than the whole."""
    moved = f"round({{goal.{goal.code}.{bound}}} * {{{factor}}}, {goal.places})"
    highest = max(one for one in (goal.value, goal.upper) if one is not None)
    return f"min(100, {moved})" if goal.unit.strip() in ("%", "％") and highest <= 100 else moved


def _possible(keeper: Keeper, goal: Goal, thresholds: Thresholds) -> dict[str, str]:
    """The methods that fit, the preferred one first, each with the figure it multiplies by."""
    late, left = keeper.book["quota.late_days"].value, keeper.book["months.left"].value
    ratio = keeper.book["recalibration.ratio"].value
    found = {}
    if goal.grows and late is not None and late >= thresholds[t.ARRIVAL_GRACE] and left is not None and left < 12:
        found[SHORTENED] = "recalibration.months"
    if ratio is not None and ratio not in (0, 1):
        found[SCALED] = "recalibration.ratio"
    return found


def _entered(keeper: Keeper, goal: Goal, part: str, expression: str) -> None:
    said = {"proposed": "建议目标", "proposed_upper": "建议目标上限"}.get(part, METHODS.get(part, "按同一比例的上限"))
    keeper.derived(f"goal.{goal.code}.{part}", f"{goal.label}：{said}", expression, goal.unit, goal.places)


def _why(goal: Goal, method: str) -> str:
    if method == SHORTENED:
        return "按月累计的工作，额度迟到，只能在剩余月份开展"
    if method == SCALED:
        return "随资金变化的目标，按到位资金占预算资金的比例调整"
    if goal.money_dependent:
        return "到位资金与预算一致，或者资金还没有到账，暂不调整"
    return "不靠资金完成的目标，不因资金减少而降低"


def _scored(keeper: Keeper, score: Scorer, found: Recalibration) -> None:
    _score(keeper, "recalibration.before", "按现行目标试算得分", score({}))
    _score(keeper, "recalibration.after", "按建议目标试算得分", score(found.values))
    label = "调整目标对得分的影响"
    keeper.derived("recalibration.change", label, "{recalibration.after} - {recalibration.before}", "分")


def _score(keeper: Keeper, name: str, label: str, value: Decimal | None) -> None:
    row = Record(f"assessment:{name.rpartition('.')[2]}", f"{label}（评分方案逐项计算）", value)
    state = COMPUTED if value is not None else UNCHECKABLE
    keeper.book.add(Figure(name, label, value, "分", 2, label, (), "不舍入", "评分方案", state, records=(row,)))
