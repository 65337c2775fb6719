"""What several sub-units say of one row, made one value before anything is scored: added, weighted, or counted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from huiliu.apps.performance.errors import refused
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MANUAL, Figure, Record
from huiliu.scoring.measured import Measured, added, satisfied, weighted
from huiliu.scoring.targets import TargetRow

MOST = 12
"""As many sub-units as one formula names."""
SOURCE = "各单位填报"


@dataclass(frozen=True)
class Part:
    """One sub-unit's value; of a ratio `base` is the money it stands for, of satisfaction the valid answers."""

    name: str
    value: Decimal
    base: Decimal | None = None


def base_of(row: TargetRow) -> str:
    """What each sub-unit has to say beside its value; empty where values are added."""
    if row.rule == "satisfaction":
        return "有效答卷"
    return "资金" if row.unit.strip() in ("%", "％") else ""


def combined(row: TargetRow, parts: Sequence[Part], proof: Record) -> Measured:
    """The value of all together, each part a figure with the file behind it; MEASURE-004 where they give none."""
    _check(row, parts)
    pairs = [_pair(row, part, number, proof) for number, part in enumerate(parts, 1)]
    try:
        found = _rule(row, pairs)
    except HuiliuError as error:
        raise refused("MEASURE-004", error.message, error.hint) from error
    if found.value is None:
        raise refused("MEASURE-004", found.reason or "各单位的数值不能汇总", "请核对各单位的数值和资金或有效答卷。")
    return replace(found, state=MANUAL, unit=row.unit)


def _rule(row: TargetRow, pairs: Sequence[tuple[Figure, Figure | None]]) -> Measured:
    both = [(value, base) for value, base in pairs if base is not None]
    if not both:
        return added([value for value, _ in pairs])
    return satisfied(both) if row.rule == "satisfaction" else weighted(both)


def _pair(row: TargetRow, part: Part, number: int, proof: Record) -> tuple[Figure, Figure | None]:
    unit = "份" if row.rule == "satisfaction" else row.unit
    value = _figure((f"p{number}", f"{part.name} 数值", unit), part.value, proof)
    if part.base is None:
        return value, None
    told = base_of(row)
    unit = "份" if row.rule == "satisfaction" else "元"
    return value, _figure((f"b{number}", f"{part.name} {told}", unit), part.base, proof)


def _figure(named: tuple[str, str, str], value: Decimal, proof: Record) -> Figure:
    figure_id, label, unit = named
    record = replace(proof, label=f"{label}：{proof.label}", value=value)
    return Figure(figure_id, label, value, unit, 2, "按佐证文件", (), "不舍入", SOURCE, MANUAL, records=(record,))


def _check(row: TargetRow, parts: Sequence[Part]) -> None:
    told = base_of(row)
    if row.kind == "qualitative":
        raise refused("MEASURE-004", "定性指标不能按单位汇总", "请填一个百分数和评判等级。")
    if not 2 <= len(parts) <= MOST:
        raise refused("MEASURE-004", f"单位须有 2 至 {MOST} 个", "更多的单位请先在佐证文件中合并。")
    if any((part.base is not None) != bool(told) for part in parts):
        hint = f"每行写名称、数值、{told}。" if told else "每行只写名称和数值。"
        raise refused("MEASURE-004", "各单位填写的内容不一致", hint)
    names = [part.name for part in parts]
    if len(set(names)) < len(names):
        raise refused("MEASURE-004", "单位名称重复", "每个单位写一行。")
