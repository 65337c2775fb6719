"""Contributions and payments month by month: what a clerk reads instead of three hundred rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month, months_add
from huiliu.web.timeline import STATES, Month, Timeline, timeline

Row = Mapping[str, Any]
# Old-age schemes exclude each other in one month (社会保险经办条例第十二、十三条; R09 of the rule list).
PENSION_SCHEMES = frozenset({"110", "120", "170"})
# Residents pay by the year: one payment covers its calendar year, and months also paid in an employees' scheme overlap
# (人社部发〔2014〕17号第六条 counts the overlap by month).
ANNUAL_SCHEMES = frozenset({"170"})
REFUND = "20"  # AAA115 退收: takes back, so it is neither a second payment nor arrears
PAY_STATES = {"0": "waiting", "1": "done", "2": "failed", "3": "written_off"}
COVERED = "covered"
WORST_FIRST = ("failed", "waiting", "written_off", "done")


@dataclass(frozen=True)
class Scheme:
    """One scheme's months by YYYYMM, with the figures a clerk asks for first."""

    code: str
    months: Mapping[int, Month]
    name: str = ""

    @property
    def drawn(self) -> Timeline:
        """Rows of twelve cells, newest year first."""
        return timeline("", self.months)

    @property
    def total(self) -> Decimal:
        """Yuan over all months; a month without money counts nothing."""
        return sum((month.amount for month in self.months.values() if month.amount is not None), Decimal(0))

    @property
    def tallies(self) -> tuple[tuple[str, int], ...]:
        """Word and number of months of every state that occurs, in the legend's order."""
        counts = Counter(month.state for month in self.months.values())
        return tuple((state.word, counts[name]) for name, state in STATES.items() if counts[name])


def contribution_timelines(rows: Iterable[Row], until: Mapping[str, int] | None = None) -> list[Scheme]:
    """One timeline a scheme; `until` extends one that is still being paid to that month, so a silent stop shows."""
    schemes = _by_month(_spread(rows), "due_month")
    pension = _pension_months(schemes)
    return [
        Scheme(code, _contribution_months(months, _last(code, until or {}), pension.get(code, {})))
        for code, months in sorted(schemes.items())
    ]


def payment_timelines(rows: Iterable[Row]) -> list[Scheme]:
    """One timeline a scheme of what was paid for each benefit month; the worst state of a month is the one shown."""
    return [
        Scheme(code, {month: _payment(month, lines) for month, lines in months.items()})
        for code, months in sorted(_by_month(rows, "benefit_month").items())
    ]


