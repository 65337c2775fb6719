"""Contributions and payments as years of twelve cells: what a clerk reads instead of three hundred rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from huiliu.kernel.periods import format_month, months_add

Row = Mapping[str, Any]
# Old-age schemes exclude each other in one month (社会保险经办条例第十二、十三条; rule R09 of the catalogue).
PENSION_SCHEMES = frozenset({"110", "120", "170"})
REFUND = "20"  # AAA115 退收: takes back, so it is neither a second payment nor arrears
STATE_WORDS = {
    "paid": "足额到账",
    "arrears": "欠费",
    "gap": "中断",
    "overlap": "重复",
    "back": "补缴",
    "refund": "退收",
    "done": "已支付",
    "failed": "支付失败",
    "waiting": "待支付",
    "written_off": "已核销",
}
PAY_STATES = {"0": "waiting", "1": "done", "2": "failed", "3": "written_off"}
PAY_ORDER = ("failed", "waiting", "written_off", "done")


@dataclass(frozen=True)
class MonthCell:
    """One month; `state` is empty outside the insured span. `detail` lines are read out on hover and focus."""

    month: int
    state: str = ""
    amount: Decimal | None = None
    detail: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The state in one word, so that colour is never the only sign."""
        return STATE_WORDS.get(self.state, "")

    @property
    def spoken(self) -> str:
        """The whole cell in one sentence for the tool tip and for a screen reader."""
        return " · ".join((format_month(self.month), self.word or "无记录", *self.detail))


@dataclass(frozen=True)
class YearRow:
    """One calendar year: twelve cells and the sum of their amounts in yuan."""

    year: int
    cells: tuple[MonthCell, ...]

    @property
    def total(self) -> Decimal:
        """Sum of the year's amounts, months without one left out."""
        return sum((cell.amount for cell in self.cells if cell.amount is not None), Decimal(0))

    @property
    def count(self) -> int:
        """Months of the year in which money moved."""
        return sum(1 for cell in self.cells if cell.amount is not None)


