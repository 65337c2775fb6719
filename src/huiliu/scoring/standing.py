"""Whether a row earns points, is not measured, or does not apply, and how far its target is reached."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, NOT_APPLICABLE, UNCHECKABLE, Figure
from huiliu.scoring.assessment import State
from huiliu.scoring.completion import names_cost
from huiliu.scoring.measured import Measured
from huiliu.scoring.profile import Judged, Profile
from huiliu.scoring.rules import Goal, Worked, filled, plain, reached
from huiliu.scoring.targets import TargetRow
from huiliu.scoring.values import YUAN
from huiliu.scoring.weights import is_execution

_FULL, _NOTHING = Fraction(100), Fraction(0)


@dataclass(frozen=True)
class Standing:
    """A row before points: `low` and `high` bound its completion in percent where that is not known.

    `blocked` says that no expression can show why there is no value. `figure_state` is what its figures are. A cost
    whose output is not measured does not apply; it is `pending`, since it will count once the output is.
    """

    goal: Goal
    state: State
    why: str
    level: str
    reach: Worked
    low: Fraction = _NOTHING
    high: Fraction = _FULL
    figure_state: str = COMPUTED
    blocked: bool = False
    is_pending: bool = False


def is_cost(row: TargetRow) -> bool:
    """Whether doing nothing would look like a saving: a cost, or a bound from above on what money buys or on money."""
    return row.is_cost or (row.kind == "≤" and (bool(row.paired_output) or names_cost(row.level3)))


def goal_of(row: TargetRow) -> Goal:
    """What the row promises; without a kind a cost is bounded from above and anything else from below."""
    kind = row.kind or ("≤" if row.is_cost else "≥")
    rule = row.rule or ("levels" if kind == "qualitative" else "proportion")
    is_rate = is_execution(row) or (rule == "satisfaction" and row.value is None and kind != "qualitative")
    return Goal(kind, rule, _fraction(row.value), _fraction(row.upper), is_rate)


def standing(row: TargetRow, profile: Profile, measured: Measured, actual: Figure, paired: Figure | None) -> Standing:
    """Where a row stands; `actual` is its figure, `paired` the one of the output that its cost buys.

    Raises EV-ASSESS-004 where a judged level is unknown or does not fit the percentage.
    """
    goal, level = goal_of(row), _level(row, profile, measured)
    factor = _factor(row, goal, actual)
    value = None if actual.value is None or factor is None else Fraction(actual.value) * factor
    reach = _guarded(_in_unit(reached(goal, value, profile), factor), is_cost(row), paired)
    if why := _inapplicable(row, measured, actual, paired):
        pending = paired is not None and paired.value is None and paired.state != NOT_APPLICABLE
        dropped = NOT_APPLICABLE in (measured.state, actual.state) or (is_cost(row) and actual.value == 0)
        return Standing(goal, "not_applicable", why, level, _without(reach), figure_state=NOT_APPLICABLE,
                        is_pending=pending and not dropped)  # fmt: skip
    if problem := next(_unscorable(row, goal, actual, factor), ""):
        return Standing(goal, "unmeasured", problem, level, _without(reach), figure_state=UNCHECKABLE, blocked=True)
    if value is None:
        return _judged_only(goal, profile, level, Worked(None, reach.expression, measured.reason or "尚未测量"))
    judged = level or (profile.judged(value).name if goal.kind == "qualitative" else "")
    return Standing(goal, "scored", "", judged, reach)


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _without(reach: Worked) -> Worked:
    return Worked(None, reach.expression, reach.formula)


def _in_unit(reach: Worked, factor: Fraction | None) -> Worked:
    """The expression with the actual value turned into the target's unit of money."""
    if factor is None or factor == 1:
        return reach
    return Worked(reach.value, filled(reach.expression, {"actual": f"({{actual}} * {plain(factor)})"}), reach.formula)


def _guarded(reach: Worked, cost: bool, paired: Figure | None) -> Worked:
    """A cost that bought nothing has no value: the quotient of its output by itself is 1, or none."""
    guards = (["{actual}"] if cost else []) + (["{paired}"] if paired is not None else [])
    expression = reach.expression + "".join(f" * {guard} / {guard}" for guard in guards)
    return Worked(reach.value, expression, reach.formula)


