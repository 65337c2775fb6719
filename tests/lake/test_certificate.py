"""A night's certificate proves itself elsewhere, and names what was tampered with."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import Signer, by_fingerprint, read_public_keys
from huiliu.lake.certificate import certificate_body, signed, write_certificates
from huiliu.lake.certificate_check import Examined, examine
from huiliu.lake.records import Check, NightRecord, Outcome, Proof, TableRecord
from lake.builder import DIVISION, STAMP, TABLES, second_night, sm3_of
from lake.conftest import Site
from support.scale import examples, variants

SIGNER = Signer(bytes(range(32)))
KEYS = by_fingerprint([SIGNER.public])
CLOCK = FixedClock(datetime(2025, 5, 1, 2, tzinfo=TZ))
FIRST = f"{DIVISION}_20250331.1"


def nights(site: Site) -> list[NightRecord]:
    return [night for night in site.library.history() if night.outcome is Outcome.PUBLISHED]


def certify(site: Site, signer: Signer = SIGNER) -> list[Path]:
    return write_certificates(site.home, nights(site), TABLES, signer, CLOCK)


def folder_of(site: Site) -> Path:
    return site.inbox / f"{DIVISION}_20250331"


def told(examined: Examined) -> dict[str, str | None]:
    """What did not agree: the name of the check and where, and what was found."""
    return {f"{c.name} {c.where or c.table or ''}".strip(): c.actual for c in examined.checks if c.verdict == "fail"}


def check(site: Site, **options: Path) -> Examined:
    path = site.home.certificates / f"{FIRST}.json"
    return examine(path.read_bytes(), KEYS, folder=folder_of(site), lake=site.home, beside=path.parent)


def test_a_night_gets_its_certificate_once(published: Site) -> None:
    assert [path.name for path in certify(published)] == [f"{FIRST}.json"]
    assert certify(published) == []
    body = json.loads((published.home.certificates / f"{FIRST}.json").read_bytes())["certificate"]
    assert body["record"]["batch"] == "449900_20250331"
    assert body["record"]["level"] == "A"
    assert [(t["table"], t["closing_rows"], t["closing_sums"]) for t in body["record"]["tables"]] == [
        ("person", 3, {}),
        ("payment", 3, {"amount": "600.60"}),
    ]
    assert body["labels"]["payment"] == {"table": "待遇支付", "columns": {"amount": "待遇金额"}}
    assert body["previous"] is None
    copy = (published.home.root / "catalog.1.sqlite").read_bytes()
    assert body["catalogue"] == {"file": "catalog.1.sqlite", "digest": sm3_of(copy)}


def test_it_names_every_delivered_file(published: Site) -> None:
    certify(published)
    files = check(published).night.files
    delivered = {path.name: path.read_bytes() for path in folder_of(published).iterdir()}
    assert {file.name: (file.bytes, file.digest) for file in files} == {
        name: (len(content), sm3_of(content)) for name, content in delivered.items()
    }
    assert {file.name: file.table for file in files} == {
        "manifest.json": None,
        "person.csv": "person",
        "payment.csv": "payment",
    }


def test_it_verifies_elsewhere_with_the_public_key_alone(published: Site) -> None:
    (path,) = certify(published)
    keys = read_public_keys(SIGNER.public.pem().encode())
    examined = examine(path.read_bytes(), keys)
    assert examined.sound
    assert [c.name for c in examined.checks] == ["证书签名"]
    assert examined.night == nights(published)[0]


def test_the_signature_is_plain_ed25519_over_format_and_canonical_json(published: Site) -> None:
    """Checked with the library alone: nobody needs this program to verify."""
    (path,) = certify(published)
    value = json.loads(path.read_bytes())
    text = json.dumps(value["certificate"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key = load_pem_public_key(SIGNER.public.pem().encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(bytes.fromhex(value["signature"]["value"]), b"huiliu-certificate/1\n" + text.encode())


def test_everything_at_hand_agrees(published: Site) -> None:
    certify(published)
    examined = check(published)
    assert told(examined) == {}
    names = [c.name for c in examined.checks if c.verdict == "pass"]
    assert sorted(set(names)) == ["交付文件", "库中合计", "库中行数", "批次清单", "提交记录", "目录库副本", "证书签名"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One certificate of a night with a table and a check; made by hand, for no lake is needed to flip its bytes."""
    table = TableRecord("payment", "full", 3, {"I": 3, "U": 0, "D": 0}, 3, {"amount": "600.60"}, Proof.A)
    night = NightRecord(
        batch="449900_20250331",
        outcome=Outcome.PUBLISHED,
        business_date=date(2025, 3, 31),
        division="449900",
        sequence=1,
        digest=f"sm3:{'0' * 64}",
        level=Proof.A,
        run_at=CLOCK.now(),
        seconds=Decimal("1.5"),
        tables=(table,),
        checks=(Check("rows", "行数", "payment", "3", "3"),),
        snapshot=1,
    )
    return signed(certificate_body(night, TABLES, None, None, CLOCK.now()), SIGNER)


