"""The lake's own list of commits: one row each in `_night`, and the complete record in the commit of its snapshot."""

import json

from huiliu.kernel.digests import canonical_json
from huiliu.lake.effective import Commit, Story
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord

LEDGER = "_night"
AUTHOR = "huiliu"
_COLUMNS = {
    "batch": "VARCHAR",
    "business_date": "DATE",
    "division": "VARCHAR",
    "sequence": "BIGINT",
    "digest": "VARCHAR",
    "level": "VARCHAR",
    "kind": "VARCHAR",
    "revision": "INTEGER",
    "restored": "BIGINT",
    "step": "BOOLEAN",
}


def prepare(engine: Engine) -> None:
    """Create the ledger; inside the night's transaction. A night that changes nothing still leaves a row here."""
    existing = _columns(engine)
    if not existing:
        listed = ", ".join(f"{name} {sql_type}" for name, sql_type in _COLUMNS.items())
        engine.run(f"CREATE TABLE lake.{LEDGER} ({listed})")
        return
    for name, sql_type in _COLUMNS.items():
        if name not in existing:
            engine.run(f"ALTER TABLE lake.{LEDGER} ADD COLUMN {name} {sql_type}")


def story(engine: Engine, until: int | None = None) -> Story:
    """Every commit of the lake folded; up to a snapshot if one is given."""
    existing = _columns(engine)
    if not existing:
        return Story()
    later = {"kind": "'night'", "revision": "0", "restored": "NULL", "step": "false"}
    cells = [f"coalesce({name}, {later[name]})" if name in existing else later[name] for name in later]
    found = engine.run(
        f"SELECT snapshot_id, batch, business_date, division, sequence, digest, {', '.join(cells)} "
        f"FROM lake.{LEDGER} WHERE snapshot_id <= ? ORDER BY snapshot_id",
        [until if until is not None else 1 << 62],
    )
    return Story(Commit(*row) for row in found)


def _columns(engine: Engine) -> set[str]:
    """Those that were committed, from the catalogue itself: DuckDB's list of all columns takes thrice as long."""
    sql = (
        "SELECT column_name FROM __ducklake_metadata_lake.ducklake_column AS c "
        "JOIN __ducklake_metadata_lake.ducklake_table AS t ON t.table_id = c.table_id "
        "WHERE c.end_snapshot IS NULL AND t.end_snapshot IS NULL AND t.table_name = ?"
    )
    return {name for (name,) in engine.run(sql, [LEDGER])}


def write(engine: Engine, record: NightRecord) -> None:
    """Add the commit and tag it with its whole record; the last act before COMMIT."""
    row = [getattr(record, name) for name in _COLUMNS]
    engine.run(f"INSERT INTO lake.{LEDGER} ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(row))})", row)
    text = canonical_json(record.as_json()).decode()
    engine.run("CALL lake.set_commit_message(?, ?, extra_info => ?)", [AUTHOR, record.batch, text])


def nights(engine: Engine, name: str = "lake", after: int = -1) -> list[NightRecord]:
    """Records of all commits of an attached lake in snapshot order, rebuilt from the commits alone."""
    found = engine.run(
        f"SELECT snapshot_id, commit_extra_info FROM ducklake_snapshots('{name}') "
        "WHERE author = ? AND snapshot_id > ? ORDER BY snapshot_id",
        [AUTHOR, after],
    )
    return [NightRecord.from_json(json.loads(text)).at(snapshot) for snapshot, text in found]


def night_at(engine: Engine, snapshot: int) -> NightRecord | None:
    """The record of one commit; None if there is none, or its snapshot has expired."""
    found = engine.run(
        "SELECT commit_extra_info FROM ducklake_snapshots('lake') WHERE author = ? AND snapshot_id = ?",
        [AUTHOR, snapshot],
    )
    return NightRecord.from_json(json.loads(found[0][0])).at(snapshot) if found else None


def newest_snapshot(engine: Engine) -> int:
    """The snapshot of the newest commit."""
    return engine.count("SELECT max(snapshot_id) FROM ducklake_snapshots('lake') WHERE author = ?", [AUTHOR])
