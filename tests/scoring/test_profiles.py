"""Scoring profiles: what the catalog holds, and one reader that names the key that is wrong."""

from decimal import Decimal
from typing import Any

import pytest

from huiliu.catalog.profiles import profiles
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.profile_reader import profile_of, profile_of_text

LEVELS = {
    "default": ({}, 100),
    "national": ({"预算执行": 10, "产出": 50, "效益": 30, "满意度": 10}, 0),
    "national-cost": ({"预算执行": 10, "成本": 20, "产出": 40, "效益": 20, "满意度": 10}, 0),
    "hubei": ({"预算执行": 20, "产出": 40, "效益": 30, "满意度": 10}, 0),
    "sichuan": ({"预算执行": 10}, 90),
    "gd-heyuan-2024": ({"过程": 20, "产出": 40, "效益": 40}, 0),
}


def test_the_catalog_holds_these_profiles() -> None:
    assert {name: (dict(one.levels), one.free) for name, one in profiles().items()} == LEVELS
    assert all("待核" in line for one in profiles().values() for line in (*one.unverified, *one.unverified_rules))


def test_levels_of_judged_rows_differ_in_hubei() -> None:
    """80 % is 达成 everywhere; 50 % is still 部分达成 in Hubei alone."""
    for name in ("national", "national-cost", "sichuan", "gd-heyuan-2024"):
        judged = [profiles()[name].judged(Decimal(share)).name for share in ("100", "80", "79.99", "60", "59.99", "0")]
        assert judged == ["达成", "达成", "部分达成", "部分达成", "未达成", "未达成"]
    hubei = [profiles()["hubei"].judged(Decimal(share)).name for share in ("80", "79.99", "50", "49.99")]
    assert hubei == ["达成", "部分达成", "部分达成", "未达成"]


def test_only_sichuan_asks_for_a_reason_below_90_percent() -> None:
    assert {name: one.reason_below for name, one in profiles().items() if one.reason_below} == {"sichuan": 90}


def test_the_denominator_is_the_adjusted_budget_but_in_2024() -> None:
    bases = {name: one.execution_basis for name, one in profiles().items()}
    assert bases.pop("gd-heyuan-2024") == "issued"
    assert set(bases.values()) == {"full_year"}


OWN: dict[str, Any] = {
    "id": "own-2025",
    "label": "本单位评分方案",
    "in_force": "2025-01-01",
    "source": "本单位绩效管理办法",
    "levels": {"预算执行": 10, "产出": 45, "效益": "35.5", "满意度": "9.5"},
    "grades": {"优": 90, "良": 80, "中": 60, "差": 0},
    "rule": "proportional",
}


def test_a_profile_of_a_user_is_read_by_the_same_reader() -> None:
    own = profile_of(OWN, "own")
    assert (own.id, own.levels["满意度"], own.places, own.rounding, own.remainder) == (
        "own-2025", Decimal("9.5"), 2, "half_up", "last")  # fmt: skip
    text = "\n".join(
        ("id: own-2025", "label: 本单位评分方案", "in_force: 2025-01-01", "source: 本单位绩效管理办法",
         "levels: {预算执行: 10, 产出: 45, 效益: 35.5, 满意度: 9.5}", "grades: {优: 90, 良: 80, 中: 60, 差: 0}",
         "rule: proportional")
    )  # fmt: skip
    assert profile_of_text(text, "own") == own


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"weights": 1}, "weights", "不认识"),
    ({"label": ""}, "label", "没有填写"),
    ({"source": None}, "source", "没有填写"),
    ({"id": "Own 2025"}, "id", "小写字母"),
    ({"in_force": "2025-13-01"}, "in_force", "日期"),
    ({"levels": {"产出": 99}}, "levels", "应等于满分 100"),
    ({"levels": {"产出": 90}, "free": 5}, "levels", "95"),
    ({"levels": {"产出": "九十"}}, "levels", "须是不小于零的数"),
    ({"levels": {"产出": 33.5, "效益": 66.5}}, "levels", "须是不小于零的数"),
    ({"levels": {"产出": "33.333", "效益": "66.667"}}, "levels", "两位小数"),
    ({"levels": ["产出"]}, "levels", "名称"),
    ({"total": 0}, "total", "1 至 1000"),
    ({"places": 5}, "places", "0 至 4"),
    ({"places": "1.5"}, "places", "整数"),
    ({"places": True}, "places", "须是不小于零的数"),
    ({"rounding": "even"}, "rounding", "half_up、floor、ceiling"),
    ({"remainder": "second"}, "remainder", "last、middle、first"),
    ({"grades": {"优": 90, "良": 90, "差": 0}}, "grades", "各不相同"),
    ({"grades": {"优": 90, "良": 80}}, "grades", "从 0 起"),
    ({"grades": {"优": 101, "差": 0}}, "grades", "0 至 100"),
    ({"qualitative": {"达成": 80, "未达成": 0}}, "qualitative", "三档"),
    ({"qualitative": {"达成": 80, "部分达成": 60, "未达成": 10}}, "qualitative", "从 0 起"),
    ({"rule": "linear"}, "rule", "none、proportional"),
    ({"execution_basis": "paid"}, "execution_basis", "full_year"),
    ({"over_function": "half"}, "over_function", "none、deviation、zero"),
    ({"over_achievement": "-0.3"}, "over_achievement", "须是不小于零的数"),
    ({"range_rule": "mean"}, "range_rule", "nearer_bound"),
    ({"equal_rule": "near"}, "equal_rule", "all_or_nothing"),
    ({"pass_mark": 101}, "pass_mark", "0 至 100"),
    ({"reason_below": "NaN"}, "reason_below", "须是不小于零的数"),
    ({"bands": []}, "bands", "百分数"),
    ({"bands": [80, "x"]}, "bands", "须是不小于零的数"),
    ({"unverified": "一行"}, "unverified", "若干行"),
]


@pytest.mark.parametrize(("change", "key", "words"), WRONG)
def test_the_key_that_is_wrong_is_named(change: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(HuiliuError) as refused:
        profile_of({**OWN, **change}, "own")
    assert refused.value.code == "EV-PROFILE-001"
    assert refused.value.facts["key"] == key
    assert f" {key}：" in refused.value.message
    assert words in refused.value.message


@pytest.mark.parametrize("data", [None, "text", ["id"], 3])
def test_what_is_no_mapping_is_refused(data: object) -> None:
    with pytest.raises(HuiliuError, match="全文"):
        profile_of(data, "own")


def test_text_that_is_no_yaml_is_refused() -> None:
    with pytest.raises(HuiliuError) as refused:
        profile_of_text("id: [", "own")
    assert refused.value.code == "YAML-001"