@dataclass(frozen=True)
class Timeline:
    """One scheme's years, newest first, with months counted by state."""

    scheme: str
    years: tuple[YearRow, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """Sum over all years in yuan."""
        return sum((year.total for year in self.years), Decimal(0))

    @property
    def tallies(self) -> tuple[tuple[str, str, int], ...]:
        """State, word and months, only those that occur, in the order of the legend."""
        return tuple((state, word, self.counts[state]) for state, word in STATE_WORDS.items() if self.counts.get(state))


def contribution_timelines(rows: Iterable[Row], until: Mapping[str, int] | None = None) -> list[Timeline]:
    """One timeline a scheme; `until` extends a scheme that is still being paid to that month, so a silent stop shows."""
    by_scheme: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_scheme[row["insurance_type"]][row["due_month"]].append(row)
    pension = _pension_months(by_scheme)
    return [
        _timeline(scheme, _contribution_cells(months, (until or {}).get(scheme), pension.get(scheme, {})))
        for scheme, months in sorted(by_scheme.items())
    ]


def payment_timelines(rows: Iterable[Row]) -> list[Timeline]:
    """One timeline a scheme of what was paid for each benefit month; the worst state of a month is the one shown."""
    by_scheme: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_scheme[row["insurance_type"]][row["benefit_month"]].append(row)
    return [
        _timeline(scheme, {month: _payment_cell(month, lines) for month, lines in months.items()})
        for scheme, months in sorted(by_scheme.items())
    ]


def _pension_months(by_scheme: Mapping[str, Mapping[int, Sequence[Row]]]) -> dict[str, dict[int, int]]:
    """By old-age scheme: its months, and in how many old-age schemes each was really paid."""
    seen: dict[int, int] = defaultdict(int)
    schemes = PENSION_SCHEMES & set(by_scheme)
    for scheme in schemes:
        for month, rows in by_scheme[scheme].items():
            seen[month] += any(not _is_refund(row) for row in rows)
    return dict.fromkeys(schemes, seen)


def _contribution_cells(
    months: Mapping[int, Sequence[Row]], until: int | None, pension: Mapping[int, int]
) -> dict[int, MonthCell]:
    month, last = min(months), max([*months, until or 0])
    cells = {}
    while month <= last:
        rows = months.get(month)
        cells[month] = _contribution_cell(month, rows, pension.get(month, 0)) if rows else MonthCell(month, "gap")
        month = months_add(month, 1)
    return cells


def _contribution_cell(month: int, rows: Sequence[Row], pension_schemes: int) -> MonthCell:
    amount = sum((_paid(row) for row in rows), Decimal(0))
    state = _contribution_state(month, rows, pension_schemes)
    return MonthCell(month, state, amount, tuple(_contribution_line(row) for row in rows))


def _contribution_state(month: int, rows: Sequence[Row], pension_schemes: int) -> str:
    payments = [row for row in rows if not _is_refund(row)]
    on_time = [row for row in payments if not _is_back_paid(row)]
    if not payments:
        return "refund"
    if pension_schemes > 1 or len(on_time) > 1 or len({row.get("unit_no") for row in payments}) > 1:
        return "overlap"
    if any(_is_arrears(row) for row in payments):
        return "arrears"
    return "paid" if on_time else "back"


def _is_refund(row: Row) -> bool:
    return row.get("due_type") == REFUND


def _is_back_paid(row: Row) -> bool:
    """Settled in a later month than it was due; the type code differs by province, the months do not."""
    return bool(row.get("settled_month")) and row["settled_month"] > row["due_month"]


def _is_arrears(row: Row) -> bool:
    """The feed's own flag if it gives one, else the amounts."""
    if row.get("in_full") in ("0", "1"):
        return row["in_full"] == "0"
    return (row.get("person_paid") or 0) < (row.get("person_due") or 0)


def _paid(row: Row) -> Decimal:
    return Decimal(row.get("person_paid") or 0)


def _contribution_line(row: Row) -> str:
    parts = [f"个人应缴 {_yuan(row.get('person_due'))} 实缴 {_yuan(row.get('person_paid'))}"]
    if row.get("unit_due"):
        parts.append(f"单位应缴 {_yuan(row['unit_due'])}")
    if row.get("subsidy"):
        parts.append(f"财政 {_yuan(row['subsidy'])}")
    if _is_back_paid(row):
        parts.append(f"{format_month(row['settled_month'])} 结算")
    return "，".join(parts)


def _payment_cell(month: int, rows: Sequence[Row]) -> MonthCell:
    states = {PAY_STATES.get(row.get("pay_state") or "", "waiting") for row in rows}
    amount = sum((Decimal(row["amount"]) for row in rows if row.get("pay_state") == "1"), Decimal(0))
    return MonthCell(month, next(s for s in PAY_ORDER if s in states), amount, tuple(_payment_line(r) for r in rows))


def _payment_line(row: Row) -> str:
    word = STATE_WORDS[PAY_STATES.get(row.get("pay_state") or "", "waiting")]
    paid = f"，{format_month(row['paid_month'])} 实付" if row.get("paid_month") else ""
    return f"{word} {_yuan(row['amount'])}{paid}"


def _yuan(value: Any) -> str:
    return "未填" if value is None else f"{Decimal(value):,.2f} 元"


def _timeline(scheme: str, cells: Mapping[int, MonthCell]) -> Timeline:
    counts: dict[str, int] = defaultdict(int)
    for cell in cells.values():
        counts[cell.state] += 1
    years = sorted({month // 100 for month in cells}, reverse=True)
    return Timeline(scheme, tuple(_year(year, cells) for year in years), dict(counts))


def _year(year: int, cells: Mapping[int, MonthCell]) -> YearRow:
    months = [year * 100 + number for number in range(1, 13)]
    return YearRow(year, tuple(cells.get(month) or MonthCell(month) for month in months))
