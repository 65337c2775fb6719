"""Compare tables of the published library with a front-end source, each in one moment of the source."""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.compare.aside import keys_aside
from huiliu.lake.compare.front import hashing_side, reading_side
from huiliu.lake.compare.library import LibrarySide
from huiliu.lake.compare.narrow import compare
from huiliu.lake.compare.results import Comparison, keep
from huiliu.lake.compare.sides import Side
from huiliu.lake.engine import identifier
from huiliu.lake.home import LakeHome
from huiliu.lake.mapping import TableMapping
from huiliu.lake.snapshot import Library, Snapshot
from huiliu.lake.sources.connections import FrontEnd
from huiliu.lake.sources.cut import query_of, stable_cut
from huiliu.lake.sources.database import FrontEndSource
from huiliu.lake.sources.dialects import CutName
from huiliu.lake.sources.plans import tables_read
from huiliu.lake.tables import Column, Table


def compare_source(
    lake: LakeHome,
    library: Library,
    source: FrontEndSource,
    name: str | None,
    clock: Clock,
    told: Callable[[Comparison], None] = lambda _: None,
) -> list[Comparison]:
    """Compare one table, or all that the source delivers, and keep each result; `told` hears of each as it is done.

    Raises HuiliuError LAKE-064 for a table that the source does not deliver, LAKE-065 if its key is not delivered.
    """
    names = tables_read(source.mapping, source.tables, source.configs)
    if name is not None and name not in names:
        hint = f"该来源交付的表：{'、'.join(names)}。"
        raise HuiliuError(code="LAKE-064", message=f"来源 {source.name} 不交付表 {name}", hint=hint)
    found = []
    with library.open() as snapshot:
        for each in [name] if name is not None else [name for name in names if name in snapshot.tables]:
            work = _Work(snapshot, source, source.tables[each], clock)
            found.append(work.compared())
            keep(lake, found[-1])
            told(found[-1])
    return found


@dataclass(frozen=True)
class _Work:
    """One table."""

    snapshot: Snapshot
    source: FrontEndSource
    table: Table
    clock: Clock

    def compared(self) -> Comparison:
        """Both sides opened, narrowed down, closed."""
        at, started = self.clock.now(), time.monotonic()
        # One connection asks: a second one in the same moment is needed for a night only.
        how: CutName = "double_read" if self.source.cut == "double_read" else "transaction"
        with stable_cut(self.source.connect, how) as cut:
            day, mapping = self.source.day(cut.front), self.source.mapping_of(cut.front, self.table.name)
            columns = self._columns(mapping)
            grain = len(self.table.grain)
            library = LibrarySide(self.snapshot, identifier(self.table.name), columns, grain)
            with self._other(cut.front, mapping, columns) as (other, hashed):
                outcome = compare(library, other, [column.name for column in columns], grain)
        held = keys_aside(self.snapshot, self.table) if outcome.differences else frozenset()
        outcome = replace(outcome, differences=tuple(replace(d, aside=d.key in held) for d in outcome.differences))
        return Comparison(
            table=self.table.name,
            source=self.source.name,
            snapshot=self.snapshot.version,
            business_date=self.snapshot.pointer.business_date,
            source_date=day,
            at=at,
            seconds=Decimal(f"{time.monotonic() - started:.3f}"),
            hashed=hashed,
            columns=tuple(column.name for column in columns),
            grain=grain,
            outcome=outcome,
        )

    def _columns(self, mapping: TableMapping) -> list[Column]:
        """What both sides have, the grain first; a column that the library gained later is not compared."""
        stored = {row["column_name"] for row in self.snapshot.rows(f"DESCRIBE {identifier(self.table.name)}")}
        names = [*self.table.grain, *(c.name for c in self.table.columns if c.name not in self.table.grain)]
        shared = [name for name in names if name in mapping.columns and name in stored]
        if not set(self.table.grain) <= set(shared):
            hint = "请在省端对照表中补上主键各列，否则无法逐行对应。"
            text = f"来源 {self.source.name} 没有表 {self.table.name} 的全部主键列"
            raise HuiliuError(code="LAKE-065", message=text, hint=hint)
        return [self.table.by_name[name] for name in shared]

    @contextmanager
    def _other(self, front: FrontEnd, mapping: TableMapping, columns: Sequence[Column]) -> Iterator[tuple[Side, bool]]:
        query, grain = query_of(front, mapping), len(self.table.grain)
        side = hashing_side(front, query, columns, grain)
        if side is not None:
            yield side, True
            return
        place = self.source.memory.parent
        with tempfile.TemporaryDirectory(prefix=".compare-", dir=place) as folder, self.source.engines() as engine:
            yield reading_side(front, query, columns, grain, engine, Path(folder)), False
