"""An independent reader of delivered folders: csv, gzip and Decimal only, nothing of the demo or the lake."""

import csv
import gzip
import hashlib
import io
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

# Money columns and keys by the standard's codes, written down from GB/T 40217 and not taken from the catalog.
MONEY = {
    "unit": {},
    "person": {},
    "enrolment": {"AAE180": "base"},
    "contribution": {
        "AAE180": "base",
        "AAE020": "unit_due",
        "AAE022": "person_due",
        "AAE082": "person_paid",
        "AAE025": "subsidy",
    },
    "benefit_payment": {"AAE019": "amount"},
    "death_record": {"AIC268": "account_balance", "AIC249": "funeral_grant", "AIC250": "survivor_grant"},
}
KEYS = {
    "unit": ("AAB001",),
    "person": ("AAC001",),
    "enrolment": ("AAC001", "AAZ159"),
    "contribution": ("AAC001", "AAE140", "AAE003", "EAZ058"),
    "benefit_payment": ("AAC001", "EAZ048"),
    "death_record": ("AAC001",),
}
Rows = dict[tuple[str, ...], dict[str, str]]
Paid = dict[tuple[str, str], Decimal]  # yuan by person and month


def folders(inbox: Path) -> list[Path]:
    return sorted(inbox.iterdir())


def manifest(folder: Path) -> dict:
    return json.loads((folder / "manifest.json").read_bytes())


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """All rows of one table of one night, as text."""
    entry = manifest(folder)["tables"][name]
    rows: list[dict[str, str]] = []
    for file in entry["files"]:
        raw = (folder / file["name"]).read_bytes()
        text = (gzip.decompress(raw) if entry["format"] == "csv.gz" else raw).decode(entry["encoding"])
        rows += csv.DictReader(io.StringIO(text, newline=""))
    return rows


def sums(name: str, rows: list[dict[str, str]]) -> dict[str, str]:
    totals = {english: Decimal("0.00") for english in MONEY[name].values()}
    for row in rows:
        for code, english in MONEY[name].items():
            totals[english] += Decimal(row[code] or "0")
    return {english: f"{total:.2f}" for english, total in totals.items()}


def apply(name: str, state: Rows, rows: list[dict[str, str]], mode: str) -> None:
    """Lay one night over the state; a key that should be known and is not, or the reverse, fails here."""
    if mode == "full":
        state.clear()
    for row in rows:
        key = tuple(row[code] for code in KEYS[name])
        operation = row.pop("OP", "I")
        assert (key in state) is (operation != "I"), (name, operation)
        if operation == "D":
            del state[key]
        else:
            state[key] = row


def states(inbox: Path, nights: int):
    """After each of the first nights: folder and the tables' rows (the same dictionaries, growing)."""
    library: dict[str, Rows] = {name: {} for name in KEYS}
    for folder in folders(inbox)[:nights]:
        facts = manifest(folder)["tables"]
        for name, state in library.items():
            apply(name, state, read(folder, name), facts[name]["mode"])
        yield folder, library


def paid_after_death(library: dict[str, Rows]) -> Paid:
    """Paid lines after the recorded month of death, added up by person and month."""
    died = {key[0]: row["AAE138"][:6] for key, row in library["death_record"].items()}
    found: Paid = defaultdict(Decimal)
    for row in library["benefit_payment"].values():
        if row["AAE088"] == "1" and row["EAC064"] > died.get(row["AAC001"], "999999"):
            found[row["AAC001"], row["EAC064"]] += Decimal(row["AAE019"])
    return dict(found)


def digests(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
