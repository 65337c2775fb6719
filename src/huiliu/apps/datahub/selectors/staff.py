"""Who works or worked at a unit, as far as a viewer's grants reach: numbers in order, one page of them masked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.display import Cell, catalog, code_meaning, masked_row
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import SCHEME, is_whole, reaches, row_condition
from huiliu.web import tables as web
from huiliu.web.asof import asking

PAGE_SIZE = 50
PAYING = "1"  # AAC031 参保缴费
Condition = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class StaffLine:
    """One person of the unit: masked cells, the schemes within reach, from when until when."""

    person_no: str
    cells: Mapping[str, Cell]
    schemes: Sequence[str]
    is_paying: bool
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True)
class Staff:
    """One page of the staff list; `numbers` are all within reach, those who are paid for first."""

    numbers: Sequence[str]
    paying: int
    page: int
    lines: Sequence[StaffLine]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return pages_of(len(self.numbers))

    @property
    def previous(self) -> int | None:
        """The page before, if there is one."""
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        """The page after, if there is one."""
        return self.page + 1 if self.page < self.pages else None


def pages_of(number: int) -> int:
    """Pages that so many persons take."""
    return max(1, -(-number // PAGE_SIZE))


def within(seen: Look, unit_no: str, scopes: Sequence[Scope], row: str) -> Condition:
    """What must hold of a row of `person` and the joined `row` of one of the unit's tables.

    On a past day each grant's persons are looked up in today's rows, for today's reach decides.
    """
    if not seen.source.is_past or all(map(is_whole, scopes)):
        return row_condition(scopes, row)
    found = reaches(seen.now, _persons_of(seen, unit_no), scopes)
    parts = [_held(number, scope, row) for number, scope in enumerate(scopes)]
    given: dict[str, Any] = {
        f"held_{number}": [person for person, reach in found.items() if scope in reach.scopes]
        for number, scope in enumerate(scopes)
    }
    schemes = {f"schemes_{n}": sorted(scope.schemes) for n, scope in enumerate(scopes) if scope.schemes}
    return " OR ".join(parts) or "false", {**given, **schemes}


def _held(number: int, scope: Scope, row: str) -> str:
    held = f"list_contains($held_{number}::VARCHAR[], person.person_no)"
    return f"({held} AND list_contains($schemes_{number}, {row}.{SCHEME}))" if scope.schemes else f"({held})"


def _persons_of(seen: Look, unit_no: str) -> list[str]:
    sql = """SELECT person_no FROM enrolment WHERE unit_no = $unit
             UNION SELECT person_no FROM contribution WHERE unit_no = $unit ORDER BY 1"""
    return [row["person_no"] for row in seen.snap.rows(sql, {"unit": unit_no})]


def headcount(seen: Look, unit_no: str, scopes: Sequence[Scope]) -> dict[int, int]:
    """Persons within reach with a contribution under the unit, by the month it was due for; refunds are no work."""
    condition, given = within(seen, unit_no, scopes, "c")
    sql = f"""SELECT c.due_month AS month, count(DISTINCT c.person_no) AS people
              FROM contribution AS c JOIN person ON person.person_no = c.person_no
              WHERE c.unit_no = $unit AND coalesce(c.due_type, '') <> '20' AND ({condition}) GROUP BY 1"""
    return {row["month"]: row["people"] for row in seen.snap.rows(sql, {"unit": unit_no, **given})}


def staff(seen: Look, unit_no: str, scopes: Sequence[Scope], page: int = 1) -> Staff:
    """The page of the list that was asked for, the nearest one that exists."""
    condition, given = within(seen, unit_no, scopes, "e")
    sql = f"""SELECT e.person_no, bool_or(coalesce(e.payment_state = '{PAYING}', false)) AS paying
              FROM enrolment AS e JOIN person ON person.person_no = e.person_no
              WHERE e.unit_no = $unit AND ({condition}) GROUP BY 1 ORDER BY 2 DESC, 1"""
    found = seen.snap.rows(sql, {"unit": unit_no, **given})
    numbers = [row["person_no"] for row in found]
    page = min(max(page, 1), pages_of(len(numbers)))
    shown = numbers[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    lines = _lines(seen, unit_no, shown, (condition, given))
    return Staff(numbers, sum(row["paying"] for row in found), page, lines)


def _lines(seen: Look, unit_no: str, numbers: Sequence[str], within_reach: Condition) -> list[StaffLine]:
    condition, given = within_reach
    sql = f"""SELECT person.person_no, person.name, person.id_number, person.sex,
                     list(DISTINCT e.{SCHEME} ORDER BY e.{SCHEME}) AS schemes,
                     bool_or(coalesce(e.payment_state = '{PAYING}', false)) AS paying,
                     min(e.starts_on) AS starts_on,
                     CASE WHEN bool_and(e.ends_on IS NOT NULL) THEN max(e.ends_on) END AS ends_on
              FROM enrolment AS e JOIN person ON person.person_no = e.person_no
              WHERE e.unit_no = $unit AND person.person_no IN (SELECT unnest($numbers)) AND ({condition})
              GROUP BY ALL"""
    rows = seen.snap.rows(sql, {"unit": unit_no, "numbers": list(numbers), **given}) if numbers else []
    found = {row["person_no"]: _line(row) for row in rows}
    return [found[number] for number in numbers]


def _line(row: dict[str, Any]) -> StaffLine:
    table = catalog().tables["person"]
    cells = masked_row(table, {name: row[name] for name in ("person_no", "name", "id_number", "sex")})
    return StaffLine(row["person_no"], cells, row["schemes"], row["paying"], row["starts_on"], row["ends_on"])


COLUMNS = (
    web.Column("name", "姓名"),
    web.Column("id_number", "证件号码", "masked", missing="未填"),
    web.Column("person_no", "人员编码"),
    web.Column("sex", "性别", optional=True),
    web.Column("schemes", "险种"),
    web.Column("state", "状态"),
    web.Column("starts_on", "开始日期", "date", missing="未填", optional=True),
    web.Column("ends_on", "终止日期", "date", missing="", optional=True),
)


def staff_table(lines: Iterable[StaffLine], keys: Mapping[str, str], day: date | None = None) -> web.Table:
    """The lines as a page's table; the masked name opens the person on the same day."""
    rows = [_row(line, keys[line.person_no], day) for line in lines]
    return web.Table(COLUMNS, rows, "没有可以显示的人员", "此单位没有参保人员，或他们不在您的授权范围内。")


def _row(line: StaffLine, key: str, day: date | None) -> dict[str, Any]:
    shown: dict[str, Any] = {name: cell.full or None for name, cell in line.cells.items()}
    link = asking(reverse("datahub:person_detail", args=(key,)), day)
    state = web.Cell("参保缴费", state="pass") if line.is_paying else web.Cell("已停缴", state="none")
    schemes = "、".join(code_meaning(SCHEME, code) or code for code in line.schemes)
    dates = {"starts_on": line.starts_on, "ends_on": line.ends_on}
    return shown | dates | {"name": web.Cell(shown["name"], link=link), "state": state, "schemes": schemes}