def _inapplicable(row: TargetRow, measured: Measured, actual: Figure, paired: Figure | None) -> str:
    if NOT_APPLICABLE in (measured.state, actual.state):
        return measured.reason or (actual.formula + "，分母为零" if is_execution(row) else "登记为不适用")
    if paired is not None and not paired.value:
        return f"配套产出 {row.paired_output} {'为零' if paired.value is not None else '未测量'}，成本不计分"
    if is_cost(row) and actual.value == 0:
        return "实际成本为零，不能视为节约"
    return ""


def _unscorable(row: TargetRow, goal: Goal, actual: Figure, factor: Fraction | None) -> Iterator[str]:
    needs_target = not goal.is_rate and goal.kind != "qualitative"
    if needs_target and goal.target is None:
        yield "没有目标值"
    if goal.kind == "range" and goal.upper is None:
        yield "区间没有上限"
    if factor is None:
        yield f"实际完成值的单位 {actual.unit} 与目标值的单位 {row.unit} 不能换算"
    if goal.kind == "qualitative" and actual.value is not None and not 0 <= actual.value <= 100:
        yield "评判比例须在0至100之间"
    if is_cost(row) and actual.value is not None and actual.value < 0:
        yield "实际成本小于零，不是节约"


def _judged_only(goal: Goal, profile: Profile, level: str, reach: Worked) -> Standing:
    """Nothing measured, for the reason in the formula; a level judged without a percentage bounds the points, and
    settles all or none.
    """
    judged = profile.level(level)
    if judged is None:
        return Standing(goal, "unmeasured", reach.formula, "", reach)
    if goal.rule == "direct":
        met = judged == profile.qualitative[0]
        settled = Worked(_FULL if met else _NOTHING, "100" if met else "0", f"评判为{level}")
        return Standing(goal, "scored", "", level, settled)
    why = f"已评为{level}，未评定比例（{plain(judged.lower)}%至{plain(judged.upper)}%）"
    return Standing(goal, "unmeasured", why, level, reach, Fraction(judged.lower), Fraction(judged.upper))


def _level(row: TargetRow, profile: Profile, measured: Measured) -> str:
    if not measured.level:
        return ""
    judged = profile.level(measured.level)
    if judged is None or row.kind != "qualitative":
        raise _misjudged(row, f"没有“{measured.level}”这一档，或该指标不是定性指标")
    if measured.value is not None and profile.judged(measured.value) != judged:
        raise _misjudged(row, f"评为{judged.name}，比例却不在{_span(judged)}之间")
    return judged.name


def _span(judged: Judged) -> str:
    return f"{plain(judged.lower)}%（含）至{plain(judged.upper)}%"


def _misjudged(row: TargetRow, problem: str) -> HuiliuError:
    return HuiliuError(
        code="EV-ASSESS-004",
        message=f"指标 {row.where} 的评判等级不能采用：{problem}",
        hint="请按评分方案的三档改正评判等级或比例。",
        facts={"row": row.code},
    )


def _factor(row: TargetRow, goal: Goal, actual: Figure) -> Fraction | None:
    """How many of the target's unit one of the actual's is; None where they cannot be compared."""
    if is_execution(row) or goal.kind == "qualitative":
        return Fraction(1)
    return unit_factor(actual.unit, row.unit or ("%" if goal.is_rate else ""))


def unit_factor(unit: str, of: str) -> Fraction | None:
    """How many of the second unit one of the first is; where one is not said they are the same, None: no comparison."""
    own, wanted = _unit(unit), _unit(of)
    if own == wanted or not own or not wanted:
        return Fraction(1)
    if own in YUAN and wanted in YUAN:
        return Fraction(YUAN[own]) / Fraction(YUAN[wanted])
    return None


def _unit(text: str) -> str:
    """Without “a year”: targets and measurements both speak of one."""
    clean = "".join(unicodedata.normalize("NFKC", text).split())
    return clean.removesuffix("/年").removesuffix("每年")
