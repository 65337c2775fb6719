"""Balances and rates of a project's year as figures that can be made again: computed from events, never typed."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from huiliu.budget import events as e
from huiliu.budget.events import Event
from huiliu.budget.keeper import WAN, Keeper
from huiliu.budget.ledger import ledger_of
from huiliu.kernel.figures import FigureBook, Record
from huiliu.kernel.periods import month_of

UNASSIGNED = "unassigned"
"""Stands for the empty purpose code in a figure's id."""
NO_QUOTA = "一体化方式没有额度"


def money_figures(
    events: Iterable[Event],
    year: int,
    mode: str,
    today: date,
    *,
    unit: str = WAN,
    purposes: Mapping[str, str] | None = None,
) -> FigureBook:
    """Every figure of the year's money as it stood at the end of `today`, later events left out.

    `unit` is 万元 or 元; `purposes` gives labels by purpose code. In integrated mode figures of the quota are 不适用.
    """
    return money_kept(events, year, mode, today, unit=unit, purposes=purposes).book


def money_kept(
    events: Iterable[Event],
    year: int,
    mode: str,
    today: date,
    *,
    unit: str = WAN,
    purposes: Mapping[str, str] | None = None,
) -> Keeper:
    """The same, open for more figures."""
    ledger = ledger_of((event for event in events if event.on <= today), year, mode)
    keeper = Keeper(ledger, today, unit)
    _authority(keeper)
    _payments(keeper)
    _quota(keeper)
    _arrival(keeper)
    _rates(keeper)
    _purposes(keeper, purposes or {})
    _months(keeper)
    _close(keeper)
    return keeper


def _authority(keeper: Keeper) -> None:
    for name, kind, label in (
        ("authority.initial", e.INITIAL, "年初预算"),
        ("authority.added", e.ADD, "追加指标"),
        ("authority.cut", e.CUT, "追减指标"),
        ("authority.carried", e.CARRYOVER, "上年结转"),
    ):
        keeper.events(name, label, keeper.ledger.until(None, kind))
    expression = "{authority.initial} + {authority.added} + {authority.carried} - {authority.cut}"
    keeper.derived("authority.adjusted", "调整后预算", expression)


def _payments(keeper: Keeper) -> None:
    keeper.events("payment.gross", "拨付", keeper.ledger.until(None, e.PAYMENT))
    keeper.events("payment.refunded", "退款", keeper.ledger.until(None, e.REFUND))
    keeper.derived("payment.net", "净拨付", "{payment.gross} - {payment.refunded}")


def _quota(keeper: Keeper) -> None:
    if keeper.ledger.is_quota_mode:
        keeper.events("quota.issued", "下达额度", keeper.ledger.until(None, e.QUOTA))
    else:
        keeper.absent("quota.issued", "下达额度", NO_QUOTA)
    keeper.derived("quota.unissued", "未下达额度", "{authority.adjusted} - {quota.issued}")
    keeper.derived("balance.authority", "指标结余", "{authority.adjusted} - {payment.net}")
    keeper.derived("balance.quota", "额度结余", "{quota.issued} - {payment.net}")


def _arrival(keeper: Keeper) -> None:
    year = keeper.ledger.year
    days = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    keeper.number("year.days", "全年天数", Record(f"year:{year}", f"{year} 年", Decimal(days)), "天")
    for name, label, record, unit in (
        ("quota.expected_day", "额度应到日（当年第几天）", expected_arrival(keeper), "天"),
        ("quota.first_day", "额度首次到账日（当年第几天）", _first(keeper, counted=False), "天"),
        ("quota.counted_day", "额度到账日，未到账的算到今天之后一天（当年第几天）", _first(keeper, counted=True), "天"),
        ("quota.counted_month", "额度到账月份，未到账的算到今天之后一天", _first_month(keeper), "月"),
    ):
        keeper.number(name, label, record, unit)
    keeper.derived("quota.late_days", "额度迟到天数", "max({quota.counted_day} - {quota.expected_day}, 0)", "天", 0)
    keeper.derived("months.left", "额度到账后当年剩余月数（含当月）", "13 - {quota.counted_month}", "个月", 0)
    share = "({quota.counted_day} - 1) / {year.days} * 100"
    keeper.derived("share.without_quota", "全年没有额度的时间占比", share, "%")


