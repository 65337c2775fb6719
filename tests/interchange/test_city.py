"""A whole city through its nights into the lake, exported, read by another reader and compared row by row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huiliu.demo.city import create_city
from huiliu.interchange.run import Order, export
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import load_feed
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.snapshot import Library
from interchange.conftest import Quiet
from interchange.library import CATALOG, GBT, PLACE
from interchange.reading import lines, records

FEED = Path(__file__).parents[2] / "src/huiliu/catalog/feeds/default.yaml"
PENSION = ("110", "120", "170")
# 表号: our table, and which schemes; by the numbers of the standard, not by the product's definition.
WHICH: Mapping[str, tuple[str, Sequence[str] | None]] = {
    "1": ("unit", None), "2": ("person", None), "3": ("death_record", None), "4": ("enrolment", PENSION),
    "5": ("benefit_award", PENSION), "6": ("individual_account", PENSION), "7": ("transfer", PENSION),
    "8": ("unit_contribution", ("110", "170")), "9": ("unit_contribution", ("120",)), "10": ("contribution", ("170",)),
    "11": ("contribution", ("110",)), "12": ("contribution", ("120",)), "13": ("benefit_payment", PENSION),
    "14": ("unit_change", None), "15": ("person_change", None), "17": ("code_value", None),
    "18": ("ledger_subject", None), "19": ("ledger_balance", None), "20": ("voucher", None),
}  # fmt: skip


def spelled(value: Any) -> str:
    match value:
        case datetime() | date():
            return f"{value:%Y%m%d}"
        case Decimal():
            return str(value)
    return str(value)


def pension(library: Mapping[str, list[dict[str, Any]]], key: str) -> set[str]:
    """Whoever has any row of a pension scheme in a table that the standard has."""
    tables = [rows for name, rows in library.items() if rows and {key, "insurance_type"} <= set(rows[0])]
    return {row[key] for rows in tables for row in rows if row["insurance_type"] in PENSION and row[key]}


@pytest.mark.slow
def test_every_row_of_a_city_is_there_once_with_every_value(tmp_path: Path, scale: Any, seed: int) -> None:
    inbox = create_city(scale("persons"), seed, tmp_path / "city").inbox
    settings = EngineSettings(memory_limit="600MB", threads=1)
    home = LakeHome(tmp_path / "lake", settings)
    feed = load_feed(FEED, CATALOG.tables)
    run_night(home, inbox, CATALOG.tables, feed, FixedClock(datetime(2026, 1, 1, tzinfo=TZ)), None, CATALOG.known_codes)
    with Library(home.root, settings) as library, library.open() as snap:
        done = export(snap, GBT, PLACE, Order(tmp_path / "x"), Quiet(), lambda _done, _folder: None)
        names = {table for table, _ in WHICH.values()}
        held = {name: snap.rows(f'SELECT * FROM "{name}"') for name in names}
    assert done.valid, done.faults
    assert done.unassigned == {}
    people, units = pension(held, "person_no"), pension(held, "unit_no")
    documents = {part: records(tmp_path / "x" / "xml" / f"{part}.xml") for part in GBT.parts}
    for form in GBT.forms:
        if form.number not in WHICH:
            continue
        name, schemes = WHICH[form.number]
        rows = held[name]
        if schemes is not None:
            rows = [row for row in rows if row["insurance_type"] in schemes]
        elif form.table.subject == "person_no":
            rows = [row for row in rows if row["person_no"] in people]
        elif form.table.subject == "unit_no":
            rows = [row for row in rows if row["unit_no"] in units]
        own = {e.source: e.name for e in form.elements if e.origin == "own"}
        expected = Counter(
            tuple(sorted((own[c], spelled(v)) for c, v in row.items() if c in own and v is not None)) for row in rows
        )
        read = [record for found, record in documents[form.part] if found == form.name]
        written = set(own.values())
        found = Counter(tuple(sorted((n, v) for n, v in record.items() if n in written)) for record in read)
        assert found == expected, form.number
        assert lines(tmp_path / "x" / "csv" / f"{form.file_name}.csv") == read, form.number
