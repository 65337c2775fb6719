"""Warnings of monitoring: what is wrong, since which day, whose matter it is, and which post must act."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial

from huiliu.budget import thresholds as t
from huiliu.budget.clocks import Followed, clocks
from huiliu.budget.goals import Goal
from huiliu.budget.keeper import WAN, Keeper
from huiliu.budget.looks import Looks
from huiliu.budget.thresholds import Thresholds
from huiliu.kernel.figures import Figure, FigureBook

FUNDING, RULES, STAFF, HARDWARE, OTHER = "funding", "rules", "staff", "hardware", "other"
CAUSES: Mapping[str, str] = {
    FUNDING: "经费保障",
    RULES: "制度保障",
    STAFF: "人员保障",
    HARDWARE: "硬件条件保障",
    OTHER: "其他",
}
"""The causes of a deviation that the monitoring form of 财预〔2019〕136号 offers (待核 in its text)."""

TREASURY, UNIT, OPEN = "treasury", "unit", "open"
SIDES: Mapping[str, str] = {TREASURY: "财政下达", UNIT: "本单位", OPEN: "待查明"}
"""Whose matter it is."""

NOTE, WARNING, SEVERE = "note", "warning", "severe"
SEVERITIES: Mapping[str, str] = {NOTE: "提示", WARNING: "预警", SEVERE: "严重"}

LATE, HALF_YEAR, SHORT = "MON-101", "MON-102", "MON-103"
SLOW, OVERDUE, LOW_EXECUTION = "MON-201", "MON-202", "MON-203"
BEHIND, UNFUNDED, NOT_MEASURED = "MON-301", "MON-302", "MON-303"
_FINANCE, _LEADER = "finance", "leader"
KINDS: Mapping[str, tuple[str, str, str]] = {
    LATE: ("额度迟到", WARNING, _FINANCE),
    HALF_YEAR: ("半年无额度", SEVERE, _LEADER),
    SHORT: ("额度不足", WARNING, _FINANCE),
    SLOW: ("支出进度滞后", WARNING, _FINANCE),
    OVERDUE: ("合同到期未付", WARNING, _FINANCE),
    LOW_EXECUTION: ("预计执行率偏低", WARNING, _FINANCE),
    BEHIND: ("目标预计完不成", WARNING, _FINANCE),
    UNFUNDED: ("目标没有资金", SEVERE, _LEADER),
    NOT_MEASURED: ("目标没有测量", NOTE, _FINANCE),
}
"""Code → its name, how grave it is, and the post that must act (of results: the post that answers for the goal)."""

ABOUT = "about"
_NAMED = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Alert:
    """One warning. `since` is the first day of the unbroken time it has held; `about` a goal's or a contract's code.

    `text` is Chinese, all its numbers printed from `figures`: the `template` with ids in braces, `{about}` standing for
    `subject`, the label of what it is about. `post` is the code of the post that must act.
    """

    code: str
    severity: str
    since: date
    cause: str
    side: str
    post: str
    text: str
    figures: tuple[str, ...]
    about: str = ""
    template: str = ""
    subject: str = ""

    @property
    def label(self) -> str:
        """The Chinese name of the code."""
        return KINDS[self.code][0]


@dataclass(frozen=True)
class Watch:
    """How a project stands on a day: figures, and warnings, those of the quota first; `keeper` takes more figures."""

    today: date
    keeper: Keeper
    alerts: tuple[Alert, ...]

    @property
    def book(self) -> FigureBook:
        """The figures."""
        return self.keeper.book


def watch(followed: Followed, thresholds: Thresholds, today: date, unit: str = WAN) -> Watch:
    """All figures and warnings as of the end of `today`; after the year's end as of its last day's state."""
    keeper = clocks(followed, thresholds, today, unit)
    looks = Looks(followed, thresholds, today)
    found = [*_arrival(keeper, looks), *_spending(keeper, looks)]
    for goal in followed.goals:
        found += _result(keeper, looks, goal)
    return Watch(today, keeper, tuple(found))


def _arrival(keeper: Keeper, looks: Looks) -> Iterator[Alert]:
    if (since := looks.since(looks.is_late)) is not None:
        text = (
            "额度比应到日已迟{quota.late_days}，至今未到。调整后预算{authority.adjusted}，已下达{quota.issued}。"
            "原因在财政下达，不是本单位执行不力；请经主管部门催拨。"
        )
        yield _alert(keeper.book, LATE, since, (FUNDING, TREASURY), text)
    if (since := looks.since(looks.is_half_year_without)) is not None:
        text = (
            "到{threshold.arrival_last_month}末仍没有额度，全年已有{share.without_quota}的时间无钱可用。"
            "原因在财政下达；请由单位领导经主管部门催拨，并着手按月数调整绩效目标。"
        )
        yield _alert(keeper.book, HALF_YEAR, since, (FUNDING, TREASURY), text)
    if (since := looks.since(looks.is_short)) is not None:
        text = (
            "截至本月应到额度{clock.arrival.due}，已到{quota.issued}，只占{clock.arrival.share}；"
            "未下达{quota.unissued}。请经主管部门问明其余额度何时下达、是否追减，并着手调整绩效目标。"
        )
        yield _alert(keeper.book, SHORT, since, (FUNDING, TREASURY), text)


def _spending(keeper: Keeper, looks: Looks) -> Iterator[Alert]:
    if (since := looks.since(looks.is_slow)) is not None:
        text = (
            "可用资金已到，支出进度{clock.spending.share}，用款时间进度{clock.spending.elapsed}，"
            "落后{clock.spending.behind}。请查明原因，办理到期款项。"
        )
        yield _alert(keeper.book, SLOW, since, (OTHER, UNIT), text)
    yield from _overdue(keeper, looks)
    if (since := looks.since_month_end(_is_low)) is not None:
        # Were all that is expected spent, would it be enough? If not, the unit alone can not mend it.
        blame = (FUNDING, TREASURY) if _below(keeper, "forecast.limit_share") else (OTHER, UNIT)
        text = (
            "按目前进度，全年预计净拨付{forecast.paid}，预算执行率{forecast.execution}，"
            "低于{threshold.execution_share}；预计不能到位的资金{forecast.missing}。"
        )
        yield _alert(keeper.book, LOW_EXECUTION, since, blame, text)


def _is_low(keeper: Keeper) -> bool:
    return _below(keeper, "forecast.execution")


def _below(keeper: Keeper, name: str) -> bool:
    expected, bound = keeper.book[name].value, keeper.book["threshold.execution_share"].value
    return expected is not None and bound is not None and expected < bound


def _overdue(keeper: Keeper, looks: Looks) -> Iterator[Alert]:
    for event in looks.contracts():
        since = looks.since(partial(looks.is_overdue, event.id))
        if since is None:
            continue
        name = f"contract.{event.id}"
        state = next(one for one in keeper.ledger.commitments() if one.event.id == event.id)
        # Whose matter it is: whoever has the money, and has had it long enough, is to pay.
        is_unfunded = keeper.ledger.balance() < state.unpaid
        blame = (FUNDING, TREASURY) if is_unfunded or looks.is_money_new() else (RULES, UNIT)
        keeper.events(f"{name}.amount", "合同承诺", [event])
        keeper.events(f"{name}.paid", "合同已付", looks.paid_on(event.id), "refund")
        keeper.derived(f"{name}.unpaid", "合同到期未付", f"{{{name}.amount}} - {{{name}.paid}}")
        why = "可用资金不够支付。" if is_unfunded else "可用资金足够，请办理支付或说明原因。"
        label = looks.followed.purposes.get(event.purpose, event.purpose) or event.number or "未归入支出事项"
        text = f"“{{about}}”合同款到期未付{{{name}.unpaid}}，{why}"
        yield _alert(keeper.book, OVERDUE, since, blame, text, (event.id, label))


def _result(keeper: Keeper, looks: Looks, goal: Goal) -> Iterator[Alert]:
    name = f"goal.{goal.code}"
    if (since := looks.since(partial(looks.is_unfunded, goal))) is not None:
        paid = f"purpose.{goal.purpose}.paid"
        if paid not in keeper.book:
            keeper.events(paid, f"{goal.purpose}：净拨付", [])
        text = f"“{{about}}”要靠资金完成，所列支出事项净拨付{{{paid}}}，工作可能停顿。请安排资金或调整目标。"
        yield _alert(keeper.book, UNFUNDED, since, (FUNDING, looks.money_side()), text, goal)
    if not goal.is_followed:
        return
    if (since := looks.since(partial(looks.is_unmeasured, goal))) is not None:
        text = f"“{{about}}”目标为{{{name}.target}}，到{{threshold.unfunded_month}}末还没有测量，结果不明。"
        yield _alert(keeper.book, NOT_MEASURED, since, (RULES, UNIT), text, goal)
    if (since := looks.since_reading(goal)) is not None:
        lacks_money = goal.money_dependent and looks.lacks_money()
        blame = (FUNDING, looks.money_side()) if lacks_money else (OTHER, OPEN)
        text = (
            f"“{{about}}”目标{{{name}.target}}，目前{{{name}.actual}}，预计全年{{{name}.forecast}}，"
            f"只完成{{{name}.reached}}。请查明原因，采取措施。"
        )
        yield _alert(keeper.book, BEHIND, since, blame, text, goal)


def _alert(
    book: Mapping[str, Figure],
    code: str,
    since: date,
    blame: tuple[str, str],
    text: str,
    about: Goal | tuple[str, str] = ("", ""),
) -> Alert:
    names = tuple(name for name in dict.fromkeys(_NAMED.findall(text)) if name != ABOUT)
    _, severity, post = KINDS[code]
    of, subject = (about.code, about.label) if isinstance(about, Goal) else about
    if isinstance(about, Goal) and code != UNFUNDED:
        post = about.post
    printed = {ABOUT: subject} | {name: book[name].with_unit() for name in names}
    said = _NAMED.sub(lambda found: printed[found[1]], text)
    return Alert(code, severity, since, *blame, post, said, names, of, text, subject)


CERTAIN, POSSIBLE, IMPOSSIBLE = "certain", "possible", "impossible"
CHANCES: Mapping[str, str] = {CERTAIN: "确定能", POSSIBLE: "有可能", IMPOSSIBLE: "完全不可能"}
"""完成目标可能性, as the monitoring form words it."""


def chance(reached: Decimal | None, thresholds: Thresholds) -> str | None:
    """A suggestion for 完成目标可能性 out of the forecast in percent of the target; None where nothing is measured."""
    if reached is None:
        return None
    if reached >= 100:
        return CERTAIN
    return POSSIBLE if reached >= thresholds[t.POSSIBLE_FROM] else IMPOSSIBLE
