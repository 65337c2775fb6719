"""One person as the published snapshot knows them, drawn from table definitions, every protected value masked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.display import Cell, catalog, code_meaning, masked_row, page_table
from huiliu.apps.datahub.selectors.identified import Figure, Identified
from huiliu.apps.datahub.selectors.library import Look, Source
from huiliu.apps.datahub.selectors.reach import SCHEME, Reach, reaches
from huiliu.apps.datahub.selectors.search import KIND_WORDS, Kind
from huiliu.apps.datahub.selectors.stays import Stay, stays, stays_table
from huiliu.apps.datahub.selectors.summary import Held, summary
from huiliu.apps.datahub.selectors.timeline import Scheme, contribution_timelines, payment_timelines
from huiliu.kernel.masking import Level, is_within
from huiliu.kernel.periods import month_of, months_add
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Table
from huiliu.web import tables as web
from huiliu.web.asof import asking

SECTION_LIMIT = 500
DRAWN_APART = frozenset({"person", "contribution", "benefit_payment"})  # identity and timelines; the rest is generic
STILL_PAYING = "1"  # AAC031 参保缴费

Row = Mapping[str, Any]
Sight = Callable[[Table, Row], str]  # up to which level a row is shown


@dataclass(frozen=True)
class Section:
    """Rows of one table about one person; `cut` says that more rows exist than are shown."""

    table: Table
    rows: Sequence[Mapping[str, Cell]]
    cut: bool = False

    @property
    def drawn(self) -> web.Table:
        """The rows as a page's table."""
        return page_table(self.table, self.rows)


@dataclass(frozen=True)
class PersonPage(Identified):
    """All a page or an answer may show of one person; `highest` is the level up to which a full view may go."""

    contributions: Sequence[Scheme]
    payments: Sequence[Scheme]
    sections: Sequence[Section]
    schemes: Sequence[str]
    stays: Sequence[Stay]
    figures: Sequence[Figure]
    highest: str = Level.L2.value
    unit_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def drawn_stays(self) -> web.Table:
        """Units with their periods; those within the viewer's reach can be opened."""
        return stays_table(self.stays, self.unit_keys, self.past)

    @property
    def number(self) -> str:
        """The person number, which every grant shows."""
        return str(self.identity["person_no"].value)

    @property
    def death(self) -> Mapping[str, Cell] | None:
        """The death record's cells; a page says it first, since it changes what everything else means."""
        return next((s.rows[0] for s in self.sections if s.table.name == "death_record" and s.rows), None)

    @property
    def enrolments(self) -> Sequence[Section]:
        """The section that is read before the timelines."""
        return [section for section in self.sections if section.table.name == "enrolment"]

    @property
    def others(self) -> Sequence[Section]:
        """Every other section that has rows."""
        return [s for s in self.sections if s.rows and s.table.name != "enrolment"]

    @property
    def without_rows(self) -> str:
        """Labels of the tables that hold nothing about the person: looked at, and empty."""
        return "、".join(s.table.label for s in self.sections if not s.rows and s.table.name != "enrolment")


@dataclass(frozen=True)
class PersonHit:
    """One line of a search: masked cells and the schemes the person is enrolled in."""

    key: str
    cells: Mapping[str, Cell]
    schemes: Sequence[str]


def masked_sight(_table: Table, _row: Row) -> str:
    """What everybody sees who may see the row at all."""
    return Level.L2.value


def person_page(seen: Look, key: str, person_no: str, reach: Reach, *, full: bool = False) -> PersonPage | None:
    """Everything within reach about one person, or None if the snapshot does not hold them.

    `full` shows protected values up to the level of a grant that reaches their row; whoever asks for that has checked
    the purpose and written the audit row.
    """
    snap, sight = seen.snap, reach.level if full else masked_sight
    tables = {table.name: table for table in catalog().tables.values() if table.subject == "person_no"}
    held = {
        name: table_rows(snap, table, person_no, reach) if name in snap.tables else [] for name, table in tables.items()
    }
    if not held["person"]:
        return None
    birth_is_open = is_within(tables["person"].by_name["born_on"].level, sight(tables["person"], held["person"][0]))
    units = _unit_names(snap, [row for rows in held.values() for row in rows])
    until = _paying_until(held["enrolment"], seen.source)
    contributions = _named(contribution_timelines(held["contribution"], until))
    payments = _named(payment_timelines(held["benefit_payment"]))
    return PersonPage(
        key=key,
        source=seen.source,
        identity=_masked(tables["person"], held["person"][0], sight),
        contributions=contributions,
        payments=payments,
        figures=summary(Held(held, contributions, payments, seen.source.business_date, birth_is_open)),
        sections=_sections(units, _apart(tables, full), held, sight),
        schemes=_scheme_names(held["enrolment"]),
        stays=stays(held["contribution"], held["enrolment"], units),
        highest=reach.highest,
    )


def table_rows(snap: Snapshot, table: Table, person_no: str, reach: Reach) -> list[dict[str, Any]]:
    """A person's rows within reach in the order of the grain; every column, for the mask decides what is shown."""
    order, given = ", ".join(table.grain), {"person": person_no}
    within, schemes = _scheme_condition(table, reach)
    sql = f"SELECT * FROM {table.name} WHERE {table.subject} = $person{within} ORDER BY {order}"
    return snap.rows(sql, given | schemes)


def _scheme_condition(table: Table, reach: Reach) -> tuple[str, dict[str, Any]]:
    """Nothing for a table without schemes, or for somebody who may see all of them."""
    if reach.schemes is None or SCHEME not in table.by_name:
        return "", {}
    return f" AND list_contains($schemes, {SCHEME})", {"schemes": sorted(reach.schemes)}


