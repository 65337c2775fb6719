"""Drop folders: what is taken, what waits, how a broken line goes on, and what the inbox sees meanwhile."""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import paramiko
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.batch import folders
from huiliu.lake.sources import transfer
from huiliu.lake.sources.drop import Drop, DropRules
from huiliu.lake.sources.faults import CutError
from huiliu.lake.sources.line import Patience
from huiliu.lake.sources.sftp import SftpStore
from huiliu.lake.sources.store import FolderStore, open_folder

pytestmark = pytest.mark.slow

NAME = "449900_20250331"
NOW = datetime(2025, 4, 1, 9, tzinfo=TZ)
BIG = bytes(range(256)) * 2000  # 512,000 bytes, two blocks


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "inbox").mkdir()
    return tmp_path / "outbox"


def batch(outbox: Path, name: str = NAME, data: bytes = BIG, **told: object) -> Path:
    """A folder with one file and a manifest that says of it what is true unless told otherwise."""
    folder = outbox / name
    folder.mkdir(exist_ok=True)
    (folder / "person.csv").write_bytes(data)
    file = {"name": "person.csv", "bytes": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}", **told}
    (folder / "manifest.json").write_text(json.dumps({"tables": {"person": {"files": [file]}}}))
    return folder


def drop(outbox: Path, opener=None, name: str = "province", **rules) -> Drop:
    root = outbox.parent
    return Drop(
        name=name,
        opener=opener or (lambda: open_folder(name, outbox)),
        rules=DropRules(**rules),
        inbox=root / "inbox",
        state=root / "state" / f"{name}.json",
        clock=FixedClock(NOW),
        patience=Patience(tries=3, pause=0),
    )


def seen(outbox: Path) -> list[str]:
    """What the loader sees in the inbox."""
    return [folder.name for folder in folders(outbox.parent / "inbox")]


class Breaking:
    """A line that breaks after so many bytes, connection after connection; then it lives."""

    def __init__(self, outbox: Path, cuts: list[int]) -> None:
        self.outbox, self.cuts, self.offsets, self.opened = outbox, list(cuts), [], 0

    @contextmanager
    def __call__(self) -> Iterator["_Store"]:
        self.opened += 1
        yield _Store(self, self.cuts.pop(0) if self.cuts else None)


class _Store(FolderStore):
    def __init__(self, line: Breaking, left: int | None) -> None:
        super().__init__("province", line.outbox)
        object.__setattr__(self, "line", line)
        object.__setattr__(self, "left", left)

    def read(self, path, offset, most):
        if path.endswith(".csv"):
            self.line.offsets.append(offset)
        for block in super().read(path, offset, most):
            if self.left is not None and len(block) > self.left:
                yield block[: self.left]
                raise CutError
            if self.left is not None:
                object.__setattr__(self, "left", self.left - len(block))
            yield block


def test_a_complete_folder_enters_the_inbox_whole_and_only_once(outbox):
    batch(outbox)
    (result,) = drop(outbox).fetch()
    assert (result.state, result.batch, result.files, result.note) == ("taken", NAME, 2, "")
    assert seen(outbox) == [NAME]
    taken = outbox.parent / "inbox" / NAME
    assert (taken / "person.csv").read_bytes() == BIG
    assert sorted(path.name for path in taken.iterdir() if not path.name.startswith(".")) == [
        "manifest.json",
        "person.csv",
    ]
    assert [result.state for result in drop(outbox).fetch()] == ["unchanged"]
    assert sorted(path.name for path in outbox.iterdir()) == [NAME]  # nothing is deleted at the source


def test_a_folder_that_was_tidied_away_after_its_night_is_not_fetched_again(outbox):
    batch(outbox)
    drop(outbox).fetch()
    taken = outbox.parent / "inbox" / NAME
    for path in taken.iterdir():
        path.unlink()
    taken.rmdir()
    assert [result.state for result in drop(outbox).fetch()] == ["unchanged"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json 未到"),
        (lambda folder: (folder / "person.csv").unlink(), "清单所列文件缺 1 个：person.csv"),
        (lambda folder: os.truncate(folder / "person.csv", 10), "1 个文件短于清单所列，仍在写入：person.csv"),
        (lambda folder: (folder / "unit.csv.part").touch(), "1 个文件仍在写入"),
        (lambda folder: [path.unlink() for path in folder.iterdir()], "空文件夹"),
    ],
)
def test_a_folder_that_is_still_being_written_waits_with_its_reason(outbox, spoil, says):
    spoil(batch(outbox))
    (result,) = drop(outbox).fetch()
    assert (result.state, result.note) == ("waiting", says)
    assert seen(outbox) == []


