"""Small batches as a province would send them; manifests are spelled here, not by the lake's code."""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes

from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.tables import Column, not_null, references, table, unique

DIVISION = "449900"

person = table(
    name="person",
    label="个人",
    grain=("person_no",),
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("name", code="AAC003", kind="name", label="姓名"),
        Column("sex", code="AAC004", kind="code", label="性别", codes="sex"),
        Column("born_on", code="AAC006", kind="date", label="出生日期"),
        Column("mobile", code="AAC067", kind="phone", label="移动电话"),
    ),
    checks=(not_null("person_no", "name"), unique("person_no")),
)
payment = table(
    name="payment",
    label="待遇支付",
    grain=("person_no", "payment_no"),
    columns=(
        Column("payment_no", code="EAZ048", kind="id", label="支付明细序号"),
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("benefit_month", code="EAC064", kind="month", label="待遇年月"),
        Column("amount", code="AAE019", kind="money", label="待遇金额"),
    ),
    checks=(
        not_null("payment_no", "person_no", "benefit_month", "amount"),
        unique("payment_no"),
        references("person_no", "person"),
    ),
)
TABLES = {"person": person, "payment": payment}
FEED = Feed(
    tables={"person": FeedTable(("person*.csv*",)), "payment": FeedTable(("payment*.csv*",), mode="increment")},
    division=DIVISION,
)
CODES = {"sex": frozenset({"1", "2", "9"})}

PERSON = ("AAC001", "AAC003", "AAC004", "AAC006", "AAC067", "ZZZ003")
PAYMENT = ("OP", "EAZ048", "AAC001", "EAC064", "AAE019", "ZZZ003")
STAMP = "2025-03-31 18:00:00"
ZHANG = ("P1", "张三", "1", "19600101", "13800000001", STAMP)
LI = ("P2", "李㛃", "2", "19610202", "", STAMP)
WANG = ("P3", "王𬭎", "1", "19620303", "", STAMP)
FIRST_PAYMENTS = (
    ("I", "Z1", "P1", "202503", "100.10", STAMP),
    ("I", "Z2", "P2", "202503", "200.20", STAMP),
    ("I", "Z3", "P3", "202503", "300.30", STAMP),
)

Row = Sequence[str]


def sm3_of(data: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return f"sm3:{digest.finalize().hex()}"


def csv_bytes(header: Row, rows: Sequence[Row], encoding: str = "utf-8", *, gz: bool = False) -> bytes:
    """A plain file: cells hold no delimiter, quote or line end."""
    text = "".join(",".join(line) + "\n" for line in (header, *rows))
    data = text.encode(encoding)
    return gzip.compress(data, mtime=0) if gz else data


@dataclass
class Part:
    """One table of a batch: its one file, and what the manifest says of it (`told` overrides, None leaves out)."""

    header: Row
    rows: Sequence[Row]
    mode: str = "full"
    encoding: str = "utf-8"
    gz: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    closing: tuple[int, Mapping[str, str]] | None = None
    data: bytes | None = None
    algorithm: str = "sm3"
    ending: str = ""

    @property
    def suffix(self) -> str:
        """The end of the file's name."""
        return self.ending or (".csv.gz" if self.gz else ".csv")


def write_batch(
    inbox: Path,
    day: date,
    parts: Mapping[str, Part],
    *,
    sequence: int = 1,
    previous: str | None = None,
    manifest: bool = True,
    division: str = DIVISION,
    revision: int = 0,
    changed: Mapping[str, Any] | None = None,
) -> str:
    """Write a batch folder; returns the digest of its manifest (or "")."""
    folder = inbox / (f"{division}_{day:%Y%m%d}" + (f"_r{revision}" if revision else ""))
    folder.mkdir(parents=True, exist_ok=True)
    tables = {}
    for name, part in parts.items():
        file = name + part.suffix
        data = csv_bytes(part.header, part.rows, part.encoding, gz=part.gz) if part.data is None else part.data
        (folder / file).write_bytes(data)
        tables[name] = told(name, part, file, data)
    if not manifest:
        return ""
    value = {
        "protocol": "huiliu-batch/1",
        "batch": folder.name,
        "business_date": day.isoformat(),
        "division": division,
        "sequence": sequence,
        "previous_digest": previous,
        "tables": tables,
        **({"revision": revision} if revision else {}),
        **(changed or {}),
    }
    raw = json.dumps(value, ensure_ascii=False).encode()
    (folder / "manifest.json").write_bytes(raw)
    return sm3_of(raw)


def told(name: str, part: Part, file: str, data: bytes) -> dict[str, Any]:
    """What an honest province says of the part."""
    digest = sm3_of(data) if part.algorithm == "sm3" else "sha256:" + hashlib.sha256(data).hexdigest()
    entry: dict[str, Any] = {
        "mode": part.mode,
        "format": "csv.gz" if part.gz else "csv",
        "encoding": part.encoding,
        "files": [{"name": file, "digest": digest, "bytes": len(data)}],
        "rows": len(part.rows),
        "control_sums": control_sums(name, part),
    }
    if part.mode == "increment":
        entry["operations"] = {op: sum(row[0] == op for row in part.rows) for op in "IUD"}
    if part.closing is not None:
        entry["closing"] = {"rows": part.closing[0], "sums": dict(part.closing[1])}
    return {key: value for key, value in {**entry, **part.told}.items() if value is not None}


def control_sums(name: str, part: Part) -> dict[str, str]:
    if name != "payment" or "AAE019" not in part.header:
        return {}
    at = list(part.header).index("AAE019")
    return {"AAE019": str(sum((Decimal(row[at] or "0") for row in part.rows), Decimal(0)))}


def first_night(inbox: Path, day: date = date(2025, 3, 31), **told: Any) -> str:
    """Three persons in full, three payments: a night of level A."""
    parts = {
        "person": Part(PERSON, [ZHANG, LI, WANG], closing=(3, {})),
        "payment": Part(PAYMENT, FIRST_PAYMENTS, "increment", closing=(3, {"amount": "600.60"}), told=told),
    }
    return write_batch(inbox, day, parts)


def second_night(inbox: Path, previous: str, rows: Sequence[Row], closing: tuple[int, str], **more: Any) -> str:
    """Changes of payments on the next day; persons are listed as unchanged."""
    persons = Part(PERSON, [], closing=(3, {}), told={"mode": "increment", "files": [], "control_sums": None})
    part = Part(PAYMENT, rows, "increment", closing=(closing[0], {"amount": closing[1]}), told=more.pop("told", {}))
    parts = {"person": persons, "payment": part}
    options: dict[str, Any] = {"sequence": 2, "previous": previous, **more}
    digest = write_batch(inbox, options.pop("day", date(2025, 4, 1)), parts, **options)
    for path in inbox.glob("*/person.csv"):
        if path.parent.name != f"{DIVISION}_20250331":
            path.unlink()
    return digest
