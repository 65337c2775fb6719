"""At which units a person was insured, and from when until when: what their contributions and enrolments say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.kernel.periods import month_of
from huiliu.web import tables as web
from huiliu.web.asof import asking

Row = Mapping[str, Any]


@dataclass
class Stay:
    """One unit: the schemes, the months with a contribution, and the months of enrolments where there is none yet."""

    unit_no: str
    name: str
    schemes: set[str] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    is_now: bool = False

    @property
    def first(self) -> int | None:
        """The first month known of."""
        return min(self.months | self.begun, default=None)

    @property
    def last(self) -> int | None:
        """The last month with a contribution."""
        return max(self.months, default=None)


def stays(contributions: Iterable[Row], enrolments: Iterable[Row], names: Mapping[str, str]) -> list[Stay]:
    """One line a unit, the present one first, then by the last month."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in (*contributions, *enrolments):
        if row["unit_no"]:
            found[row["unit_no"]].append(row)
    made = [_stay(unit_no, rows, names.get(unit_no, "")) for unit_no, rows in found.items()]
    return sorted(made, key=lambda stay: (stay.is_now, stay.last or 0, stay.first or 0), reverse=True)


def _stay(unit_no: str, rows: Sequence[Row], name: str) -> Stay:
    stay = Stay(unit_no, name, {row["insurance_type"] for row in rows if row["insurance_type"]})
    for row in rows:
        if "due_month" in row:
            stay.months.add(row["due_month"])
            continue
        stay.is_now = stay.is_now or row["payment_state"] == "1"
        stay.begun |= {month_of(row["starts_on"])} if row["starts_on"] else set()
    return stay


COLUMNS = (
    web.Column("name", "单位"),
    web.Column("unit_no", "单位编码"),
    web.Column("schemes", "险种", optional=True),
    web.Column("first", "起", "month", missing="未填"),
    web.Column("last", "最近缴费", "month", missing="没有缴费"),
    web.Column("months", "缴费月数", "int"),
    web.Column("state", "状态"),
)


def stays_table(found: Sequence[Stay], keys: Mapping[str, str], day: date | None) -> web.Table:
    """A page's table; a unit within the viewer's reach is opened by its name."""
    return web.Table(COLUMNS, [_row(stay, keys, day) for stay in found], empty="没有单位")


def _row(stay: Stay, keys: Mapping[str, str], day: date | None) -> dict[str, Any]:
    key = keys.get(stay.unit_no)
    link = asking(reverse("datahub:unit_detail", args=(key,)), day) if key else ""
    return {
        "name": web.Cell(stay.name or "库中没有此单位", link=link),
        "unit_no": stay.unit_no,
        "schemes": "、".join(code_meaning("insurance_type", code) or code for code in sorted(stay.schemes)),
        "first": stay.first,
        "last": stay.last,
        "months": len(stay.months),
        "state": web.Cell("在此参保", state="pass") if stay.is_now else web.Cell("已离开", state="none"),
    }
