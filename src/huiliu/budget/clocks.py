"""Three clocks of a project's year (quota against plan, spending against quota, results against targets), and where
they lead by its end: every number a figure that can be made again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.goals import AT_MOST, EXACTLY, RANGE, Goal, Reading
from huiliu.budget.keeper import WAN, Keeper
from huiliu.budget.rates import first_quota, money_kept
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.figures import COMPUTED, MEASURED, Figure, Record
from huiliu.kernel.periods import month_of


@dataclass(frozen=True)
class Followed:
    """What is monitored: one project's events of a year, its goals, and labels by purpose code."""

    events: tuple[Event, ...]
    year: int
    mode: str
    goals: tuple[Goal, ...] = ()
    purposes: Mapping[str, str] = field(default_factory=dict)


def clocks(followed: Followed, thresholds: Thresholds, today: date, unit: str = WAN) -> Keeper:
    """The figures of `money_figures`, the thresholds, the three clocks and the forecast, as of the end of `today`.

    The forecast is simple and stated: quota goes on to arrive at the rate it has arrived at so far; spending at its
    mean since there was money, never above the quota expected; a result that adds up, at its mean since 1 January; a
    level stays as it is.
    """
    keeper = money_kept(followed.events, followed.year, followed.mode, today, unit=unit, purposes=followed.purposes)
    for name in thresholds.values:
        line = thresholds.values[name]
        keeper.number(f"threshold.{name}", line.label or name, thresholds.record(name), line.unit)
    _today(keeper)
    _arrival(keeper)
    _spending(keeper)
    for goal in followed.goals:
        if goal.is_followed:
            _result(keeper, goal)
    return keeper


def day_of(keeper: Keeper) -> int:
    """Which day of the year today is, within the year."""
    first, last = date(keeper.ledger.year, 1, 1), date(keeper.ledger.year, 12, 31)
    return (min(max(keeper.today, first), last) - first).days + 1


def _today(keeper: Keeper) -> None:
    day = day_of(keeper)
    record = Record("today", f"截至 {keeper.today}", Decimal(day))
    keeper.number("year.day", "今天是当年第几天", record, "天")
    on = min(max(keeper.today, date(keeper.ledger.year, 1, 1)), date(keeper.ledger.year, 12, 31))
    keeper.number("year.month", "今天是几月", Record("today", f"截至 {keeper.today}", Decimal(on.month)), "月")
    keeper.derived("clock.elapsed", "全年时间进度", "{year.day} / {year.days} * 100", "%")


def _arrival(keeper: Keeper) -> None:
    """Clock 1: without a plan the authority is taken to be due in twelve equal parts."""
    plans = {month: plan for month, plan in keeper.ledger.plans().items() if plan.amount}
    if plans:
        due = [plan for month, plan in plans.items() if month <= month_of(keeper.today)]
        keeper.events("clock.arrival.due", "按用款计划截至本月应到额度", due)
        keeper.events("clock.arrival.rest", "用款计划中以后各月的额度", [p for p in plans.values() if p not in due])
    else:
        due_so_far = "{authority.adjusted} * {year.month} / 12"
        keeper.derived("clock.arrival.due", "没有用款计划，指标按月平均，截至本月应到额度", due_so_far)
        keeper.derived("clock.arrival.rest", "以后各月的额度", "{authority.adjusted} - {clock.arrival.due}")
    keeper.derived("clock.arrival.share", "已到额度占应到额度", "{quota.issued} / {clock.arrival.due} * 100", "%")
    label = "预计年底可用额度"
    if not keeper.ledger.is_quota_mode:
        keeper.derived("forecast.limit", "预计年底可用指标", "{authority.adjusted}")
    elif keeper.book["clock.arrival.due"].value:
        rate = "min({quota.issued} / {clock.arrival.due}, 1)"
        keeper.derived(
            "forecast.limit",
            label,
            f"min({{authority.adjusted}}, {{quota.issued}} + {{clock.arrival.rest}} * {rate})",
        )
    else:
        keeper.derived("forecast.limit", label, "min({authority.adjusted}, {quota.issued} + {clock.arrival.rest})")
    keeper.derived("forecast.limit_share", "预计可用资金占预算", "{forecast.limit} / {authority.adjusted} * 100", "%")
    keeper.derived("forecast.missing", "预计年底不能到位的资金", "{authority.adjusted} - {forecast.limit}")


def first_money(keeper: Keeper) -> Event | None:
    """The event that first brought money that can be spent."""
    if keeper.ledger.is_quota_mode:
        return first_quota(keeper)
    return next(keeper.ledger.until(None, e.INITIAL, e.CARRYOVER, e.ADD), None)


