"""Fetch from every source of an installation, each on its own: one that fails is told and stops no other."""

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import Engine, EngineSettings, open_engine, system_error
from huiliu.lake.mapping import ProvinceMapping
from huiliu.lake.records import Pointer
from huiliu.lake.sources.arrival import tidy
from huiliu.lake.sources.config import SourceConfig
from huiliu.lake.sources.connections import DatabaseLogin, connect
from huiliu.lake.sources.database import FrontEndSource
from huiliu.lake.sources.drop import Drop, DropRules
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.line import Line, Patience
from huiliu.lake.sources.results import Fetched, failed
from huiliu.lake.sources.secrets import Secrets
from huiliu.lake.sources.sftp import SftpLogin, open_sftp
from huiliu.lake.sources.store import Opener, open_folder
from huiliu.lake.tables import Table

Published = Callable[[], Pointer | None]


@dataclass(frozen=True)
class Surroundings:
    """What all sources of an installation share; `mapping` reads a province's mapping by its name."""

    inbox: Path
    state: Path
    secrets: Secrets
    division: str | None
    tables: Mapping[str, Table]
    mapping: Callable[[str], ProvinceMapping]
    clock: Clock
    settings: EngineSettings = field(default_factory=EngineSettings)
    patience: Patience = field(default_factory=Patience)


def chosen(sources: Sequence[SourceConfig], name: str | None) -> list[SourceConfig]:
    """The sources in use, or the one of that name whether in use or not; SOURCE-002 if there is none."""
    if name is None:
        return [source for source in sources if source.enabled]
    found = [source for source in sources if source.name == name]
    if not found:
        known = "、".join(source.name for source in sources) or "（无）"
        raise source_error("002", f"没有来源 {name}", f"sources.yaml 中的来源：{known}。", source=name)
    return found


@dataclass(frozen=True)
class Wish:
    """What a person asks of databases: everything without regard to ranges and changes, or a refused night again."""

    full: bool = False
    again: bool = False


def fetch_all(
    sources: Sequence[SourceConfig], around: Surroundings, published: Published, wish: Wish | None = None
) -> list[Fetched]:
    """Fetch from each source in turn."""
    return [result for source in sources for result in _fetch(source, around, published, wish or Wish())]


def _fetch(source: SourceConfig, around: Surroundings, published: Published, wish: Wish) -> list[Fetched]:
    try:
        with _alone(source.name, around.state):
            pointer = published()
            if source.kind == "database":
                results = front_end_source(source, around).fetch(pointer, full=wish.full, again=wish.again)
            else:
                results = drop_source(source, around).fetch()
            _tidy(source, around, pointer)
            return results
    except HuiliuError as error:
        return [failed(source.name, error)]
    except OSError as error:
        return [failed(source.name, system_error(error))]


def reach(source: SourceConfig, around: Surroundings) -> None:
    """Connect, log in and look, without changing or taking anything; raises HuiliuError."""
    if source.kind == "database":
        with closing(connect(_login(source, around))) as front:
            front.one(front.dialect.probe)
        return
    line = Line(source.name, _opener(source, around), Patience(tries=1, pause=0))
    try:
        line.entries("")
    finally:
        line.close()


def _tidy(source: SourceConfig, around: Surroundings, pointer: Pointer | None) -> None:
    """Our own copies of nights long published: the lake keeps what it landed, and the source has the original."""
    if pointer is not None:
        oldest = pointer.business_date - timedelta(days=source.keep_days)
        tidy(source.name, around.inbox, lambda _, day: day < oldest)


def drop_source(source: SourceConfig, around: Surroundings) -> Drop:
    """A folder or SFTP source, ready to fetch."""
    written = source.drop
    return Drop(
        name=source.name,
        opener=_opener(source, around),
        rules=DropRules(written.complete, written.ready, written.quiet_seconds, written.since, around.division),
        inbox=around.inbox,
        state=around.state / f"{source.name}.json",
        clock=around.clock,
        patience=around.patience,
    )


def _opener(source: SourceConfig, around: Surroundings) -> Opener:
    values = source.values
    if source.kind == "folder":
        return partial(open_folder, source.name, Path(values["path"]))
    login = SftpLogin(
        name=source.name,
        host=values["host"],
        port=values.get("port", 22),
        user=values["user"],
        host_keys=source.host_keys,
        password=_secret(around, values.get("password")),
        key=_secret(around, values.get("key")),
        passphrase=_secret(around, values.get("passphrase")),
        timeout=values.get("timeout", 30),
    )
    return partial(open_sftp, login, values["folder"])


def front_end_source(source: SourceConfig, around: Surroundings) -> FrontEndSource:
    """A database source, ready to fetch; SOURCE-001 if it does not fit the catalog or its mapping."""
    if around.division is None:
        hint = "请设 HUILIU_DIVISION；首次安装也可用 ./run up --empty --division 指明。"
        raise source_error("001", f"来源 {source.name} 需要本市的行政区划代码", hint, source=source.name)
    mapping = around.mapping(source.values["mapping"]) if "mapping" in source.values else None
    _hold_tables(source, mapping, around.tables)
    return FrontEndSource(
        name=source.name,
        connect=partial(connect, _login(source, around)),
        cut=source.cut,
        mapping=mapping,
        tables=around.tables,
        configs=source.tables,
        dated=source.business_date,
        division=around.division,
        inbox=around.inbox,
        memory=around.state / f"{source.name}.json",
        engines=partial(_engine, around),
        clock=around.clock,
    )


def _hold_tables(source: SourceConfig, mapping: ProvinceMapping | None, tables: Mapping[str, Table]) -> None:
    known = set(mapping.tables) if mapping is not None else set(tables)
    for name, config in source.tables.items():
        if name not in known:
            raise _misfit(source, name, "对照表或目录中没有这张表")
        if config.reading != "range":
            continue
        column = mapping.tables[name].columns.get(config.column) if mapping is not None else None
        kind = tables[name].by_name.get(config.column)
        # A range is asked for in the source's own spelling, so the column must not be spelled otherwise there.
        if kind is None or kind.kind != "month" or (mapping is not None and (column is None or not column.plain)):
            raise _misfit(source, name, f"{config.column} 应为年月列，并且在对照表中原样对应")


def _misfit(source: SourceConfig, table: str, problem: str) -> HuiliuError:
    where = f"sources/{source.name}/tables/{table}"
    hint = "请对照 docs/sources.md 修改。"
    return source_error("001", f"来源设置 sources.yaml 的 {where}：{problem}", hint, where=where)


def _login(source: SourceConfig, around: Surroundings) -> DatabaseLogin:
    values = source.values
    return DatabaseLogin(
        name=source.name,
        engine=values["engine"],
        host=values["host"],
        database=values["database"],
        user=values["user"],
        password=around.secrets.get(values["password"]),
        port=values.get("port"),
        options=tuple(values.get("options", {}).items()),
    )


def _secret(around: Surroundings, name: str | None) -> str | None:
    return None if name is None else around.secrets.get(name)


@contextmanager
def _engine(around: Surroundings) -> Iterator[Engine]:
    engine = open_engine(around.settings, around.state / "spill")
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _alone(name: str, state: Path) -> Iterator[None]:
    """One fetch of a source at a time; the kernel frees the lock when the process dies."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (state / f"{name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "请等它结束后再运行；若确认没有，请检查是否有残留的 huiliu 进程。"
            raise source_error("004", f"来源 {name} 正由另一个进程取数", hint, source=name) from None
        yield
