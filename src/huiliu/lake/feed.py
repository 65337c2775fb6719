"""How to read a batch that explains nothing about itself: patterns, mode, encoding and delimiter per table."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

import jsonschema

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

Mode = Literal["full", "increment"]
Encoding = Literal["utf-8", "gb18030"]

_READING: Mapping[str, Any] = {
    "mode": {"enum": ["full", "increment"]},
    "encoding": {"enum": ["utf-8", "gb18030"]},
    "delimiter": {"enum": [",", "|", "\t", ";"]},
}
_TABLE: Mapping[str, Any] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {"files": {"type": "array", "minItems": 1, "items": {"type": "string"}}, **_READING},
}
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "required": ["tables"],
    "additionalProperties": False,
    "properties": {
        "label": {"type": "string"},
        "ready": {"type": "string"},
        "division": {"type": "string", "pattern": "^[0-9]{6}$"},
        "defaults": {"type": "object", "additionalProperties": False, "properties": _READING},
        "tables": {"type": "object", "minProperties": 1, "additionalProperties": _TABLE},
    },
}


@dataclass(frozen=True)
class FeedTable:
    """One table of the feed; `files` are shell patterns for file names, letters in any case."""

    files: tuple[str, ...]
    mode: Mode = "full"
    encoding: Encoding = "utf-8"
    delimiter: str = ","

    def matches(self, name: str) -> bool:
        """True if a file of this name belongs to the table."""
        return any(fnmatch(name.lower(), pattern.lower()) for pattern in self.files)


@dataclass(frozen=True)
class Feed:
    """What an installation is delivered: its tables make up a complete night.

    `division` is the only division accepted; None takes the one of the first published night. `ready` is the pattern of
    a marker file that ends a delivery without a manifest.
    """

    tables: Mapping[str, FeedTable]
    division: str | None = None
    ready: str | None = None
    label: str = ""


def load_feed(path: Path, division: str | None = None) -> Feed:
    """Read a feed from YAML; `division` (the installation's own setting) overrides the file's."""
    raw = load_yaml(path)
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_SCHEMA).iter_errors(raw))
    if problem is not None:
        place = "/".join(map(str, problem.absolute_path)) or "整个文件"
        raise HuiliuError(
            code="FEED-001",
            message=f"供数说明 {path.name} 不符合格式：{place}",
            hint="请对照 docs/batch-protocol.md 和 catalog/feeds/default.yaml 修改。",
            facts={"file": path.name, "where": place, "rule": problem.validator},
        )
    defaults = raw.get("defaults", {})
    tables = {
        name: FeedTable(**{**defaults, **entry, "files": tuple(entry["files"])})
        for name, entry in raw["tables"].items()
    }
    return Feed(tables, division or raw.get("division"), raw.get("ready"), raw.get("label", ""))
