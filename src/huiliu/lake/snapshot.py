"""Reading: the published snapshot (or an earlier night) as plain SQL tables, safe to share between threads."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger, refusals
from huiliu.lake.effective import Story
from huiliu.lake.engine import Engine, EngineSettings, literal, open_engine
from huiliu.lake.home import LakeHome
from huiliu.lake.lookups import LookUps
from huiliu.lake.macros import MACROS
from huiliu.lake.pins import expired_records
from huiliu.lake.records import NightRecord, Pointer

Params = Mapping[str, Any] | Sequence[Any] | None
_PAST_KEPT = 3  # opening one costs half a second, and whoever looks back looks more than once
_DAMAGE = frozenset({"IOException", "SerializationException", "InternalException", "FatalException"})


@dataclass(eq=False)
class _Instance:
    """One DuckDB instance pinned to one snapshot, and how many Snapshots use it.

    `is_derived` says that it reads a look-up file, whose room on the disk is free only once nobody has it open.
    """

    version: int
    engine: Engine
    tables: frozenset[str]
    is_derived: bool
    users: int = 0


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the library for one thread; every table by its plain name, and the period macros.

    `tables` are the names it has: a table that the catalog gained after this night is not among them.
    """

    pointer: Pointer
    version: int
    tables: frozenset[str]
    _engine: Engine = field(repr=False)
    _damaged: Callable[[], None] = field(repr=False)

    def rows(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """All rows of a query, each by column name; parameters as `$name` or `?`."""
        with self._watched():
            return self._engine.records(sql, params)

    def blocks(self, sql: str, params: Params = None, size: int = 10_000) -> Iterator[list[dict[str, Any]]]:
        """The rows of a query as a stream of lists of at most `size`: for results that no memory should hold.

        The stream has a cursor of its own, so other queries may run between its blocks; `interrupt` does not reach it,
        whoever reads it just stops. An ORDER BY sorts before the first block comes, beyond the memory on the disk.
        """
        cursor = _prepared(self._engine.cursor())
        try:
            with self._watched():
                yield from cursor.blocks(sql, params, size)
        finally:
            cursor.close()

    def value(self, sql: str, params: Params = None) -> Any:
        """The first value of the first row; None if there is no row."""
        with self._watched():
            found = self._engine.run(sql, params)
        return found[0][0] if found else None

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """An error that speaks of a damaged file ends its use: this query fails, the next snapshot does not."""
        try:
            yield
        except HuiliuError as error:
            if error.facts.get("kind") in _DAMAGE:
                self._damaged()
            raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Queries inside ask the lake's catalogue once for what it holds, not each anew: a quarter of their time."""
        self._engine.run("BEGIN TRANSACTION")
        try:
            yield
        finally:
            self._engine.run("ROLLBACK")

    def interrupt(self) -> None:
        """Stop the query that another thread runs on this snapshot."""
        self._engine.interrupt()


class Library:
    """The way in for everything that reads: one instance per process and lake, shared by its threads.

    The published snapshot is opened once and kept until the pointer moves on and its last user is gone; of earlier ones
    the last few that were read from the lake. The look-up file is used if it is there and is the one that the pointer
    names; without it, or once it proved damaged, the same snapshot is read from the lake.
    """

    def __init__(self, root: Path, settings: EngineSettings | None = None, *, from_lake: bool = False) -> None:
        """`from_lake` passes by the look-up files, which know no earlier state: for the change feed."""
        self._from_lake = from_lake
        self._home = LakeHome(Path(root), settings or EngineSettings(memory_limit="1GB"))
        self._lock = threading.Lock()
        self._instances: dict[int, _Instance] = {}
        self._look_ups = LookUps(self._home)
        self._stories: dict[int, Story] = {}

    def pointer(self) -> Pointer | None:
        """What is published now; None before the first night."""
        return self._home.pointer()

    @contextmanager
    def open(self, version: int | None = None) -> Iterator[Snapshot]:
        """The published snapshot, or the state that an earlier night's `version` (its snapshot id) published.

        Raises HuiliuError LAKE-030 before the first night, LAKE-031 for a version that was never
        published, and LAKE-043 for one that was cleared away.
        """
        pointer = self._published()
        wanted = pointer.snapshot if version is None else version
        if wanted != pointer.snapshot and wanted not in self._story(pointer).standing:
            raise _unknown_version(wanted)
        if wanted in self._home.expired_snapshots():
            raise _expired_version(wanted)
        instance = self._take(wanted, pointer)
        cursor = None
        try:
            cursor = _prepared(instance.engine.cursor())
            yield Snapshot(pointer, wanted, instance.tables, cursor, lambda: self._abandon(instance))
        finally:
            if cursor is not None:
                cursor.close()
            self._give_back(instance, pointer)

    def days(self) -> dict[date, int]:
        """The effective nights, oldest first: of each business date the version that holds it now."""
        pointer = self.pointer()
        chain = self._story(pointer).chain if pointer else []
        gone = self._home.expired_snapshots()
        return {night.business_date: night.snapshot for night in chain if night.snapshot not in gone}

    def history(self) -> list[NightRecord]:
        """Every night published, rebuilt from the lake's commits, and every batch refused or held; in order of run.

        A published record says in `standing` what became of it since. Commits not published yet, and those of an act
        that was not finished, are left out.
        """
        pointer = self.pointer()
        published: list[NightRecord] = []
        if pointer is not None:
            standing = self._story(pointer).standing
            with self._home.open_for_reading() as engine:
                records = {n.snapshot: n for n in (*expired_records(self._home), *ledger.nights(engine))}
            published = [replace(records[s], standing=said) for s, said in standing.items() if s in records]
        return sorted([*published, *refusals.refused(self._home)], key=lambda night: (night.run_at, night.batch))

    def _story(self, pointer: Pointer) -> Story:
        """What was committed up to the published snapshot; read once for each."""
        with self._lock:
            known = self._stories.get(pointer.snapshot)
        if known is None:
            with self._home.open_for_reading() as engine:
                known = ledger.story(engine, pointer.snapshot)
            with self._lock:
                self._stories = {pointer.snapshot: known}
        return known

    def close(self) -> None:
        """Close every instance that nobody uses; open snapshots finish undisturbed."""
        with self._lock:
            for instance in [i for i in self._instances.values() if not i.users]:
                self._drop(instance)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _published(self) -> Pointer:
        pointer = self._home.pointer()
        if pointer is None:
            raise HuiliuError(
                code="LAKE-030",
                message="回流库还没有已发布的数据",
                hint="请先把批次放入收件箱并运行一次入库（huiliu night）。",
            )
        return pointer

    def _take(self, version: int, pointer: Pointer) -> _Instance:
        with self._lock:
            instance = self._instances.get(version)
            if instance is not None and not instance.is_derived and self._look_up(pointer, version):
                self._retire(instance)  # its look-up file has been built since
                instance = None
            if instance is None:
                instance = self._instances[version] = self._connect(pointer, version)
            instance.users += 1
            self._drop_idle(pointer)
            return instance

    def _give_back(self, instance: _Instance, pointer: Pointer) -> None:
        with self._lock:
            instance.users -= 1
            if self._instances.get(instance.version) is instance:
                self._instances[instance.version] = self._instances.pop(instance.version)  # used last
            elif not instance.users:
                self._drop(instance)
            self._drop_idle(pointer)

    def _drop_idle(self, pointer: Pointer) -> None:
        """Close what nobody uses any more, the longest unused first."""
        newest = max(pointer.snapshot, *self._instances, 0)
        past = [i for i in self._instances.values() if not i.users and i.version < newest]
        kept = [i for i in past if not i.is_derived][-_PAST_KEPT:]
        for idle in [i for i in past if i not in kept]:
            self._drop(idle)

    def _abandon(self, instance: _Instance) -> None:
        """From now on read this version from the lake; the instance is closed when its last user is gone."""
        with self._lock:
            self._look_ups.abandon(instance.version)
            if self._instances.get(instance.version) is instance:
                del self._instances[instance.version]

    def _retire(self, instance: _Instance) -> None:
        """Nobody else gets it; it is closed now, or when its last user is gone."""
        del self._instances[instance.version]
        if not instance.users:
            instance.engine.close()

    def _drop(self, instance: _Instance) -> None:
        if self._instances.get(instance.version) is instance:
            del self._instances[instance.version]
        instance.engine.close()

    def _connect(self, pointer: Pointer, version: int) -> _Instance:
        engine = open_engine(self._home.settings, self._home.staging / "spill")
        try:
            serve = self._look_up(pointer, version)
            is_derived = serve is not None and _attached(engine, serve)
            if not is_derived:
                if serve is not None:
                    self._look_ups.abandon(version)
                self._home.attach_reading(engine, "snap", version)
            _fence(engine, self._home.data)
            return _Instance(version, engine, _tables(engine), is_derived)
        except HuiliuError:
            engine.close()
            raise

    def _look_up(self, pointer: Pointer, version: int) -> Path | None:
        """The version's look-up file, if there is one that may be used."""
        return None if self._from_lake else self._look_ups.file(pointer, version)


def _attached(engine: Engine, serve: Path) -> bool:
    """Attach the look-up file; False if it is damaged or was dropped meanwhile."""
    try:
        engine.run(f"ATTACH {literal(serve)} AS snap (READ_ONLY)")
    except HuiliuError:
        return False
    return True


def _fence(engine: Engine, data: Path) -> None:
    """From here on no query can reach any other file, load anything or undo these settings."""
    engine.run(f"SET allowed_directories = [{literal(f'{data.resolve()}/')}]")
    engine.run("SET enable_external_access = false")
    engine.run("SET lock_configuration = true")


def _tables(engine: Engine) -> frozenset[str]:
    # duckdb_tables() counts the rows of every table of the lake, its columns are known without.
    sql = "SELECT DISTINCT table_name FROM duckdb_columns() WHERE database_name = 'snap'"
    return frozenset(name for (name,) in engine.run(sql) if not name.startswith("_"))


def _prepared(cursor: Engine) -> Engine:
    cursor.run("USE snap")
    for macro in MACROS:
        cursor.run(macro)
    return cursor


def _unknown_version(version: int) -> HuiliuError:
    return HuiliuError(
        code="LAKE-031",
        message=f"没有发布过版本 {version}",
        hint="请从批次列表中选择一个已发布的夜次。",
        facts={"version": version},
    )


def _expired_version(version: int) -> HuiliuError:
    return HuiliuError(
        code="LAKE-043",
        message=f"版本 {version} 的数据已按保留设置清理，只留有记录",
        hint="请选择另一个夜次；月末、在用的和标记保留的夜次不会清理。",
        facts={"version": version},
    )