def _paying_until(enrolments: Iterable[Row], source: Source) -> dict[str, int]:
    """Schemes still being paid, to the month before the snapshot's: that month's own dues may not be settled yet."""
    month = months_add(month_of(source.business_date), -1)
    return {row["insurance_type"]: month for row in enrolments if row["payment_state"] == STILL_PAYING}


def _named(schemes: Iterable[Scheme]) -> list[Scheme]:
    return [replace(scheme, name=scheme_name(scheme.code)) for scheme in schemes]


def scheme_name(code: str) -> str:
    """`110 企业职工基本养老保险`."""
    return f"{code} {code_meaning('insurance_type', code)}".strip()


def _scheme_names(enrolments: Iterable[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(scheme_name(row["insurance_type"]) for row in enrolments))


def _apart(tables: Mapping[str, Table], full: bool) -> dict[str, Table]:
    """The tables that get a section; in full also the payments, whose payees and accounts no timeline shows."""
    apart = DRAWN_APART - {"benefit_payment"} if full else DRAWN_APART
    return {name: table for name, table in tables.items() if name not in apart}


def _sections(
    units: Mapping[str, str], tables: Mapping[str, Table], held: Mapping[str, Sequence[Row]], sight: Sight
) -> list[Section]:
    """A section for every table given, the definition alone decides; unit numbers get their names."""
    return [
        Section(table, _with_units(table, held[name][:SECTION_LIMIT], units, sight), len(held[name]) > SECTION_LIMIT)
        for name, table in tables.items()
    ]


def _masked(table: Table, row: Row, sight: Sight) -> dict[str, Cell]:
    return masked_row(table, row, sight(table, row))


def _unit_names(snap: Snapshot, rows: Iterable[Row]) -> dict[str, str]:
    numbers = sorted({row["unit_no"] for row in rows if row.get("unit_no")})
    if not numbers or "unit" not in snap.tables:
        return {}
    sql = "SELECT unit_no, unit_name FROM unit WHERE unit_no IN (SELECT unnest($numbers))"
    found = snap.rows(sql, {"numbers": numbers})
    return {row["unit_no"]: row["unit_name"] for row in found}


def _with_units(table: Table, rows: Sequence[Row], units: Mapping[str, str], sight: Sight) -> list[dict[str, Cell]]:
    drawn = [_masked(table, row, sight) for row in rows]
    for cells in drawn:
        unit = cells.get("unit_no")
        if unit and not unit.masked and unit.text in units:
            cells["unit_no"] = Cell(unit.name, unit.label, unit.text, note=units[unit.text])
    return drawn


def hits(seen: Look, rows: Sequence[Row], keys: Mapping[str, str], scopes: Sequence[Scope]) -> list[PersonHit]:
    """Search rows as masked lines, in the order given; `keys` maps person numbers to address keys."""
    person = catalog().tables["person"]
    schemes = _schemes_of(seen.snap, reaches(seen.now, (row["person_no"] for row in rows), scopes))
    return [
        PersonHit(keys[row["person_no"]], masked_row(person, row), schemes.get(row["person_no"], ())) for row in rows
    ]


HIT_COLUMNS = (
    web.Column("name", "姓名"),
    web.Column("id_number", "证件号码", "masked", missing="未填"),
    web.Column("person_no", "人员编码"),
    web.Column("sex", "性别", optional=True),
    web.Column("retired", "离退休", optional=True),
    web.Column("division", "行政区划", optional=True),
    web.Column("schemes", "参保险种", missing="没有参保关系"),
)


def hits_table(found: Sequence[PersonHit], kind: Kind, day: date | None = None) -> web.Table:
    """Search lines as a page's table; the masked name opens the person on the same day.

    No line says how the terms were read.
    """
    rows = [_hit_row(hit, day) for hit in found]
    hint = "请核对输入；刚参保的人要等下一个批次入库后才能查到。"
    return web.Table(HIT_COLUMNS, rows, empty=f"按{KIND_WORDS[kind]}没有找到", hint=hint)


def _hit_row(hit: PersonHit, day: date | None) -> dict[str, Any]:
    shown: dict[str, Any] = {name: cell.full for name, cell in hit.cells.items()}
    link = asking(reverse("datahub:person_detail", args=(hit.key,)), day)
    return shown | {"name": web.Cell(shown["name"], link=link), "schemes": "、".join(hit.schemes)}


def _schemes_of(snap: Snapshot, found: Mapping[str, Reach]) -> dict[str, tuple[str, ...]]:
    """Enrolled schemes within reach, by person number."""
    sql = """SELECT person_no, list(DISTINCT insurance_type ORDER BY insurance_type) AS schemes
             FROM enrolment WHERE person_no IN (SELECT unnest($numbers)) GROUP BY person_no"""
    rows = snap.rows(sql, {"numbers": list(found)}) if found and "enrolment" in snap.tables else []
    return {row["person_no"]: _named_schemes(row["schemes"], found[row["person_no"]].schemes) for row in rows}


def _named_schemes(codes: Iterable[str], within: frozenset[str] | None) -> tuple[str, ...]:
    return tuple(scheme_name(code) for code in codes if within is None or code in within)


def masked_names(snap: Snapshot, numbers: Sequence[str]) -> dict[str, str]:
    """Masked names by person number, for lists that hold only numbers."""
    if not numbers:
        return {}
    sql = "SELECT person_no, name FROM person WHERE person_no IN (SELECT unnest($numbers))"
    found = snap.rows(sql, {"numbers": list(numbers)})
    person = catalog().tables["person"]
    return {row["person_no"]: masked_row(person, row)["name"].text for row in found}
