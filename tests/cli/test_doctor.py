"""`doctor` as people and programs read it."""

import json

import pytest

from huiliu.cli import doctor
from huiliu.config.doctor import findings
from huiliu.config.doctor.findings import Check, Result, fail, ok, warn

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
