"""All files or none: refusals, faults on the way and killed runs leave nothing that could be taken for an export."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from io import FileIO
from pathlib import Path

import pytest

from huiliu.interchange import select, writers
from huiliu.interchange.run import Order, export
from huiliu.interchange.select import Totals
from huiliu.kernel.errors import HuiliuError
from interchange.conftest import Quiet, exported
from interchange.library import GBT, PLACE, made

pytestmark = pytest.mark.slow

PATHS = os.pathsep.join(str(Path(__file__).parents[2] / folder) for folder in ("src", "tests"))


def refused(folder, **order):
    with pytest.raises(HuiliuError) as error:
        exported(folder, **order)
    return error.value.code


def left(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine.txt").write_text("mine")
    assert refused(tmp_path / "x") == "INTERCHANGE-003"
    assert refused(tmp_path / "x" / "mine.txt") == "INTERCHANGE-003"
    assert refused(tmp_path / "no" / "x") == "INTERCHANGE-003"
    (tmp_path / "link").symlink_to(tmp_path / "x")
    assert refused(tmp_path / "link") == "INTERCHANGE-003"
    assert left(tmp_path / "x") == ["mine.txt"]


def test_an_empty_folder_may_be_given(tmp_path):
    (tmp_path / "x").mkdir()
    exported(tmp_path / "x", numbers=("1",))
    assert left(tmp_path / "x") == ["csv", "manifest.json", "xml", "导出说明.txt"]
    assert left(tmp_path) == ["x"]


def test_nobody_else_may_read_it(tmp_path):
    exported(tmp_path / "x", numbers=("1",))
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "x" / "xml" / "单位信息.xml").stat().st_mode & 0o777 == 0o600


def test_a_table_that_the_standard_does_not_have(tmp_path):
    assert refused(tmp_path / "x", numbers=("21",)) == "INTERCHANGE-002"
    assert left(tmp_path) == []


def test_no_room(tmp_path):
    assert refused(tmp_path / "x", reserve=1 << 60) == "INTERCHANGE-004"
    assert left(tmp_path) == []


def test_a_second_run_at_the_same_time(tmp_path):
    (tmp_path / ".x.partial").mkdir()
    descriptor = os.open(tmp_path / ".x.partial", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    assert refused(tmp_path / "x") == "INTERCHANGE-006"
    os.close(descriptor)


@pytest.mark.parametrize("formats", [("xml",), ("csv",)])
def test_other_totals_than_the_librarys_end_the_run(tmp_path, monkeypatch, formats):
    true = select.Selection.totals

    def wrong(selection):
        found = true(selection)
        return Totals(found.rows, {name: value and value + 1 for name, value in found.sums.items()})

    monkeypatch.setattr(select.Selection, "totals", wrong)
    assert refused(tmp_path / "x", numbers=("13",), formats=formats) == "INTERCHANGE-005"
    assert left(tmp_path) == []


def test_a_row_lost_on_the_way_ends_the_run(tmp_path, monkeypatch):
    true = select.Selection.rows
    monkeypatch.setattr(select.Selection, "rows", lambda selection: (block[1:] for block in true(selection)))
    assert refused(tmp_path / "x", numbers=("2",)) == "INTERCHANGE-005"


def test_what_seals_it_may_refuse_and_nothing_appears(tmp_path):
    def seal(_done, folder):
        assert folder.is_dir()
        raise HuiliuError(code="X-001", message="不行", hint="没有办法")

    with pytest.raises(HuiliuError):
        export(made(), GBT, PLACE, Order(tmp_path / "x", ("1",)), Quiet(), seal)
    assert left(tmp_path) == []


KILLED = """
import sys
from pathlib import Path
from interchange.conftest import exported
from interchange.library import made
from huiliu.interchange import writers
import os
true = writers.EncodedFile.write
def slow(file, text):
    true(file, text)
    file._stream.flush()
    print("wrote", flush=True)
    sys.stdin.readline()
writers.EncodedFile.write = slow
exported(Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("writes", [1, 20, 45])
def test_a_killed_run_leaves_nothing_and_the_next_is_identical(tmp_path, whole, writes):
    command = [sys.executable, "-c", KILLED, str(tmp_path / "x")]
    env = {**os.environ, "PYTHONPATH": PATHS}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True) as process:
        for _ in range(writes):
            assert process.stdout.readline() == "wrote\n"
            process.stdin.write("\n")
            process.stdin.flush()
        process.send_signal(signal.SIGKILL)
    time.sleep(0.1)
    assert left(tmp_path) == [".x.partial"]
    exported(tmp_path / "x")
    assert left(tmp_path) == ["x"]
    for path in whole[0].rglob("*.*"):
        if path.is_file():
            assert (tmp_path / "x" / path.relative_to(whole[0])).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize("formats", [("xml",), ("csv",)])
def test_a_disk_that_fills_up_leaves_nothing(tmp_path, monkeypatch, formats):
    monkeypatch.setattr(writers.os, "fdopen", lambda file, _mode: os.close(file) or FileIO("/dev/full", "w"))
    assert refused(tmp_path / "x", numbers=("1",), formats=formats) == "INTERCHANGE-004"
    assert left(tmp_path) == []


def test_the_manifest_does_not_tell_when_it_was_run(tmp_path):
    exported(tmp_path / "x", numbers=("1",))
    told = json.loads((tmp_path / "x" / "manifest.json").read_bytes())
    assert set(told) == {
        "standard", "wording", "encoding", "origin", "schemes", "tables", "files", "valid", "fault_count", "faults",
        "unassigned", "notes",
    }  # fmt: skip
