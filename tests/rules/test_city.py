"""paid_after_death against the truth of the simulated lives: through the real night, night by night, to the cent."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from huiliu.catalog import Catalog
from huiliu.catalog.rules.pension.paid_after_death import paid_after_death
from huiliu.demo.city import create_city
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.periods import parse_month
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import load_feed
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.records import NightRecord, Outcome, Proof
from huiliu.lake.snapshot import Library
from huiliu.rules.definition import Rule
from huiliu.rules.screening import screen

FEED = Path(__file__).parents[2] / "src/huiliu/catalog/feeds/default.yaml"
SETTINGS = EngineSettings(memory_limit="1GB", threads=2)
Found = dict[tuple[str, int], Decimal]


def labelled(labels: dict, night: NightRecord) -> Found:  # type: ignore[type-arg]
    entries = labels["nights"][night.batch[-8:]]["paid_after_death"]
    return {(entry["person_no"], parse_month(entry["month"])): Decimal(entry["amount"]) for entry in entries}


def found_at(library: Library, rule: Rule, night: NightRecord) -> Found:
    assert night.business_date is not None
    with library.open(version=night.snapshot) as snapshot:
        screening = screen(rule, snapshot, night.business_date)
    return {(found.subject, found.occurred_on): found.amount or Decimal("NaN") for found in screening.findings}


@pytest.mark.slow
@pytest.mark.parametrize(("persons", "number"), [(100, 1), (777, 2), (None, 3), (None, 4)])
def test_found_and_true_agree_in_every_published_night(
    tmp_path: Path,
    scale,  # type: ignore[no-untyped-def]
    seed: int,
    persons: int | None,
    number: int,
) -> None:
    city = create_city(persons or scale("persons"), seed + number, tmp_path)
    labels = json.loads(city.labels.read_text("utf-8"))
    catalog = Catalog.load()
    home = LakeHome(tmp_path / "lake", SETTINGS)
    clock = FixedClock(datetime(2025, 4, 1, 3, tzinfo=TZ))
    *nights, short = run_night(home, city.inbox, catalog.tables, load_feed(FEED, catalog.tables), clock)
    assert short.outcome is Outcome.REFUSED
    assert [(night.outcome, night.level) for night in nights] == [(Outcome.PUBLISHED, Proof.A)] * 11
    library = Library(home.root, SETTINGS)
    seen = [found_at(library, paid_after_death, night) for night in nights]
    library.close()
    assert seen == [labelled(labels, night) for night in nights]
    assert seen[-1], "nobody was paid after death: nothing was compared"
