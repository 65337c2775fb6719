"""The kept copy of a batch: made once, used again, found by its digest, purged when old; no night without room."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake import landed, load, room
from huiliu.lake.batch import Batch, read_batch
from huiliu.lake.home import LakeHome
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from lake.builder import FEED, LI, PERSON, STAMP, TABLES, ZHANG, Part, first_night, second_night, write_batch
from lake.conftest import Site, check_of, failed

pytestmark = pytest.mark.slow

DAY = "449900_20250331"
CLOCK = FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ))
CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]


class KilledError(BaseException):
    """Stands for a process that dies."""


@pytest.fixture
def home(tmp_path: Path) -> LakeHome:
    made = LakeHome(tmp_path / "lake")
    made.ensure()
    return made


def batch_of(inbox: Path, name: str = DAY) -> Batch:
    batch = read_batch(inbox / name, FEED, TABLES)
    assert isinstance(batch, Batch)
    return batch


@pytest.fixture
def batch(tmp_path: Path) -> Iterator[Batch]:
    first_night(tmp_path / "inbox")
    return batch_of(tmp_path / "inbox")


def test_the_copy_is_the_batch(home: LakeHome, batch: Batch) -> None:
    kept = landed.keep(home, batch, CLOCK)
    assert kept.folder == home.landed / f"{DAY}.{batch.digest[4:20]}" / DAY
    assert sorted(path.name for path in kept.folder.iterdir()) == ["manifest.json", "payment.csv", "person.csv"]
    assert [(f.size, f.digest) for f in kept.files.values()] == [
        *((f.size, f.digest) for delivery in batch.deliveries.values() for f in delivery.files),
        ((batch.folder / "manifest.json").stat().st_size, batch.digest),
    ]
    again = batch_of(kept.folder.parent)
    assert (again.digest, again.deliveries) == (batch.digest, batch.deliveries)
    assert landed.find(home, batch.digest) == kept.folder
    assert landed.load(kept.folder) == kept
    assert landed.damaged(kept) == []


def test_a_folder_without_manifest_is_read_again_as_the_same_batch(home: LakeHome, tmp_path: Path) -> None:
    write_batch(tmp_path, date(2025, 4, 1), {"person": Part(PERSON, [ZHANG, LI])}, manifest=False)
    (tmp_path / "449900_20250401" / "notes.txt").write_text("x")
    batch = batch_of(tmp_path, "449900_20250401")
    kept = landed.keep(home, batch, CLOCK)
    assert list(kept.files) == ["person.csv"]
    assert batch_of(kept.folder.parent, "449900_20250401").digest == batch.digest


def test_unchanged_files_are_not_copied_twice(home: LakeHome, batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    first = landed.keep(home, batch, CLOCK)
    later = FixedClock(datetime(2025, 5, 9, 1, tzinfo=TZ))
    with monkeypatch.context() as patch:
        patch.setattr(landed, "_copy", None)
        assert landed.keep(home, batch, later) == first
    person = batch.folder / "person.csv"
    state = person.stat()
    person.write_bytes(person.read_bytes().replace("张三".encode(), "张四".encode()))
    shutil.os.utime(person, ns=(state.st_atime_ns, state.st_mtime_ns))
    again = landed.keep(home, batch, later)
    assert again.files["person.csv"].digest != first.files["person.csv"].digest
    assert landed.load(first.folder) == first, "a good copy never gives way to one that is not what the batch names"
    assert landed.damaged(first) == []


@pytest.mark.parametrize("name", ["person.csv", "manifest.json", "payment.csv"])
def test_a_damaged_copy_is_named(home: LakeHome, batch: Batch, name: str) -> None:
    kept = landed.keep(home, batch, CLOCK)
    data = (kept.folder / name).read_bytes()
    (kept.folder / name).write_bytes(data[:-2] + b"7" + data[-1:])
    assert landed.damaged(kept) == [name]
    (kept.folder / name).unlink()
    assert landed.damaged(kept) == [name]


def test_old_copies_go_and_wanted_ones_stay(home: LakeHome, tmp_path: Path) -> None:
    first_night(tmp_path, date(2025, 3, 31))
    first_night(tmp_path, date(2025, 4, 1))
    first, second = batch_of(tmp_path), batch_of(tmp_path, "449900_20250401")
    for batch in (first, second):
        landed.keep(home, batch, CLOCK)
    assert landed.purge(home, date(2025, 5, 1), set()) == 0
    assert landed.purge(home, date(2025, 5, 2), {second.digest}) == 1
    assert landed.find(home, first.digest) is None
    assert landed.find(home, second.digest) is not None


def test_a_run_purges_what_is_older_than_the_setting(published: Site) -> None:
    digest = published.previous
    published.clock = FixedClock(datetime(2025, 5, 1, tzinfo=TZ) + timedelta(days=62))
    published.night()
    assert landed.find(published.home, digest) is not None
    published.clock = FixedClock(datetime(2025, 5, 1, tzinfo=TZ) + timedelta(days=63))
    published.night()
    assert landed.find(published.home, digest) is None


@pytest.mark.slow
def test_a_copy_changed_since_a_refusal_is_not_taken_for_the_batch(published: Site) -> None:
    row = ("I", "Z1", "P1", "202503", "1.00", STAMP)  # there is a Z1 already
    digest = second_night(published.inbox, published.previous, [row], (4, "601.60"))
    assert failed(published.last())[0] == "insert_match"
    kept = landed.find(published.home, digest)
    assert kept is not None
    copy = kept / "payment.csv"
    copy.write_bytes(copy.read_bytes().replace(b"Z1", b"Z4"))
    assert failed(published.last())[0] == "insert_match"
    assert "Z4" not in published.payments()


@pytest.mark.slow
def test_the_batch_may_leave_the_inbox_once_it_has_landed(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that happens to the delivered folder afterwards can change the night."""

    second_night(published.inbox, published.previous, CHANGE, (3, "610.60"))
    receive = load.receive

    def gone(*arguments: object) -> object:
        received = receive(*arguments)  # type: ignore[arg-type]
        shutil.rmtree(published.inbox / "449900_20250401")
        return received

    monkeypatch.setattr(load, "receive", gone)
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.payments()["Z1"] == "110.10"


