"""A scoring profile: weights by level, rounding, grades and the rule that turns a completion into points."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import round_half_up
from huiliu.kernel.registry import Registry
from huiliu.kernel.yamls import load_yaml

Rule = Literal["none", "proportional"]
Basis = Literal["full_year", "initial", "issued", "received"]

_KEYS = {"id", "label", "in_force", "source", "unverified", "total", "levels", "places", "grades", "rule",
         "execution_basis", "bands", "over_achievement", "equal_rule"}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """One way of scoring, in force from a day; every number comes from its YAML file.

    `levels` are the weights of the first level, empty where a form leaves them free. `grades` run from the best down,
    each with its lower bound inclusive, in percent of the full total. `bands` are the lower bounds of the completion
    bands, inclusive. `over_achievement` is the share above target from which a result is suspicious (0.3 = 30 %).
    `unverified` names what is 待核 and why.
    """

    id: str
    label: str
    in_force: date
    source: str
    unverified: tuple[str, ...]
    total: Decimal
    levels: Mapping[str, Decimal]
    places: int
    grades: tuple[tuple[str, Decimal], ...]
    rule: Rule
    execution_basis: Basis
    bands: tuple[Decimal, ...]
    over_achievement: Decimal
    equal_rule: Literal["all_or_nothing", "deviation"]

    def grade(self, points: Decimal) -> str:
        """The grade of a total of `total` points; bounds are half-open, so 89.99 is not yet 优."""
        share = points * 100 / self.total
        return next((name for name, lower in self.grades if share >= lower), self.grades[-1][0])

    def rounded(self, points: Decimal) -> Decimal:
        """Points at the profile's places, half up; to be applied once per item."""
        return round_half_up(points, self.places)


def read_profile(path: Path) -> Profile:
    """One profile from its YAML file. Raises HuiliuError EV-PROFILE-001 naming the key that is wrong."""
    data = load_yaml(path)
    if not isinstance(data, dict) or set(data) - _KEYS:
        raise _error(path, "、".join(sorted(map(str, set(data) - _KEYS))) if isinstance(data, dict) else "全文")
    if data.get("id") != path.stem:
        raise _error(path, "id")
    for key in ("label", "in_force", "source", "grades"):
        if not data.get(key):
            raise _error(path, key)
    return Profile(
        id=data["id"],
        label=data["label"],
        in_force=data["in_force"],
        source=data["source"],
        unverified=tuple(data.get("unverified", ())),
        total=Decimal(data.get("total", 100)),
        levels={name: Decimal(points) for name, points in (data.get("levels") or {}).items()},
        places=int(data.get("places", 2)),
        grades=tuple(sorted(_grades(path, data["grades"]), key=lambda grade: -grade[1])),
        rule=_one_of(path, data, "rule", ("none", "proportional")),
        execution_basis=_one_of(path, data, "execution_basis", ("full_year", "initial", "issued", "received")),
        bands=tuple(sorted((Decimal(b) for b in data.get("bands", (80, 60))), reverse=True)),
        over_achievement=Decimal(data.get("over_achievement", "0.3")),
        equal_rule=_one_of(path, data, "equal_rule", ("all_or_nothing", "deviation")),
    )


def read_profiles(folder: Path) -> Registry[Profile]:
    """All profiles of a folder by id."""
    profiles: Registry[Profile] = Registry("评分方案")
    for path in sorted(folder.glob("*.yaml")):
        profiles.add(path.stem, read_profile(path))
    return profiles


def _grades(path: Path, grades: Any) -> Iterator[tuple[str, Decimal]]:
    if not isinstance(grades, dict) or 0 not in grades.values():
        raise _error(path, "grades")
    for name, lower in grades.items():
        yield name, Decimal(lower)


def _one_of(path: Path, data: Mapping[str, Any], key: str, words: tuple[str, ...]) -> Any:
    word = data.get(key, words[0])
    if word not in words:
        raise _error(path, key)
    return word


def _error(path: Path, key: str) -> HuiliuError:
    return HuiliuError(
        code="EV-PROFILE-001",
        message=f"评分方案 {path.name} 的 {key} 缺失或不认识",
        hint="请参照 docs/evaluation.md 的方案一节填写。",
        facts={"file": path.name, "key": key},
    )
