"""A real process that runs a night or a rollback; the kill test ends it at a random moment."""

import sys
from datetime import date, datetime
from pathlib import Path

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.rollback import roll_back
from lake.builder import CODES, FEED, TABLES


def main(root: Path, act: str) -> None:
    print("ready", flush=True)
    home, clock = (
        LakeHome(root / "lake", EngineSettings(memory_limit="500MB", threads=1)),
        FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ)),
    )
    if act == "night":
        run_night(home, root / "inbox", TABLES, FEED, clock, None, CODES)
    else:
        roll_back(home, TABLES, date.fromisoformat(act), clock)
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
