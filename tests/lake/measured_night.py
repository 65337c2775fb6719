"""A real process that runs one night of a table of many rows and tells its memory peak in MB."""

import re
import sys
from datetime import datetime
from pathlib import Path

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from lake.builder import CODES, FEED, TABLES


def main(root: Path) -> None:
    home = LakeHome(root / "lake", EngineSettings(memory_limit="200MB", threads=2))
    clock = FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ))
    record = run_night(home, root / "inbox", TABLES, FEED, clock, None, CODES)[-1]
    # Not getrusage: that counts what the process was before exec, a copy of its parent.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    print(record.outcome, int(peak[1]) // 1024 if peak else "", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
