"""A person's change history as people read it: by commit and table, only what differs, masked like everything else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from huiliu.apps.datahub.models import Night, Outcome
from huiliu.apps.datahub.selectors.display import NOT_SHOWN, Cell, catalog, masked_cell
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.reach import Reach
from huiliu.lake.changes import Change, changes
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Table

AT_ONCE = 100  # changes a page
PER_TABLE = 20  # lines of one table in one commit; a first delivery may hold hundreds
OPERATIONS = {"I": ("新增", "pass"), "U": ("修改", "warn"), "D": ("删除", "fail")}


@dataclass(frozen=True)
class ChangedCell:
    """One column of one row, before and after; `hidden` says that the difference lies behind the mask."""

    before: Cell | None
    after: Cell | None

    @property
    def label(self) -> str:
        """The column's Chinese label."""
        cell = self.after or self.before
        return cell.label if cell else ""

    @property
    def hidden(self) -> bool:
        """Whether both sides look the same although they differ."""
        return bool(self.before and self.after and self.before.full == self.after.full)


@dataclass(frozen=True)
class ChangedRow:
    """One row that came, went or was changed: which one, and the columns that differ."""

    operation: str
    key: str
    cells: Mapping[str, ChangedCell]

    @property
    def word(self) -> str:
        """What was done, in Chinese."""
        return OPERATIONS[self.operation][0]

    @property
    def state(self) -> str:
        """Chip state of what was done."""
        return OPERATIONS[self.operation][1]

    @property
    def whole(self) -> str:
        """A row that came or went, in one text; empty for one that was changed."""
        if self.operation == "U":
            return ""
        return _in_one(cell.after or cell.before for cell in self.cells.values())


@dataclass(frozen=True)
class ChangedTable:
    """What one commit did to the person's rows of one table; `left_out` rows more are not shown."""

    table: Table
    rows: Sequence[ChangedRow]
    left_out: int = 0


@dataclass(frozen=True)
class ChangedNight:
    """One commit with its night; that is None where the commit has no row in the database yet."""

    snapshot: int
    night: Night | None
    tables: Sequence[ChangedTable]


@dataclass(frozen=True)
class History:
    """One page of a person's change history, newest commit first; `older` is where the next page begins."""

    key: str
    name: str
    source: Source
    nights: Sequence[ChangedNight]
    older: int | None
    is_whole: bool

    @property
    def until(self) -> date | None:
        """The day of a history that was asked for as of a past day."""
        return self.source.business_date if self.source.is_past else None


@dataclass(frozen=True)
class Whom:
    """Whose history: address key, number, masked name, and how far the viewer's grants reach."""

    key: str
    person_no: str
    name: str
    reach: Reach


def history(feed: Snapshot, source: Source, whom: Whom, before: int | None = None) -> History:
    """A page of what happened to a person's rows within reach; `feed` must read the lake itself."""
    about = [table for table in catalog().tables.values() if table.subject == "person_no"]
    tables = {table.name: table for table in sorted(about, key=lambda table: table.name != "person")}
    found = changes(feed, tables.values(), whom.person_no, limit=AT_ONCE, before=before)
    within = [change for change in found.found if _is_within(whom.reach, tables[change.table], change)]
    return History(whom.key, whom.name, source, _nights(within, tables), found.older, found.is_whole)


def _is_within(reach: Reach, table: Table, change: Change) -> bool:
    """Both sides must be: a row that moved out of a grant's schemes is not shown by what it was."""
    return all(reach.covers(table, row) for row in (change.before, change.after) if row is not None)


def _nights(found: Sequence[Change], tables: Mapping[str, Table]) -> list[ChangedNight]:
    commits = [(snapshot, list(part)) for snapshot, part in groupby(found, lambda change: change.snapshot)]
    rows = Night.objects.filter(outcome=Outcome.PUBLISHED, snapshot__in=[snapshot for snapshot, _ in commits])
    known = {night.snapshot: night for night in rows.defer("tables")}
    return [ChangedNight(snapshot, known.get(snapshot), _tables(part, tables)) for snapshot, part in commits]


def _tables(found: Iterable[Change], tables: Mapping[str, Table]) -> list[ChangedTable]:
    changed = [(tables[name], list(part)) for name, part in groupby(found, lambda change: change.table)]
    return [
        ChangedTable(table, [_row(table, change) for change in part[:PER_TABLE]], max(0, len(part) - PER_TABLE))
        for table, part in changed
    ]


def _row(table: Table, change: Change) -> ChangedRow:
    """The key names the row; of the columns the person's own number and the time of maintenance say nothing new."""
    silent = NOT_SHOWN | set(table.grain)
    names = [name for name in change.columns if name not in silent] or [n for n in change.columns if n == "changed_at"]
    key = [_cell(table, name, change.row) for name in table.grain if name != table.subject]
    cells = {name: ChangedCell(_cell(table, name, change.before), _cell(table, name, change.after)) for name in names}
    return ChangedRow(change.operation, _in_one(key), cells)


def _cell(table: Table, name: str, row: Mapping[str, Any] | None) -> Cell | None:
    return None if row is None else masked_cell(table.by_name.get(name), name, row.get(name))


def _in_one(cells: Iterable[Cell | None]) -> str:
    return "；".join(f"{cell.label} {cell.full}" for cell in cells if cell is not None and cell.text)
