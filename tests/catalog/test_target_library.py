"""The library of indicators: six categories, each whole but for the unit's own values; a broken file is refused."""

import pytest

from huiliu.catalog import Catalog
from huiliu.catalog.profiles import profiles
from huiliu.catalog.target_library import libraries, read_library
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.phrases import phrases
from huiliu.scoring.target_checks import TargetCase, target_findings
from huiliu.scoring.targets import MoneyUse

INDICATORS = Catalog.load().indicators
# What a person adds: values, weights, amounts.
LEFT_TO_THE_UNIT = {"TG-B01", "TG-D04", "TG-D05"}


def test_the_categories_of_the_2024_money_and_the_library_are_there():
    assert {code: library.label for code, library in libraries().items()} == {
        "equipment": "设备维护",
        "fund-safety": "基金安全",
        "meetings": "电子会务",
        "operations": "系统运维",
        "return-data": "数据回流与查询",
        "wechat": "微信公众号",
    }


@pytest.mark.parametrize("code", libraries())
def test_a_form_from_the_library_lacks_only_what_the_unit_must_say(code):
    library = libraries()[code]
    uses = (MoneyUse(library.code, library.label),)
    case = TargetCase("全年稳定", library.rows, uses, profiles()["national"], phrases(), INDICATORS.keys())
    assert {finding.code for finding in target_findings(case)} == LEFT_TO_THE_UNIT


@pytest.mark.parametrize("code", libraries())
def test_every_category_says_where_it_is_from_and_promises_no_value(code):
    library = libraries()[code]
    assert library.source
    assert library.unverified
    assert {(row.value, row.weight) for row in library.rows} == {(None, None)}
    assert {"数量指标", "质量指标", "时效指标", "成本指标"} <= {row.level2 for row in library.rows}


def test_a_row_is_measured_in_its_own_unit_and_the_right_way_round():
    measured = [row for library in libraries().values() for row in library.rows if row.measure]
    assert len(measured) == 10
    for row in measured:
        found = INDICATORS[row.measure]
        assert (row.unit, row.kind) == (found.unit, {"more": "≥", "less": "≤"}[found.better]), row.code


def test_a_safety_row_stays_whatever_the_money():
    (incidents,) = [row for row in libraries()["fund-safety"].rows if row.code == "SAF06"]
    assert not incidents.money_dependent


ROW = "{code: A1, level1: 产出, level2: 数量指标, name: 次数, kind: ≥, unit: 次, rule: proportion, basis: 合同, evidence: 单据, formula: 计数}"  # noqa: E501
HEAD = "label: 运维\nsource: 合同\nunverified: []\nrows:\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("label: 运维\nrows: []\n", "须有且只有"),
        (HEAD + f"  - {ROW.replace('kind: ≥', 'kind: 大于')}\n", "kind 须为"),
        (HEAD + f"  - {ROW.replace('unit: 次, ', '')}\n", "没有计量单位"),
        (HEAD + f"  - {ROW.replace('basis: 合同, ', '')}\n", "须有 basis"),
        (HEAD + f"  - {ROW.replace('数量', '成本')}\n", "成本指标 A1 须用 paired_output"),
    ],
)
def test_a_broken_file_is_refused_with_what_is_wrong(tmp_path, text, problem):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(HuiliuError) as refused:
        read_library(path)
    assert refused.value.code == "TARGETLIB-001"
    assert problem in refused.value.message


def test_a_folder_adds_a_category_and_no_second_indicator_of_one_code(tmp_path):
    folder = tmp_path / "target_library"
    folder.mkdir()
    (folder / "mine.yaml").write_text(HEAD + f"  - {ROW}\n", encoding="utf-8")
    assert libraries(tmp_path)["mine"].rows[0].purpose == "mine"
    (folder / "other.yaml").write_text(HEAD + f"  - {ROW}\n", encoding="utf-8")
    libraries.cache_clear()
    with pytest.raises(HuiliuError, match="A1"):
        libraries(tmp_path)
    libraries.cache_clear()
