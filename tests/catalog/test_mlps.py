"""The content of the 等保 self-check: complete, in the standard's order, and every piece of evidence is there."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from huiliu.catalog.mlps import BASELINE, read_baseline
from huiliu.config.doctor.findings import checks
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

ROOT = Path(__file__).parents[2]
CONTROLS = read_baseline(checks()).controls
# domain: 身份鉴别 01–04, 访问控制 05–11, … ; number 16 does not exist
GROUPS = {
    "身份鉴别": range(1, 5),
    "访问控制": range(5, 12),
    "安全审计": range(12, 16),
    "入侵防范": range(17, 23),
    "恶意代码防范": [23],
    "可信验证": [24],
    "数据完整性": [25, 26],
    "数据保密性": [27, 28],
    "数据备份恢复": range(29, 32),
    "剩余信息保护": [32, 33],
    "个人信息保护": [34, 35],
}
CONTROL = """
name: 某标准
source: 某处
controls:
  - id: L3-CES1-01
    group: 身份鉴别
    asks: 问什么
    levels: [3]
    probes: [https_only]
    tests: [tests/cli/test_doctor.py::test_x]
"""


def test_all_controls_are_there_in_their_order():
    expected = [(f"L3-CES1-{number:02}", group) for group, numbers in GROUPS.items() for number in numbers]
    assert [(one.id, one.group) for one in CONTROLS] == [*expected, ("8.1.5", "安全管理中心")]
    assert len(expected) == 34


def test_all_belong_to_level_three_and_level_two_is_marked_as_not_verified():
    assert all(3 in one.levels for one in CONTROLS)
    assert all(one.unverified == ((2,) if 2 in one.levels else ()) for one in CONTROLS)


def test_what_is_asked_is_said_in_chinese_once():
    asked = [one.asks for one in CONTROLS]
    assert all(re.search(r"[\u4e00-\u9fff]{4}", words) and not words.endswith("。") for words in asked)
    assert len(set(asked)) == len(asked)


def test_every_probe_serves_a_control():
    named = {code for one in CONTROLS for code in one.probes}
    assert {code for code, one in checks().items() if not one.general} <= named


def collected(files):
    """Ids of the tests that pytest finds, without their parameters; its own options are those of pyproject.toml."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "--slow", "-p", "no:cacheprovider", *files]
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "HUILIU_", "DJANGO_"))
    }
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    return {line.split("[")[0] for line in run.stdout.splitlines() if "::" in line}


def named_tests():
    named = {test for one in CONTROLS for test in one.tests}
    return named, sorted({test.split("::")[0] for test in named})


def test_every_test_that_is_named_is_written():
    named, files = named_tests()
    trees = {path: ast.parse((ROOT / path).read_text("utf-8")) for path in files}
    written = {f"{path}::{node.name}" for path, tree in trees.items() for node in tree.body if hasattr(node, "name")}
    assert named - written == set()


@pytest.mark.slow
def test_every_test_that_is_named_is_collected():
    named, files = named_tests()
    assert named - collected(files) == set()


def test_the_built_in_file_is_read_as_it_stands():
    assert len(load_yaml(BASELINE)["controls"]) == len(CONTROLS)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("https_only", "nosuch"), "没有探针 nosuch"),
        (("    tests: [tests/cli/test_doctor.py::test_x]\n", ""), "有探针而没有 tests"),
        (("    probes: [https_only]\n", ""), "没有依据"),
        (("test_doctor.py::test_x", "test_doctor.py"), "测试须写成"),
        (("L3-CES1-01", "L3-CES1"), "编号写法不对"),
        (("[3]", "[4]"), "levels 限 2 和 3"),
        (("[3]", "[3]\n    unverified: [2]"), "unverified 须在其中"),
        (("asks: 问什么", "asks: ''"), "缺少 asks"),
        (("asks:", "question:"), "不认识的键 question"),
        (("name: 某标准", "title: 某标准"), "须有 name、source 和 controls"),
        ((CONTROL.split("controls:\n")[1], CONTROL.split("controls:\n")[1] * 2), "编号重复"),
    ],
)
def test_a_wrong_control_stops_the_loading(tmp_path, change, problem):
    path = tmp_path / "baseline.yaml"
    path.write_text(CONTROL, encoding="utf-8")
    assert read_baseline({"https_only"}, path).controls[0].tests == ("tests/cli/test_doctor.py::test_x",)
    path.write_text(CONTROL.replace(*change), encoding="utf-8")
    with pytest.raises(HuiliuError, match="MLPS-001") as refused:
        read_baseline({"https_only"}, path)
    assert problem in refused.value.message


def test_something_missing_or_outside_needs_no_test(tmp_path):
    path = tmp_path / "baseline.yaml"
    for key in ("missing", "outside"):
        bare = CONTROL.replace("probes: [https_only]", f"{key}: 某事").replace(
            CONTROL[CONTROL.index("    tests") :], ""
        )
        path.write_text(bare, encoding="utf-8")
        assert getattr(read_baseline((), path).controls[0], key) == "某事"
