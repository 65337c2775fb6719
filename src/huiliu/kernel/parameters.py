"""Numbers set by policy: each dated, sourced and never edited in place; a later line takes over on its day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.kernel.errors import HuiliuError

Value = int | Decimal | str | date | bool
_KNOWN = {"value", "source", "verified", "note", "catalogue"}


@dataclass(frozen=True)
class Parameter:
    """One value in force from a day on (inclusive); `verified` False is shown as 待核 wherever the value is used.

    `label` is what people read instead of the name; empty if the file gives none.
    """

    name: str
    value: Value
    unit: str
    source: str
    in_force: date
    verified: bool = True
    note: str = ""
    label: str = ""


@dataclass(frozen=True)
class Parameters:
    """All dated values of one definition, by name, oldest first."""

    history: Mapping[str, tuple[Parameter, ...]]

    @classmethod
    def read(cls, data: Mapping[str, Any] | None, where: str) -> "Parameters":
        """Take the `params:` part of a YAML file, `{name: {unit, values: {date: {value, source, …}}}}`.

        `verified: false` marks a value 待核. Raises HuiliuError PARAM-001 naming the parameter and what is missing.
        """
        return cls({name: tuple(_dated(name, entry, where)) for name, entry in (data or {}).items()})

    def at(self, day: date) -> Mapping[str, Parameter]:
        """The values in force on the day; a name whose first line lies later is absent, not defaulted."""
        in_force = {name: [line for line in lines if line.in_force <= day][-1:] for name, lines in self.history.items()}
        return {name: lines[0] for name, lines in in_force.items() if lines}

    def facts(self) -> list[list[Any]]:
        """What a digest of the definition holds of its numbers: whatever may change a result, labels and notes not."""
        lines = [line for lines in self.history.values() for line in lines]
        return [[line.name, line.in_force, str(line.value), line.unit, line.source] for line in lines]


def _dated(name: str, entry: Any, where: str) -> Iterator[Parameter]:
    if not isinstance(entry, Mapping) or set(entry) - {"unit", "values", "label"} or not entry.get("unit"):
        raise _error(where, name, "须有 unit（单位）和 values（按日期的取值）两项")
    values = entry.get("values")
    if not isinstance(values, Mapping) or not values or not all(type(day) is date for day in values):
        raise _error(where, name, "values 须按生效日期列出，例如 2023-12-01")
    for day in sorted(values):
        line = values[day]
        if not isinstance(line, Mapping) or set(line) - _KNOWN or line.get("value") is None:
            raise _error(where, name, f"{day} 一行须有 value，且只能有 {'、'.join(sorted(_KNOWN))}")
        if not line.get("source"):
            raise _error(where, name, f"{day} 一行没有 source（出处）")
        label = str(entry.get("label", ""))
        note, verified = str(line.get("note", "")), line.get("verified", True) is True
        yield Parameter(name, line["value"], str(entry["unit"]), str(line["source"]), day, verified, note, label)


def _error(where: str, name: str, problem: str) -> HuiliuError:
    return HuiliuError(
        code="PARAM-001",
        message=f"{where} 的参数 {name} 不完整：{problem}",
        hint="请参照 docs/kernel.md 补全；政策数字必须有日期、单位和出处。",
        facts={"where": where, "name": name},
    )