def test_a_ready_file_or_quiet_ends_a_delivery_without_a_manifest(outbox):
    folder = batch(outbox)
    (folder / "manifest.json").unlink()
    (waiting,) = drop(outbox, complete="ready", ready="*.ok").fetch()
    assert (waiting.state, waiting.note) == ("waiting", "标志文件 *.ok 未到")
    os.utime(folder / "person.csv", (NOW.timestamp() - 599,) * 2)
    assert drop(outbox, complete="quiet", quiet_seconds=600).fetch()[0].state == "waiting"
    os.utime(folder / "person.csv", (NOW.timestamp() - 600,) * 2)
    assert drop(outbox, complete="quiet", quiet_seconds=600).fetch()[0].state == "taken"
    (folder / "END.OK").touch()
    assert drop(outbox, complete="ready", ready="*.ok").fetch()[0].state == "taken"


def test_other_divisions_earlier_days_and_other_folders_are_left_alone(outbox):
    for name in ("449900_20250330", "450000_20250331", "449900_20250229", "notes", ".449900_20250401"):
        batch(outbox, name)
    assert drop(outbox, division="449900", since=date(2025, 3, 31)).fetch()[0].state == "unchanged"
    batch(outbox, "449900_20250331_r2")
    results = drop(outbox, division="449900", since=date(2025, 3, 31)).fetch()
    assert [result.batch for result in results] == ["449900_20250331_r2"]


def test_days_are_taken_in_their_order(outbox):
    for name in ("449900_20250402", "449900_20250401_r1", "449900_20250401"):
        batch(outbox, name)
    batches = [result.batch for result in drop(outbox).fetch()]
    assert batches == ["449900_20250401", "449900_20250401_r1", "449900_20250402"]


def test_a_broken_line_goes_on_where_it_stopped(outbox):
    batch(outbox)
    line = Breaking(outbox, [300_000])
    (result,) = drop(outbox, line).fetch()
    assert result.state == "taken"
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == BIG
    # One whole block of 262,144 bytes and part of the next came through; the last 64 KB are compared again.
    manifest = (outbox / NAME / "manifest.json").stat().st_size
    first = 300_000 - 2 * manifest  # read once to look at it and once as a file of the batch
    assert line.offsets == [0, first - 65_536]
    assert result.received == len(BIG) + 65_536 + manifest


@pytest.mark.parametrize("cuts", [[70_000] * 50])
def test_many_breaks_do_no_harm_as_long_as_each_connection_brings_something(outbox, cuts):
    batch(outbox)
    line = Breaking(outbox, cuts)
    assert drop(outbox, line).fetch()[0].state == "taken"
    assert line.opened > 20


def test_a_line_that_brings_nothing_any_more_is_given_up_and_the_next_run_goes_on(outbox):
    batch(outbox)
    line = Breaking(outbox, [300_000, 0, 0, 0, 0])
    (result,) = drop(outbox, line).fetch()
    assert result.state == "failed"
    assert result.error.code == "SOURCE-008"
    assert seen(outbox) == []
    line.cuts, line.offsets = [], []
    (result,) = drop(outbox, line).fetch()
    assert result.state == "taken"
    assert line.offsets[0] > 200_000
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == BIG


def test_an_answer_that_is_no_sftp_is_a_broken_line():
    class Garbled:
        """Stands for a server, or a middle box, that speaks something else."""

        def listdir_iter(self, _path: str, **_options: int) -> None:
            raise paramiko.SFTPError("Garbage packet received")

        def open(self, _path: str, _mode: str) -> None:
            raise paramiko.SFTPError("Expected handle")

    store = SftpStore("province", "/drop", Garbled())  # type: ignore[arg-type]
    with pytest.raises(CutError):
        store.entries("")
    with pytest.raises(CutError):
        list(store.read("449900_20250331/person.csv", 0, 10))


def test_a_partial_file_that_is_not_the_sources_is_begun_anew(outbox):
    folder = batch(outbox)
    line = Breaking(outbox, [300_000, 0, 0, 0])
    drop(outbox, line).fetch()
    (partial,) = (outbox.parent / "inbox").glob(".*/person.csv.part")
    spoiled = bytearray(partial.read_bytes())
    spoiled[-10] ^= 1
    partial.write_bytes(spoiled)
    assert drop(outbox, line).fetch()[0].state == "taken"
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == (folder / "person.csv").read_bytes()


def test_a_partial_file_damaged_out_of_sight_is_found_by_its_digest_and_brought_anew(outbox):
    batch(outbox)
    line = Breaking(outbox, [300_000, 0, 0, 0])
    drop(outbox, line).fetch()
    (partial,) = (outbox.parent / "inbox").glob(".*/person.csv.part")
    spoiled = bytearray(partial.read_bytes())
    spoiled[5] ^= 1
    partial.write_bytes(spoiled)
    (result,) = drop(outbox, line).fetch()
    assert (result.state, result.note) == ("taken", "")
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == BIG


