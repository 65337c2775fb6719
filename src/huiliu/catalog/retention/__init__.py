"""How long records are kept, by class: dated policy in YAML, one file a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameter, Parameters
from huiliu.kernel.registry import Registry
from huiliu.kernel.yamls import load_yaml

UNITS = {"day": "天", "month": "个月", "year": "年"}
KNOWN = {"label", "holds", "params"}
NAMES = {"at_least", "at_most"}


@dataclass(frozen=True)
class RecordClass:
    """A class of record; `holds` says in words which records these are."""

    code: str
    label: str
    holds: str
    params: Parameters

    def at(self, day: date) -> Mapping[str, Parameter]:
        """The periods in force on a day: `at_least`, `at_most`, or neither."""
        return self.params.at(day)


@cache
def record_classes() -> Registry[RecordClass]:
    """Every class of the catalogue by code; a new one is a new file and nothing else."""
    found: Registry[RecordClass] = Registry("记录类别")
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        found.add(path.stem, read_record_class(path))
    return found


def read_record_class(path: Path) -> RecordClass:
    """One class from `retention/<code>.yaml`. Raises RETENTION-001 naming the file and what is wrong."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) != KNOWN or not all(data[name] for name in ("label", "holds")):
        raise _error(path, "须有且只有 label、holds 和 params")
    params = Parameters.read(data["params"], path.name)
    lines = [line for history in params.history.values() for line in history]
    if set(params.history) - NAMES or any(line.unit not in UNITS for line in lines):
        raise _error(path, "params 只能有 at_least 和 at_most，单位为 day、month 或 year")
    if any(type(line.value) is not int or line.value < 0 for line in lines):
        raise _error(path, "期限须为不小于零的整数")
    return RecordClass(path.stem, data["label"], data["holds"], params)


def _error(path: Path, problem: str) -> HuiliuError:
    return HuiliuError(
        code="RETENTION-001",
        message=f"保存期限 {path.name}：{problem}",
        hint="请参照 catalog/retention 中的其他文件改正。",
        facts={"file": path.name},
    )