def test_a_batch_is_refused_before_the_disk_would_fill(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    second_night(published.inbox, published.previous, CHANGE, (3, "610.60"))
    before = sorted(published.home.root.rglob("*"))
    published.home = LakeHome(published.home.root, published.home.settings, reserve=2_000_000_000)
    usage = shutil.disk_usage(published.home.root)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: usage._replace(free=1_999_000_000))
    record = published.last()
    assert (record.outcome, failed(record)) == (Outcome.REFUSED, ["disk_room"])
    assert check_of(record, "disk_room").actual == "1999 MB"
    kept = [path for path in published.home.root.rglob("*") if path not in before]
    assert [path.parent.name for path in kept] == ["refused"]
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _path: usage._replace(free=2_010_000_000))
    assert published.last().outcome is Outcome.PUBLISHED


def test_room_counts_the_copy_the_text_and_what_is_made_of_it(home: LakeHome, tmp_path: Path) -> None:
    """1 MB of text: copy 1, decoded and staged 2, stored 1; compressed to 1 MB: copy 1, then 10 times 3."""
    full = LakeHome(home.root, reserve=10**15)
    for day, gz, expected in ((1, False, "入库估计 4，"), (2, True, "入库估计 31，")):
        part = Part(PERSON, [], data=b"x" * 1_000_000, gz=gz, told={"control_sums": None, "rows": None})
        write_batch(tmp_path, date(2025, 4, day), {"person": part})
        (check,) = room.check_room(full, batch_of(tmp_path, f"449900_2025040{day}"))
        assert expected in str(check.expected)


def test_a_half_made_copy_is_removed_by_the_next_run(published: Site) -> None:
    left = published.home.landed / "449900_20250401.0123456789abcdef.part"
    (left / "449900_20250401").mkdir(parents=True)
    assert lake_state(published.home).leftovers == (left.name,)
    published.night()
    assert lake_state(published.home).leftovers == ()


def test_a_purge_that_was_killed_is_finished_by_the_next_run(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies with the record gone and the delivered files still there, which nothing would find again."""
    published.clock = FixedClock(datetime(2025, 5, 1, tzinfo=TZ) + timedelta(days=63))

    def dying(path: Path, **_options: object) -> None:
        for record in path.glob("landed.json"):
            record.unlink()
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(landed.shutil, "rmtree", dying)
        with pytest.raises(KilledError):
            published.night()
    assert len(list(published.home.landed.rglob("payment.csv"))) == 1
    assert len(lake_state(published.home).leftovers) == 1
    published.night()
    assert (list(published.home.landed.iterdir()), lake_state(published.home).leftovers) == ([], ())


def test_what_an_older_version_left_of_a_purge_goes_as_well(published: Site) -> None:
    (published.home.landed / "449900_20250101.0123456789abcdef" / "449900_20250101").mkdir(parents=True)
    published.night()
    assert [place.name.partition(".")[0] for place in published.home.landed.iterdir()] == [DAY]