def test_a_partial_file_of_an_older_delivery_is_not_continued(outbox):
    folder = batch(outbox)
    line = Breaking(outbox, [300_000, 0, 0, 0])
    drop(outbox, line).fetch()
    batch(outbox, data=BIG[::-1])
    os.utime(folder / "person.csv", (NOW.timestamp() + 60,) * 2)
    line.offsets = []
    assert drop(outbox, line).fetch()[0].state == "taken"
    assert line.offsets == [0]
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == BIG[::-1]


def test_a_file_that_differs_at_the_source_itself_is_left_to_the_night(outbox):
    batch(outbox, digest="sha256:" + "0" * 64)
    (result,) = drop(outbox).fetch()
    assert (result.state, result.note) == ("taken", "1 个文件与清单的摘要不符，交入库核验")


def test_a_folder_that_changes_during_the_transfer_is_not_taken(outbox):
    folder = batch(outbox)

    class Touching(FolderStore):
        def read(self, path, offset, most):
            yield from super().read(path, offset, most)
            if path.endswith(".csv"):
                (folder / "unit.csv").touch()

    @contextmanager
    def opener():
        yield Touching("province", outbox)

    (result,) = drop(outbox, opener).fetch()
    assert (result.state, seen(outbox)) == ("waiting", [])
    assert drop(outbox).fetch()[0].state == "taken"


def test_a_corrected_folder_replaces_what_was_taken(outbox):
    folder = batch(outbox)
    drop(outbox).fetch()
    batch(outbox, data=b"corrected")
    os.utime(folder / "person.csv", (NOW.timestamp() + 60,) * 2)
    assert [result.state for result in drop(outbox).fetch()] == ["taken"]
    assert (outbox.parent / "inbox" / NAME / "person.csv").read_bytes() == b"corrected"
    assert [path.name for path in (outbox.parent / "inbox").iterdir()] == [NAME]


def test_a_folder_that_somebody_else_put_there_is_never_replaced(outbox):
    batch(outbox)
    theirs = outbox.parent / "inbox" / NAME
    theirs.mkdir()
    (theirs / "person.csv").write_bytes(b"theirs")
    (result,) = drop(outbox).fetch()
    assert (result.state, result.error.code) == ("failed", "SOURCE-010")
    assert (theirs / "person.csv").read_bytes() == b"theirs"


def test_two_sources_cannot_fight_over_a_batch(outbox):
    batch(outbox)
    drop(outbox, name="first").fetch()
    (result,) = drop(outbox, name="second").fetch()
    assert result.error.code == "SOURCE-010"


@pytest.mark.parametrize("name", ["a\nb.csv", "back\\slash.csv"])
def test_names_that_could_lead_elsewhere_are_refused_and_other_batches_go_on(outbox, name):
    folder = batch(outbox)
    (folder / name).touch()
    batch(outbox, "449900_20250401")
    refused, taken = drop(outbox).fetch()
    assert (refused.error.code, taken.state) == ("SOURCE-009", "taken")


def test_links_are_refused(outbox):
    folder = batch(outbox)
    (folder / "unit.csv").symlink_to("/etc/hostname")
    assert drop(outbox).fetch()[0].error.code == "SOURCE-009"


def test_a_batch_that_does_not_fit_the_disk_is_not_begun(outbox, monkeypatch):
    batch(outbox)
    monkeypatch.setattr(transfer, "_LEAST_FREE", 1 << 60)
    (result,) = drop(outbox).fetch()
    assert (result.state, result.error.code) == ("failed", "SOURCE-011")
    assert not list((outbox.parent / "inbox").rglob("*.csv*"))


def test_a_mount_that_is_gone_is_said(outbox):
    outbox.rmdir()
    with pytest.raises(HuiliuError, match="SOURCE-005"):
        drop(outbox).fetch()


@pytest.mark.slow
@given(cuts=st.lists(st.integers(0, 600_000), max_size=12))
@settings(max_examples=25, deadline=None)
def test_wherever_a_line_breaks_the_file_is_either_whole_or_not_there(tmp_path_factory, cuts):
    outbox = tmp_path_factory.mktemp("drop") / "outbox"
    outbox.mkdir()
    (outbox.parent / "inbox").mkdir()
    batch(outbox)
    line = Breaking(outbox, cuts)
    while line.cuts or not seen(outbox):
        drop(outbox, line).fetch()
        for folder in folders(outbox.parent / "inbox"):
            assert (folder / "person.csv").read_bytes() == BIG
