"""An independent reader of delivered folders: csv, gzip, zip, Parquet and Decimal, nothing of the demo or the lake."""

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from pyarrow import parquet

# Money columns and keys by the standard's codes, written down from GB/T 40217 and not taken from the catalog.
MONEY = {
    "unit": {},
    "unit_change": {},
    "person": {},
    "person_change": {},
    "enrolment": {"AAC040": "wage", "AAE180": "base"},
    "transfer": {"AIC099": "person_part", "AIC100": "unit_part", "AIC103": "pooled_part", "AIC102": "total"},
    "death_record": {"AIC268": "account_balance", "AIC249": "funeral_grant", "AIC250": "survivor_grant"},
    "contribution": {
        "AAE180": "base",
        "AAE058": "total_due",
        "AAE020": "unit_due",
        "AAE021": "unit_credited",
        "AAE022": "person_due",
        "AAE082": "person_paid",
        "AAE023": "person_credited",
        "AAE025": "subsidy",
        "ZZB004": "supplement",
        "AAE027": "other_credited",
        "AAE034": "central_subsidy",
        "AAE024": "province_subsidy",
        "AAE026": "city_subsidy",
        "AAE028": "county_subsidy",
        "AAF027": "credited",
    },
    "unit_contribution": {
        "AAB121": "unit_base",
        "AAB120": "person_base",
        "AAE058": "total_due",
        "AAE020": "unit_due",
        "AAE080": "unit_paid",
        "AAE081": "unit_credited",
        "AAE022": "person_due",
        "AAE082": "person_paid",
        "AAE083": "person_credited",
        "AAB204": "late_fee",
    },
    "individual_account": {
        "AIC200": "opening",
        "ZZB001": "principal",
        "ZZB002": "interest",
        "AIC340": "paid_out",
        "ZZB005": "closing",
    },
    "benefit_award": {"AIC165": "account_total", "EIC009": "pension", "EAC063": "back_total"},
    "benefit_payment": {"AAE019": "amount", "EIC013": "account_part"},
    "bank_return": {"AAE019": "amount"},
    "certification": {},
    "unemployment_award": {"ZHL014": "monthly_amount"},
    "unemployment_payment": {"AAE019": "amount"},
    "work_injury_event": {},
    "work_injury_benefit": {"AAE019": "amount"},
    "ledger_subject": {},
    "voucher": {"EAD143": "debit", "EAD144": "credit"},
    "ledger_balance": {"AAD087": "opening", "AAD088": "debit", "AAD089": "credit", "AAD092": "closing"},
    "code_value": {},
}
KEYS = {
    "unit": ("AAB001",),
    "unit_change": ("AAB001", "AAZ308"),
    "person": ("AAC001",),
    "person_change": ("AAC001", "AAZ308"),
    "enrolment": ("AAC001", "AAZ159"),
    "transfer": ("AAC001", "AAE140", "EAC071", "AAE035"),
    "death_record": ("AAC001",),
    "contribution": ("AAC001", "AAE140", "AAE003", "EAZ058"),
    "unit_contribution": ("AAB001", "AAE140", "AAE003", "EAZ058"),
    "individual_account": ("AAC001", "AAE140", "AAE001"),
    "benefit_award": ("AAC001", "AAZ257"),
    "benefit_payment": ("AAC001", "EAZ048"),
    "bank_return": ("AAC001", "ZHL002"),
    "certification": ("AAC001", "AAZ103"),
    "unemployment_award": ("AAC001", "AAZ257"),
    "unemployment_payment": ("AAC001", "EAZ048"),
    "work_injury_event": ("AAC001", "ZHL021"),
    "work_injury_benefit": ("AAC001", "EAZ048"),
    "ledger_subject": ("ZZA101", "AAD081", "EAD004"),
    "voucher": ("ZZA101", "AAD081", "AAD082", "AAD131", "ZHL031"),
    "ledger_balance": ("ZZA101", "AAD081", "AAD082", "EAD004"),
    "code_value": ("AAA100", "AAA102"),
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
        if entry["format"] == "parquet":
            found = parquet.read_table(io.BytesIO(raw)).to_pylist()
            rows += [{code: cell or "" for code, cell in row.items()} for row in found]
            continue
        text = unpacked(raw, entry["format"]).decode(entry["encoding"])
        rows += csv.DictReader(io.StringIO(text, newline=""))
    return rows


def unpacked(raw: bytes, packing: str) -> bytes:
    if packing == "csv.zip":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            (member,) = archive.namelist()
            return archive.read(member)
    return gzip.decompress(raw) if packing == "csv.gz" else raw


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
    if mode == "range":  # the one table that comes so: all vouchers of March
        assert name == "voucher"
        for key in [key for key, row in state.items() if row["AAD138"].startswith("202503")]:
            del state[key]
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