def expected_arrival(keeper: Keeper) -> Record:
    """The first day of the first month that has a plan, else the day the authority was given."""
    ledger = keeper.ledger
    if not ledger.is_quota_mode:
        return Record("funds.none", NO_QUOTA, None)
    plans = [(month, plan) for month, plan in ledger.plans().items() if plan.amount]
    if plans:
        month, plan = min(plans)
        return _on_day(plan, date(ledger.year, month % 100, 1), "首个用款计划月份的首日")
    given = next(ledger.until(None, e.INITIAL, e.CARRYOVER, e.ADD), None)
    if given is None:
        return Record("funds.none", "没有用款计划和指标", None)
    return _on_day(given, given.on, "没有用款计划，按指标下达日")


def _first(keeper: Keeper, *, counted: bool) -> Record:
    """The day of the first quota; where none has come: none, or (counted) the day after today."""
    if not keeper.ledger.is_quota_mode:
        return Record("funds.none", NO_QUOTA, None)
    first = first_quota(keeper)
    if first is not None:
        return _on_day(first, first.on, "额度首次到账")
    if not counted:
        return Record("funds.none", "额度尚未到账", None)
    end = day_after(keeper)
    number = (end - date(keeper.ledger.year, 1, 1)).days + 1
    return Record("today", f"额度尚未到账，算到 {end - timedelta(1)}", Decimal(number))


def _first_month(keeper: Keeper) -> Record:
    day = _first(keeper, counted=True)
    if day.value is None:
        return day
    on = date(keeper.ledger.year, 1, 1) + timedelta(int(day.value) - 1)
    return Record(day.id, day.label, Decimal(on.month if on.year == keeper.ledger.year else 13))


def first_quota(keeper: Keeper) -> Event | None:
    """The first quota issued by today."""
    return next((event for event in keeper.ledger.until(None, e.QUOTA) if event.amount > 0), None)


def day_after(keeper: Keeper) -> date:
    """The day after today, within the year and the first day after it."""
    first, last = date(keeper.ledger.year, 1, 1), date(keeper.ledger.year, 12, 31)
    return max(min(keeper.today, last) + timedelta(1), first)


def _on_day(event: Event, day: date, note: str) -> Record:
    number = Decimal((day - date(day.year, 1, 1)).days + 1)
    return Record(f"funds.event:{event.id}", f"{event.on} {event.label}，{note} {day}", number)


def _rates(keeper: Keeper) -> None:
    for name, label, part, whole in (
        ("rate.execution", "预算执行率", "payment.net", "authority.adjusted"),
        ("rate.spending", "额度支出率", "payment.net", "quota.issued"),
        ("rate.issued", "额度下达率", "quota.issued", "authority.adjusted"),
    ):
        keeper.derived(name, label, f"{{{part}}} / {{{whole}}} * 100", "%")


def _purposes(keeper: Keeper, labels: Mapping[str, str]) -> None:
    ledger = keeper.ledger
    paid: dict[str, list[Event]] = {}
    committed: dict[str, list[Event]] = {}
    for event in ledger.until(None, e.PAYMENT, e.REFUND):
        paid.setdefault(ledger.purpose_of(event), []).append(event)
    for event in ledger.until(None, e.COMMITMENT):
        committed.setdefault(event.purpose, []).append(event)
    for code in sorted({*labels, *paid, *committed}):
        said = labels.get(code, code) or "未归入支出事项"
        keeper.events(f"purpose.{code or UNASSIGNED}.paid", f"{said}：净拨付", paid.get(code, []), e.REFUND)
        keeper.events(f"purpose.{code or UNASSIGNED}.committed", f"{said}：合同承诺", committed.get(code, []))


def _months(keeper: Keeper) -> None:
    """Every month that has begun by today, those without a payment too."""
    paid: dict[int, list[Event]] = {}
    for event in keeper.ledger.until(None, e.PAYMENT, e.REFUND):
        paid.setdefault(month_of(event.on), []).append(event)
    for month in months_begun(keeper):
        label = f"{month // 100} 年 {month % 100} 月净拨付"
        keeper.events(f"month.{month}.paid", label, paid.get(month, []), e.REFUND)


def months_begun(keeper: Keeper) -> list[int]:
    """The year's months up to that of today, YYYYMM."""
    year = keeper.ledger.year
    return [month for month in range(year * 100 + 1, year * 100 + 13) if month <= month_of(keeper.today)]


def _close(keeper: Keeper) -> None:
    close = keeper.ledger.close
    if close is not None:
        keeper.events("close.carried", "结转下年", [close])
        keeper.derived("close.lapsed", "收回注销", "{balance.authority} - {close.carried}")
