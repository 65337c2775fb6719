"""When the machine fails: full disk, missing rights, too little memory. Last night is served on, the error is clear."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import catalogue_backup, catalogue_copy, load
from huiliu.lake.batch import Batch, read_batch
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.records import Outcome
from huiliu.lake.snapshot import Library
from lake.builder import FEED, PERSON, STAMP, TABLES, Part, first_night, second_night, write_batch
from lake.conftest import Site, failed

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="mounting and changing user need root")
FIRST = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}
CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
AFTER = {**FIRST, "Z1": "110.10"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no tmpfs may be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.slow
@root_only
def test_full_disk(site: Site, small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site.home = LakeHome(small_disk / "lake", site.home.settings)
    site.library = Library(site.home.root, site.home.settings)
    previous = first_night(site.inbox)
    assert site.last().outcome is Outcome.PUBLISHED
    rows = [(f"P{i}", f"名{i * 7919 % 100003}", "1", "19600101", str(i * 104729), STAMP) for i in range(150_000)]
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, rows)}, sequence=2, previous=previous)
    assert failed(site.last()) == ["disk_room"]
    monkeypatch.setattr(load, "check_room", lambda *_: ())
    with pytest.raises(HuiliuError, match="磁盘空间不足") as refused:
        site.night()
    assert refused.value.code == "LAKE-011"
    assert site.payments() == FIRST
    shutil.rmtree(site.inbox / "449900_20250401")
    second_night(site.inbox, previous, CHANGE, (3, "610.60"))
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.payments() == AFTER
    assert site.problems() == ()


@pytest.mark.slow
@root_only
@pytest.mark.parametrize(
    "closed", ["inbox/449900_20250401", "inbox/449900_20250401/payment.csv", "lake/data/main/payment", "lake"]
)
def test_missing_rights(tmp_path: Path, closed: str) -> None:
    """As an ordinary user, for rights do not bind root."""
    tmp_path.chmod(0o755)
    first_night(tmp_path / "read")
    for folder in (tmp_path / "read").iterdir():  # modules loaded on first use must be loaded before rights are gone
        assert isinstance(read_batch(folder, FEED, TABLES), Batch)
    child = os.fork()
    if child == 0:
        os._exit(_as_ordinary_user(tmp_path, closed))
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def _as_ordinary_user(tmp_path: Path, closed: str) -> int:
    home = tmp_path / "site"
    home.mkdir()
    os.chown(home, 65534, 65534)
    os.chdir("/")
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o055)
    catalogue_copy._backed_up = catalogue_backup.back_up  # nobody may not run this interpreter everywhere
    os.setgid(65534)
    os.setuid(65534)
    try:
        _rights(Site(home / "s"), closed)
    except BaseException as error:
        print(repr(error), flush=True)
        return 1
    return 0


def _rights(site: Site, closed: str) -> None:
    previous = first_night(site.inbox)
    assert site.last().outcome is Outcome.PUBLISHED
    second_night(site.inbox, previous, CHANGE, (3, "610.60"))
    path = site.home.root.parent / closed
    path.chmod(0o000 if closed.startswith("inbox") else 0o555)
    with pytest.raises(HuiliuError, match="没有权限") as refused:
        site.night()
    assert refused.value.code == "LAKE-012"
    assert site.payments() == FIRST
    path.chmod(0o755)
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.payments() == AFTER
    assert site.problems() == ()


@pytest.mark.slow
def test_too_little_memory_is_said(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.home = LakeHome(site.home.root, EngineSettings(memory_limit="2MB", threads=1))
    first_night(site.inbox)
    with pytest.raises(HuiliuError, match="内存不足") as refused:
        site.night()
    assert refused.value.code == "LAKE-013"
