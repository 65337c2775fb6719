"""The lake's own list of nights: one row a night in `_night`, and the complete record in the commit of its snapshot."""

import json
from dataclasses import dataclass
from datetime import date

from huiliu.kernel.digests import canonical_json
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord

LEDGER = "_night"
AUTHOR = "huiliu"


@dataclass(frozen=True)
class LastNight:
    """The newest committed night, which the next batch must follow."""

    batch: str
    business_date: date
    division: str
    sequence: int | None
    digest: str


def prepare(engine: Engine) -> None:
    """Create the ledger; inside the night's transaction. A night that changes nothing still leaves a row here."""
    engine.run(
        f"CREATE TABLE IF NOT EXISTS lake.{LEDGER} "
        "(batch VARCHAR, business_date DATE, division VARCHAR, sequence BIGINT, digest VARCHAR, level VARCHAR)"
    )


def _exists(engine: Engine) -> bool:
    sql = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'lake' AND table_name = ?"
    return engine.count(sql, [LEDGER]) > 0


def last_night(engine: Engine) -> LastNight | None:
    """The newest committed night; None in an empty lake."""
    if not _exists(engine):
        return None
    found = engine.run(
        "SELECT batch, business_date, division, sequence, digest "
        f"FROM lake.{LEDGER} ORDER BY business_date DESC LIMIT 1"
    )
    return LastNight(*found[0]) if found else None


def committed_digests(engine: Engine) -> frozenset[str]:
    """Digests of all batches in the lake."""
    if not _exists(engine):
        return frozenset()
    return frozenset(digest for (digest,) in engine.run(f"SELECT digest FROM lake.{LEDGER}"))


def write(engine: Engine, record: NightRecord) -> None:
    """Add the night and tag the commit with its whole record; the last act before COMMIT."""
    row = [record.batch, record.business_date, record.division, record.sequence, record.digest, record.level]
    engine.run(f"INSERT INTO lake.{LEDGER} VALUES (?, ?, ?, ?, ?, ?)", row)
    text = canonical_json(record.as_json()).decode()
    engine.run("CALL lake.set_commit_message(?, ?, extra_info => ?)", [AUTHOR, record.batch, text])


def nights(engine: Engine, name: str = "lake", after: int = -1) -> list[NightRecord]:
    """Records of all committed nights of an attached lake in snapshot order, rebuilt from their commits alone."""
    found = engine.run(
        f"SELECT snapshot_id, commit_extra_info FROM ducklake_snapshots('{name}') "
        "WHERE author = ? AND snapshot_id > ? ORDER BY snapshot_id",
        [AUTHOR, after],
    )
    return [NightRecord.from_json(json.loads(text)).at(snapshot) for snapshot, text in found]


def has_night(engine: Engine, snapshot: int, batch: str) -> bool:
    """True if the snapshot is the commit of the batch."""
    sql = (
        "SELECT count(*) FROM ducklake_snapshots('lake') WHERE author = ? AND snapshot_id = ? AND commit_message = ?"
    )
    return engine.count(sql, [AUTHOR, snapshot, batch]) > 0


def newest_snapshot(engine: Engine) -> int:
    """The snapshot of the newest committed night."""
    return engine.count("SELECT max(snapshot_id) FROM ducklake_snapshots('lake') WHERE author = ?", [AUTHOR])