def test_the_made_certificate_is_sound(certificate: bytes) -> None:
    assert examine(certificate, KEYS).sound


@settings(max_examples=examples(100))
@given(data=st.data())
def test_any_changed_byte_is_found(certificate: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(certificate) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda each: each != certificate[at]))
    changed = certificate[:at] + bytes([byte]) + certificate[at + 1 :]
    examined = examine(changed, KEYS)
    assert not examined.sound
    assert examined.body is None
    assert [c.name for c in examined.checks] == ["证书签名"]


def test_every_flipped_bit_of_the_signature_is_found(certificate: bytes) -> None:
    start = certificate.index(b'"signature":')
    for at in range(start, len(certificate)):
        for bit in range(8):
            changed = bytearray(certificate)
            changed[at] ^= 1 << bit
            assert not examine(bytes(changed), KEYS).sound


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"\n",
        lambda raw: raw.replace(b'"sequence":1', b'"sequence": 1'),
        lambda raw: raw.replace(b'{"certificate":', b'{"certificate":{},"certificate":'),
        lambda raw: json.dumps(json.loads(raw), indent=1).encode(),
        lambda _raw: b"",
        lambda _raw: b"[]",
        lambda _raw: b'{"certificate":1,"signature":2}',
        lambda _raw: b"[" * 100_000,
    ],
)
def test_another_spelling_is_not_the_certificate(certificate: bytes, change: Callable[[bytes], bytes]) -> None:
    assert not examine(change(certificate), KEYS).sound


def test_another_signer_is_told_apart(certificate: bytes) -> None:
    other = Signer(bytes(32))
    examined = examine(certificate, by_fingerprint([other.public]))
    assert told(examined) == {"证书签名": "签名所用的公钥不在给出的公钥之中"}


def test_a_forger_with_a_key_of_his_own_is_found(published: Site) -> None:
    (path,) = certify(published, Signer(bytes(32)))
    assert not examine(path.read_bytes(), KEYS).sound


def test_an_old_key_still_verifies_after_a_rotation(published: Site) -> None:
    (path,) = certify(published)
    newer = Signer(bytes(32))
    bundle = (newer.public.pem() + "\n" + SIGNER.public.pem()).encode()
    assert examine(path.read_bytes(), read_public_keys(bundle)).sound


