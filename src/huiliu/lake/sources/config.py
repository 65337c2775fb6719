"""`sources.yaml`: which sources an installation has; names of secrets stand in it, never the secrets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import jsonschema

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.mapping import ColumnMapping
from huiliu.lake.sources.dialects import DIALECTS, CutName
from huiliu.lake.sources.drop import Complete
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.plans import Changes, Reading

SourceKind = Literal["folder", "sftp", "database"]

_TEXT: Mapping[str, Any] = {"type": "string", "minLength": 1}
_SECRET: Mapping[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$"}
_NAME: Mapping[str, Any] = {"type": "string", "pattern": r"^[A-Za-z_][A-Za-z0-9_$#]*(\.[A-Za-z_][A-Za-z0-9_$#]*)?$"}
_PORT: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": 65535}
_KEY: Mapping[str, Any] = {"type": "string", "pattern": "^SHA256:[A-Za-z0-9+/]{43}$"}
_COMMON: Mapping[str, Any] = {
    "label": _TEXT,
    "enabled": {"type": "boolean"},
    "keep_days": {"type": "integer", "minimum": 1},
}
_DROP: Mapping[str, Any] = {
    "complete": {"enum": ["manifest", "ready", "quiet"]},
    "ready": _TEXT,
    "quiet_seconds": {"type": "integer", "minimum": 60},
    "since": {},  # a date: the loader has read it as one
}
_ENTRY: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "read": {"enum": ["full", "range", "changes"]},
        "column": _TEXT,
        "months": {"type": "integer", "minimum": 1, "maximum": 1200},
        "closing": {"type": "boolean"},
        "changes": {
            "type": "object",
            "additionalProperties": False,
            "required": ["table", "order", "operation"],
            "properties": {
                "table": _NAME,
                "order": _NAME,
                "operation": _NAME,
                "codes": {"type": "object", "additionalProperties": {"enum": ["I", "U", "D"]}},
            },
        },
    },
}
_KINDS: Mapping[str, tuple[Sequence[str], Mapping[str, Any]]] = {
    "folder": (("path",), {"path": _TEXT, **_DROP}),
    "sftp": (
        ("host", "host_key", "user", "folder"),
        {
            "host": _TEXT,
            "port": _PORT,
            "host_key": {"oneOf": [_KEY, {"type": "array", "minItems": 1, "items": _KEY}]},
            "user": _TEXT,
            "password": _SECRET,
            "key": _SECRET,
            "passphrase": _SECRET,
            "folder": _TEXT,
            "timeout": {"type": "integer", "minimum": 1, "maximum": 600},
            **_DROP,
        },
    ),
    "database": (
        ("engine", "host", "database", "user", "password"),
        {
            "engine": {"enum": sorted(DIALECTS)},
            "host": _TEXT,
            "port": _PORT,
            "database": _TEXT,
            "user": _TEXT,
            "password": _SECRET,
            "options": {"type": "object", "additionalProperties": {"type": "string"}},
            "cut": {"enum": ["snapshot", "transaction", "double_read"]},
            "mapping": _TEXT,
            "business_date": {
                "oneOf": [
                    {"const": "yesterday"},
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["table", "column"],
                        "properties": {"table": _NAME, "column": _NAME},
                    },
                ]
            },
            "tables": {"type": "object", "minProperties": 1, "additionalProperties": _ENTRY},
        },
    ),
}


def _schema(kind: str) -> Mapping[str, Any]:
    required, properties = _KINDS[kind]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", *required],
        "properties": {"kind": {"const": kind}, **_COMMON, **properties},
    }


@dataclass(frozen=True)
class DropConfig:
    """When remote folders may be taken."""

    complete: Complete = "manifest"
    ready: str = ""
    quiet_seconds: int = 600
    since: date | None = None


@dataclass(frozen=True)
class TableConfig:
    """How one table of a database is read."""

    reading: Reading = "full"
    column: str = ""
    months: int = 1
    closing: bool = True
    changes: Changes | None = None


@dataclass(frozen=True)
class DateConfig:
    """The column that holds the business date up to which the database is filled."""

    table: str
    column: str


@dataclass(frozen=True)
class SourceConfig:
    """One source as it is written; `values` are those of its kind, secrets by name."""

    name: str
    kind: SourceKind
    label: str
    enabled: bool
    keep_days: int
    values: Mapping[str, Any]

    @property
    def drop(self) -> DropConfig:
        """Of a folder or SFTP source."""
        names = ("complete", "ready", "quiet_seconds", "since")
        return DropConfig(**{name: self.values[name] for name in names if name in self.values})

    @property
    def host_keys(self) -> tuple[str, ...]:
        """Of an SFTP source."""
        given = self.values["host_key"]
        return (given,) if isinstance(given, str) else tuple(given)

    @property
    def cut(self) -> CutName:
        """Of a database: what is written, else what suits it."""
        cut: CutName = self.values.get("cut", DIALECTS[self.values["engine"]].cut)
        return cut

    @property
    def business_date(self) -> DateConfig | None:
        """Of a database; None means yesterday."""
        given = self.values.get("business_date", "yesterday")
        return None if given == "yesterday" else DateConfig(given["table"], given["column"])

    @property
    def tables(self) -> Mapping[str, TableConfig]:
        """Of a database: the tables that are read otherwise than in full, or all tables that are read."""
        return {name: _table(entry) for name, entry in self.values.get("tables", {}).items()}

    @property
    def tested(self) -> bool:
        """False for a database of a kind that no server could be had of."""
        return self.kind != "database" or DIALECTS[self.values["engine"]].tested


def load_sources(path: Path) -> list[SourceConfig]:
    """The sources of an installation in the order of the file, none if there is no file; SOURCE-001 names the place."""
    if not path.exists():
        return []
    raw = load_yaml(path)
    if not isinstance(raw, Mapping) or set(raw) != {"sources"} or not isinstance(raw["sources"], Mapping):
        raise _wrong("整个文件", "须只有一项 sources")
    return [_source(str(name), entry) for name, entry in raw["sources"].items()]


def _source(name: str, entry: Any) -> SourceConfig:
    where = f"sources/{name}"
    if not (name.isascii() and name.replace("_", "").isalnum()):
        raise _wrong(where, "名称只用字母、数字和下划线")
    kind = str(entry.get("kind")) if isinstance(entry, Mapping) else ""
    if kind not in _KINDS:
        raise _wrong(f"{where}/kind", f"应为 {'、'.join(_KINDS)} 之一")
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_schema(kind)).iter_errors(entry))
    if problem is not None:
        raise _wrong("/".join((where, *map(str, problem.absolute_path))), f"不符合格式要求（{problem.validator}）")
    _hold_together(where, kind, entry)
    rest = {key: value for key, value in entry.items() if key not in {"kind", *_COMMON}}
    return SourceConfig(
        name,
        cast(SourceKind, kind),
        entry.get("label", name),
        entry.get("enabled", True),
        entry.get("keep_days", 7),
        rest,
    )


def _hold_together(where: str, kind: str, entry: Mapping[str, Any]) -> None:
    """What a schema cannot say, or says unreadably."""
    if kind == "sftp" and ("password" in entry) == ("key" in entry):
        raise _wrong(where, "password 和 key 写且只写一个")
    if entry.get("complete") == "ready" and "ready" not in entry:
        raise _wrong(f"{where}/ready", "complete 为 ready 时须写标志文件的名字")
    if not isinstance(entry.get("since", date.min), date):
        raise _wrong(f"{where}/since", "应为日期，例如 2025-03-31")
    for name, table in entry.get("tables", {}).items():
        _hold_table(f"{where}/tables/{name}", table)


def _hold_table(where: str, table: Mapping[str, Any]) -> None:
    reading = table.get("read", "full")
    if (reading == "range") != ("column" in table):
        raise _wrong(where, "read 为 range 时须写 column，其他方式不写")
    if (reading == "changes") != ("changes" in table):
        raise _wrong(where, "read 为 changes 时须写 changes，其他方式不写")
    if reading == "changes" and table.get("closing") is False:
        raise _wrong(f"{where}/closing", "按变更读取时不能关闭期末核对：漏读的变更只有它能发现")


def _table(entry: Mapping[str, Any]) -> TableConfig:
    told = entry.get("changes")
    changes = None
    if told is not None:
        changes = Changes(told["table"], told["order"], ColumnMapping(told["operation"], codes=told.get("codes", {})))
    months, closing = entry.get("months", 1), entry.get("closing", True)
    return TableConfig(entry.get("read", "full"), entry.get("column", ""), months, closing, changes)


def _wrong(where: str, problem: str) -> HuiliuError:
    hint = "请对照 docs/sources.md 修改；口令和私钥不写在这里，只写它们的名字。"
    return source_error("001", f"来源设置 sources.yaml 的 {where}：{problem}", hint, where=where)
