"""What the end-to-end tests share."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.eve import AFTER, BEFORE, huiliu
from e2e.product import Running, up
from support.migrated import place

Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory) -> Once:
    """`once("eve", make)`: a folder that `make` fills, the same for all workers of this run; to be copied, not used."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def folder(name: str, make: Callable[[Path], None]) -> Path:
        made = shared / f"made-{name}"
        made.mkdir(exist_ok=True)
        with (made / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (made / "done").exists():
                shutil.rmtree(made / "place", ignore_errors=True)  # of one who failed
                make(made / "place")
                (made / "done").touch()
        return made / "place"

    return folder


def make_eve(folder: Path) -> None:
    """All batches but the last few are in the library; the next lies in the inbox, the others beside the home."""
    home = folder / "home"
    assert huiliu(home, "demo", "create", "--persons", "600", "--seed", "5").returncode == 0
    place(home)
    later = [batch for batch in (home / "inbox").iterdir() if batch.name > BEFORE]
    for batch in later:
        batch.rename(home.parent / batch.name)
    assert huiliu(home, "night").returncode == 0
    (home.parent / AFTER).rename(home / "inbox" / AFTER)


def make_demo(folder: Path) -> None:
    """The first start of a demo, half a minute, and what it said."""
    folder.mkdir()
    with up(folder / "home", "--persons", "2000") as first:
        said = first.said
    (folder / "said").write_text(said, "utf-8")


@pytest.fixture(scope="module")
def eve(once: Once, tmp_path_factory) -> Path:
    """An installation on the eve of a night: all earlier nights published, the later batches kept aside."""
    return shutil.copytree(once("eve", make_eve), tmp_path_factory.mktemp("eve") / "place") / "home"


@pytest.fixture(scope="module")
def demo(once: Once, tmp_path_factory) -> Iterator[Running]:
    """A running demo of 2,000 persons with the passwords of its first start."""
    made = shutil.copytree(once("demo", make_demo), tmp_path_factory.mktemp("demo") / "place")
    with up(made / "home") as running:
        yield replace(running, said=(made / "said").read_text("utf-8"))
