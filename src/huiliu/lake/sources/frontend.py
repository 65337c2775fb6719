"""One night from a front-end database: totals, rows and totals again in one moment, or nothing at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine
from huiliu.lake.sources.connections import Connector, FrontEnd
from huiliu.lake.sources.cut import Cut, Totals, query_of, stable_cut, totals
from huiliu.lake.sources.dialects import CutName
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.plans import Plan
from huiliu.lake.sources.queries import Part, Query
from huiliu.lake.sources.rows import Written, write_net_changes, write_rows, written

TRIES = 3  # of a database that cannot hold one moment


@dataclass(frozen=True)
class Read:
    """One table as it was read: how, where its rows are, what they add up to, and the totals of the whole table.

    `watermark` is the number up to which changes were read, for the next night to go on from.
    """

    plan: Plan
    path: Path | None
    written: Written
    part: Part | None = None
    closing: Totals | None = None
    watermark: str | None = None


class _MovedError(Exception):
    """The totals before and after differ, or the rows are not those that were counted: the tables named moved."""

    def __init__(self, tables: Sequence[str]) -> None:
        super().__init__(*tables)
        self.tables = tuple(tables)


@dataclass(frozen=True)
class Reader:
    """What reading one night needs.

    `day` asks for the business date in the moment that is read, `wanted` whether that night is wanted at all; `since`
    gives, per table, the number after which changes are.
    """

    connect: Connector
    cut: CutName
    engine: Engine
    folder: Path
    day: Callable[[FrontEnd], date | None]
    wanted: Callable[[date], bool]
    plans: Callable[[FrontEnd, date], Sequence[Plan]]
    since: Mapping[str, str | None]

    def read(self) -> tuple[date | None, list[Read]]:
        """The business date and every table, no table if that night is not wanted.

        SOURCE-022 if the database would not stand still, SOURCE-023 if it contradicts itself.
        """
        moved: tuple[str, ...] = ()
        for _ in range(TRIES if self.cut == "double_read" else 1):
            try:
                with stable_cut(self.connect, self.cut) as cut:
                    return self._read(cut)
            except _MovedError as error:
                moved = error.tables
        raise self._unsteady(moved)

    def _unsteady(self, moved: Sequence[str]) -> HuiliuError:
        named = "、".join(moved[:5]) or "业务日期"
        if self.cut == "double_read":
            hint = "请在前置库停止写入的时段取数，或改用能固定读取时点的方式（cut）；没有生成批次。"
            return source_error("022", f"前置库在 {TRIES} 次读取期间都有变化（{named}）", hint, tables=list(moved))
        hint = "同一时点的两次读取不一致，请检查前置库和驱动；没有生成批次，已发布的数据不受影响。"
        return source_error("023", f"前置库两次读取的行数或合计不一致（{named}）", hint, tables=list(moved))

    def _read(self, cut: Cut) -> tuple[date | None, list[Read]]:
        day = self.day(cut.front)
        if day is None or not self.wanted(day):
            return day, []
        works = [_Work(plan, query_of(cut.front, plan.mapping), plan.part(day)) for plan in self.plans(cut.front, day)]
        before = [work.totals(cut.front) for work in works]
        reads = [self._table(cut.front, work) for work in works]
        after = [work.totals(cut.again) for work in works]
        same = [old == new and _agrees(read, old.read) for old, new, read in zip(before, after, reads, strict=True)]
        if not all(same) or self.day(cut.again) != day:
            raise _MovedError([work.name for work, still in zip(works, same, strict=True) if not still])
        return day, [replace(read, closing=told.whole) for read, told in zip(reads, before, strict=True)]

    def _table(self, front: FrontEnd, work: "_Work") -> Read:
        plan, query = work.plan, work.query
        target = self.folder / f"{work.name}.parquet"
        target.unlink(missing_ok=True)
        if plan.reading == "changes":
            return self._changes(front, plan, target)
        streamed = write_rows(self.engine, front, query, query.rows(work.part), target)
        facts = written(self.engine, target, streamed, query.mapping, plan.table)
        return Read(plan, target, facts, work.part, watermark=_newest(front, plan))

    def _changes(self, front: FrontEnd, plan: Plan, target: Path) -> Read:
        """The net changes after the last night's number, up to the newest one of this moment."""
        assert plan.changes is not None
        after, until = self.since[plan.table.name], _newest(front, plan)
        assert after is not None
        assert until is not None
        query = query_of(front, plan.change_mapping())
        sql = query.rows(since=(plan.changes.order, after, until))
        streamed = write_net_changes(self.engine, front, query, sql, target, plan.table.grain)
        facts = written(self.engine, target, streamed, query.mapping, plan.table)
        if not facts.rows:
            target.unlink()
        return Read(plan, target if facts.rows else None, facts, watermark=until)


@dataclass(frozen=True)
class _Told:
    """Totals by the database: of what is read (of changes there are none) and of the whole table, if asked for."""

    read: Totals | None
    whole: Totals | None


@dataclass(frozen=True)
class _Work:
    """One table of one attempt."""

    plan: Plan
    query: Query
    part: Part | None

    @property
    def name(self) -> str:
        return self.plan.table.name

    def totals(self, front: FrontEnd) -> _Told:
        plan = self.plan
        if plan.reading == "full":
            whole = totals(front, self.query, plan.table)
            return _Told(whole, whole)
        read = totals(front, self.query, plan.table, self.part) if plan.reading == "range" else None
        return _Told(read, totals(front, self.query, plan.table) if plan.closing else None)


def _newest(front: FrontEnd, plan: Plan) -> str | None:
    """The largest number of a table's change table, 0 of an empty one; None if it has none."""
    if plan.changes is None:
        return None
    (newest,) = front.one(query_of(front, plan.change_mapping()).newest(plan.changes.order))
    return newest or "0"


def _agrees(read: Read, expected: Totals | None) -> bool:
    """Whether the file holds what the database said; of changes only their effect can be compared, by the night."""
    found = read.written
    if expected is None:
        return True
    rows = expected.rows == found.rows == found.streamed
    return rows and all(found.sums[column] == amount for column, amount in expected.sums.items())
