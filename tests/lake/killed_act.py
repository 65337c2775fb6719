"""A real process that runs a night, a rollback or a decision; the kill test ends it at a random moment."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.decide import Decision, Verdict, Waiting, decide
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.quarantine import QUARANTINE
from huiliu.lake.rollback import roll_back
from huiliu.lake.snapshot import Library
from lake import awards
from lake.builder import CODES, FEED, TABLES

DECISIONS: dict[str, Decision] = {"release": "release", "reject": "reject"}


def waiting(home: LakeHome) -> Sequence[Waiting]:
    """All rows that stand aside, as somebody sees them who then decides."""
    with Library(home.root).open() as snap:
        rows = snap.rows(f"SELECT table_name, key, cells FROM {QUARANTINE} ORDER BY key")
    return [Waiting(*row.values()) for row in rows]


def main(root: Path, act: str) -> None:
    home, clock = (
        LakeHome(root / "lake", EngineSettings(memory_limit="500MB", threads=1)),
        FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ)),
    )
    rows = waiting(home) if act in DECISIONS else []
    print("ready", flush=True)
    if act in DECISIONS:
        decide(home, awards.TABLES, Verdict(DECISIONS[act], rows, "申请 7"), clock)
    elif act == "night":
        run_night(home, root / "inbox", TABLES, FEED, clock, None, CODES)
    else:
        roll_back(home, TABLES, date.fromisoformat(act), clock)
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
