"""Who watches a run, and what the batches of one run share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from huiliu.kernel.clock import Clock
from huiliu.lake.engine import Engine
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.reasons import Codes
from huiliu.lake.tables import Table


class Progress(Protocol):
    """Told of each step: phase (land, receive, verify, apply, reconcile, publish), table if any, steps done, total."""

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Run:
    """What all batches of one run share: the lake opened for writing, the definitions, the clock, and who watches."""

    lake: LakeHome
    engine: Engine
    tables: Mapping[str, Table]
    feed: Feed
    codes: Codes
    clock: Clock
    progress: Progress
