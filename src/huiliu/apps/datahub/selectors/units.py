"""One unit as the published snapshot knows it: identity, months, staff within reach, and every table about units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.display import catalog, masked_row
from huiliu.apps.datahub.selectors.identified import Figure, Identified
from huiliu.apps.datahub.selectors.library import Look, Source
from huiliu.apps.datahub.selectors.persons import SECTION_LIMIT, Section, masked_sight, scheme_name, table_rows
from huiliu.apps.datahub.selectors.reach import Reach
from huiliu.apps.datahub.selectors.staff import Staff, headcount, staff, staff_table
from huiliu.apps.datahub.selectors.timeline import Scheme
from huiliu.apps.datahub.selectors.unit_months import Bar, UnitMonth, bars, months_of, months_table, unit_timelines
from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month, month_of, months_add
from huiliu.web import tables as web

DRAWN_APART = frozenset({"unit", "unit_contribution"})  # identity and months; the rest is generic
STILL_PAYING = "1"  # AAB051 参保缴费


@dataclass(frozen=True)
class UnitPage(Identified):
    """All a page or an answer may show of one unit; `keys` are the address keys of the persons listed."""

    months: Sequence[UnitMonth]
    contributions: Sequence[Scheme]
    staff: Staff
    sections: Sequence[Section]
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn_months(self) -> web.Table:
        """Heads and money of the newest months."""
        return months_table(self.months)

    @property
    def bars(self) -> list[Bar]:
        """Headcount by month."""
        return bars(self.months)

    @property
    def figures(self) -> list[Figure]:
        """What a clerk asks first: how many people, and whether anything is owed."""
        staff = Figure("在册参保缴费", f"{self.staff.paying:,}", "人", "您的授权范围内")
        return [*_heads(self.months), staff, _owed(self.months)]

    @property
    def drawn_staff(self) -> web.Table:
        """One page of the staff list."""
        return staff_table(self.staff.lines, self.keys, self.past)

    @property
    def others(self) -> Sequence[Section]:
        """Every other table that has rows."""
        return [section for section in self.sections if section.rows]


def unit_page(
    seen: Look, key: str, unit_no: str, reach: Reach, scopes: Sequence[Scope], page: int = 1
) -> UnitPage | None:
    """Everything within reach about one unit, or None if the snapshot does not hold it.

    The unit's own rows by what reaches the unit; its persons, and how many they are, only by what reaches them.
    """
    tables = {table.name: table for table in catalog().tables.values() if table.subject == "unit_no"}
    held = {
        name: table_rows(seen.snap, table, unit_no, reach) if name in seen.snap.tables else []
        for name, table in tables.items()
    }
    if not held["unit"]:
        return None
    unit = held["unit"][0]
    settled = held["unit_contribution"]
    return UnitPage(
        key=key,
        source=seen.source,
        identity=masked_row(tables["unit"], unit),
        months=months_of(settled, headcount(seen, unit_no, scopes)),
        contributions=_named(unit_timelines(settled, _until(unit, seen.source))),
        staff=staff(seen, unit_no, scopes, page),
        sections=[_section(tables[name], rows) for name, rows in held.items() if name not in DRAWN_APART],
    )


def _heads(months: Sequence[UnitMonth]) -> list[Figure]:
    """The newest month with people, and the change against the month before."""
    known = [(month.month, month.people) for month in months if month.people is not None]
    if not known:
        return [Figure("缴费人数", "无明细")]
    (month, people), before = known[0], dict(known).get(months_add(known[0][0], -1))
    note = format_month(month) if before is None else f"{format_month(month)}，{_against(people - before)}"
    return [Figure("缴费人数", f"{people:,}", "人", note)]


def _against(change: int) -> str:
    return f"比上月 {change:+,}" if change else "与上月相同"


def _owed(months: Sequence[UnitMonth]) -> Figure:
    """Yuan still owed over all months within reach."""
    told = [month for month in months if month.due is not None]
    if not told:
        return Figure("欠缴合计", "无记录")
    if any(month.arrears is None for month in told):
        return Figure("欠缴合计", "未测量", note="有的月份没有实缴金额")
    owed = [month.arrears for month in told if month.arrears]
    state = "fail" if owed else "pass"
    return Figure("欠缴合计", format_yuan(sum(owed, Decimal(0))), "元", f"{len(owed)} 个月", state)


def _until(unit: Mapping[str, Any], source: Source) -> int | None:
    """A unit that still pays is expected up to the month before the snapshot's."""
    return months_add(month_of(source.business_date), -1) if unit["payment_state"] == STILL_PAYING else None


def _named(schemes: Sequence[Scheme]) -> list[Scheme]:
    return [replace(scheme, name=scheme_name(scheme.code)) for scheme in schemes]


def _section(table: Any, rows: Sequence[Mapping[str, Any]]) -> Section:
    shown = [masked_row(table, row, masked_sight(table, row)) for row in rows[:SECTION_LIMIT]]
    return Section(table, shown, len(rows) > SECTION_LIMIT)
