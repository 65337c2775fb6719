"""SFTP against a real sshd on loopback: the pinned key, logins, and a transfer that is cut in the middle."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.drop import Drop, DropRules
from huiliu.lake.sources.line import Patience
from huiliu.lake.sources.sftp import SftpLogin, open_sftp
from support.ssh import CutLine

pytestmark = pytest.mark.slow

NAME = "449900_20250331"
SIZE = 8 << 20
ROOT = Path(__file__).parents[2]


@pytest.fixture
def delivery(sshd, unprivileged):
    """8 MB of bytes that no compression shortens, with a manifest, at the server."""
    folder = sshd.drop / NAME
    folder.mkdir()
    data = b"".join(hashlib.sha256(n.to_bytes(4)).digest() for n in range(SIZE // 32))
    (folder / "person.csv").write_bytes(data)
    file = {"name": "person.csv", "bytes": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    (folder / "manifest.json").write_text(json.dumps({"tables": {"person": {"files": [file]}}}))
    unprivileged.give(folder)
    yield data
    shutil.rmtree(folder)


@pytest.fixture
def login(sshd) -> SftpLogin:
    return SftpLogin("province", "127.0.0.1", sshd.port, sshd.user, (sshd.host_key,), key=sshd.client_key, timeout=10)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def fetch(login: SftpLogin, sshd, inbox: Path, tries: int = 3):
    return Drop(
        name="province",
        opener=partial(open_sftp, login, str(sshd.drop)),
        rules=DropRules(),
        inbox=inbox,
        state=inbox.parent / "state" / "province.json",
        clock=FixedClock(datetime(2025, 4, 1, 9, tzinfo=TZ)),
        patience=Patience(tries=tries, pause=0),
    ).fetch()


def test_a_batch_comes_over_and_stays_at_the_source(login, sshd, inbox, delivery):
    (result,) = fetch(login, sshd, inbox)
    assert (result.state, result.files) == ("taken", 2)
    assert (inbox / NAME / "person.csv").read_bytes() == delivery
    assert (sshd.drop / NAME / "person.csv").stat().st_size == SIZE
    assert [result.state for result in fetch(login, sshd, inbox)] == ["unchanged"]


def test_a_transfer_that_is_cut_goes_on_and_little_comes_twice(login, sshd, inbox, delivery):
    line = CutLine(sshd.port, [3 << 20, 3 << 20])
    (result,) = fetch(replace(login, port=line.port), sshd, inbox)
    line.close()
    assert result.state == "taken"
    assert (inbox / NAME / "person.csv").read_bytes() == delivery
    assert line.connections == 3
    # Twice comes at most, at each of two cuts: 64 KB of overlap, and what was requested ahead and lost with the line.
    assert result.received - SIZE <= 2 * (64 << 10) + 2 * 1024
    assert line.carried - SIZE <= 2 * ((64 << 10) + (2 << 20) + (256 << 10)) + (200 << 10)


def test_a_run_that_gives_up_leaves_the_inbox_clean_and_the_next_one_goes_on(login, sshd, inbox, delivery):
    line = CutLine(sshd.port, [5 << 20, 1000, 1000, 1000])
    (result,) = fetch(replace(login, port=line.port), sshd, inbox)
    assert (result.state, result.error.code) == ("failed", "SOURCE-008")
    assert [path.name for path in inbox.iterdir() if not path.name.startswith(".")] == []
    kept = next(inbox.glob(".*/person.csv.part")).stat().st_size
    assert kept > 2 << 20
    (result,) = fetch(replace(login, port=line.port), sshd, inbox)
    line.close()
    assert (inbox / NAME / "person.csv").read_bytes() == delivery
    assert result.received <= SIZE - kept + (64 << 10) + 1024


KILLED = """
import sys
from lake.test_sftp import fetch, SftpLogin
from pathlib import Path
from types import SimpleNamespace
port, user, host, drop, key, inbox = sys.argv[1:]
login = SftpLogin("province", "127.0.0.1", int(port), user, (host,), key=Path(key).read_text())
fetch(login, SimpleNamespace(drop=drop), Path(inbox))
"""


def test_kill_9_in_the_middle_leaves_nothing_that_the_loader_sees(login, sshd, inbox, delivery, tmp_path):
    (tmp_path / "key").write_text(sshd.client_key)
    line = CutLine(sshd.port, [], pause=0.002)
    arguments = [line.port, sshd.user, sshd.host_key, sshd.drop, tmp_path / "key", inbox]
    path = os.pathsep.join(str(ROOT / name) for name in (".", "src", "tests"))
    command = [sys.executable, "-c", KILLED, *map(str, arguments)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
    while not (found := list(inbox.glob(".*/person.csv.part"))) or found[0].stat().st_size < 1 << 20:
        assert process.poll() is None, "it ended before it could be killed"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    line.close()
    assert not (inbox / NAME).exists()
    (result,) = fetch(login, sshd, inbox)
    assert result.received < SIZE
    assert (inbox / NAME / "person.csv").read_bytes() == delivery


def test_an_unknown_host_is_refused_before_anything_is_sent(login, sshd, inbox, delivery):
    wrong = "SHA256:" + "A" * 43
    with pytest.raises(HuiliuError, match="SOURCE-006") as caught:
        fetch(replace(login, host_keys=(wrong,)), sshd, inbox)
    assert sshd.host_key in caught.value.message  # so that it can be compared by telephone
    assert list(inbox.iterdir()) == []


def test_wrong_logins_folders_and_ports_say_so(login, sshd, inbox, free_port, tmp_path):
    from support.ssh import _key

    _key(tmp_path / "other")
    with pytest.raises(HuiliuError, match="SOURCE-007"):
        fetch(replace(login, key=(tmp_path / "other").read_text()), sshd, inbox)
    with pytest.raises(HuiliuError, match="SOURCE-007"):
        fetch(replace(login, key=None, password="wrong"), sshd, inbox)
    with pytest.raises(HuiliuError, match="SOURCE-003"):
        fetch(replace(login, key="no key at all"), sshd, inbox)
    with pytest.raises(HuiliuError, match="SOURCE-005"):
        fetch(replace(login, port=free_port), sshd, inbox)
    with pytest.raises(HuiliuError, match="SOURCE-005"):
        fetch(login, type(sshd)(sshd.port, sshd.user, sshd.host_key, "", sshd.drop / "absent"), inbox)


def test_a_link_at_the_server_is_not_followed(login, sshd, inbox, delivery):
    (sshd.drop / NAME / "unit.csv").symlink_to("/etc/hostname")
    assert fetch(login, sshd, inbox)[0].error.code == "SOURCE-009"
