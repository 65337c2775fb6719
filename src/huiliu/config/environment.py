"""What the environment may set (HUILIU_*), typed, with defaults for development, and the data folder it names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.networks import Network, parse_networks

ProcessKind = Literal["web", "worker", "night", "cli"]
Texts = Annotated[tuple[str, ...], NoDecode]
LOOPBACK = ("127.0.0.1", "::1")
PACKAGE = Path(__file__).resolve().parent.parent
MEMORY = r"^\d+(\.\d+)? ?(MB|GB|MiB|GiB)$"
UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 1 << 20, "GiB": 1 << 30}


def bytes_of(text: str) -> int:
    """DuckDB's spelling of a size, as the settings check it."""
    number, unit = re.fullmatch(r"([\d.]+) ?([A-Za-z]+)", text).groups()  # type: ignore[union-attr]
    return int(float(number) * UNITS[unit])


class EnvironmentSettings(BaseSettings):
    """Every HUILIU_* variable; an unknown one is left alone, a wrong one stops the start with its name."""

    model_config = SettingsConfigDict(env_prefix="HUILIU_", extra="ignore", frozen=True)

    home: Path = Path("home")
    host: str = "127.0.0.1"
    port: int = Field(default=8066, ge=1, le=65535)
    names: Texts = ()
    https: bool = False
    proxies: Texts = ()
    database: str = Field(default="", repr=False)
    division: str = Field(default="", pattern=r"^(\d{6}|)$")
    catalog: Texts = ()
    session_minutes: int = Field(default=30, ge=5, le=720)
    session_hours: int = Field(default=12, ge=1, le=24)
    password_days: int = Field(default=90, ge=1, le=365)
    lock_tries: int = Field(default=5, ge=3, le=10)
    lock_minutes: int = Field(default=15, ge=5, le=1440)
    staff_networks: Texts = ()
    mlps: Literal[2, 3] = 2
    process: ProcessKind = "web"
    memory_web: str = Field(default="512MB", pattern=MEMORY)
    memory_worker: str = Field(default="1GB", pattern=MEMORY)
    memory_night: str = Field(default="2GB", pattern=MEMORY)
    memory_cli: str = Field(default="1GB", pattern=MEMORY)
    landed_days: int = Field(default=62, ge=62, le=3660)
    reserve: str = Field(default="1GB", pattern=MEMORY)
    night_schedule: str = Field(default="0 10 1-9 * * *", pattern=r"^\S+( \S+){4,5}$")
    anchors: str = ""
    dev: bool = False

    @field_validator("names", "catalog", "proxies", "staff_networks", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("proxies", "staff_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        parse_networks(value)
        return value

    def trusted_proxies(self) -> tuple[Network, ...]:
        """Whose X-Forwarded-* is believed: those named, else behind TLS a proxy on this machine, else nobody."""
        named = self.proxies or (LOOPBACK if self.https else ())
        return parse_networks(named)

    @field_validator("mlps", mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        return int(value) if isinstance(value, str) and value.isdigit() else value

    def memory(self, kind: ProcessKind) -> str:
        """DuckDB's memory_limit for one kind of process; the sum over all must fit the machine."""
        limits: dict[ProcessKind, str] = {
            "web": self.memory_web,
            "worker": self.memory_worker,
            "night": self.memory_night,
            "cli": self.memory_cli,
        }
        return limits[kind]

    def catalog_roots(self) -> tuple[Path, ...]:
        """Extra folders of definitions, besides the catalogue that is shipped."""
        return tuple(Path(root).absolute() for root in self.catalog)


@dataclass(frozen=True)
class Home:
    """The one data folder and the names of what is in it; nothing is created before it is asked for."""

    root: Path

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def database(self) -> Path:
        return self.root / "db"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def fonts(self) -> Path:
        return self.root / "fonts"

    @property
    def anchors(self) -> Path:
        return self.root / "anchors"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def division(self) -> str | None:
        """The division code fixed at installation; None until then."""
        try:
            return (self.root / "division").read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    @property
    def is_demo(self) -> bool:
        """True where the folder was filled with the synthetic city; the flag stays in the folder for ever."""
        return (self.root / "demo").exists()

    def mark_demo(self) -> None:
        """Say for ever that the data of this folder is synthetic; every page then carries the badge."""
        (self.root / "demo").write_text(
            "合成数据：本目录的人员、单位和金额均为程序生成，不对应任何真实对象。\n", "utf-8"
        )

    def create(self) -> "Home":
        """Make the folder and its parts, readable by the owner only; existing ones stay as they are."""
        try:
            for folder in (self.root, self.inbox, self.lake, self.database, self.keys, self.reports, self.logs):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HuiliuError(
                code="HOME-002",
                message=f"无法建立数据目录：{self.root}（{error.strerror}）",
                hint="请检查上级目录是否存在、当前用户能否写入，或用 HUILIU_HOME 指定另一目录。",
                facts={"errno": error.errno},
            ) from error
        return self

    def require(self) -> "Home":
        """The folder, or an error that says how to make one; for entry points that must not create it."""
        if not self.database.is_dir():
            raise self._unprepared() if self.root.is_dir() else self._absent()
        return self

    def _absent(self) -> HuiliuError:
        return HuiliuError(
            code="HOME-001",
            message=f"没有数据目录：{self.root}",
            hint="请先运行 ./run up（演示数据）或 ./run up --empty（正式安装），或用 HUILIU_HOME 指定已有目录。",
        )

    def _unprepared(self) -> HuiliuError:
        """The folder is there, and nothing was installed in it: perhaps a mount that is missing."""
        return HuiliuError(
            code="HOME-001",
            message=f"文件夹 {self.root} 已存在，但还不是数据目录（其中没有 {self.database.name}）",
            hint="要在这里安装，请运行 ./run up（演示数据）或 ./run up --empty（正式安装），已有的文件不动；"
            "若这里本应有数据，请先检查挂载和 HUILIU_HOME。",
        )


def load(values: Mapping[str, Any] | None = None) -> EnvironmentSettings:
    """Read the environment; raises CONFIG-001 that names each wrong variable but never its value."""
    try:
        return EnvironmentSettings(**dict(values or {}))
    except ValidationError as error:
        wrong = [("HUILIU_" + str(item["loc"][0]).upper(), _reason(item)) for item in error.errors()]
        raise HuiliuError(
            code="CONFIG-001",
            message="环境变量设置有误：" + "；".join(f"{name}{reason}" for name, reason in wrong) + "。",
            hint="请按 docs/settings.md 改正后重新启动。",
            facts={"names": [name for name, _ in wrong]},
        ) from None


def _reason(error: Mapping[str, Any]) -> str:
    reasons = {
        "int_parsing": "应为整数",
        "greater_than_equal": "小于允许的最小值",
        "less_than_equal": "大于允许的最大值",
        "bool_parsing": "应为 true 或 false",
        "string_pattern_mismatch": "格式不对",
        "value_error": "格式不对",
    }
    if error["type"] == "literal_error":  # what may stand there, as the field's type lists it
        return "应为 " + error["ctx"]["expected"].replace("'", "").replace(" or ", " 或 ").replace(", ", "、")
    return reasons.get(error["type"], "无法识别")


def database_config(url: str, home: Home) -> dict[str, Any]:
    """Django's DATABASES entry: SQLite in the data folder when `url` is empty, else PostgreSQL.

    The address may hold a password, so no error repeats it.
    """
    if not url:
        return _sqlite(home.database / "huiliu.sqlite3")
    parts = urlsplit(url)
    name = parts.path.lstrip("/")
    if parts.scheme not in {"postgresql", "postgres"} or not name:
        raise HuiliuError(
            code="CONFIG-002",
            message="HUILIU_DATABASE 不是可用的数据库地址。",
            hint="留空则用数据目录中的 SQLite；否则写作 postgresql://用户:口令@主机:端口/库名。",
            facts={"scheme": parts.scheme},
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(name),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.hostname, parts.query),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(hostname: str | None, query: str) -> str:
    """A socket folder travels as ?host=/run/…, as libpq writes it."""
    socket = [part.removeprefix("host=") for part in query.split("&") if part.startswith("host=")]
    return unquote(socket[0]) if socket else hostname or ""


def _sqlite(path: Path) -> dict[str, Any]:
    # FULL: an audit row that was answered for must survive a power cut.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
    }
