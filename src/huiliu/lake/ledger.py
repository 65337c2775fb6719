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


@dataclass(frozen=True)
class Committed:
    """What a batch is measured against: the last night, and the digests of all."""

    last: LastNight | None = None
    digests: frozenset[str] = frozenset()

    def plus(self, night: NightRecord) -> "Committed":
        """After one more night."""
        assert night.business_date is not None
        assert night.division is not None
        assert night.digest is not None
        last = LastNight(night.batch, night.business_date, night.division, night.sequence, night.digest)
        return Committed(last, self.digests | {night.digest})


def prepare(engine: Engine) -> None:
    """Create the ledger; inside the night's transaction. A night that changes nothing still leaves a row here."""
    engine.run(
        f"CREATE TABLE IF NOT EXISTS lake.{LEDGER} "
        "(batch VARCHAR, business_date DATE, division VARCHAR, sequence BIGINT, digest VARCHAR, level VARCHAR)"
    )


def committed(engine: Engine) -> Committed:
    """The nights in a lake that has had one."""
    columns = "batch, business_date, division, sequence, digest"
    found = engine.run(f"SELECT {columns} FROM lake.{LEDGER} ORDER BY business_date")
    nights = [LastNight(*row) for row in found]
    return Committed(nights[-1] if nights else None, frozenset(night.digest for night in nights))


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


def newest_snapshot(engine: Engine) -> int:
    """The snapshot of the newest committed night."""
    return engine.count("SELECT max(snapshot_id) FROM ducklake_snapshots('lake') WHERE author = ?", [AUTHOR])
