"""A lake in a temporary folder, driven the way the night is driven."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake import catalogue_copy, home, publish
from huiliu.lake.catalogue_backup import back_up
from huiliu.lake.engine import Engine, EngineSettings, load_ducklake, open_engine
from huiliu.lake.feed import Feed
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.plausible import Plausibility
from huiliu.lake.records import Check, NightRecord
from huiliu.lake.snapshot import Library
from huiliu.lake.state import lake_state
from huiliu.lake.tables import Table
from lake.builder import CODES, FEED, TABLES, first_night


class Site:
    """One installation: inbox, lake and library."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.home = LakeHome(root / "lake", EngineSettings(memory_limit="300MB", threads=1))
        self.library = Library(self.home.root, EngineSettings(memory_limit="300MB", threads=1))
        self.clock = FixedClock(datetime(2025, 5, 1, 1, tzinfo=TZ))
        self.tables: dict[str, Table] = dict(TABLES)
        self.feed: Feed = FEED
        self.plausible = Plausibility()

    @property
    def previous(self) -> str:
        """The digest that the next manifest has to name."""
        pointer = self.library.pointer()
        assert pointer is not None
        return pointer.digest

    def night(self) -> list[NightRecord]:
        return run_night(self.home, self.inbox, self.tables, self.feed, self.clock, None, CODES, self.plausible)

    def last(self) -> NightRecord:
        return self.night()[-1]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.library.open() as snap:
            return [tuple(row.values()) for row in snap.rows(sql)]

    def payments(self) -> dict[str, str]:
        return {no: str(amount) for no, amount in self.rows("SELECT payment_no, amount FROM payment")}

    def problems(self) -> tuple[str, ...]:
        return lake_state(self.home).problems


def check_of(record: NightRecord, code: str, table: str | None = None) -> Check:
    """The one check of a code (and table); a test that expects one fails if there are none or several."""
    (found,) = [c for c in record.checks if c.code == code and (table is None or c.table == table)]
    return found


def failed(record: NightRecord) -> list[str]:
    return [check.code for check in record.failures]


class _Warm(Engine):
    """A cursor of the shared instance; closing it detaches what a run attached."""

    def close(self) -> None:
        for name in ("lake", "serve"):
            self.run(f"DETACH DATABASE IF EXISTS {name}")
        super().close()


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One instance with the extensions loaded: their signature check costs more than a small night."""
    engine = open_engine(EngineSettings(memory_limit="300MB", threads=1), tmp_path_factory.mktemp("spill"))
    load_ducklake(engine)
    yield engine
    engine.close()


def warmed(warm: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights run on the shared instance, start no process and wait for no disk: no test here can see that."""
    monkeypatch.setattr(home, "load_ducklake", lambda engine: isinstance(engine, _Warm) or load_ducklake(engine))
    monkeypatch.setattr(home, "open_engine", lambda _settings, _temp: _Warm(warm._connection.cursor()))
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    monkeypatch.setattr(catalogue_copy, "_backed_up", back_up)  # nothing else reads the catalogue in these tests


@pytest.fixture
def warm_home(warm: Engine, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Engine:
    """Nights of this test run on the shared instance; they build look-up files only where it asks for `look_ups`."""
    warmed(warm, monkeypatch)
    if "look_ups" not in request.fixturenames:
        monkeypatch.setattr(publish, "build_serve_file", lambda *_arguments: None)
    return warm


@pytest.fixture
def look_ups() -> None:
    """Nights build look-up files, which is a tenth of their time; without them readers use the lake itself."""


@pytest.fixture(scope="session")
def templates(warm: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two installations to copy: `empty`, whose lake has never seen a night, and `first`, after `first_night`."""
    root = tmp_path_factory.mktemp("templates")
    with pytest.MonkeyPatch.context() as monkeypatch:
        warmed(warm, monkeypatch)
        for name in ("empty", "first"):
            made = Site(root / name)
            if name == "first":
                first_night(made.inbox)
            made.night()
            made.library.close()
    return root


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is room: DuckDB and SQLite wait for the disk a dozen times a night."""
    memory = Path("/dev/shm")
    if not (os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 256 << 20):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def site(place: Path, warm_home: Engine, templates: Path) -> Iterator[Site]:
    """An installation whose lake is still empty."""
    made = Site(shutil.copytree(templates / "empty", place, dirs_exist_ok=True))
    yield made
    made.library.close()


@pytest.fixture
def published(place: Path, warm_home: Engine, templates: Path) -> Iterator[Site]:
    """An installation after `first_night`, whose batch is still in the inbox."""
    made = Site(shutil.copytree(templates / "first", place, dirs_exist_ok=True))
    yield made
    made.library.close()


@pytest.fixture(scope="session")
def after_five_days(warm: Engine, templates: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An installation to copy, after the days of `lake.days`."""
    from lake.days import five_days

    root = tmp_path_factory.mktemp("five")
    with pytest.MonkeyPatch.context() as monkeypatch:
        warmed(warm, monkeypatch)
        made = Site(shutil.copytree(templates / "first", root, dirs_exist_ok=True))
        digests = five_days(made.inbox)
        assert [record.outcome.value for record in made.night()] == ["unchanged", *["published"] * 4]
        made.library.close()
    return root, digests


@pytest.fixture
def five(place: Path, warm_home: Engine, after_five_days: tuple[Path, list[str]]) -> Iterator[tuple[Site, list[str]]]:
    """An installation after the days of `lake.days`, and the digests of their manifests."""
    made = Site(shutil.copytree(after_five_days[0], place, dirs_exist_ok=True))
    yield made, after_five_days[1]
    made.library.close()
