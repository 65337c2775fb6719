"""Who watches a run, and what the batches of one run share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from huiliu.kernel.clock import Clock
from huiliu.lake.engine import Engine
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.plausible import Plausibility
from huiliu.lake.reasons import Codes
from huiliu.lake.tables import Table

# The phases of a night in the order of a batch, for consoles and pages; the first and the last are of the whole run.
PHASES = {
    "fetch": "取数",
    "land": "留存",
    "receive": "接收",
    "verify": "核验",
    "apply": "应用",
    "reconcile": "对账",
    "publish": "发布",
    "look_up": "建查询文件",
    "screen": "筛查",
}


class Progress(Protocol):
    """Told of each batch as it begins, and of each step: phase, table if any, steps done of total."""

    def begin(self, batch: str) -> None: ...

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


class Silent:
    """Progress that nobody watches."""

    def begin(self, batch: str) -> None: ...

    def step(self, phase: str, table: str | None, done: int, total: int) -> None: ...


@dataclass(frozen=True)
class Writing:
    """The lake opened for writing, what its tables are, and the clock."""

    lake: LakeHome
    engine: Engine
    tables: Mapping[str, Table]
    clock: Clock


@dataclass(frozen=True)
class Run(Writing):
    """What all batches of one run share beside it: how to read them, and who watches."""

    feed: Feed
    codes: Codes
    progress: Progress
    plausible: Plausibility = field(default_factory=Plausibility)
