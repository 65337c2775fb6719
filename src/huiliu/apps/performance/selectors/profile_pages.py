"""Tables of the profile pages."""

from collections.abc import Iterator
from itertools import pairwise

from django.urls import reverse

from huiliu.apps.performance.selectors import profiles as selectors
from huiliu.catalog.profiles import profiles as catalog
from huiliu.scoring.assessment import BASES
from huiliu.scoring.profile import MISSED, OUTSIDE, OVER, REMAINDERS, ROUNDINGS, Profile
from huiliu.scoring.rules import plain
from huiliu.web.tables import Cell, Column, Table


def address(code: str) -> str:
    """The page of a profile."""
    return reverse("performance:profile_detail", args=(code,))


def profile_table() -> Table:
    """Every profile that can score, the catalog's first."""
    columns = (
        Column("label", "评分方案"),
        Column("points", "一级指标分值"),
        Column("in_force", "启用日期", "date", optional=True),
        Column("origin", "来历", "code"),
    )
    rows = [
        {
            "label": Cell(profile.label, link=address(code)),
            "points": points_of(profile),
            "in_force": profile.in_force,
            "origin": "系统自带" if code in catalog() else "本单位建立",
        }
        for code, profile in selectors.scoring().items()
    ]
    return Table(columns, rows, empty="没有评分方案")


def points_of(profile: Profile) -> str:
    """The levels in one line."""
    free = [f"自行分配 {plain(profile.free)}"] if profile.free else []
    return "、".join([f"{name} {plain(points)}" for name, points in profile.levels.items()] + free)


def rule_table(profile: Profile) -> Table:
    """Every rule of a profile in words."""
    rows = [{"rule": rule, "how": how} for rule, how in _rules(profile)]
    return Table((Column("rule", "规则"), Column("how", "方案规定")), rows, empty="没有规则")


def _rules(profile: Profile) -> Iterator[tuple[str, str]]:
    yield "一级指标分值", points_of(profile)
    yield "执行率的分母", BASES[profile.execution_basis][0]
    yield "得分舍入", f"每项{ROUNDINGS[profile.rounding]}一次，保留{profile.places}位小数；总分为各项之和"
    yield "分值尾差", f"加在{REMAINDERS[profile.remainder]}"
    yield "“等于”类指标", MISSED[profile.equal_rule]
    yield "区间类指标", OUTSIDE[profile.range_rule]
    limit = plain(profile.over_achievement * 100)
    yield "超额完成", f"优于目标值超过 {limit}%：{OVER[profile.over_function]}"
    yield "及格门槛", f"低于 {plain(profile.pass_mark)}% 不得分" if profile.pass_mark else "不设"
    if profile.reason_below is not None:
        yield "执行率说明", f"低于 {plain(profile.reason_below)}% 必须说明原因"
    spans = (f"{one.name} {plain(one.upper)}%至{plain(one.lower)}%（含）" for one in profile.qualitative)
    yield "定性指标", "、".join(spans)
    yield "等级", "、".join(_grades(profile))


def _grades(profile: Profile) -> Iterator[str]:
    for (better, lower), _ in pairwise(profile.grades):
        yield f"{better} {plain(lower)}%（含）以上"
    yield f"{profile.grades[-1][0]} 其余"
