"""One export of the small library, made once for all that only read it."""

from pathlib import Path
from typing import Any

import pytest

from huiliu.interchange.report import Origin, write_report
from huiliu.interchange.run import Done, Order, export
from huiliu.lake.snapshot import Snapshot
from interchange.library import DAY, GBT, PLACE, made

ORIGIN = Origin("449900", DAY, "449900_20250331", f"sm3:{'0' * 64}", 1, "A")


class Quiet:
    def step(self, *_told: object) -> None:
        pass


def exported(folder: Path, snapshot: Snapshot | None = None, **order: Any) -> Done:
    """A run as the command makes it, without an installation."""
    wanted = Order(folder, **order)
    return export(snapshot or made(), GBT, PLACE, wanted, Quiet(), lambda done, to: write_report(done, ORIGIN, to))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    folder = tmp_path_factory.mktemp("gbt") / "导出"
    return folder, exported(folder)
