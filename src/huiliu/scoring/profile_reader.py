"""Reading a scoring profile: one validation for the catalog's files and for what a user writes."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry
from huiliu.kernel.yamls import load_yaml, parse_yaml
from huiliu.scoring.profile import Judged, Profile

_REQUIRED = ("id", "label", "in_force", "source", "grades")
_OPTIONAL = ("unverified", "unverified_rules", "total", "levels", "free", "places", "rounding", "remainder", "rule",
             "execution_basis", "bands", "over_achievement", "over_function", "equal_rule", "range_rule", "pass_mark",
             "qualitative", "reason_below")  # fmt: skip
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_JUDGED = {"达成": 80, "部分达成": 60, "未达成": 0}
_HUNDRED = Decimal(100)


def read_profile(path: Path) -> Profile:
    """One profile from its YAML file, whose name is its id. Raises EV-PROFILE-001 naming the key that is wrong."""
    form = _Form(load_yaml(path), path.name)
    profile = _profile(form)
    if profile.id != path.stem:
        form.refuse("id", f"须与文件名 {path.stem} 相同")
    return profile


def read_profiles(folder: Path) -> Registry[Profile]:
    """All profiles of a folder by id."""
    profiles: Registry[Profile] = Registry("评分方案")
    for path in sorted(folder.glob("*.yaml")):
        profiles.add(path.stem, read_profile(path))
    return profiles


def profile_of_text(text: str, name: str) -> Profile:
    """A profile as a user writes it, the same YAML; `name` is what errors call it.

    Raises YAML-001 for text that is no YAML, EV-PROFILE-001 naming the key that is wrong.
    """
    return _profile(_Form(parse_yaml(text, name), name))


def profile_of(data: Any, name: str) -> Profile:
    """A profile from a mapping with the keys of the YAML file; numbers may be text, never a binary float."""
    return _profile(_Form(data, name))


def _profile(form: "_Form") -> Profile:
    levels, total = form.points("levels"), form.number("total", 100, 1, 1000)
    free = form.number("free", 0 if levels else total, 0, total)
    if sum(levels.values(), free) != total:
        form.refuse("levels", f"各级分值与 free 相加为 {sum(levels.values(), free):f}，应等于满分 {total:f}")
    return Profile(
        id=form.text("id", _ID),
        label=form.text("label"),
        in_force=form.day("in_force"),
        source=form.text("source"),
        unverified=form.lines("unverified"),
        unverified_rules=form.lines("unverified_rules"),
        total=total,
        levels=levels,
        free=free,
        places=int(form.number("places", 2, 0, 4, whole=True)),
        rounding=form.word("rounding", ("half_up", "floor", "ceiling")),
        remainder=form.word("remainder", ("last", "middle", "first")),
        grades=form.bounds("grades"),
        rule=form.word("rule", ("none", "proportional")),
        execution_basis=form.word("execution_basis", ("full_year", "initial", "issued", "received")),
        bands=form.bands("bands"),
        over_achievement=form.number("over_achievement", "0.3", 0, 100),
        over_function=form.word("over_function", ("none", "deviation", "zero")),
        equal_rule=form.word("equal_rule", ("all_or_nothing", "deviation")),
        range_rule=form.word("range_rule", ("nearer_bound", "all_or_nothing")),
        pass_mark=form.number("pass_mark", 0, 0, 100),
        qualitative=_judged(form),
        reason_below=form.number("reason_below", 0, 0, 100) if form.has("reason_below") else None,
    )


def _judged(form: "_Form") -> tuple[Judged, ...]:
    bounds = form.bounds("qualitative", _JUDGED)
    if len(bounds) != len(_JUDGED):
        form.refuse("qualitative", "须恰好有三档")
    uppers = (_HUNDRED, *(lower for _, lower in bounds))
    return tuple(Judged(name, lower, upper) for (name, lower), upper in zip(bounds, uppers, strict=False))


class _Form:
    """The mapping that is read; every method gives one key's value or refuses the key."""

    def __init__(self, data: Any, name: str) -> None:
        self.name = name
        if not isinstance(data, Mapping):
            self.refuse("全文", "须是“键: 值”的形式")
        self.data: Mapping[Any, Any] = data
        for key in data:
            if key not in (*_REQUIRED, *_OPTIONAL):
                self.refuse(str(key), "不认识")
        for key in _REQUIRED:
            if not self.has(key):
                self.refuse(key, "没有填写")

    def refuse(self, key: str, problem: str) -> NoReturn:
        raise HuiliuError(
            code="EV-PROFILE-001",
            message=f"评分方案 {self.name} 的 {key}：{problem}",
            hint="请参照 docs/scoring.md 的方案一节填写。",
            facts={"file": self.name, "key": key},
        )

    def has(self, key: str) -> bool:
        return self.data.get(key) not in (None, "", {}, [])

    def text(self, key: str, form: re.Pattern[str] | None = None) -> str:
        value = self.data[key]
        if not isinstance(value, str) or not value.strip():
            self.refuse(key, "须是文字")
        if form is not None and not form.fullmatch(value):
            self.refuse(key, "只能用不超过64位的小写字母、数字和横线，以字母或数字开头")
        return value.strip()

    def lines(self, key: str) -> tuple[str, ...]:
        value = self.data.get(key) or ()
        if isinstance(value, str) or not isinstance(value, list | tuple) or any(not isinstance(v, str) for v in value):
            self.refuse(key, "须是若干行文字")
        return tuple(value)

    def day(self, key: str) -> date:
        value = self.data[key]
        try:
            return value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            self.refuse(key, "须是日期，例如 2024-01-01")

    def word(self, key: str, words: tuple[str, ...]) -> Any:
        """One of the words; the first where the key is absent."""
        value = self.data.get(key, words[0])
        if value not in words:
            self.refuse(key, f"只能是 {'、'.join(words)} 之一")
        return value

    def number(self, key: str, absent: Any, low: Any, high: Any, *, whole: bool = False) -> Decimal:
        """A number from low to high, both inclusive."""
        return self._number(key, self.data.get(key, absent), Decimal(low), Decimal(high), whole=whole)

    def _number(self, key: str, value: Any, low: Decimal, high: Decimal, *, whole: bool = False) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or not _NUMBER.fullmatch(str(value)):
            self.refuse(key, "须是不小于零的数，例如 0.3")
        number = Decimal(value)
        if not low <= number <= high or (whole and number != number.to_integral_value()):
            self.refuse(key, f"须是 {low:f} 至 {high:f} 的{'整数' if whole else '数'}")
        return number

    def points(self, key: str) -> dict[str, Decimal]:
        """First level → its weight; at most two decimals each."""
        found = self._named(key, {}, Decimal(1000))
        if any(value != round(value, 2) for value in found.values()):
            self.refuse(key, "分值最多两位小数")
        return found

    def bounds(self, key: str, absent: Mapping[str, int] | None = None) -> tuple[tuple[str, Decimal], ...]:
        """Names with lower bounds in percent from the highest down; no bound twice, the lowest is 0."""
        found = sorted(self._named(key, absent or {}, _HUNDRED).items(), key=lambda one: -one[1])
        if any(one[1] == other[1] for one, other in pairwise(found)) or not found or found[-1][1] != 0:
            self.refuse(key, "各档下限须各不相同，最低一档从 0 起")
        return tuple(found)

    def bands(self, key: str) -> tuple[Decimal, ...]:
        value = self.data.get(key, (80, 60))
        if not isinstance(value, list | tuple) or not value:
            self.refuse(key, "须是若干个百分数")
        found = {self._number(key, bound, Decimal(0), _HUNDRED) for bound in value}
        return tuple(sorted(found, reverse=True))

    def _named(self, key: str, absent: Mapping[str, int], high: Decimal) -> dict[str, Decimal]:
        value = self.data.get(key) or absent
        if not isinstance(value, Mapping) or any(not isinstance(name, str) or not name.strip() for name in value):
            self.refuse(key, "须是“名称: 数”的若干行")
        return {name: self._number(key, number, Decimal(0), high) for name, number in value.items()}
