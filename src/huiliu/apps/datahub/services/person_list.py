"""人员名单: the persons within somebody's reach as rows to export, masked by their columns, in blocks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from huiliu.apps.datahub.selectors.display import catalog, masked_cell
from huiliu.apps.datahub.selectors.library import look_seen
from huiliu.apps.datahub.selectors.reach import condition
from huiliu.apps.datahub.services.places import parts_of
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Part, Wanted
from huiliu.documents.listing import ListColumn
from huiliu.kernel.masking import is_open
from huiliu.lake.engine import identifier
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Column, Table
from huiliu.topics import SPLITS

KIND = "person_list"
TITLE = "人员名单"
COLUMNS = (
    "person_no", "name", "id_number", "sex", "work_state", "retired", "retired_on", "division", "town", "town_name",
    "village", "mobile",
)  # fmt: skip
_PLAIN = (int, date)  # what a spreadsheet shows rightly by itself


def register() -> None:
    """The list as something that can be exported."""
    splits = {code: split.label for code, split in SPLITS.items()}
    SOURCES.add(KIND, ExportSource(TITLE, "datahub.view_person", _count, _open, splits))


def _count(wanted: Wanted) -> int:
    with look_seen(wanted.parameters) as seen:
        reach, given = condition(wanted.scopes)
        return int(seen.snap.value(f"SELECT count(*) FROM person WHERE {reach}", given))


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    """Who is within reach of the grants of this moment, on the day that was counted."""
    table = catalog().tables["person"]
    with look_seen(wanted.parameters) as seen:
        columns = [table.by_name[name] for name in COLUMNS]
        heads = tuple(ListColumn(column.label, column.kind, column.level) for column in columns)
        blocks = _blocks(seen.snap, table, columns, wanted)
        parts = partial(_parts, seen.snap, table, wanted)
        yield Content(heads, blocks, seen.source.business_date, seen.source.snapshot, parts)


def _blocks(snap: Snapshot, table: Table, columns: Sequence[Column], wanted: Wanted) -> Iterator[Block]:
    reach, given = condition(wanted.scopes)
    part = SPLITS[wanted.split].part(table) if wanted.split else "''"
    named = ", ".join(f"person.{identifier(column.name)}" for column in columns)
    sql = f"SELECT {part} AS part, {named} FROM person WHERE {reach} ORDER BY part, person.person_no"
    shown = [(column.name, exported(column)) for column in columns]
    for rows in snap.blocks(sql, given):
        for code, found in groupby(rows, key=itemgetter("part")):
            yield Block([[show(row[name]) for name, show in shown] for row in found], code)


def _parts(snap: Snapshot, table: Table, wanted: Wanted) -> list[Part]:
    reach, given = condition(wanted.scopes)
    split = SPLITS[wanted.split]
    sql = f"SELECT {split.part(table)} AS part, min({split.place(table)}) AS place, count(*) AS rows FROM person"
    return parts_of(split, snap.rows(f"{sql} WHERE {reach} GROUP BY 1 ORDER BY 1", given))


def exported(column: Column) -> Callable[[Any], Any]:
    """How values of a column are written: open numbers and days as they are, everything else as a page shows it."""
    if is_open(column.level) and not column.codes:
        return lambda value: value if value is None or type(value) in _PLAIN else _text(column, value)
    known: dict[Any, str] = {}

    def written(value: Any) -> str:
        """Codes and masks repeat: each is worked out once, as long as there are few of them."""
        found = known.get(value)
        if found is None:
            found = _text(column, value)
            if len(known) < 10_000:
                known[value] = found
        return found

    return written


def _text(column: Column, value: Any) -> str:
    return masked_cell(column, column.name, value).full