@pytest.mark.parametrize("text", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_without_a_public_key_is_said(text: bytes) -> None:
    with pytest.raises(HuiliuError) as refused:
        read_public_keys(text)
    assert refused.value.code == "SIGN-001"


def append(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


@pytest.mark.parametrize(
    ("tamper", "named"),
    variants(
        [
            (lambda site: append(folder_of(site) / "person.csv"), "交付文件 person.csv"),
            (lambda site: (folder_of(site) / "payment.csv").unlink(), "交付文件 payment.csv"),
            (lambda site: append(folder_of(site) / "manifest.json"), "批次清单 manifest.json"),
            (lambda site: append(site.home.root / "catalog.1.sqlite"), "目录库副本 catalog.1.sqlite"),
            (lambda site: (site.home.root / "catalog.1.sqlite").unlink(), "目录库副本 catalog.1.sqlite"),
        ]
    ),
)
def test_what_was_tampered_with_is_named_and_nothing_else(
    published: Site, tamper: Callable[[Site], object], named: str
) -> None:
    certify(published)
    tamper(published)
    assert list(told(check(published))) == [named]


def write_catalogue(site: Site, sql: str) -> None:
    database = sqlite3.connect(site.home.catalogue)
    with database:
        assert database.execute(sql).rowcount > 0
    database.close()


def test_a_changed_commit_is_named(published: Site) -> None:
    certify(published)
    changed = """replace(commit_extra_info, '"level":"A"', '"level":"B"')"""
    write_catalogue(published, f"UPDATE ducklake_snapshot_changes SET commit_extra_info = {changed}")
    assert list(told(check(published))) == ["提交记录 快照 1"]


def test_changed_content_is_named_by_table_and_column(published: Site) -> None:
    """A data file replaced by one who knows the catalogue: same rows, one amount a hundred times as high."""
    certify(published)
    (path,) = [path for path in published.home.data_files() if "payment" in path.parts]
    (table,) = rows_of(published, "SELECT table_id FROM ducklake_table WHERE table_name = 'payment'")
    ids = rows_of(published, f"SELECT column_name, column_id FROM ducklake_column WHERE table_id = {table[0]}")
    other = path.with_suffix(".other")
    with duckdb.connect() as database:
        fields = ", ".join(f"{name}: {number}" for name, number in ids)
        amount = "if(payment_no = 'Z1', amount * 100, amount)::DECIMAL(16,2) AS amount"
        database.execute(
            f"COPY (SELECT * REPLACE ({amount}) FROM read_parquet('{path}')) "
            f"TO '{other}' (FORMAT parquet, FIELD_IDS {{{fields}}})"
        )
    other.replace(path)
    content = path.read_bytes()
    footer = int.from_bytes(content[-8:-4], "little")
    sizes = f"file_size_bytes = {len(content)}, footer_size = {footer}"
    write_catalogue(published, f"UPDATE ducklake_data_file SET {sizes} WHERE path = '{path.name}'")
    assert told(check(published)) == {"库中合计 amount": "10510.50"}


def rows_of(site: Site, sql: str) -> list[tuple[Any, ...]]:
    database = sqlite3.connect(site.home.catalogue)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def test_lost_rows_are_named(published: Site) -> None:
    certify(published)
    write_catalogue(published, "UPDATE ducklake_data_file SET end_snapshot = 1")
    found = told(check(published))
    assert set(found) == {"库中行数 person", "库中行数 payment", "库中合计 amount"}


def test_a_lake_without_that_snapshot_is_said(published: Site, place: Path) -> None:
    certify(published)
    write_catalogue(published, "UPDATE ducklake_snapshot_changes SET author = 'nobody'")
    assert told(check(published)) == {"提交记录 快照 1": "没有这个快照"}


def test_a_lake_that_cannot_be_read_is_said(published: Site) -> None:
    certify(published)
    published.home.catalogue.write_bytes(b"no database" * 1000)
    assert list(told(check(published))) == ["回流库"]


@pytest.mark.slow
def test_each_names_the_one_before(published: Site) -> None:
    certify(published)
    second_night(published.inbox, published.previous, [("U", "Z1", "P1", "202503", "110.10", STAMP)], (3, "610.60"))
    published.night()
    (second,) = certify(published)
    assert second.name == f"{DIVISION}_20250401.2.json"
    first = published.home.certificates / f"{FIRST}.json"
    body = json.loads(second.read_bytes())["certificate"]
    assert body["previous"] == {"name": FIRST, "digest": sm3_of(first.read_bytes())}
    assert examine(second.read_bytes(), KEYS, beside=first.parent).sound
    append(first)
    examined = examine(second.read_bytes(), KEYS, beside=first.parent)
    assert list(told(examined)) == [f"前一份证书 {FIRST}.json"]
    first.unlink()
    examined = examine(second.read_bytes(), KEYS, lake=published.home)
    assert told(examined) == {f"前一份证书 {FIRST}.json": "缺失"}
    assert examine(second.read_bytes(), KEYS, beside=first.parent).sound, "handed on alone"


@pytest.mark.slow
def test_a_missing_certificate_is_made_up_for_and_the_chain_says_so(published: Site) -> None:
    second_night(published.inbox, published.previous, [("U", "Z1", "P1", "202503", "110.10", STAMP)], (3, "610.60"))
    published.night()
    first, second = certify(published)
    first.unlink()
    certify(published, Signer(bytes(32)))
    assert not examine(second.read_bytes(), KEYS, beside=first.parent).sound


def test_the_copy_of_an_old_night_is_gone_in_order(published: Site) -> None:
    certify(published)
    copy = published.home.root / "catalog.1.sqlite"
    for number in (2, 3):
        shutil.copyfile(copy, published.home.catalogue_copy(number))
    copy.unlink()
    (found,) = [c for c in check(published).checks if c.name == "目录库副本"]
    assert (found.verdict, found.actual) == ("none", "已按期清理")


def test_a_record_of_an_older_version_still_agrees(published: Site) -> None:
    """Fields that a record gained since are filled with their defaults on both sides."""
    (night,) = nights(published)
    old = {
        key: value
        for key, value in json.loads(
            __import__("huiliu.kernel.digests", fromlist=["x"]).canonical_json(night.as_json())
        ).items()
        if key != "files"
    }
    assert NightRecord.from_json(old) == replace(night, files=())
