"""A table of the standard as queries over the library: every element as text, in the order of the key."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.interchange.definition import Element, Form, Interchange
from huiliu.lake.engine import identifier, literal
from huiliu.lake.snapshot import Snapshot

Meanings = Mapping[str, Mapping[str, str]]
SLICE_ROWS = 200_000  # what is sorted at a time: a city's contributions would need a disk of their own
BLOCK_ROWS = 2_000
_SAMPLE = 20_000
Bounds = tuple[str | None, str | None]  # of a key: greater than the first, up to the second, None for open
WHOLE: Bounds = (None, None)
_JOINS = {"person": "person_no", "unit": "unit_no"}
_SUBJECTS = frozenset(_JOINS.values())


@dataclass(frozen=True)
class Place:
    """What is the same in every row: the division of the library, its name, and the code lists' confirmed meanings."""

    division: str
    day: date
    meanings: Meanings
    divisions: Mapping[str, str]
    start: date | None = None

    @property
    def span(self) -> str | None:
        """First and last day of what the library speaks of; None where no row has a month."""
        return f"{self.start:%Y%m%d}{self.day:%Y%m%d}" if self.start is not None else None


@dataclass(frozen=True)
class Held:
    """The tables and columns that a snapshot has: an earlier day may lack those that came later."""

    columns: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Held":
        """Read from the snapshot itself."""
        sql = "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'snap'"
        found: dict[str, set[str]] = {}
        for row in snapshot.rows(sql):
            found.setdefault(row["table_name"], set()).add(row["column_name"])
        return cls({name: frozenset(columns) for name, columns in found.items() if name in snapshot.tables})

    def has(self, table: str, *columns: str) -> bool:
        return table in self.columns and set(columns) <= self.columns[table]


@dataclass(frozen=True)
class Totals:
    """Rows and sums by element name: of the library by its own query, or of a file as it was read again.

    A sum is None where no row has a value.
    """

    rows: int = 0
    sums: Mapping[str, Decimal | None] = field(default_factory=dict)


