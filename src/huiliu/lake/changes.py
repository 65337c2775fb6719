"""What happened to the rows of one subject, commit by commit, read from the lake's own change feed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from huiliu.kernel.digests import canonical_json
from huiliu.lake.engine import identifier
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Table

WINDOW = 60  # commits that one query of the feed looks through

Row = Mapping[str, Any]
Operation = Literal["I", "U", "D"]
Feed = Literal["insertions", "deletions"]
# What DuckLake notes of a commit; a kind that is not here is no change of a row.
_KINDS: Mapping[str, Feed] = {
    "tables_inserted_into": "insertions",
    "inlined_insert": "insertions",
    "tables_deleted_from": "deletions",
    "inlined_delete": "deletions",
}


@dataclass(frozen=True)
class Change:
    """One key of one table in one commit: the row before it (None if new) and after it (None if gone)."""

    snapshot: int
    table: str
    before: Row | None
    after: Row | None

    @property
    def operation(self) -> Operation:
        """What was done to the key."""
        if self.before is None:
            return "I"
        return "D" if self.after is None else "U"

    @property
    def row(self) -> Row:
        """The row as it is after the change, or as it was before it was deleted."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that differ; of a new or deleted row those that hold a value."""
        old, new = self.before or {}, self.after or {}
        return tuple(name for name in self.row if old.get(name) != new.get(name))


@dataclass(frozen=True)
class Changes:
    """Some commits' changes, newest commit first; `older` is the commit to go on from, None at the beginning.

    `is_whole` says that no commit has expired, so that no change is missing.
    """

    found: Sequence[Change]
    older: int | None
    is_whole: bool


def changes(snap: Snapshot, tables: Iterable[Table], subject: str, *, limit: int, before: int | None = None) -> Changes:
    """What the commits up to the snapshot (or before the commit `before`) did to a subject's rows.

    Whole commits, newest first, until there are `limit` changes. The snapshot must read the lake itself: a look-up file
    has no history.
    """
    with snap.together():
        return _changes(snap, [t for t in tables if t.name in snap.tables and t.subject], subject, limit, before)


def _changes(snap: Snapshot, wanted: Sequence[Table], subject: str, limit: int, before: int | None) -> Changes:
    commits = _commits(snap, snap.version if before is None else min(before - 1, snap.version))
    found: list[Change] = []
    while commits and len(found) < limit:
        window, commits = commits[:WINDOW], commits[WINDOW:]
        touched = _touched(snap, window[-1], window[0])
        seen = [c for table in wanted for c in _between(snap, touched, table, subject)]
        found += sorted(seen, key=lambda change: -change.snapshot)
    kept = _whole_commits(found, limit)
    older = kept[-1].snapshot if len(kept) < len(found) or commits else None
    return Changes(kept, older, _is_whole(snap))


def _commits(snap: Snapshot, last: int) -> list[int]:
    """Newest first. The very first snapshot of a lake is its creation and holds nothing."""
    sql = "SELECT snapshot_id FROM ducklake_snapshots('snap') WHERE snapshot_id BETWEEN 1 AND $last ORDER BY 1 DESC"
    return [row["snapshot_id"] for row in snap.rows(sql, {"last": last})]


def _is_whole(snap: Snapshot) -> bool:
    """Snapshots are numbered without a gap; only expiry makes one."""
    sql = "SELECT count(*) FROM ducklake_snapshots('snap') WHERE snapshot_id BETWEEN 1 AND $last"
    return bool(snap.value(sql, {"last": snap.version}) == snap.version)


def _whole_commits(found: Sequence[Change], limit: int) -> list[Change]:
    if len(found) <= limit:
        return list(found)
    last = found[limit - 1].snapshot
    return [change for change in found if change.snapshot >= last]


@dataclass(frozen=True)
class _Touched:
    """Some commits, and the tables that any of them inserted into or deleted from."""

    first: int
    last: int
    insertions: frozenset[str]
    deletions: frozenset[str]


def _touched(snap: Snapshot, first: int, last: int) -> _Touched:
    """From the catalogue alone: most nights leave most tables as they are, and each look at one costs two queries."""
    names = {str(r["table_id"]): r["table_name"] for r in snap.rows("FROM ducklake_table_info('snap')")}
    sql = "SELECT changes FROM ducklake_snapshots('snap') WHERE snapshot_id BETWEEN $first AND $last"
    found: dict[str, set[str]] = defaultdict(set)
    for row in snap.rows(sql, {"first": first, "last": last}):
        for kind, numbers in row["changes"].items():
            found[_KINDS.get(kind, "")].update(names.get(number, "") for number in numbers)
    return _Touched(first, last, frozenset(found["insertions"]), frozenset(found["deletions"]))


def _between(snap: Snapshot, touched: _Touched, table: Table, subject: str) -> Iterator[Change]:
    """Insertions and deletions of one table, paired by its key: both in one commit are a change of the row."""
    come = _feed(snap, "insertions", table, subject, touched)
    never = touched.first == 1 and not come  # from the first commit on: what never came is never gone
    gone = {} if never else _feed(snap, "deletions", table, subject, touched)
    for snapshot, key in sorted(gone.keys() | come.keys(), key=lambda pair: (-pair[0], pair[1])):
        yield from _paired(snapshot, table, gone.get((snapshot, key), []), come.get((snapshot, key), []))


def _feed(
    snap: Snapshot, name: Feed, table: Table, subject: str, touched: _Touched
) -> dict[tuple[int, str], list[dict[str, Any]]]:
    found: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    if table.name not in getattr(touched, name):
        return found
    commits = f"{int(touched.first)}, {int(touched.last)}"
    sql = (
        f"SELECT snapshot_id, * FROM ducklake_table_{name}('snap', 'main', '{table.name}', {commits}) "
        f"WHERE {identifier(table.subject or '')} = $subject"
    )
    for row in snap.rows(sql, {"subject": subject}):
        snapshot, key = row.pop("snapshot_id"), json.dumps([str(row[column]) for column in table.grain])
        found[snapshot, key].append(row)
    return found


def _paired(snapshot: int, table: Table, gone: Sequence[Row], come: Sequence[Row]) -> Iterator[Change]:
    """A commit that first went back and then forward again holds versions that came and went within it."""
    before, after = _without(gone, come), _without(come, gone)
    if before or after:
        yield Change(snapshot, table.name, before[-1] if before else None, after[-1] if after else None)


def _without(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """The rows that are not among the others, each of which stands for one."""
    passing, kept = Counter(map(_text, others)), []
    for row in rows:
        if passing[_text(row)]:
            passing[_text(row)] -= 1
        else:
            kept.append(row)
    return kept


def _text(row: Row) -> bytes:
    return canonical_json({name: None if value is None else str(value) for name, value in row.items()})
