"""`doctor` as people and programs read it."""

import json

import pytest

from huiliu.catalog.mlps import Baseline, Control
from huiliu.cli import doctor
from huiliu.cli.commands import app
from huiliu.config.doctor import findings, mlps
from huiliu.config.doctor.findings import Check, Result, fail, ok, warn
from huiliu.config.doctor.mlps import Assessed, SelfCheck
from huiliu.kernel.errors import HuiliuError

RESULTS = [
    Result(Check("https", "传输加密", ok, general=True), fail("没有 HTTPS", "请设 HUILIU_HTTPS=true。")),
    Result(Check("demo", "演示数据", ok, general=True), warn("合成数据", "请另选目录。")),
    Result(Check("database", "数据库", ok, general=True), ok("SQLite")),
    Result(Check("keys", "密钥文件", ok, general=True), ok("2 个")),
]


@pytest.fixture
def examined(monkeypatch):
    def give(results):
        monkeypatch.setattr(doctor, "boot", lambda kind: None)
        monkeypatch.setattr(findings, "examine", lambda site: results)

    return give


def test_one_line_each_and_the_sum(examined, capsys):
    examined(RESULTS)
    assert doctor.run(as_json=False) == 1
    assert capsys.readouterr().out.splitlines() == [
        "● 不符  传输加密：没有 HTTPS。请设 HUILIU_HTTPS=true。",
        "● 注意  演示数据：合成数据。请另选目录。",
        "● 正常  数据库：SQLite",
        "● 正常  密钥文件：2 个",
        "共 4 项：不符 1 项，注意 1 项，正常 2 项。",
    ]


def test_a_remark_alone_is_no_failure(examined, capsys):
    examined(RESULTS[1:])
    assert doctor.run(as_json=False) == 0


def test_programs_get_every_field(examined, capsys):
    examined(RESULTS)
    assert doctor.run(as_json=True) == 1
    assert json.loads(capsys.readouterr().out)[0] == {
        "code": "https",
        "label": "传输加密",
        "state": "fail",
        "found": "没有 HTTPS",
        "todo": "请设 HUILIU_HTTPS=true。",
    }


CONTROL = Control(
    "L3-CES1-03", "身份鉴别", "不以明文出现", (2, 3), (2,), tests=("tests/a.py::test_b",), outside="由单位承担"
)
BASELINE = Baseline("GB/T 22239-2019", "某处", (CONTROL,))


@pytest.fixture
def checked(monkeypatch):
    def give(level, result):
        one = Assessed(CONTROL, mlps.verdict(CONTROL, (result,)), (result,), ("/login/",))
        monkeypatch.setattr(doctor, "boot", lambda kind: None)
        monkeypatch.setattr(mlps, "self_check", lambda _level, site: SelfCheck(BASELINE, level, site, (one,)))

    return give


def test_a_control_is_printed_with_its_evidence(checked, capsys):
    checked(2, RESULTS[0])
    assert doctor.self_check(2, None, as_json=False) == 1
    assert capsys.readouterr().out.splitlines() == [
        "GB/T 22239-2019 第二级应用部分：自查结果，不是等级测评结论",
        "● 不符合  L3-CES1-03 身份鉴别：不以明文出现（待核）",
        "    传输加密：没有 HTTPS（不符）。请设 HUILIU_HTTPS=true",
        "    应用之外：由单位承担",
        "    测试 tests/a.py::test_b",
        "    页面 /login/",
        "共 1 项：不符合 1 项，未测得 0 项，符合 0 项，应用之外 0 项。自查结果，不是等级测评结论。",
        "其中 1 项是否适用于第二级待核。",
    ]


def test_what_is_met_ends_well_and_is_not_a_certificate(checked, capsys):
    checked(3, RESULTS[2])
    assert doctor.self_check(3, None, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["remark"] == "自查结果，不是等级测评结论"
    assert said["controls"][0]["verdict"] == "符合"
    assert said["controls"][0]["level_unverified"] is False


def test_a_folder_without_a_level_is_wrong_use():
    with pytest.raises(HuiliuError, match="DOCTOR-001"):
        app(["doctor", "--out", "x"], standalone_mode=False)
