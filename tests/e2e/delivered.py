"""What the province delivered, read from its files: the truth that walk-throughs compare pages with."""

import csv
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any


def rows(home: Path, table: str, until: str) -> list[dict[str, str]]:
    """Rows of a table after the last batch up to a day (`YYYYMMDD`): full files, then increments by their keys.

    The keys are columns whose values together name a row: given for the tables that walk-throughs need.
    """
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for batch in sorted((home / "inbox").iterdir()):
        if batch.name.rpartition("_")[2] > until:
            continue
        told = json.loads((batch / "manifest.json").read_text("utf-8"))["tables"].get(table)
        for row in _delivered(batch, told) if told else ():
            key = tuple(row[name] for name in KEYS[table])
            if row.pop("OP", "I") == "D":
                found.pop(key, None)
            else:
                found[key] = row
    return list(found.values())


KEYS = {
    "unit": ("AAB001",),
    "person": ("AAC001",),
    "enrolment": ("AAC001", "AAZ159"),
    "benefit_payment": ("AAC001", "EAZ048"),
    "bank_return": ("AAC001", "ZHL002"),
    "certification": ("AAC001", "AAZ103"),
    "contribution": ("AAC001", "AAE140", "AAE003", "EAZ058"),
}


def _delivered(batch: Path, told: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for file in told["files"]:
        for raw in _texts(batch / file["name"]):
            found += csv.DictReader(io.StringIO(raw.decode(told["encoding"]).removeprefix("\ufeff")))
    return found


def _texts(path: Path) -> list[bytes]:
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return [gzip.decompress(raw)]
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [archive.read(name) for name in archive.namelist()]
    return [raw]
