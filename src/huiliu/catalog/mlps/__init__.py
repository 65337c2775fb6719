"""The self-check of classified protection (等保): each control in our own words, and what proves it here."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

BASELINE = Path(__file__).parent / "gbt22239.yaml"
LEVELS = frozenset({2, 3})
_ID = re.compile(r"L3-CES1-\d\d|\d(\.\d)+")
_TEST = re.compile(r"(?:tests|src)/[\w/]+\.py::test_\w+")


@dataclass(frozen=True)
class Control:
    """One control. A verdict comes of its probes; `missing` says what the product lacks, `outside` what is not its own.

    `levels` are the levels it belongs to, `unverified` those of them that nobody has checked against the standard.
    """

    id: str
    group: str
    asks: str
    levels: tuple[int, ...]
    unverified: tuple[int, ...] = ()
    probes: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    missing: str = ""
    outside: str = ""


@dataclass(frozen=True)
class Baseline:
    """The controls in the standard's order, and where they come from."""

    name: str
    source: str
    controls: tuple[Control, ...]

    def of_level(self, level: int) -> tuple[Control, ...]:
        """The controls that a system of this level has to answer for."""
        return tuple(control for control in self.controls if level in control.levels)


def read_baseline(probes: Collection[str], path: Path = BASELINE) -> Baseline:
    """Read and check the file against the probes there are; raises MLPS-001 naming the control at fault."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or not all(data.get(key) for key in ("name", "source", "controls")):
        raise _error(path.name, "须有 name、source 和 controls")
    controls = tuple(_control(raw) for raw in data["controls"])
    for control in controls:
        if fault := _fault(control, probes):
            raise _error(control.id, fault)
    ids = [control.id for control in controls]
    if repeated := sorted({one for one in ids if ids.count(one) > 1}):
        raise _error("、".join(repeated), "编号重复")
    return Baseline(data["name"], data["source"], controls)


def _control(raw: Any) -> Control:
    if not isinstance(raw, Mapping):
        raise _error("controls", "每一项须写成“键: 值”")
    name = str(raw.get("id", "（没有编号）"))
    known = {field.name for field in fields(Control)}
    if strange := sorted(set(map(str, raw)) - known):
        raise _error(name, f"不认识的键 {'、'.join(strange)}")
    if lacking := [key for key in ("id", "group", "asks", "levels") if not raw.get(key)]:
        raise _error(name, f"缺少 {'、'.join(lacking)}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    return Control(**values)


def _fault(control: Control, probes: Collection[str]) -> str:
    """What is wrong with one control, or nothing."""
    faults = (
        (not _ID.fullmatch(control.id), "编号写法不对"),
        (not set(control.unverified) <= set(control.levels) <= LEVELS, "levels 限 2 和 3，unverified 须在其中"),
        (bool(_unknown(control.probes, probes)), f"没有探针 {'、'.join(_unknown(control.probes, probes))}"),
        (not (control.probes or control.missing or control.outside), "没有依据：须写 probes、missing 或 outside"),
        (bool(control.probes) and not control.tests, "有探针而没有 tests：每个结论都要有测试为证"),
        (not all(map(_TEST.fullmatch, control.tests)), "测试须写成 目录/文件.py::test_名称"),
    )
    return next((words for wrong, words in faults if wrong), "")


def _unknown(named: Collection[str], known: Collection[str]) -> list[str]:
    return sorted(set(named) - set(known))


def _error(where: str, problem: str) -> HuiliuError:
    hint = "请改正等保自查内容文件（catalog/mlps）。"
    return HuiliuError(code="MLPS-001", message=f"等保自查 {where}：{problem}", hint=hint, facts={"where": where})
