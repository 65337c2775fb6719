"""A real process that runs one night and tells what it is doing; the kill test ends it at a random moment."""

import sys
from datetime import datetime
from pathlib import Path

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from lake.builder import CODES, FEED, TABLES


def main(root: Path) -> None:
    print("ready", flush=True)
    home = LakeHome(root / "lake", EngineSettings(memory_limit="500MB", threads=1))
    run_night(home, root / "inbox", TABLES, FEED, FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ)), None, CODES)
    print("done", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