def _spread(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows as they are; of a yearly scheme also eleven rows without money for the other months of the year."""
    for row in rows:
        yield row
        if row["insurance_type"] in ANNUAL_SCHEMES and not _is_refund(row):
            year = row["due_month"] // 100 * 100
            months = (year + number for number in range(1, 13))
            yield from ({**row, "due_month": m, COVERED: True} for m in months if m != row["due_month"])


def _last(scheme: str, until: Mapping[str, int]) -> int | None:
    """A year that is not over yet may still be paid, so a yearly scheme is not missing before December."""
    month = until.get(scheme)
    return month // 100 * 100 - 88 if month and scheme in ANNUAL_SCHEMES else month


def _by_month(rows: Iterable[Row], period: str) -> dict[str, dict[int, list[Row]]]:
    found: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["insurance_type"]][row[period]].append(row)
    return found


def _pension_months(schemes: Mapping[str, Mapping[int, Sequence[Row]]]) -> dict[str, Mapping[int, int]]:
    """By old-age scheme: its months, and in how many old-age schemes each was really paid."""
    counts: dict[int, int] = defaultdict(int)
    present = PENSION_SCHEMES & set(schemes)
    for code in present:
        for month, rows in schemes[code].items():
            counts[month] += any(not _is_refund(row) for row in rows)
    return dict.fromkeys(present, counts)


def _contribution_months(
    months: Mapping[int, Sequence[Row]], until: int | None, pension: Mapping[int, int]
) -> dict[int, Month]:
    month, last = min(months), max([*months, until or 0])
    found = {}
    while month <= last:
        rows = months.get(month)
        found[month] = _contribution(month, rows, pension.get(month, 0)) if rows else Month(month, "gap")
        month = months_add(month, 1)
    return found


def _contribution(month: int, rows: Sequence[Row], pension_schemes: int) -> Month:
    """A month that a yearly payment covers has no amount of its own."""
    state = _contribution_state(rows, pension_schemes)
    own = [row for row in rows if COVERED not in row]
    amount = sum((Decimal(row["person_paid"] or 0) for row in own), Decimal(0)) if own else None
    return Month(month, state, amount, detail="；".join(_contribution_line(row) for row in rows))


def _contribution_state(rows: Sequence[Row], pension_schemes: int) -> str:
    payments = [row for row in rows if not _is_refund(row)]
    on_time = [row for row in payments if not _is_back_paid(row)]
    if not payments:
        return "refund"
    if pension_schemes > 1 or len(on_time) > 1 or len({row["unit_no"] for row in payments}) > 1:
        return "overlap"
    if any(_is_arrears(row) for row in payments):
        return "arrears"
    return "paid" if on_time else "late"


def _is_refund(row: Row) -> bool:
    return bool(row["due_type"] == REFUND)


def _is_back_paid(row: Row) -> bool:
    """Settled in a later month than it was due, of a yearly scheme in a later year.

    The type code (AAA115) differs by province, the months do not.
    """
    unit = 100 if row["insurance_type"] in ANNUAL_SCHEMES else 1
    return bool(row["settled_month"] and row["settled_month"] // unit > row["due_month"] // unit)


def _is_arrears(row: Row) -> bool:
    """The feed's own flag if it gives one, else the amounts."""
    if row["in_full"] in ("0", "1"):
        return bool(row["in_full"] == "0")
    return Decimal(row["person_paid"] or 0) < Decimal(row["person_due"] or 0)


def owed(row: Row) -> Decimal | None:
    """The person's own part that did not arrive; None where nothing is in arrears."""
    if _is_refund(row) or not _is_arrears(row):
        return None
    return max(Decimal(row["person_due"] or 0) - Decimal(row["person_paid"] or 0), Decimal(0))


def _contribution_line(row: Row) -> str:
    if COVERED in row:
        return "按年缴费，金额列在应缴月份"
    parts = [f"个人应缴 {_yuan(row['person_due'])}", f"实缴 {_yuan(row['person_paid'])}"]
    parts += [f"单位应缴 {_yuan(row['unit_due'])}"] if row["unit_due"] else []
    parts += [f"财政 {_yuan(row['subsidy'])}"] if row["subsidy"] else []
    parts += [f"{format_month(row['settled_month'])} 结算"] if _is_back_paid(row) else []
    return " ".join(parts)


def _payment(month: int, rows: Sequence[Row]) -> Month:
    """The amount is what was really paid; what failed or waits stands in the detail only."""
    states = {_pay_state(row) for row in rows}
    amount = sum((Decimal(row["amount"]) for row in rows if _pay_state(row) == "done"), Decimal(0))
    taken_back = states == {"done"} and amount <= 0
    state = "refund" if taken_back else next(state for state in WORST_FIRST if state in states)
    return Month(month, state, amount, detail="；".join(_payment_line(row) for row in rows))


def _pay_state(row: Row) -> str:
    return PAY_STATES.get(row["pay_state"], "waiting")


def _payment_line(row: Row) -> str:
    paid = f" {format_month(row['paid_month'])} 实付" if row["paid_month"] else ""
    return f"{STATES[_pay_state(row)].word} {_yuan(row['amount'])}{paid}"


def _yuan(value: Decimal | None) -> str:
    return "未填" if value is None else f"{format_yuan(Decimal(value))} 元"