class Selection:
    """One form over one snapshot: its elements as far as they are held, its rows and its totals."""

    def __init__(self, snapshot: Snapshot, held: Held, interchange: Interchange, form: Form, place: Place) -> None:
        self._snapshot, self._held, self._place, self.form = snapshot, held, place, form
        self._interchange = interchange
        self.is_held = held.has(form.table.name, *form.table.grain, *(c.column for c in form.conditions))
        self.elements = tuple(e for e in form.elements if self._stands(e)) if self.is_held else ()

    def rows(self) -> Iterator[list[tuple[str | None, ...]]]:
        """Blocks of rows in the order of the key; nothing is held but a block and one slice being sorted."""
        if not self.is_held:
            return
        for bounds in self._slices():
            sql = f"{self._select()} {self._from(bounds)} {self._where(bounds)} {self._order()}"
            for block in self._snapshot.blocks(sql, self._params(sql, bounds), BLOCK_ROWS):
                yield [tuple(row.values()) for row in block]

    def totals(self) -> Totals:
        """Rows and sums as the library itself adds them up."""
        if not self.is_held:
            return Totals()
        money = [e for e in self.form.money if e in self.elements]
        sums = "".join(f", sum(t.{identifier(e.source)}) AS {identifier(e.name)}" for e in money)
        table = f"FROM {identifier(self.form.table.name)} AS t"
        sql = f"SELECT count(*) AS n{sums} {table} {self._where(WHOLE)}"
        (row,) = self._snapshot.rows(sql, self._params(sql, WHOLE))
        return Totals(row.pop("n"), row)

    def count(self) -> int:
        """Rows alone."""
        if not self.is_held:
            return 0
        sql = f"SELECT count(*) FROM {identifier(self.form.table.name)} AS t {self._where(WHOLE)}"
        return int(self._snapshot.value(sql, self._params(sql, WHOLE)))

    def all_of_schemes(self) -> int:
        """Rows of the table in the interface's schemes, whichever form takes them; 0 where it has no schemes."""
        column = next((c.name for c in self.form.table.columns if c.code == "AAE140"), None)
        if column is None or not self._held.has(self.form.table.name, column):
            return 0
        table = identifier(self.form.table.name)
        sql = f"SELECT count(*) FROM {table} WHERE {identifier(column)} IN (SELECT unnest($s::VARCHAR[]))"
        return int(self._snapshot.value(sql, {"s": list(self._interchange.schemes)}))

    def _stands(self, element: Element) -> bool:
        if element.origin != "run":
            return self._held.has(element.table, element.source)
        match element.source:
            case "span":
                return self._place.span is not None
            case "agency":
                return self._agency() is not None
        return True

    def _select(self) -> str:
        return "SELECT " + ", ".join(f"{self._text(e)} AS {identifier(e.name)}" for e in self.elements)

    def _text(self, element: Element) -> str:
        """SQL for the element's text; NULL is an element left out."""
        if element.origin == "run":
            return self._of_run(element.source)
        alias = "t" if element.origin in {"own", "decoded"} else element.table
        cell = f"{alias}.{identifier(element.source)}"
        if element.origin == "decoded":
            return _meaning(cell, self._place.meanings.get(element.meanings, {}))
        if element.shape == "date":
            return f"strftime({cell}, '%Y%m%d')"
        if element.notation.base != "string" or element.shape == "month":
            return f"CAST({cell} AS VARCHAR)"
        return f"nullif({cell}, '')"

    def _of_run(self, source: str) -> str:
        match source:
            case "span":
                return "$span"
            case "province":
                return "left($division, 2) || '0000'"
            case "division":
                return self._division()
            case "division_name":
                return _meaning(self._division(), self._place.divisions)
        return self._agency() or "NULL"

    def _division(self) -> str:
        """The row's own division, else that of its person or unit, else the library's."""
        return f"coalesce({', '.join([*self._either('AAB301', ('person', 'unit')), '$division'])})"

    def _agency(self) -> str | None:
        return next(iter(self._either("AAB034", ("unit",))), None)

    def _either(self, code: str, others: tuple[str, ...]) -> list[str]:
        table = self.form.table
        own = [c.name for c in table.columns if c.code == code and self._held.has(table.name, c.name)]
        name = {"AAB301": "division", "AAB034": "agency"}[code]
        joined = [o for o in others if o in self._joins() and self._held.has(o, name)]
        return [*(f"nullif(t.{identifier(c)}, '')" for c in own), *(f"nullif({o}.{name}, '')" for o in joined)]

    def _joins(self) -> list[str]:
        """Tables that may be looked up by a key of ours; never the table itself."""
        own = self.form.table
        return [t for t, key in _JOINS.items() if key in own.by_name and t != own.name and self._held.has(t, key)]

    def _from(self, bounds: Bounds) -> str:
        joins = [self._join(name, _JOINS[name], bounds) for name in self._joins()]
        return f"FROM {identifier(self.form.table.name)} AS t {' '.join(joins)}"

    def _join(self, name: str, key: str, bounds: Bounds) -> str:
        near = _between(f"{name}.{key}", bounds) if key == self._subject() else []
        return f"LEFT JOIN {name} ON {' AND '.join([f'{name}.{key} = t.{key}', *near])}"

    def _where(self, bounds: Bounds) -> str:
        conditions = _between(f"t.{identifier(self._slicing())}", bounds)
        for number, condition in enumerate(self.form.conditions):
            word = "NOT IN" if condition.negated else "IN"
            conditions.append(f"t.{identifier(condition.column)} {word} (SELECT unnest($c{number}::VARCHAR[]))")
        if (within := self._within(bounds)) is not None:
            conditions.append(within)
        return f"WHERE {' AND '.join(conditions)}" if conditions else ""

    def _within(self, bounds: Bounds) -> str | None:
        """Persons and units outside the interface's schemes are nobody's business here: least data, by relations."""
        subject, table = self._subject(), self.form.table
        if subject is None or any(column.code == "AAE140" for column in table.columns):
            return None
        tables = {form.table.name for form in self._interchange.forms}
        sources = [n for n in sorted(tables) if self._held.has(n, subject, "insurance_type")]
        wanted = ["insurance_type IN (SELECT unnest($schemes::VARCHAR[]))", *_between(subject, bounds)]
        selects = [f"SELECT {subject} FROM {identifier(s)} WHERE {' AND '.join(wanted)}" for s in sources]
        return f"t.{subject} IN ({' UNION ALL '.join(selects)})" if sources else None

    def _subject(self) -> str | None:
        """The key that says whom a row is about, if it is a person or a unit."""
        return self.form.table.subject if self.form.table.subject in _SUBJECTS else None

    def _slicing(self) -> str:
        return self._subject() or self.form.table.grain[0]

    def _order(self) -> str:
        return "ORDER BY " + ", ".join(f"t.{identifier(column)}" for column in self._key())

    def _key(self) -> list[str]:
        return list(dict.fromkeys([self._slicing(), *self.form.table.grain]))

    def _params(self, sql: str, bounds: Bounds) -> dict[str, Any]:
        """Of all that may be named, what the statement names: the engine refuses any more."""
        named: dict[str, Any] = {
            f"c{number}": list(condition.values) for number, condition in enumerate(self.form.conditions)
        }
        named |= {"schemes": list(self._interchange.schemes), "low": bounds[0], "high": bounds[1]}
        named |= {"division": self._place.division, "span": self._place.span}
        return {name: value for name, value in named.items() if re.search(rf"\${name}\b", sql)}

    def _slices(self) -> Iterator[Bounds]:
        """Ranges of the leading key, together the whole; where they part changes nothing in what is written."""
        table, key = identifier(self.form.table.name), identifier(self._slicing())
        rows = int(self._snapshot.value(f"SELECT count(*) FROM {table}"))
        sql = f"SELECT DISTINCT {key} AS k FROM (SELECT {key} FROM {table} USING SAMPLE {_SAMPLE} ROWS) ORDER BY k"
        keys = [row["k"] for row in self._snapshot.rows(sql)] if rows > SLICE_ROWS else []
        wanted = -(-rows // SLICE_ROWS)
        bounds = sorted({keys[len(keys) * at // wanted] for at in range(1, wanted)}) if keys else []
        yield from zip([None, *bounds], [*bounds, None], strict=True)


def earliest(snapshot: Snapshot, held: Held, interchange: Interchange) -> date | None:
    """The first day of the earliest month that any row of the interface speaks of."""
    found = []
    for table in {form.table.name: form.table for form in interchange.forms}.values():
        if table.period is not None and held.has(table.name, table.period, "insurance_type"):
            sql = f"SELECT min({table.period}) FROM {table.name} WHERE insurance_type IN (SELECT unnest($s::VARCHAR[]))"
            found.append(snapshot.value(sql, {"s": list(interchange.schemes)}))
    month = min((value for value in found if value), default=None)
    return date(month // 100, month % 100, 1) if month else None


def _between(cell: str, bounds: Bounds) -> list[str]:
    low, high = bounds
    return ([f"{cell} > $low"] if low is not None else []) + ([f"{cell} <= $high"] if high is not None else [])


def _meaning(cell: str, meanings: Mapping[str, str]) -> str:
    """The words of a code; NULL for one that the list does not hold or whose meaning is not confirmed."""
    if not meanings:
        return "CAST(NULL AS VARCHAR)"
    cases = " ".join(f"WHEN {literal(code)} THEN {literal(words)}" for code, words in meanings.items())
    return f"CASE {cell} {cases} END"
