"""A front-end database as a source: which night is wanted, how each table is read, and the batch it becomes."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.periods import parse_day
from huiliu.lake.engine import Engine
from huiliu.lake.mapping import ProvinceMapping, TableMapping
from huiliu.lake.records import Pointer
from huiliu.lake.sources.arrival import Arrival, tidy
from huiliu.lake.sources.config import DateConfig, TableConfig
from huiliu.lake.sources.connections import Connector, FrontEnd
from huiliu.lake.sources.dialects import CutName
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.frontend import Read, Reader
from huiliu.lake.sources.made import Memory, Position, write_manifest
from huiliu.lake.sources.plans import Plan, plain_mapping, tables_read
from huiliu.lake.sources.results import Fetched
from huiliu.lake.tables import Table


@dataclass(frozen=True)
class FrontEndSource:
    """One database; `memory` is the file that remembers the batches made of it, `engines` opens a DuckDB."""

    name: str
    connect: Connector
    cut: CutName
    mapping: ProvinceMapping | None
    tables: Mapping[str, Table]
    configs: Mapping[str, TableConfig]
    dated: DateConfig | None
    division: str
    inbox: Path
    memory: Path
    engines: Callable[[], AbstractContextManager[Engine]]
    clock: Clock

    def fetch(self, pointer: Pointer | None, *, full: bool = False, again: bool = False) -> list[Fetched]:
        """Make the batch of the newest business date if it is later than the published one.

        A batch that was made before and not published is made anew, every table in full: whatever it lacked, and
        whatever the province has corrected since, is in it then. From the third time on that waits for longer and
        longer, unless a person asks (`again`, `full`). Raises HuiliuError; nothing is left in the inbox then.
        """
        folder = self.inbox / f".{self.name}.reading"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        memory = Memory.read(self.memory)
        since = memory.watermarks(pointer.digest) if pointer is not None and not full else None

        def paused(day: date) -> datetime | None:
            return None if again or full else self._paused(memory, self._position(day, pointer))

        try:
            with self.engines() as engine:
                reader = Reader(
                    connect=self.connect,
                    cut=self.cut,
                    engine=engine,
                    folder=folder,
                    day=self.day,
                    wanted=lambda day: (pointer is None or day > pointer.business_date) and paused(day) is None,
                    plans=lambda front, day: list(self._plans(front, None if self._again(memory, day) else since)),
                    since=since or {},
                )
                day, reads = reader.read()
            if day is None or not reads:
                return [self._nothing(day, pointer, paused)]
            return [self._deliver(folder, memory, self._position(day, pointer), reads, pointer)]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _paused(self, memory: Memory, position: Position) -> datetime | None:
        """Until when the batch that lies in the inbox is left as it is; None if it is due."""
        moment = memory.not_before(position.name, position.previous_digest)
        waits = moment is not None and moment > self.clock.now() and (self.inbox / position.name).is_dir()
        return moment if waits else None

    def _nothing(self, day: date | None, pointer: Pointer | None, paused: Callable[[date], datetime | None]) -> Fetched:
        if day is None:
            return Fetched(self.name, "waiting", note="前置库还没有业务日期")
        if (pointer is None or day > pointer.business_date) and (moment := paused(day)):
            name = self._position(day, pointer).name
            until = f"{moment.astimezone(TZ):%m-%d %H:%M}"
            note = f"多次取来都未入库，{until} 之前不再重读；已更正的请运行 lake fetch {self.name} --again"
            return Fetched(self.name, "waiting", name, note)
        return Fetched(self.name, "unchanged", note=f"前置库的业务日期 {day.isoformat()} 已入库")

    def _deliver(
        self, folder: Path, memory: Memory, position: Position, reads: Sequence[Read], pointer: Pointer | None
    ) -> Fetched:
        digest = write_manifest(folder, position, reads)
        arrival = Arrival(self.name, self.inbox, position.name, digest)
        arrival.refuse_foreign()
        shutil.rmtree(arrival.partial, ignore_errors=True)
        folder.rename(arrival.partial)
        size = sum(path.stat().st_size for path in arrival.partial.iterdir())
        files = sum(read.path is not None for read in reads)
        memory.add(position, digest, reads, self.clock.now())
        # An older batch of ours that was never published stands under the same sequence number: this one contains it.
        published = date.min if pointer is None else pointer.business_date
        tidy(self.name, self.inbox, lambda name, day: name != position.name and day > published)
        arrival.install()
        rows = sum(read.written.rows for read in reads)
        return Fetched(self.name, "taken", position.name, f"{len(reads)} 表 {rows:,} 行", files, size)

    def _again(self, memory: Memory, day: date) -> bool:
        """True if a batch of that day was made before and did not become the library."""
        return memory.made(f"{self.division}_{day:%Y%m%d}")

    def _position(self, day: date, pointer: Pointer | None) -> Position:
        if pointer is None:
            return Position(self.division, day, 1, None)
        return Position(self.division, day, (pointer.sequence or 0) + 1, pointer.digest)

    def day(self, front: FrontEnd) -> date | None:
        """The business date: what the database says it is filled up to, or yesterday."""
        if self.dated is None:
            return self.clock.now().astimezone(TZ).date() - timedelta(days=1)
        names = {name.lower(): name for name in front.names(self.dated.table)}
        found = names.get(self.dated.column.lower())
        if found is None:
            raise self._undated("没有这一列")
        dialect = front.dialect
        (text,) = front.one(f"SELECT {dialect.as_text(f'max({dialect.quoted(found)})')} FROM {self.dated.table}")
        try:
            return None if text is None else parse_day(text.replace("-", "")[:8])
        except HuiliuError:
            pass
        raise self._undated("不是日期")

    def _undated(self, problem: str) -> HuiliuError:
        assert self.dated is not None
        where = f"{self.dated.table}.{self.dated.column}"
        hint = "请核对 sources.yaml 的 business_date；该列应为日期，或 YYYYMMDD 文本。"
        return source_error("021", f"前置库的业务日期 {where} {problem}", hint, column=where)

    def _plans(self, front: FrontEnd, since: Mapping[str, str | None] | None) -> Iterator[Plan]:
        """Ranges and changes only on top of a published batch of this source that had the table; else in full."""
        for name in tables_read(self.mapping, self.tables, self.configs):
            config = self.configs.get(name, TableConfig())
            plan = Plan(
                table=self.tables[name],
                mapping=self.mapping_of(front, name),
                reading=config.reading,
                column=config.column,
                months=config.months,
                changes=config.changes,
                closing=config.closing,
            )
            yield plan if since is not None and _continues(plan, since) else plan.whole()

    def mapping_of(self, front: FrontEnd, name: str) -> TableMapping:
        """The province's mapping of a table, else one by the catalog's names and codes."""
        if self.mapping is not None:
            return self.mapping.tables[name]
        return plain_mapping(self.tables[name], frozenset(column.lower() for column in front.names(name)))


def _continues(plan: Plan, since: Mapping[str, str | None]) -> bool:
    """True if the published batch had the table and, where changes are read, the number they go on from."""
    name = plan.table.name
    return name in since and (plan.reading != "changes" or since[name] is not None)
