"""Timeliness of spending (资金支出及时率) by three named formulas; none is official, the target form chooses."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.folding import Fold
from huiliu.budget.keeper import WAN, Keeper
from huiliu.budget.rates import NO_QUOTA, first_quota, money_kept, months_begun
from huiliu.kernel.figures import FigureBook
from huiliu.kernel.periods import month_of

DUE, PLAN, QUOTA = "due", "plan", "quota"
FORMULAS: Mapping[str, str] = {
    DUE: "应付期限内支付的金额 / 当年到期应付的金额",
    PLAN: "各月按用款计划内支付的金额 / 各月用款计划",
    QUOTA: "额度到账后规定天数内支付的金额 / 下达额度",
}
"""Each is the figure `timeliness.NAME`; the first two have `timeliness.NAME_shifted` too."""


@dataclass(frozen=True)
class Due:
    """Money that falls due on a day: a request, or what no request has asked of a commitment."""

    event: Event
    amount: int
    on: date
    payments: tuple[tuple[date, int], ...]

    def on_time(self, until: date) -> int:
        """What was paid by the day (what came back since is not), at most what was due."""
        return min(sum(amount for day, amount in self.payments if day <= until), self.amount)


def timeliness_figures(
    events: Iterable[Event], year: int, mode: str, today: date, within: int, *, unit: str = WAN
) -> FigureBook:
    """The figures of `money_figures` and the three formulas, as of the end of `today`; `within` is N in days.

    (a) due: paid on or before due / due in the year by today. (b) plan: Σ min(paid, planned) of each month / Σ
    planned, months begun. (c) quota: paid within N days of each arrival (first in, first out) / quota of which the N
    days are over.

    Shifted: where the quota came after a due date, it is due N days after the quota, at most at the year's end; plans
    of months before count for the month N days after the quota. In integrated mode the authority stands for the quota
    in (a) and (b), and (c) is 不适用.
    """
    keeper = money_kept(events, year, mode, today, unit=unit)
    _due(keeper, within)
    _plan(keeper, within)
    _quota(keeper, within)
    return keeper.book


def dues(ledger: Fold) -> list[Due]:
    """All that falls due: requests that have a day (their own or their contract's), and the rest of each commitment."""
    found = []
    for state in ledger.requests():
        if state.due is not None and state.held > 0:
            found.append(Due(state.event, state.held, state.due, _payments(ledger, state.event)))
    for contract in ledger.commitments():
        rest, due = contract.event.amount - contract.requested, contract.event.due
        if due is not None and rest > 0:
            found.append(Due(contract.event, rest, due, ()))
    return found


def _payments(ledger: Fold, request: Event) -> tuple[tuple[date, int], ...]:
    paid = (event for event in ledger.moves_of(request.id) if event.kind == e.PAYMENT)
    return tuple((event.on, event.amount - _refunded(ledger, event)) for event in paid)


def _refunded(ledger: Fold, payment: Event) -> int:
    return sum(event.amount for event in ledger.following(payment.id) if event.kind == e.REFUND)


def _due(keeper: Keeper, within: int) -> None:
    all_dues = dues(keeper.ledger)
    in_year = [(one, one.on) for one in all_dues if one.on.year == keeper.ledger.year]
    _due_pair(keeper, "due", "按期支付", in_year)
    shifted = [(one, _shifted(keeper, one.on, within)) for one in all_dues]
    _due_pair(keeper, "due_shifted", "按期支付（期限顺延）", [(one, on) for one, on in shifted if on is not None])


def _due_pair(keeper: Keeper, name: str, label: str, found: list[tuple[Due, date]]) -> None:
    counted = [(one, on) for one, on in found if on <= keeper.today and on.year <= keeper.ledger.year]
    base = f"timeliness.{name}"
    whole = (keeper.record(one.event, one.amount, f"应付日期 {on}") for one, on in counted)
    keeper.total(f"{base}.amount", f"{label}：到期应付", whole)
    met = (keeper.record(one.event, one.on_time(on), f"应付日期 {on}，期限内支付") for one, on in counted)
    keeper.total(f"{base}.met", f"{label}：期限内支付", met)
    keeper.derived(base, f"{label}率", f"{{{base}.met}} / {{{base}.amount}} * 100", "%")


def _arrived(keeper: Keeper) -> date | None:
    """The day there was money: the first quota, or in integrated mode the first authority."""
    if keeper.ledger.is_quota_mode:
        first = first_quota(keeper)
    else:
        first = next(keeper.ledger.until(None, e.INITIAL, e.ADD, e.CARRYOVER), None)
    return None if first is None else first.on


def _shifted(keeper: Keeper, due: date, within: int) -> date | None:
    """The due date, N days after the money where that came later, at most the year's end; None before it came."""
    arrived = _arrived(keeper)
    if arrived is None or arrived <= due:
        return None if arrived is None else due
    return min(arrived + timedelta(within), date(keeper.ledger.year, 12, 31))


def _plan(keeper: Keeper, within: int) -> None:
    plans = keeper.ledger.plans()
    planned = {month: [plans[month]] if month in plans else [] for month in months_begun(keeper)}
    for month, events in planned.items():
        keeper.events(f"month.{month}.planned", f"{month // 100} 年 {month % 100} 月用款计划", events)
    _plan_rate(keeper, "plan", "按计划支付", [f"month.{month}.planned" for month in planned])
    names = list(_moved(keeper, list(planned), within))
    if names or not planned:
        _plan_rate(keeper, "plan_shifted", "按计划支付（计划顺延）", names)
    else:
        keeper.absent("timeliness.plan_shifted", "按计划支付（计划顺延）率", "资金尚未到账", "%")


def _moved(keeper: Keeper, months: list[int], within: int) -> Iterator[str]:
    """Plans of months before the money came are added to that of the month N days after it; one figure a month."""
    arrived = _arrived(keeper)
    if arrived is None:
        return
    target = month_of(min(arrived + timedelta(within), date(keeper.ledger.year, 12, 31)))
    for month in months:
        late = [earlier for earlier in months if earlier < month_of(arrived)] if month == target else []
        kept = [month] if month >= month_of(arrived) else []
        name, label = f"month.{month}.planned_shifted", f"{month // 100} 年 {month % 100} 月用款计划（顺延后）"
        expression = " + ".join(f"{{month.{one}.planned}}" for one in (*late, *kept)) or "0"
        keeper.derived(name, label, expression)
        yield name


def _plan_rate(keeper: Keeper, name: str, label: str, planned: list[str]) -> None:
    base = f"timeliness.{name}"
    paid = [f"month.{one.split('.')[1]}.paid" for one in planned]
    # A month in which more came back than was paid has met nothing of its plan.
    met = " + ".join(f"max(min({{{a}}}, {{{b}}}), 0)" for a, b in zip(paid, planned, strict=True)) or "0"
    keeper.derived(f"{base}.met", f"{label}：计划内支付", met)
    keeper.derived(f"{base}.amount", f"{label}：用款计划", " + ".join(f"{{{one}}}" for one in planned) or "0")
    keeper.derived(base, f"{label}率", f"{{{base}.met}} / {{{base}.amount}} * 100", "%")


def _quota(keeper: Keeper, within: int) -> None:
    base, label = "timeliness.quota", "额度到账后及时支付"
    if not keeper.ledger.is_quota_mode:
        keeper.absent(base, f"{label}率", NO_QUOTA, "%")
        return
    whole, met = [], []
    for event, amount, paid, end in _issues(keeper.ledger, within):
        if end <= keeper.today:
            whole.append(keeper.record(event, amount, f"支付期限 {end}"))
            met.append(keeper.record(event, paid, f"支付期限 {end}，期限内支付"))
    keeper.total(f"{base}.amount", f"{label}：下达额度", whole)
    keeper.total(f"{base}.met", f"{label}：{within} 天内支付", met)
    keeper.derived(base, f"{label}率", f"{{{base}.met}} / {{{base}.amount}} * 100", "%")


def _issues(ledger: Fold, within: int) -> Iterator[tuple[Event, int, int, date]]:
    """Each arrival: its event, what of it was not withdrawn later, what was paid of it in N days, their last day."""
    before = 0
    for event, amount in _standing(ledger):
        end = min(event.on + timedelta(within), date(ledger.year, 12, 31))
        yield event, amount, max(min(_paid_by(ledger, end) - before, amount), 0), end
        before += amount


def _standing(ledger: Fold) -> list[tuple[Event, int]]:
    """Arrivals by day with what was left of them: a withdrawal takes of the latest one before it first."""
    found: list[tuple[Event, int]] = []
    for event in sorted(ledger.until(None, e.QUOTA), key=lambda event: (event.on, event.amount < 0)):
        if event.amount > 0:
            found.append((event, event.amount))
            continue
        rest = -event.amount
        for at in range(len(found) - 1, -1, -1):
            taken = min(rest, found[at][1])
            found[at] = (found[at][0], found[at][1] - taken)
            rest -= taken
    return [(event, amount) for event, amount in found if amount]


def _paid_by(ledger: Fold, end: date) -> int:
    """Paid by a day, less what came back of it since."""
    return sum(event.amount - _refunded(ledger, event) for event in ledger.until(end, e.PAYMENT))
