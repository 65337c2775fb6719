"""Folders and manifests: complete or not, readable or not, and batches that come without one."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.batch import Batch, Unread, read_batch
from huiliu.lake.feed import Feed, FeedTable, load_feed
from huiliu.lake.records import Outcome, Proof
from lake.builder import (
    DIVISION,
    FEED,
    FIRST_PAYMENTS,
    LI,
    PAYMENT,
    PERSON,
    TABLES,
    WANG,
    ZHANG,
    Part,
    first_night,
    write_batch,
)
from lake.conftest import Site, check_of, failed

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "src/huiliu/lake/manifest.schema.json"
FULL = Feed(
    tables={
        "person": FeedTable(("person*.csv*",), encoding="gb18030"),
        "payment": FeedTable(("payment*.csv*",), mode="increment"),
    },
    division=DIVISION,
    ready="*.ok",
)


def test_the_example_of_the_protocol_is_valid() -> None:
    text = (ROOT / "docs/batch-protocol.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(example), schema)
    for name in re.findall(r'"([a-z_]+)":', SCHEMA.read_text(encoding="utf-8").split('"$defs"')[0]):
        if name in schema["properties"]:
            assert f"`{name}`" in text or name in {"protocol", "issued_at"}


def test_the_default_feed_reads_every_table_of_the_catalog() -> None:
    tables = ("person", "contribution", "benefit_payment", "benefit", "added_later")
    feed = load_feed(ROOT / "src/huiliu/catalog/feeds/default.yaml", tables, division="449900")
    assert set(feed.tables) == set(tables)
    assert feed.tables["added_later"].matches("added_later.csv.gz")
    assert feed.tables["added_later"].mode == "full"
    assert not feed.tables["benefit"].matches("benefit_payment.csv")
    assert feed.division == "449900"
    assert feed.tables["contribution"].mode == "increment"
    assert feed.tables["person"].matches("PERSON_1.CSV.GZ")
    assert not feed.tables["person"].matches("personal.csv")


def test_a_wrong_feed_says_where(tmp_path: Path) -> None:
    path = tmp_path / "feed.yaml"
    path.write_text("tables:\n  person: {files: ['a.csv'], mode: weekly}\n", encoding="utf-8")
    with pytest.raises(HuiliuError, match="tables/person/mode"):
        load_feed(path, ())


def test_a_feed_without_patterns_or_tables_says_where(tmp_path: Path) -> None:
    path = tmp_path / "feed.yaml"
    path.write_text("tables:\n  person: {mode: full}\n", encoding="utf-8")
    with pytest.raises(HuiliuError, match="tables/person"):
        load_feed(path, ())
    path.write_text("label: 空\n", encoding="utf-8")
    with pytest.raises(HuiliuError, match="tables"):
        load_feed(path, ("person",))


@pytest.mark.parametrize("extra", ["payment.csv.part", "x.tmp"])
def test_a_folder_being_written_waits(site: Site, extra: str) -> None:
    first_night(site.inbox)
    folder = site.inbox / "449900_20250331"
    (folder / extra).touch()
    assert site.last().outcome is Outcome.WAITING
    assert list(site.home.refused.iterdir()) == []
    (folder / extra).unlink()
    assert site.last().outcome is Outcome.PUBLISHED


def test_a_manifest_before_its_files_waits_and_names_them(site: Site) -> None:
    first_night(site.inbox)
    path = site.inbox / "449900_20250331" / "payment.csv"
    data = path.read_bytes()
    path.unlink()
    record = site.last()
    assert record.outcome is Outcome.WAITING
    assert check_of(record, "complete").actual == "缺 1 个：payment.csv"
    path.write_bytes(data)
    assert site.last().outcome is Outcome.PUBLISHED


def test_an_empty_folder_waits_and_a_hidden_one_is_not_ours(site: Site) -> None:
    (site.inbox / "449900_20250331").mkdir()
    (site.inbox / ".449900_20250401").mkdir()
    assert [record.outcome for record in site.night()] == [Outcome.WAITING]


BROKEN = [
    (b"{", "manifest.json 第 1 行第 2 列"),
    (b"\xff", "manifest.json 第 0 字节"),
    (b'{"batch": 1, "batch": 2}', "manifest.json batch"),
    (b"[]", "manifest.json 顶层"),
    (b'{"sequence": 1e9999999999999999999}', "manifest.json 某处数字"),  # no Decimal holds it
]
CHANGED = [
    ({"sequence": 0}, "manifest.json sequence"),
    ({"tables": {}}, "manifest.json tables"),
    ({"surprise": 1}, "manifest.json 顶层"),
    ({"division": "440000"}, "manifest.json batch"),
    ({"business_date": "2025-02-30"}, "manifest.json business_date"),
    ({"tables": {"person": {"mode": "full", "files": []}}}, "manifest.json tables/person/files"),
    (
        {"tables": {"person": {"mode": "full", "files": [{"name": "../person.csv"}]}}},
        "manifest.json tables/person/files/0/name",
    ),
    ({"tables": {"person": {"mode": "full", "files": [{"name": "a"}, {"name": "a"}]}}}, "manifest.json tables"),
    (
        {"tables": {"payment": {"mode": "increment", "files": [], "control_sums": {"AAC001": "1"}}}},
        "manifest.json tables/payment/control_sums/AAC001",
    ),
    (
        {"tables": {"payment": {"mode": "increment", "files": [], "control_sums": {"AAE019": 1.5}}}},
        "manifest.json tables/payment/control_sums/AAE019",
    ),
]


@pytest.mark.parametrize(("raw", "where"), BROKEN)
def test_a_broken_manifest_is_refused_with_the_place(tmp_path: Path, raw: bytes, where: str) -> None:
    folder = tmp_path / "449900_20250331"
    folder.mkdir()
    (folder / "manifest.json").write_bytes(raw)
    found = read_batch(folder, FEED, TABLES)
    assert isinstance(found, Unread)
    assert (found.outcome, found.check.code, found.check.where) == (Outcome.REFUSED, "manifest", where)
    assert (found.business_date, found.division) == (date(2025, 3, 31), "449900")


@pytest.mark.parametrize(("changed", "where"), CHANGED)
def test_a_manifest_against_the_schema_is_refused_with_the_place(
    tmp_path: Path, changed: dict[str, object], where: str
) -> None:
    write_batch(tmp_path, date(2025, 3, 31), {"person": Part(PERSON, [ZHANG])}, changed=changed)
    found = read_batch(tmp_path / "449900_20250331", FEED, TABLES)
    assert isinstance(found, Unread)
    assert (found.outcome, found.check.where) == (Outcome.REFUSED, where)


def test_a_folder_with_another_name_is_refused(site: Site) -> None:
    (site.inbox / "449900_20250230").mkdir()
    (site.inbox / "新建文件夹").mkdir()
    records = site.night()
    assert [failed(record) for record in records] == [["batch_name"], ["batch_name"]]


def test_unknown_tables_are_stated(site: Site) -> None:
    person = Part(PERSON, [ZHANG])
    write_batch(site.inbox, date(2025, 3, 31), {"person": person, "mystery": Part(("A",), [("1",)])})
    record = site.last()
    assert record.outcome is Outcome.PUBLISHED
    assert check_of(record, "unknown").where == "mystery"


def test_without_a_manifest_everything_comes_from_name_and_feed(site: Site) -> None:
    site.feed = FULL
    parts = {
        "person": Part(PERSON, [ZHANG, LI, WANG], encoding="gb18030", gz=True),
        "payment": Part(PAYMENT, FIRST_PAYMENTS),
    }
    write_batch(site.inbox, date(2025, 3, 31), parts, manifest=False)
    assert site.last().outcome is Outcome.WAITING
    (site.inbox / "449900_20250331" / "done.ok").touch()
    record = site.last()
    assert (record.outcome, record.level, record.sequence) == (Outcome.PUBLISHED, Proof.C, None)
    assert (record.business_date, record.division) == (date(2025, 3, 31), "449900")
    assert site.rows("SELECT name FROM person ORDER BY person_no") == [("张三",), ("李㛃",), ("王𬭎",)]
    assert site.last().outcome is Outcome.UNCHANGED


@pytest.mark.slow
def test_without_a_manifest_an_increment_after_a_refused_one_is_held(site: Site) -> None:
    good = {"person": Part(PERSON, [ZHANG, LI, WANG]), "payment": Part(PAYMENT, FIRST_PAYMENTS)}
    bad = {"payment": Part(PAYMENT, [("D", "Z9", "P1", "", "", "")])}
    late = {"payment": Part(PAYMENT, [("D", "Z1", "P1", "", "", "")])}
    for day, parts in ((1, good), (2, bad), (3, late)):
        write_batch(site.inbox, date(2025, 4, day), parts, manifest=False)
    assert [record.outcome for record in site.night()] == [Outcome.PUBLISHED, Outcome.REFUSED, Outcome.HELD]
    for path in (site.inbox / "449900_20250402").iterdir():
        path.unlink()
    (site.inbox / "449900_20250402").rmdir()
    held = site.last()
    assert (held.outcome, check_of(held, "held").actual) == (Outcome.HELD, "缺少 2025-04-02")
    site.feed = replace(site.feed, days="any")
    assert [record.outcome for record in site.night()] == [Outcome.UNCHANGED, Outcome.PUBLISHED]


def test_a_complete_folder_is_understood(tmp_path: Path) -> None:
    first_night(tmp_path)
    batch = read_batch(tmp_path / "449900_20250331", FEED, TABLES)
    assert isinstance(batch, Batch)
    assert (batch.sequence, batch.previous_digest, batch.declared) == (1, None, True)
    assert str(batch.deliveries["payment"].closing.sums["amount"]) == "600.60"  # type: ignore[union-attr]
