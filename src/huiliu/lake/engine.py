"""DuckDB with its DuckLake extensions loaded from the installed wheels, and its errors made safe to show."""

import errno
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.allocator import bound_allocator

_FULL = ("no space left", "disk is full", "disk quota", "max_temp_directory_size")
_READ_ONLY = ("permission denied", "read-only file system", "readonly database")
_SAFE_DETAIL = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
Params = Mapping[str, Any] | Sequence[Any] | None


@dataclass(frozen=True)
class EngineSettings:
    """What one process may take of the machine; DuckDB's own default is 80 % of its memory for each process."""

    memory_limit: str = "2GB"
    threads: int = 2
    temp_directory: Path | None = None


def literal(value: object) -> str:
    """A SQL string literal; for paths and names that statements do not take as parameters."""
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


class Engine:
    """One DuckDB connection whose errors never carry a row's content: DuckDB puts offending values into its texts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        """Execute and fetch everything; raises HuiliuError with the kind of failure only."""
        try:
            return self._connection.execute(sql, params).fetchall()
        except duckdb.Error as error:
            failure = safe_error(error)
        except MemoryError:
            failure = _memory()
        raise failure  # outside the handler, so that the original is not chained to it

    def records(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """`run`, each row as a dictionary by column name."""
        rows = self.run(sql, params)
        names = [column[0] for column in self._connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def blocks(self, sql: str, params: Params, size: int) -> Iterator[list[dict[str, Any]]]:
        """`records` as a stream of lists of at most `size`, of which one is held at a time; one stream a connection."""
        failure = None
        try:
            names = [column[0] for column in self._connection.execute(sql, params).description or ()]
            while rows := self._connection.fetchmany(size):
                yield [dict(zip(names, row, strict=True)) for row in rows]
        except duckdb.Error as error:
            failure = safe_error(error)
        except MemoryError:
            failure = _memory()
        if failure is not None:
            raise failure

    def one(self, sql: str, params: Params = None) -> tuple[Any, ...]:
        """The first row of a query that always has one."""
        return self.run(sql, params)[0]

    def count(self, sql: str, params: Params = None) -> int:
        """The first value as an integer: a count, or the rows a statement affected."""
        return int(self.one(sql, params)[0])

    @property
    def memory(self) -> int:
        """Bytes that the instance may take."""
        return self.count("SELECT parse_formatted_bytes(current_setting('memory_limit'))")

    def register(self, name: str, rows: Any) -> None:
        """Give an Arrow reader a name that statements can read from; a reader can be read once."""
        self._connection.register(name, rows)

    def unregister(self, name: str) -> None:
        """Forget a registered name."""
        self._connection.unregister(name)

    def cursor(self) -> "Engine":
        """Another connection to the same instance, for another thread."""
        return Engine(self._connection.cursor())

    def interrupt(self) -> None:
        """Stop the running statement from another thread."""
        self._connection.interrupt()

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """COMMIT at the end, ROLLBACK on any way out but that one."""
        self.run("BEGIN TRANSACTION")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        try:
            self._connection.execute("ROLLBACK")
        except duckdb.Error:  # a failed COMMIT has rolled back already
            return


class _NoPandas:
    """Says at once that pandas is missing; a None in sys.modules would be quicker still, but pyarrow stumbles on it."""

    @staticmethod
    def find_spec(name: str, *_more: object) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("No module named 'pandas'", name=name)


@cache
def _settle_pandas() -> None:
    """Where pandas is missing, have Python know it: DuckDB looks through the path anew for every value bound.

    A list of 20,000 numbers takes a fifth of the time.
    """
    if importlib.util.find_spec("pandas") is None:
        sys.meta_path.insert(0, _NoPandas)


def open_engine(settings: EngineSettings, temp: Path) -> Engine:
    """An in-memory instance that never installs anything and spills only into `temp` (or the configured folder)."""
    config: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.temp_directory or temp),
    }
    bound_allocator()
    _settle_pandas()
    try:
        return Engine(duckdb.connect(":memory:", config=config))
    except duckdb.Error as error:
        failure = safe_error(error)
    raise failure


def load_ducklake(engine: Engine) -> None:
    """Load both extensions by path from their wheels; DuckDB checks their signatures."""
    for extension in ("ducklake", "sqlite_scanner"):
        engine.run(f"LOAD {literal(extension_path(extension))}")


@cache
def extension_path(name: str) -> Path:
    """The file of an extension in its installed wheel; LAKE-010 if it is not there for this DuckDB."""
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    for folder in (found.submodule_search_locations or ()) if found else ():
        for path in Path(folder).glob(f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"):
            return path
    raise HuiliuError(
        code="LAKE-010",
        message=f"缺少 DuckDB 扩展 {name}（版本 {duckdb.__version__}）",
        hint="请重新运行 ./run up 安装依赖；扩展与 duckdb 版本必须一致。",
        facts={"extension": name},
    )


def safe_error(error: duckdb.Error) -> HuiliuError:
    """The kind of a DuckDB error; its text only where it can quote nothing but the statement."""
    text = str(error).lower()
    if any(sign in text for sign in _FULL):
        return disk_full()
    if any(sign in text for sign in _READ_ONLY):
        return _not_writable()
    if isinstance(error, duckdb.OutOfMemoryException):
        return _memory()
    facts = {"kind": type(error).__name__}
    if (
        isinstance(error, _SAFE_DETAIL) and "ducklake" not in text
    ):  # its own statements hold smallest and largest values
        facts["detail"] = str(error)
    return HuiliuError(
        code="LAKE-014",
        message=f"数据引擎执行失败（{type(error).__name__}）",
        hint="请查看运行日志；若重复出现，请连同批次号和本代码反馈。",
        facts=facts,
    )


def system_error(error: OSError) -> HuiliuError:
    """An operating system error by its number; the path stays out, for it may be anything."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full()
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _not_writable()
    return HuiliuError(
        code="LAKE-015",
        message=f"读写文件失败（{errno.errorcode.get(error.errno or 0, '未知')}）",
        hint="请检查磁盘与网络挂载；已发布的数据不受影响。",
        facts={"errno": error.errno},
    )


def disk_full() -> HuiliuError:
    """No room; also asked for where the engine only says that a file cannot be opened."""
    hint = "请清理磁盘或扩容后重新运行；已发布的数据不受影响，仍在服务。"
    return HuiliuError(code="LAKE-011", message="磁盘空间不足，本次入库已中止", hint=hint)


def _not_writable() -> HuiliuError:
    hint = "请检查文件夹的属主和权限（运行账户须可读收件箱、可写回流库）；已发布的数据不受影响，仍在服务。"
    return HuiliuError(code="LAKE-012", message="没有权限读写回流库或收件箱", hint=hint)


def _memory() -> HuiliuError:
    hint = "请调大入库进程的内存上限，或为临时目录留出更多空间。"
    return HuiliuError(code="LAKE-013", message="内存不足，本次入库已中止", hint=hint)
