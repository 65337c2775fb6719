"""Twelve cells a year: contributions or payments at a glance, each month with a state, a word and an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month


@dataclass(frozen=True)
class State:
    """What a month can be: its word, one sign that stands for it without colour, and its CSS class."""

    word: str
    sign: str
    css: str


STATES: dict[str, State] = {
    "paid": State("正常", "●", "paid"),
    "late": State("补缴", "◐", "late"),
    "arrears": State("欠缴", "△", "arrears"),
    "gap": State("中断", "○", "gap"),
    "overlap": State("重叠", "◆", "overlap"),
    "refund": State("退收", "−", "late"),
    "done": State("已支付", "●", "paid"),
    "failed": State("支付失败", "✕", "overlap"),
    "waiting": State("待支付", "…", "arrears"),
    "written_off": State("已核销", "–", "none"),
    "none": State("无记录", "", "none"),
}


@dataclass(frozen=True)
class Month:
    """One month: YYYYMM, a key of STATES, and the amount in yuan if there was one; `word` replaces the state's.

    `detail` is said after the amount: how it came about, line by line.
    """

    month: int
    state: str
    amount: Decimal | None = None
    word: str = ""
    detail: str = ""

    @property
    def shown(self) -> State:
        """Sign and class of the state."""
        return STATES[self.state]

    @property
    def text(self) -> str:
        """What hover, keyboard and screen readers say."""
        amount = "" if self.amount is None else f" {format_yuan(self.amount)} 元"
        detail = f"（{self.detail}）" if self.detail else ""
        return f"{format_month(self.month)} {self.word or self.shown.word}{amount}{detail}"


@dataclass(frozen=True)
class Year:
    """One row: twelve months from January, None where the timeline has not begun or has ended."""

    year: int
    months: tuple[Month | None, ...]

    @property
    def total(self) -> Decimal | None:
        """Sum of the year's amounts in yuan; None if no month has one."""
        amounts = [month.amount for month in self.months if month and month.amount is not None]
        return sum(amounts, Decimal(0)) if amounts else None


@dataclass(frozen=True)
class Timeline:
    """All years, newest first, with the legend of the states that occur."""

    label: str
    years: tuple[Year, ...]
    legend: tuple[State, ...]


def timeline(label: str, months: Mapping[int, Month]) -> Timeline:
    """Rows for every year from the first to the last month given; months between them without a record are none."""
    if not months:
        return Timeline(label, (), ())
    first, last = min(months), max(months)
    years = tuple(
        Year(year, tuple(_month(months, year * 100 + number, first, last) for number in range(1, 13)))
        for year in range(last // 100, first // 100 - 1, -1)
    )
    found = {month.state for year in years for month in year.months if month}
    return Timeline(label, years, tuple(state for name, state in STATES.items() if name in found))


def _month(months: Mapping[int, Month], month: int, first: int, last: int) -> Month | None:
    if month in months:
        return months[month]
    return Month(month, "none") if first < month < last else None
