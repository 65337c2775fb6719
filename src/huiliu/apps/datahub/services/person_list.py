"""人员名单: the persons within somebody's reach as rows to export, masked by their columns, in blocks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from huiliu.apps.datahub.selectors.display import catalog, masked_cell
from huiliu.apps.datahub.selectors.library import look
from huiliu.apps.datahub.selectors.reach import condition
from huiliu.apps.exports.services import SOURCES, Block, Content, ExportSource, Wanted
from huiliu.documents.listing import ListColumn
from huiliu.kernel.masking import is_open
from huiliu.lake.engine import identifier
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Column, Table

KIND = "person_list"
TITLE = "人员名单"
COLUMNS = (
    "person_no", "name", "id_number", "sex", "work_state", "retired", "retired_on", "division", "town", "town_name",
    "village", "mobile",
)  # fmt: skip
# GB/T 2260 and GB/T 10114: six digits to the county, nine to the town, twelve to the village.
SPLITS: Mapping[str, tuple[str, str, int]] = {
    "county": ("按县区", "division", 6),
    "town": ("按街道乡镇", "town", 9),
    "village": ("按社区村", "village", 12),
}
_PLAIN = (int, date)  # what a spreadsheet shows rightly by itself


def register() -> None:
    """The list as something that can be exported."""
    splits = {code: words for code, (words, _, _) in SPLITS.items()}
    SOURCES.add(KIND, ExportSource(TITLE, "datahub.view_person", _count, _open, splits))


def newest_day() -> dict[str, str]:
    """The parameters of a list as of now: the day that is published, so that the same rows are counted and written."""
    with look() as seen:
        return {"as_of": seen.source.business_date.isoformat()}


def _day(wanted: Wanted) -> date:
    return date.fromisoformat(wanted.parameters["as_of"])


def _count(wanted: Wanted) -> int:
    with look(_day(wanted)) as seen:
        reach, given = condition(wanted.scopes)
        return int(seen.snap.value(f"SELECT count(*) FROM person WHERE {reach}", given))


@contextmanager
def _open(wanted: Wanted) -> Iterator[Content]:
    """Who is within reach of the grants of this moment, on the day that was counted."""
    table = catalog().tables["person"]
    with look(_day(wanted)) as seen:
        columns = [table.by_name[name] for name in COLUMNS]
        heads = tuple(ListColumn(column.label, column.kind, column.level) for column in columns)
        blocks = _blocks(seen.snap, table, columns, wanted)
        yield Content(heads, blocks, seen.source.business_date, seen.source.snapshot)


def _blocks(snap: Snapshot, table: Table, columns: Sequence[Column], wanted: Wanted) -> Iterator[Block]:
    reach, given = condition(wanted.scopes)
    part = _part(wanted.split)
    named = ", ".join(f"person.{identifier(column.name)}" for column in columns)
    sql = f"SELECT {part} AS part, {named} FROM person WHERE {reach} ORDER BY part, person.person_no"
    shown = [(column.name, exported(column)) for column in columns]
    for rows in snap.blocks(sql, given):
        for code, found in groupby(rows, key=itemgetter("part")):
            yield Block([[show(row[name]) for name, show in shown] for row in found], _name(code))


def _part(split: str) -> str:
    if not split:
        return "''"
    _, column, digits = SPLITS[split]
    return f"coalesce(left(person.{identifier(column)}, {digits}), '')"


def _name(code: str) -> str:
    """A county by its name, anything finer by its code; without a code it is 未填."""
    known = catalog().codes["division"].values.get(code, "") if code else "未填"
    return f"{code} {known}".strip()


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
