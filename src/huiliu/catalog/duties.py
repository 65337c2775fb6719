"""The duties of a budget year: `catalog/monitoring/duties.yaml`, dated, each with its source."""

from datetime import date
from functools import cache
from pathlib import Path

from huiliu.budget.duties import Duty
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

DUTIES = Path(__file__).parent / "monitoring" / "duties.yaml"


@cache
def duties(year: int, path: Path = DUTIES) -> tuple[Duty, ...]:
    """Those of a budget year: of each code the line in force on its first day; in the order of their days.

    Raises MON-006 for a line that is incomplete, or of a code and day that there is already.
    """
    known: dict[str, tuple[date, Duty]] = {}
    seen: set[tuple[str, date]] = set()
    for line in load_yaml(path)["duties"]:
        in_force, duty = _read(line, path)
        if (duty.code, in_force) in seen:
            raise _wrong(path, f"{duty.code} 有两行都从 {in_force} 起")
        seen.add((duty.code, in_force))
        if in_force <= date(year, 1, 1) and (duty.code not in known or known[duty.code][0] < in_force):
            known[duty.code] = in_force, duty
    return tuple(sorted((duty for _, duty in known.values()), key=lambda duty: duty.due(year)))


def _read(line: dict[str, object], path: Path) -> tuple[date, Duty]:
    fields = dict(line)
    in_force = fields.pop("in_force", None)
    try:
        duty = Duty(**fields)  # type: ignore[arg-type]
        duty.due(2023)
    except (TypeError, ValueError):
        raise _wrong(path, f"{line.get('code', '一行')} 的内容不完整或没有这一天") from None
    if type(in_force) is not date or not duty.source:
        raise _wrong(path, f"{duty.code} 须写明 in_force（从哪一天起）和 source（出处）")
    return in_force, duty


def _wrong(path: Path, problem: str) -> HuiliuError:
    hint = "请参照产品自带的 catalog/monitoring/duties.yaml。"
    return HuiliuError(code="MON-006", message=f"{path.name} 有误：{problem}", hint=hint, facts={"file": path.name})