def _spending(keeper: Keeper) -> None:
    """Clock 2: what is spent of what is there, beside the time that there was money."""
    first = first_money(keeper)
    if first is None:
        keeper.absent("spending.since", "有钱可用之日（当年第几天）", "还没有可用的资金", "天")
    else:
        number = Decimal((first.on - date(keeper.ledger.year, 1, 1)).days + 1)
        record = Record(f"funds.event:{first.id}", f"{first.on} {first.label}", number)
        keeper.number("spending.since", "有钱可用之日（当年第几天）", record, "天")
    keeper.derived("spending.days", "有钱可用以来的天数", "{year.day} - {spending.since} + 1", "天", 0)
    keeper.derived("spending.all_days", "有钱可用之日至年底的天数", "{year.days} - {spending.since} + 1", "天", 0)
    keeper.derived("clock.spending.elapsed", "用款时间进度", "{spending.days} / {spending.all_days} * 100", "%")
    base = "quota.issued" if keeper.ledger.is_quota_mode else "authority.adjusted"
    keeper.derived("clock.spending.share", "支出进度", f"{{payment.net}} / {{{base}}} * 100", "%")
    behind = "{clock.spending.elapsed} - {clock.spending.share}"
    keeper.derived("clock.spending.behind", "支出落后于时间进度", behind, "个百分点")
    mean = "{payment.net} / {spending.days} * {spending.all_days}" if first else "{payment.net}"
    keeper.derived("forecast.paid", "预计全年净拨付", f"min({{forecast.limit}}, {mean})")
    keeper.derived("forecast.execution", "预计全年预算执行率", "{forecast.paid} / {authority.adjusted} * 100", "%")


def _result(keeper: Keeper, goal: Goal) -> None:
    """Clock 3: what is measured, what the year's end will bring at this rate, and how much of the target that is."""
    name, latest = f"goal.{goal.code}", goal.latest(keeper.today)
    promised = Record(f"target:{goal.code}", f"绩效目标 {goal.code}", goal.value)
    keeper.number(f"{name}.target", f"{goal.label}：目标", promised, goal.unit, goal.places)
    if goal.kind == RANGE:
        upper = Record(f"target:{goal.code}", f"绩效目标 {goal.code} 上限", goal.upper)
        keeper.number(f"{name}.upper", f"{goal.label}：目标上限", upper, goal.unit, goal.places)
    if latest is None:
        _unmeasured(keeper, goal, name)
        return
    _actual(keeper, goal, name, latest)
    if goal.grows:
        keeper.number(f"{name}.day", f"{goal.label}：测量日（当年第几天）", _day(latest, keeper), "天")
        towards = f"{{{name}.actual}} / {{{name}.day}} * {{year.days}}"
    else:
        towards = f"{{{name}.actual}}"
    keeper.derived(f"{name}.forecast", f"{goal.label}：预计全年", towards, goal.unit, goal.places)
    expected = keeper.book[f"{name}.forecast"].value or Decimal(0)
    reached = _reached(goal, expected).format(
        target=f"{{{name}.target}}", upper=f"{{{name}.upper}}", forecast=f"{{{name}.forecast}}"
    )
    keeper.derived(f"{name}.reached", f"{goal.label}：预计完成目标", reached, "%")


def _actual(keeper: Keeper, goal: Goal, name: str, latest: Reading) -> None:
    """What was measured, and where it is of another unit of money, the same in the target's."""
    row = Record(latest.record, f"{latest.on} {latest.note}".strip(), latest.value, latest.link, latest.digest)
    label = f"{goal.label}：实际"
    if latest.factor == 1:
        keeper.number(f"{name}.actual", label, row, goal.unit, goal.places)
        return
    keeper.number(f"{name}.measured", f"{goal.label}：测量值", row, latest.unit, 2)
    keeper.derived(f"{name}.actual", label, f"{{{name}.measured}} * {latest.factor:f}", goal.unit, 2)


def _reached(goal: Goal, expected: Decimal) -> str:
    """A lower value is better of ≤, the nearer bound counts of a range, any deviation of =; 100 is the target met.

    Where no quotient can be formed the target is met or it is not, as when points are given.
    """
    if goal.kind == AT_MOST:
        return "{target} / {forecast} * 100" if expected > 0 or goal.is_cost else _settled(True)
    if goal.kind == RANGE:
        return _in_range(goal, expected)
    if not goal.value:
        return _settled(expected == 0 if goal.kind == EXACTLY else expected >= 0)
    if goal.kind == EXACTLY:
        return "max(0, min({forecast} / {target}, 2 - {forecast} / {target})) * 100"
    return "{forecast} / {target} * 100"


def _in_range(goal: Goal, expected: Decimal) -> str:
    if not goal.value and expected <= 0:
        return _settled(expected == 0)
    bounds = ["{forecast} / {target}"] if goal.value else []
    bounds += ["{upper} / {forecast}"] if expected > 0 else []
    return f"max(0, min(1, {', '.join(bounds)})) * 100"


def _settled(met: bool) -> str:
    return f"{{forecast}} * 0 + {100 if met else 0}"


def _day(latest: Reading, keeper: Keeper) -> Record:
    first = date(keeper.ledger.year, 1, 1)
    days = max((min(latest.on, date(keeper.ledger.year, 12, 31)) - first).days + 1, 1)
    return Record(latest.record, f"{latest.on}", Decimal(days))


def _unmeasured(keeper: Keeper, goal: Goal, name: str) -> None:
    """Nothing measured is no 0 and no 不适用: 未测量."""
    why = Record(f"target:{goal.code}", "还没有测量", None)
    for part, label, unit, state in (
        ("actual", "实际", goal.unit, MEASURED),
        ("forecast", "预计全年", goal.unit, COMPUTED),
        ("reached", "预计完成目标", "%", COMPUTED),
    ):
        said = f"{goal.label}：{label}"
        keeper.book.add(
            Figure(f"{name}.{part}", said, None, unit, 2, why.label, (), "不舍入", "测量记录", state, records=(why,))
        )
