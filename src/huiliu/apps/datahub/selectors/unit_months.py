"""A unit month by month: heads, what was due, paid and is in arrears, as the unit's own settlements say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from huiliu.apps.datahub.selectors.timeline import REFUND, Scheme
from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month, months_add
from huiliu.web import tables as web
from huiliu.web.timeline import Month

Row = Mapping[str, Any]
SHOWN = 36  # months of the table on the page; the timelines show all


@dataclass(frozen=True)
class UnitMonth:
    """One month over all schemes within reach; None where the library does not say."""

    month: int
    people: int | None
    due: Decimal | None = None
    paid: Decimal | None = None
    arrears: Decimal | None = None
    late_fee: Decimal | None = None


def months_of(rows: Iterable[Row], people: Mapping[int, int]) -> list[UnitMonth]:
    """Newest month first, from the unit's settlements and the number of its persons by month."""
    held: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        held[row["due_month"]].append(row)
    return [_month(month, held.get(month, []), people) for month in sorted(held.keys() | people.keys(), reverse=True)]


def _month(month: int, rows: Sequence[Row], people: Mapping[int, int]) -> UnitMonth:
    if not rows:
        return UnitMonth(month, people.get(month))
    return UnitMonth(
        month,
        people.get(month),
        _sum(due_of(row) for row in rows if not _is_refund(row)),
        _sum(paid_of(row) for row in rows),
        _sum(arrears_of(row) for row in rows),
        _sum(row["late_fee"] for row in rows),
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """None as soon as one amount is not known, for a sum without it would be wrong."""
    known = list(amounts)
    return None if None in known else sum((amount for amount in known if amount), Decimal(0))


def due_of(row: Row) -> Decimal:
    """What unit and persons owe by this settlement."""
    return Decimal(row["unit_due"] or 0) + Decimal(row["person_due"] or 0)


def paid_of(row: Row) -> Decimal | None:
    """What arrived; where only the flag of full payment is delivered, that is what was due."""
    if row["unit_paid"] is None and row["person_paid"] is None:
        return due_of(row) if row["in_full"] == "1" else None
    return Decimal(row["unit_paid"] or 0) + Decimal(row["person_paid"] or 0)


def arrears_of(row: Row) -> Decimal | None:
    """What is still owed; None if the library does not say what was paid."""
    if _is_refund(row) or row["in_full"] == "1":
        return Decimal(0)
    paid = paid_of(row)
    return None if paid is None else max(due_of(row) - paid, Decimal(0))


def _is_refund(row: Row) -> bool:
    return bool(row["due_type"] == REFUND)


def unit_timelines(rows: Iterable[Row], until: int | None) -> list[Scheme]:
    """One timeline a scheme of what arrived for each month; a unit that still pays is drawn up to `until`."""
    schemes: defaultdict[str, defaultdict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        schemes[row["insurance_type"]][row["due_month"]].append(row)
    return [Scheme(code, _drawn(months, until)) for code, months in sorted(schemes.items())]


def _drawn(months: Mapping[int, Sequence[Row]], until: int | None) -> dict[int, Month]:
    found: dict[int, Month] = {}
    month, last = min(months), max(*months, until or 0)
    while month <= last:
        found[month] = _cell(month, months[month]) if month in months else Month(month, "gap")
        month = months_add(month, 1)
    return found


def _cell(month: int, rows: Sequence[Row]) -> Month:
    paid = _sum(paid_of(row) for row in rows)
    state = _state(rows)
    word = "实缴未填" if state == "none" else ""
    return Month(month, state, paid, word, "；".join(_line(row) for row in rows))


def _state(rows: Sequence[Row]) -> str:
    """The worst of a month; `none` where nobody says whether it was paid."""
    bills = [row for row in rows if not _is_refund(row)]
    owed = [arrears_of(row) for row in bills]
    if not bills:
        return "refund"
    if any(owed):
        return "arrears"
    if None in owed:
        return "none"
    on_time = any(not row["settled_month"] or row["settled_month"] <= row["due_month"] for row in bills)
    return "paid" if on_time else "late"


def _line(row: Row) -> str:
    heads = f"{row['heads']} 人 " if row["heads"] is not None else ""
    paid = paid_of(row)
    told = "实缴未填" if paid is None else f"实缴 {format_yuan(paid)} 元"
    late = row["settled_month"] and row["settled_month"] > row["due_month"]
    settled = f" {format_month(row['settled_month'])} 结算" if late else ""
    return f"{heads}应缴 {format_yuan(due_of(row))} 元 {told}{settled}"


MONTH_COLUMNS = (
    web.Column("month", "月份", "month"),
    web.Column("people", "缴费人数", "int", missing="无明细"),
    web.Column("due", "应缴（元）", "money", missing="无记录"),
    web.Column("paid", "实缴（元）", "money", missing="无记录"),
    web.Column("arrears", "欠缴（元）", "money", missing="无记录"),
    web.Column("late_fee", "滞纳金（元）", "money", missing="无记录", optional=True),
)


def months_table(months: Sequence[UnitMonth]) -> web.Table:
    """The newest months; one with arrears is marked."""
    rows = [_month_row(month) for month in months[:SHOWN]]
    caption = f"最近 {SHOWN} 个月" if len(months) > SHOWN else ""
    return web.Table(MONTH_COLUMNS, rows, "没有按月的记录", "库中没有此单位的单位缴费和人员缴费明细。", caption=caption)


def _month_row(month: UnitMonth) -> dict[str, Any]:
    arrears: Any = web.Cell(month.arrears, state="fail") if month.arrears else month.arrears
    return {**vars(month), "arrears": arrears}


@dataclass(frozen=True)
class Bar:
    """One bar of the headcount: `width` of 100 for the largest."""

    month: int
    people: int
    width: int


def bars(months: Sequence[UnitMonth]) -> list[Bar]:
    """Headcount of the newest twenty-four months that have one, newest first."""
    known = [(month.month, month.people) for month in months if month.people is not None][:24]
    most = max((people for _, people in known), default=0)
    return [Bar(month, people, round(100 * people / most) if most else 0) for month, people in known]
