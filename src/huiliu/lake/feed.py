"""How to read a batch that explains nothing about itself: patterns, mode, encoding and delimiter per table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

import jsonschema

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.mapping import ProvinceMapping, TableMapping

Mode = Literal["full", "increment", "range"]  # a range is told by a manifest only
Days = Literal["daily", "any"]
Encoding = Literal["utf-8", "gb18030"]

_READING: Mapping[str, Any] = {
    "mode": {"enum": ["full", "increment"]},
    "encoding": {"enum": ["utf-8", "gb18030"]},
    "delimiter": {"enum": [",", "|", "\t", ";"]},
    "quote": {"enum": ['"', ""]},
}
_TABLE: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"files": {"type": "array", "minItems": 1, "items": {"type": "string"}}, **_READING},
}
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "label": {"type": "string"},
        "ready": {"type": "string"},
        "division": {"type": "string", "pattern": "^[0-9]{6}$"},
        "mapping": {"type": "string", "minLength": 1},
        "defaults": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"files": {"type": "array", "minItems": 1, "items": {"type": "string"}}, **_READING},
        },
        "tables": {"type": "object", "additionalProperties": _TABLE},
        "every_table": {"type": "boolean"},
        "days": {"enum": ["daily", "any"]},
    },
}


@dataclass(frozen=True)
class FeedTable:
    """One table of the feed; `files` are shell patterns for file names, letters in any case.

    `mapping` says what the province calls the columns; None where it uses the catalog's names or the standard's codes.
    """

    files: tuple[str, ...]
    mode: Mode = "full"
    encoding: Encoding = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    mapping: TableMapping | None = None

    def matches(self, name: str) -> bool:
        """True if a file of this name belongs to the table."""
        return any(fnmatch(name.lower(), pattern.lower()) for pattern in self.files)


@dataclass(frozen=True)
class Feed:
    """What an installation is delivered: its tables make up a complete night.

    `division` is the only division accepted; None takes the one of the first published night. `ready` is the pattern of
    a marker file that ends a delivery without a manifest. `days` tells whether every calendar day has a delivery:
    if so, increments without sequence numbers wait for a missing day.
    """

    tables: Mapping[str, FeedTable]
    division: str | None = None
    ready: str | None = None
    label: str = ""
    days: Days = "daily"


Mappings = Callable[[str], ProvinceMapping]


def load_feed(path: Path, tables: Iterable[str], division: str | None = None, mappings: Mappings | None = None) -> Feed:
    """Read a feed from YAML; `tables` are the catalog's, `division` (the installation's own) overrides the file's.

    With `every_table: true` each table of the catalog belongs to the feed by the defaults, so that a new table needs no
    line here; `{table}` in a file pattern stands for its name. `mappings` reads the mapping that the feed names: its
    tables are then the feed's, by its file patterns. Raises FEED-001 naming the place.
    """
    raw = load_yaml(path)
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_SCHEMA).iter_errors(raw))
    if problem is not None:
        place = "/".join(map(str, problem.absolute_path)) or "整个文件"
        raise _wrong(path, place, str(problem.validator))
    named = raw.get("tables", {})
    known = tuple(tables)
    if unknown := [name for name in named if name not in known]:
        raise _wrong(path, f"tables/{unknown[0]}（未登记的表）", "enum")
    mapped = mappings(raw["mapping"]).tables if mappings is not None and "mapping" in raw else {}
    wanted = dict.fromkeys([*(mapped or (known if raw.get("every_table") else ())), *named])
    read = {}
    for name in wanted:
        own = {"files": mapped[name].files} if name in mapped and mapped[name].files else {}
        entry = {**raw.get("defaults", {}), **own, **named.get(name, {})}
        read[name] = replace(_table(path, name, entry), mapping=mapped.get(name))
    if not read:
        raise _wrong(path, "tables", "minProperties")
    return Feed(read, division or raw.get("division"), raw.get("ready"), raw.get("label", ""), raw.get("days", "daily"))


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> FeedTable:
    if "files" not in entry:
        raise _wrong(path, f"tables/{name}", "required")
    files = tuple(pattern.replace("{table}", name) for pattern in entry["files"])
    return FeedTable(**{**entry, "files": files})


def _wrong(path: Path, place: str, rule: str) -> HuiliuError:
    return HuiliuError(
        code="FEED-001",
        message=f"供数说明 {path.name} 不符合格式：{place}",
        hint="请对照 docs/batch-protocol.md 和 catalog/feeds/default.yaml 修改。",
        facts={"file": path.name, "where": place, "rule": rule},
    )
