"""Connections to front-end databases behind one protocol: Arrow from the driver itself, or from any DB-API driver."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.dialects import DIALECTS, Dialect
from huiliu.lake.sources.faults import source_error, unreachable

if TYPE_CHECKING:  # a fifth of a second of every process that starts; it is loaded where the first row is
    import pyarrow as pa

Row = tuple[str | None, ...]
_FETCH = 20_000
# A line that went silent is noticed within two minutes, not after the two hours that systems wait by default.
_LIBPQ = {
    "application_name": "huiliu",
    "connect_timeout": "30",
    "keepalives_idle": "60",
    "keepalives_interval": "15",
    "keepalives_count": "4",
    "tcp_user_timeout": "120000",
}


class FrontEnd(Protocol):
    """One read-only connection; every value arrives as text, and no error repeats one."""

    dialect: Dialect

    def begin(self, moment: str | None = None) -> None:
        """Start a transaction that sees one moment, or the moment that another connection has named."""

    def one(self, sql: str) -> Row:
        """The first row of a query that always has one."""

    def names(self, table: str) -> list[str]:
        """The columns of a table as the database spells them."""

    def batches(self, sql: str, width: int) -> Iterator["pa.RecordBatch"]:
        """Rows as record batches of `width` text columns c0, c1, …, never all in memory at once."""

    def close(self) -> None: ...


Connector = Callable[[], FrontEnd]


@dataclass(frozen=True)
class DatabaseLogin:
    """Where a front-end database is and as whom it is read."""

    name: str
    engine: str
    host: str
    database: str
    user: str
    password: str = field(repr=False)
    port: int | None = None
    options: tuple[tuple[str, str], ...] = ()

    @property
    def dialect(self) -> Dialect:
        return DIALECTS[self.engine]


def connect(login: DatabaseLogin) -> FrontEnd:
    """Open a connection; SOURCE-020 if the driver is not installed, SOURCE-005 if nobody answers or lets us in."""
    dialect = login.dialect
    try:
        driver = importlib.import_module(dialect.driver)
    except ImportError:
        hint = f"请安装可选依赖：pip install 'huiliu[{dialect.extra}]'（离线环境请先下载安装包）。"
        text = f"来源 {login.name} 需要 {dialect.label} 的驱动 {dialect.driver}，本机没有安装"
        raise source_error("020", text, hint, source=login.name, driver=dialect.driver) from None
    try:
        front = _OPENERS[dialect.driver](login, driver)
    except Exception as error:
        failure = unreachable(login.name, f"{dialect.label} 不应答或拒绝登录，{type(error).__name__}")
    else:
        front.run(*dialect.settings)
        return front
    raise failure


def as_text(value: Any) -> str | None:
    """A driver's value as the batch protocol spells it; SOURCE-024 for what has no exact spelling."""
    match value:
        case None | str():
            return value
        case bool():
            return "1" if value else "0"
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return format(value, "f")
        case datetime() if value.tzinfo is None:
            return value.isoformat(sep=" ")
        case date() if not isinstance(value, datetime):
            return value.isoformat()
    hint = "请让前置库提供定点数、文本、日期或不带时区的时间；二进制和浮点数不能精确搬运。"
    raise source_error("024", f"前置库给出的值类型不能精确转换（{type(value).__name__}）", hint)


def refused(dialect: Dialect, error: Exception) -> HuiliuError:
    """A statement that the database did not carry out; its own text may quote a value and is left behind."""
    state = getattr(error, "sqlstate", None)
    kind = f"{type(error).__name__}{f' {state}' if isinstance(state, str) else ''}"
    hint = "请核对省端对照表的表名列名、账户的查询权限和金额列是否都是数字；没有取数，已发布的数据不受影响。"
    return source_error("021", f"{dialect.label} 没有完成查询（{kind}）", hint, kind=kind)


