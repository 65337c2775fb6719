"""The indicators of the catalogue: every case holds, and what the 2024 report printed can be measured."""

import json
import re
from pathlib import Path

import pytest

import huiliu.demo.heyuan_2024
from huiliu.catalog import Catalog
from huiliu.catalog.indicators import indicator_named
from huiliu.scoring.evidence import FACTS, KINDS
from huiliu.scoring.indicator_cases import check_case

INDICATORS = Catalog.load().indicators
CASES = [
    pytest.param(found, case, id=f"{found.code}-{case.name}") for found in INDICATORS.values() for case in found.cases
]
PRINTED = {
    "资金支出率": ("PI-MON-002", {"funds"}),
    "监管有效性": ("PI-SUP-001", {"supervision"}),
    "月维护费": ("PI-CST-004", {"funds", "maintenance"}),
    "资金支出及时率（%）": ("PI-MON-003", {"funds"}),
    "社会保险数据回流查询系统升级改造成本": ("PI-CST-001", {"funds", "paired"}),
    "社保信息系统网络维护费（元／年）": ("PI-CST-002", {"funds", "paired"}),
    "T+1库等系统后续定期维护费用（元／年）": ("PI-CST-003", {"funds", "nights"}),
    "确保社保信息系统的稳定运营，提高信息数据传送效率及准确性": ("PI-LIB-001", {"nights"}),
    "确保社保基金安全": ("PI-SAF-001", {"clues"}),
    "服务对象满意度": ("PI-SRV-001", {"satisfaction"}),
}


@pytest.mark.parametrize(("found", "case"), CASES)
def test_case(found, case):
    assert check_case(found, case) == []


@pytest.mark.parametrize("found", INDICATORS.values(), ids=lambda found: found.code)
def test_every_indicator_shows_a_value_and_what_is_no_value(found):
    assert {case.state for case in found.cases} >= {"measured"}
    assert {case.state for case in found.cases} & {"unmeasured", "not_applicable"}
    assert len(set(found.quality.values())) == 5


def test_each_of_the_ten_printed_in_2024_has_a_measure_by_its_name():
    path = Path(huiliu.demo.heyuan_2024.__file__).with_name("evaluation.json")
    printed = [row["level3"] for row in json.loads(path.read_text(encoding="utf-8"))["indicators"]]
    assert printed == list(PRINTED)
    for name, (code, needs) in PRINTED.items():
        found = indicator_named(name, INDICATORS.values())
        assert found is not None, name
        assert (found.code, set(found.needs)) == (code, needs)


def test_a_name_means_one_indicator_however_it_is_typed():
    names = [name for found in INDICATORS.values() for name in found.names]
    assert len(names) == len(set(names))
    typed = indicator_named("社保信息系统网络维护费(元/年)", INDICATORS.values())
    assert typed is not None
    assert typed.code == "PI-CST-002"
    assert indicator_named("植树棵数", INDICATORS.values()) is None


def test_no_cost_is_measured_without_what_it_bought():
    costs = [found for found in INDICATORS.values() if found.code.startswith("PI-CST")]
    assert len(costs) == 4
    for found in costs:
        guards = found.reckoning.idle
        assert "funds.paid" in guards
        assert any(not name.startswith("funds.") for name in guards), found.code


def test_every_kind_of_evidence_has_an_indicator_that_reads_it():
    assert {kind for found in INDICATORS.values() for kind in found.needs} == set(KINDS)
    assert {fact.split(".")[0] for fact in FACTS} == set(KINDS)


def test_the_documents_tell_every_indicator_kind_of_evidence_and_code():
    root = Path(__file__).parents[2]
    told = (root / "docs" / "measurement.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (root / "src/huiliu/scoring").glob("*.py"))
    assert [found.code for found in INDICATORS.values() if f"| {found.code} | {found.label} |" not in told] == []
    assert [name for name in (*KINDS, *FACTS) if f"`{name}`" not in told] == []
    assert set(re.findall(r'"(EV-IND-\d+)"', sources)) == set(re.findall(r"\| (EV-IND-\d+) \|", told))


def test_the_documents_tell_every_code_of_measuring():
    root = Path(__file__).parents[2]
    told = (root / "docs" / "measurement.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (root / "src/huiliu/apps/performance").rglob("*.py"))
    assert set(re.findall(r"MEASURE-\d+", sources)) - {"MEASURE-00"} == set(re.findall(r"MEASURE-\d+", told))
