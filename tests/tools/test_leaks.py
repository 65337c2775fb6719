"""The leak search of tests/support/leaks.py: each kind of leak, planted, fails the run and is told without value."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.leaks import Leaks, search

ROOT = Path(__file__).parents[2]
# Put together here, or this very file would be what is found.
NUMBER = "4499" + "00197001010018"
NAME = "张" + "三"
PLANTED = {
    "log line": "import logging; logging.getLogger('a').warning('bad %s', NUMBER)",
    "structured log line": "import structlog; structlog.get_logger('a').warning('bad', where=NUMBER)",
    "exception in a log line": "import structlog; structlog.get_logger('a').warning(f'failed for {NAME}')",
    "address": "client.get('/login/?who=' + NUMBER)",
    "printed": "print(NAME)",
    "file": "(tmp_path / 'web.log').write_text(NUMBER)",
    "command": "import subprocess as s; s.run(['run', NUMBER], executable='/bin/echo', capture_output=True, text=True)",
}
CLEAN = "import logging; logging.getLogger('a').warning('3 rows'); client.get('/login/'); print('证件号码有误')"


def run(folder: Path, body: str, *options: str) -> subprocess.CompletedProcess[str]:
    """pytest, as this product runs it, on one test outside the tree."""
    parts = f"NUMBER, NAME = {NUMBER!r}, {NAME!r}\n\ndef test_it(client, db, tmp_path):\n    {body}\n"
    (folder / "test_planted.py").write_text(parts, "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HUILIU_"))}
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *sys.path])
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-c", ROOT / "pyproject.toml", "--rootdir", folder]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", *options, folder / "test_planted.py"],
        env=environment, capture_output=True, text=True, check=False, cwd=folder,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_leak_fails_the_run_and_is_not_repeated(tmp_path, name):
    done = run(tmp_path, PLANTED[name], "-n", "1") if name in {"address", "file"} else run(tmp_path, PLANTED[name])
    assert "1 passed" in done.stdout or "passed" in done.stdout or "[100%]" in done.stdout, done.stdout
    assert done.returncode == 1, done.stdout
    lines = [line for line in done.stdout.splitlines() if "LEAK" in line]
    assert lines
    assert not any(NUMBER in line or NAME in line for line in lines)


@pytest.mark.slow
def test_a_clean_run_passes(tmp_path):
    done = run(tmp_path, CLEAN)
    assert (done.returncode, "LEAK" in done.stdout) == (0, False), done.stdout


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (f"x{NUMBER}y", ["identity number"]),
        ("4499" + "01198001010" + "01X", ["identity number"]),
        ("1" + NUMBER, []),  # part of a longer number
        ("4499" + "00197013010018", []),  # no such day
        ("44990000000001", []),  # a person number: not an identity number
        (f"{NAME}的待遇", ["name"]),
        ('{"who": "陈' + '伟强"}', ["name"]),
        ("应用周期与江海平台，许可明细", []),
        ("合成市" + "东江县恒信电子有限公司（合成0001）", ["unit or address"]),
        ("合成市" + "东江县东一镇第三村12号", ["unit or address"]),
        ("合成数据：本目录的人员、单位和金额均为程序生成", []),
    ],
)
def test_what_is_looked_for(text, kinds):
    assert search(text) == kinds


def test_each_find_is_told_once_with_its_test():
    leaks = Leaks(test="tests/a.py::test_b")
    for _ in range(3):
        leaks.look("a log line of x", NUMBER)
    assert leaks.found == ["identity number in a log line of x (tests/a.py::test_b)"]
