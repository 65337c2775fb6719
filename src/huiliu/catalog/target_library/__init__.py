"""Ready indicators for targets by category of spending, one YAML file each; values and weights are the unit's own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.kernel.codes import is_code
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry
from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.targets import KINDS, RULES, TargetRow

_KNOWN = {"label", "source", "unverified", "rows"}
_NEEDED = {"code", "level1", "level2", "name", "kind", "rule", "basis", "evidence", "formula"}
_ROW = _NEEDED | {"unit", "paired_output", "money_dependent", "measure"}


@dataclass(frozen=True)
class Library:
    """Indicators of one category; `unverified` names what is 待核. Its code is the purpose code its rows carry."""

    code: str
    label: str
    source: str
    unverified: tuple[str, ...]
    rows: tuple[TargetRow, ...]


@cache
def libraries(*extra_roots: Path) -> Registry[Library]:
    """Every category by code (its file's name); further folders add some in `target_library/` and replace none.

    Raises TARGETLIB-001 naming the file and what is wrong.
    """
    found: Registry[Library] = Registry("指标库类别")
    for root in (Path(__file__).parent, *(root / "target_library" for root in extra_roots)):
        for path in sorted(root.glob("*.yaml")):
            found.add(path.stem, read_library(path))
    codes = [row.code for library in found.values() for row in library.rows]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise _error("target_library", f"指标代码 {'、'.join(sorted(twice))} 重复")
    return found


def read_library(path: Path) -> Library:
    """One category from its file."""
    if not is_code(path.stem):
        raise _error(path.name, "文件名就是支出事项的代码，只能用小写字母、数字和横线")
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) != _KNOWN or not (data["label"] and data["source"]):
        raise _error(path.name, "须有且只有 label、source、unverified 和 rows")
    rows = tuple(_rows(path, data["rows"]))
    outputs = {row.code for row in rows if not row.is_cost}
    for row in rows:
        if row.is_cost and row.paired_output not in outputs:
            raise _error(path.name, f"成本指标 {row.code} 须用 paired_output 指明本文件中的产出")
    return Library(path.stem, str(data["label"]), str(data["source"]), tuple(data["unverified"] or ()), rows)


def _rows(path: Path, entries: Any) -> Iterator[TargetRow]:
    for number, entry in enumerate(entries if isinstance(entries, list) else (), 1):
        problem = _problem(entry)
        if problem:
            raise _error(path.name, f"第 {number} 项{problem}")
        yield TargetRow(
            code=entry["code"],
            level1=entry["level1"],
            level2=entry["level2"],
            level3=entry["name"],
            kind=entry["kind"],
            unit=entry.get("unit", ""),
            rule=entry["rule"],
            paired_output=entry.get("paired_output", ""),
            money_dependent=entry.get("money_dependent", False),
            measure=entry.get("measure", ""),
            basis=entry["basis"],
            evidence=entry["evidence"],
            formula=entry["formula"],
            purpose=path.stem,
        )


def _problem(entry: Any) -> str:
    if not isinstance(entry, Mapping) or set(entry) - _ROW or not all(entry.get(name) for name in _NEEDED):
        return f"须有 {'、'.join(sorted(_NEEDED))}，另可写 {'、'.join(sorted(_ROW - _NEEDED))}"
    if entry["kind"] not in KINDS or entry["rule"] not in RULES:
        return f"的 kind 须为 {'、'.join(KINDS)} 之一，rule 须为 {'、'.join(RULES)} 之一"
    return "没有计量单位" if entry["kind"] != "qualitative" and not entry.get("unit") else ""


def _error(where: str, problem: str) -> HuiliuError:
    return HuiliuError(
        code="TARGETLIB-001",
        message=f"指标库 {where} 有误：{problem}",
        hint="请参照 catalog/target_library 中的其他文件。",
        facts={"file": where},
    )
