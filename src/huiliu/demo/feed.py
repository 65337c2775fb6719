"""The folders a province would send: files in mixed encodings and column orders, and manifests of the true totals.

The manifest is spelled here and not by the lake's code, so that the lake cannot agree with itself.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from huiliu.demo.dates import NIGHTS, day_text
from huiliu.demo.files import open_file
from huiliu.demo.identifiers import CITY
from huiliu.demo.journal import Change, Delivery, Journal, Row, Sums
from huiliu.kernel.digests import file_digest, sm3
from huiliu.lake.tables import Table

SHORT_TABLE = "contribution"
_SHORT_BY = 0.03
MONTHLY_TABLE = "voucher"  # the books are delivered a month at a time: all vouchers of the running month, every night
_FIRST_NIGHT = {  # format and encoding of tables that do not come as the others do
    "unit": ("csv", "utf-8"),
    "death_record": ("csv", "utf-8"),
    "certification": ("csv.zip", "gb18030"),
    "code_value": ("parquet", "utf-8"),
}


@dataclass(frozen=True)
class Shape:
    """How one table's file looks in one night."""

    format: str
    encoding: str


def first_shape(table: str) -> Shape:
    """Most tables come gzipped in GB18030, small ones plain in UTF-8, one zipped, one as Parquet."""
    return Shape(*_FIRST_NIGHT.get(table, ("csv.gz", "gb18030")))


def _in_month(row: Row) -> bool:
    """Whether a voucher is of the month of the nights."""
    return str(row["dated_on"]).startswith(day_text(NIGHTS[0])[:6])


def open_journals(inbox: Path, tables: Sequence[Table]) -> dict[str, Journal]:
    """A journal a table, each writing the first night's full file as the lives are told."""
    folder = night_folder(inbox, 0)
    folder.mkdir(parents=True)
    journals = {}
    for table in tables:
        shape = first_shape(table.name)
        header = [column.code for column in table.columns]
        file = open_file(folder / f"{table.name}.{shape.format}", shape.encoding, header)
        journals[table.name] = Journal(table, file, _in_month if table.name == MONTHLY_TABLE else None)
    return journals


def night_folder(inbox: Path, night: int) -> Path:
    """The folder of one night, division and business date."""
    return inbox / f"{CITY}_{day_text(NIGHTS[night])}"


def write_nights(inbox: Path, journals: Mapping[str, Journal], rng: Random) -> None:
    """All increments and all manifests, chained; the last night's file is short of what its manifest states."""
    for journal in journals.values():
        journal.close()
    previous: str | None = None
    for night in range(len(NIGHTS)):
        tables = {name: _write_table(inbox, journal, night, rng) for name, journal in journals.items()}
        previous = _write_manifest(inbox, night, tables, previous)


def _write_table(inbox: Path, journal: Journal, night: int, rng: Random) -> dict[str, Any]:
    folder, name = night_folder(inbox, night), journal.table.name
    if night == 0:
        shape = first_shape(name)
        return _entry(journal.deliveries[night], "full", shape, folder / f"{name}.{shape.format}")
    folder.mkdir(exist_ok=True)
    shape = Shape("csv.gz" if rng.random() < 0.7 else "csv", "gb18030" if rng.random() < 0.75 else "utf-8")
    path = folder / f"{name}.{shape.format}"
    if journal.part:
        return _write_part(path, journal, night, shape)
    if journal.changes[night]:
        _write_increment(folder, journal, night, shape, rng)
    return _entry(journal.deliveries[night], "increment", shape, path)


def _write_part(path: Path, journal: Journal, night: int, shape: Shape) -> dict[str, Any]:
    """All rows of the month as they are after the night; what is not in the file is not in the month."""
    money = {column.name: 0 for column in journal.table.money}
    delivery = Delivery(Sums(0, money), journal.deliveries[night].closing)
    with closing(open_file(path, shape.encoding, [column.code for column in journal.table.columns])) as file:
        for change in journal.stand(night):
            delivery.take("I", change.moment, change.row)
            file.write(journal.cells(change.row, change.moment))
    first = NIGHTS[0].replace(day=1)
    part = {"column": "dated_on", "from": day_text(first), "to": day_text(NIGHTS[-1])}
    return _entry(delivery, "range", shape, path) | {"range": part}


def _write_increment(folder: Path, journal: Journal, night: int, shape: Shape, rng: Random) -> None:
    columns = journal.table.columns
    order = list(range(len(columns)))
    if rng.random() < 0.3:  # some nights the columns come in another order
        rng.shuffle(order)
    changes = sorted(journal.changes[night], key=lambda change: _key(journal.table, change))
    if name_is_short(journal.table.name, night):
        changes = _shorten(changes, rng)
    path = folder / f"{journal.table.name}.{shape.format}"
    with closing(open_file(path, shape.encoding, ["OP", *(columns[place].code for place in order)])) as file:
        for change in changes:
            cells = journal.cells(change.row, change.moment)
            file.write([change.operation, *(cells[place] for place in order)])


def name_is_short(table: str, night: int) -> bool:
    """Whether this file of this night is the one that lost rows on its way."""
    return table == SHORT_TABLE and night == len(NIGHTS) - 1


def _shorten(changes: list[Change], rng: Random) -> list[Change]:
    lost = set(rng.sample(range(len(changes)), max(1, round(len(changes) * _SHORT_BY))))
    return [change for place, change in enumerate(changes) if place not in lost]


def _key(table: Table, change: Change) -> tuple[str, ...]:
    return tuple(str(change.row[name]) for name in table.grain)


def _entry(delivery: Delivery, mode: str, shape: Shape, path: Path) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "mode": mode,
        "format": shape.format,
        "encoding": shape.encoding,
        "files": [],
        "rows": delivery.sums.rows,
        "operations": delivery.operations,
        "control_sums": _yuan(delivery.sums),
        "closing": {"rows": delivery.closing.rows, "sums": _yuan(delivery.closing)},
    }
    if path.exists():
        entry["files"] = [{"name": path.name, "digest": file_digest(path), "bytes": path.stat().st_size}]
    if delivery.times:
        entry["change_time"] = {"min": _spaced(delivery.times[0]), "max": _spaced(delivery.times[1])}
    return entry


def _yuan(sums: Sums) -> dict[str, str]:
    return {name: f"{value // 100}.{value % 100:02d}" for name, value in sums.money.items()}


def _spaced(moment: str) -> str:
    day, time = moment[:8], moment[8:]
    return f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"


def _write_manifest(inbox: Path, night: int, tables: Mapping[str, Any], previous: str | None) -> str:
    folder = night_folder(inbox, night)
    manifest = {
        "protocol": "huiliu-batch/1",
        "batch": folder.name,
        "business_date": NIGHTS[night].isoformat(),
        "division": CITY,
        "sequence": night + 1,
        "previous_digest": previous,
        "tables": tables,
    }
    content = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    (folder / "manifest.json").write_bytes(content)
    return f"sm3:{sm3(content)}"