class DbApiFrontEnd:
    """Over any DB-API 2.0 driver; `cursor` makes the cursor that streams."""

    def __init__(self, dialect: Dialect, connection: Any, cursor: Callable[[], Any] | None = None) -> None:
        self.dialect, self._connection = dialect, connection
        self._streaming = cursor or connection.cursor

    def begin(self, moment: str | None = None) -> None:
        self.run(*_opening(self.dialect, moment))

    def run(self, *statements: str) -> None:
        """Statements without an answer."""
        for statement in statements:
            self._executed(self._connection.cursor, statement).close()

    def one(self, sql: str) -> Row:
        cursor = self._executed(self._connection.cursor, sql)
        row = self._fetched(cursor.fetchone)
        cursor.close()
        return tuple(map(as_text, row))

    def names(self, table: str) -> list[str]:
        cursor = self._executed(self._connection.cursor, f"SELECT * FROM {table} WHERE 1 = 0")
        found = [column[0] for column in cursor.description]
        cursor.close()
        return found

    def batches(self, sql: str, width: int) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        cursor = self._executed(self._streaming, sql)
        schema = text_schema(width)
        while rows := self._fetched(partial(cursor.fetchmany, _FETCH)):
            columns = [pa.array(map(as_text, column), pa.string()) for column in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)
        cursor.close()

    def _executed(self, make: Callable[[], Any], sql: str) -> Any:
        try:
            cursor = make()
            cursor.execute(sql)
        except Exception as error:
            failure = refused(self.dialect, error)
        else:
            return cursor
        raise failure

    def _fetched(self, fetch: Callable[[], Any]) -> Any:
        """Some drivers find a fault only when the answer is fetched."""
        try:
            rows = fetch()
        except Exception as error:
            failure = refused(self.dialect, error)
        else:
            return rows
        raise failure

    def close(self) -> None:
        self._connection.close()


class ArrowFrontEnd(DbApiFrontEnd):
    """Over an ADBC driver, whose rows are record batches from the start."""

    def batches(self, sql: str, width: int) -> Iterator["pa.RecordBatch"]:
        import pyarrow as pa

        cursor = self._executed(self._connection.cursor, sql)
        schema = text_schema(width)
        reader = self._fetched(cursor.fetch_record_batch)
        while (batch := self._next(reader)) is not None:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)
        cursor.close()

    def _next(self, reader: Any) -> "pa.RecordBatch | None":
        try:
            return reader.read_next_batch()
        except StopIteration:
            return None
        except Exception as error:
            failure = refused(self.dialect, error)
        raise failure


def text_schema(width: int) -> "pa.Schema":
    """Columns c0, c1, … of text."""
    import pyarrow as pa

    return pa.schema([(f"c{n}", pa.string()) for n in range(width)])


def _opening(dialect: Dialect, moment: str | None) -> Iterator[str]:
    yield from dialect.begin
    if moment is not None:
        assert dialect.join is not None
        yield dialect.join.format(moment.replace("'", "''"))


def _adbc(login: DatabaseLogin, _driver: Any) -> DbApiFrontEnd:
    dbapi = importlib.import_module("adbc_driver_postgresql.dbapi")
    return ArrowFrontEnd(login.dialect, dbapi.connect(_address(login), autocommit=False))


def _address(login: DatabaseLogin) -> str:
    who = f"{quote(login.user, safe='')}:{quote(login.password, safe='')}"
    options = urlencode({**_LIBPQ, **dict(login.options)})
    port = login.port or login.dialect.port
    return f"postgresql://{who}@{login.host}:{port}/{quote(login.database, safe='')}?{options}"


def _psycopg(login: DatabaseLogin, driver: Any) -> DbApiFrontEnd:
    connection = driver.connect(_address(login), autocommit=False)
    return DbApiFrontEnd(login.dialect, connection, lambda: connection.cursor("huiliu_rows"))


def _pymysql(login: DatabaseLogin, driver: Any) -> DbApiFrontEnd:
    connection = driver.connect(
        host=login.host,
        port=login.port or login.dialect.port,
        user=login.user,
        password=login.password,
        database=login.database,
        charset="utf8mb4",
        autocommit=False,
        connect_timeout=30,
        **dict(login.options),
    )
    return DbApiFrontEnd(login.dialect, connection, lambda: connection.cursor(driver.cursors.SSCursor))


def _oracledb(login: DatabaseLogin, driver: Any) -> DbApiFrontEnd:
    driver.defaults.fetch_decimals = True
    address = f"{login.host}:{login.port or login.dialect.port}/{login.database}"
    connection = driver.connect(user=login.user, password=login.password, dsn=address, **dict(login.options))
    return DbApiFrontEnd(login.dialect, connection)


def _dm(login: DatabaseLogin, driver: Any) -> DbApiFrontEnd:
    connection = driver.connect(
        user=login.user,
        password=login.password,
        server=login.host,
        port=login.port or login.dialect.port,
        **dict(login.options),
    )
    return DbApiFrontEnd(login.dialect, connection)


_OPENERS: dict[str, Callable[[DatabaseLogin, Any], DbApiFrontEnd]] = {
    "adbc_driver_postgresql": _adbc,
    "psycopg": _psycopg,
    "pymysql": _pymysql,
    "oracledb": _oracledb,
    "dmPython": _dm,
}
