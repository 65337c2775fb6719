"""Matters for which protected values may be seen in full, and the numbers that bound such looks: dated, in YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml

HOME = Path(__file__).parent
MATTERS = "matters.yaml"
LIMITS = "limits.yaml"
# Every number without which a look could not be bounded; a file that lacks one is refused, not filled up.
NUMBERS = (
    "searches_per_day",
    "persons_per_day",
    "full_views_per_day",
    "list_rows_per_day",
    "purpose_minutes",
    "export_days",
    "checked_file_days",
    "export_rows_without_approval",
)
_KNOWN = {"label", "since", "until"}


@dataclass(frozen=True)
class Matter:
    """One matter, accepted from `since` to `until` (both inclusive; None: still)."""

    code: str
    label: str
    since: date
    until: date | None = None

    def is_accepted(self, day: date) -> bool:
        """Whether a purpose of that day may name it."""
        return self.since <= day and (self.until is None or day <= self.until)


def matters(*roots: Path) -> dict[str, Matter]:
    """All matters by code, retired ones too; the last folder that has the file decides. MATTER-001 if it is wrong."""
    path = _last(MATTERS, roots)
    data = load_yaml(path)
    entries = data.get("matters") if isinstance(data, Mapping) else None
    if not isinstance(entries, Mapping) or not entries or not data.get("source"):
        raise _error(path, "须有 source（出处）和 matters（事项）")
    return {code: _matter(path, code, entry) for code, entry in entries.items()}


def _matter(path: Path, code: Any, entry: Any) -> Matter:
    if not isinstance(entry, Mapping) or set(entry) - _KNOWN or not entry.get("label"):
        raise _error(path, f"事项 {code} 须有 label 和 since，另可写 until")
    since, until = entry.get("since"), entry.get("until")
    if type(since) is not date or not (until is None or (type(until) is date and until >= since)):
        raise _error(path, f"事项 {code} 的日期不对")
    return Matter(str(code), str(entry["label"]), since, until)


def limits(*roots: Path) -> Parameters:
    """The dated numbers; the last folder that has the file decides. MATTER-001 if one is missing or no whole number."""
    path = _last(LIMITS, roots)
    data = load_yaml(path)
    found = Parameters.read(data.get("params") if isinstance(data, Mapping) else None, path.name)
    for name in NUMBERS:
        lines = found.history.get(name, ())
        if not lines or not all(type(line.value) is int and line.value > 0 for line in lines):
            raise _error(path, f"{name} 须为大于 0 的整数")
    return found


def _last(name: str, roots: tuple[Path, ...]) -> Path:
    return next((root / name for root in reversed(roots) if (root / name).is_file()), HOME / name)


def _error(path: Path, problem: str) -> HuiliuError:
    hint = "请参照产品自带的 catalog 目录中的同名文件。"
    return HuiliuError(code="MATTER-001", message=f"{path.name} 不完整：{problem}", hint=hint)
