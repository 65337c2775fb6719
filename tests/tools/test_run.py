"""The bootstrap: what it says when something is missing, and that it works where it should."""

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
# The real interpreter, not this environment's: an environment cannot lend its name to another.
PYTHON = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
NEEDED = ("sh", "dirname", "cat", "cksum", "rm", "mkdir")
OLD = '[ "$1" = -V ] && echo "Python 3.9.2"; exit 1'
NO_ENSUREPIP = f'case "$*" in *ensurepip*) exit 1;; esac; exec "{PYTHON}" "$@"'
GOOD = f'exec "{PYTHON}" "$@"'
MAIN = """
import os, sys
print(sys.argv[1:], os.environ["HUILIU_HOME"], os.getcwd(), sys.flags.utf8_mode, sep="|")
"""


class Machine:
    """A copy of `run` in a folder with a space, and a PATH that holds only what is put there."""

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "回流 copy"
        self.bin = folder / "bin"
        package = self.tree / "src" / "huiliu"
        for path in (package, self.bin):
            path.mkdir(parents=True)
        shutil.copy(ROOT / "run", self.tree / "run")
        (package / "__init__.py").touch()
        (package / "__main__.py").write_text(MAIN, encoding="utf-8")
        (self.tree / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
        for name in NEEDED:
            found = shutil.which(name)
            assert found
            (self.bin / name).symlink_to(found)

    def put(self, name: str, script: str) -> None:
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        shell = shutil.which("dash") or "/bin/sh"
        return subprocess.run(
            [shell, self.tree / "run", *arguments],
            cwd="/",
            env={"PATH": str(self.bin), "HOME": str(self.tree), "PIP_NO_INDEX": "1", **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_is_short_posix_and_executable():
    assert len((ROOT / "run").read_text(encoding="utf-8").splitlines()) <= 60
    assert os.access(ROOT / "run", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    for shell, script in (("sh", "run"), ("dash", "run"), ("bash", ".ci/run")):
        if found := shutil.which(shell):
            subprocess.run([found, "-n", ROOT / script], check=True)


def test_without_python_it_says_so(machine: Machine):
    done = machine.run("up")
    assert done.returncode == 1
    assert "找不到 Python 3.11 或更新的版本（现有：无）" in done.stderr
    assert done.stdout == ""


def test_an_old_python_is_named(machine: Machine):
    machine.put("python3", OLD)
    done = machine.run("up")
    assert done.returncode == 1
    assert "现有：Python 3.9.2" in done.stderr


def test_a_missing_venv_module_is_named(machine: Machine):
    machine.put("python3", NO_ENSUREPIP)
    done = machine.run("up")
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr


@pytest.mark.slow
def test_it_finds_a_newer_python_under_another_name_and_is_idempotent(machine: Machine):
    machine.put("python3", OLD)
    machine.put("python3.12", OLD)  # a version manager's empty name
    machine.put("python3.11", GOOD)
    first = machine.run("lake", "a b", "$HOME")
    assert first.stdout == f"['lake', 'a b', '$HOME']|{machine.tree}/home|/|1\n"
    assert "首次" in first.stderr
    second = machine.run("up", HUILIU_HOME="/srv/huiliu", PYTHONPATH="/nowhere", PYTHONHOME="/nowhere")
    assert second.stdout == "['up']|/srv/huiliu|/|1\n"
    assert second.stderr == ""


@pytest.mark.slow
def test_of_several_first_runs_one_installs_and_the_others_wait(machine: Machine):
    machine.put("python3", GOOD)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda number: machine.run("lake", str(number)), range(4)))
    assert [run.stdout.split("|")[0] for run in done] == [f"['lake', '{number}']" for number in range(4)]
    assert [run.stderr.count("正在安装") for run in done].count(1) == 1


@pytest.mark.slow
def test_a_changed_lock_is_installed_and_a_broken_environment_made_again(machine: Machine):
    machine.put("python3", GOOD)
    machine.run("up")
    (machine.tree / "requirements.lock").write_text("# changed\n", encoding="utf-8")
    assert "正在安装" in machine.run("up").stderr
    (machine.tree / ".venv" / "bin" / "python").unlink()
    again = machine.run("up")
    assert again.returncode == 0
    assert "正在安装" in again.stderr


@pytest.mark.slow
def test_an_unreachable_registry_is_named_and_not_taken_for_done(machine: Machine):
    machine.put("python3", GOOD)
    lock = "huiliu-has-no-such-package==1.0 --hash=sha256:" + "0" * 64
    (machine.tree / "requirements.lock").write_text(lock, encoding="utf-8")
    for _ in range(2):
        done = machine.run("up")
        assert done.returncode == 1
        assert "依赖没有装全" in done.stderr
        assert done.stdout == ""


@pytest.mark.slow
def test_a_package_is_taken_with_the_right_hash_only(machine: Machine, tmp_path: Path):
    digest = tiny_wheel(tmp_path)
    machine.put("python3", GOOD)
    lock = machine.tree / "requirements.lock"
    for wrong in ("tiny==1.0\n", f"tiny==1.0 --hash=sha256:{'0' * 64}\n"):
        lock.write_text(wrong, encoding="utf-8")
        refused = machine.run("up", PIP_FIND_LINKS=str(tmp_path))
        assert refused.returncode == 1
        assert "hash" in refused.stderr.lower()
    lock.write_text(f"tiny==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    assert machine.run("up", PIP_FIND_LINKS=str(tmp_path)).returncode == 0
    assert list((machine.tree / ".venv").rglob("tiny.py"))


def tiny_wheel(folder: Path) -> str:
    """A package of one empty module; the wheel's SHA-256."""
    info = "tiny-1.0.dist-info"
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"tiny.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


@pytest.mark.slow
def test_where_uv_cannot_pip_still_can(machine: Machine):
    machine.put("python3", GOOD)
    machine.put("uv", "exit 2")
    assert machine.run("up").stdout.startswith("['up']|")
