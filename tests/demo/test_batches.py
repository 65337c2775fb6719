"""Folders, manifests and files agree by independent counting, but for the one night that is short."""

import json
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

import huiliu.lake
from demo import replay
from huiliu.demo.city import create_city
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.slow  # the city of a thousand takes a second, and so does looking through its files
DAYS = [f"202503{day}" for day in range(20, 32)]


def test_a_folder_for_every_day_and_the_first_is_full(city):
    assert [folder.name for folder in replay.folders(city.inbox)] == [f"449900_{day}" for day in DAYS]
    modes = [{entry["mode"] for entry in replay.manifest(f)["tables"].values()} for f in replay.folders(city.inbox)]
    assert modes == [{"full"}] + [{"increment", "range"}] * 11
    assert "合成数据" in city.notice


def test_manifests_keep_the_published_schema_and_name_every_table(city):
    schema = json.loads((Path(huiliu.lake.__file__).parent / "manifest.schema.json").read_text("utf-8"))
    for folder in replay.folders(city.inbox):
        content = replay.manifest(folder)
        jsonschema.validate(content, schema)
        assert set(content["tables"]) == set(replay.KEYS)
        assert len(replay.KEYS) == 22
        assert content["batch"] == folder.name


def test_manifests_form_a_chain(city):
    previous = None
    for number, folder in enumerate(replay.folders(city.inbox), start=1):
        content = replay.manifest(folder)
        assert (content["sequence"], content["previous_digest"]) == (number, previous)
        previous = "sm3:" + sm3((folder / "manifest.json").read_bytes())


def test_digests_and_lengths_are_of_the_files_as_delivered(city):
    for folder in replay.folders(city.inbox):
        named = {"manifest.json"}
        for entry in replay.manifest(folder)["tables"].values():
            for file in entry["files"]:
                raw = (folder / file["name"]).read_bytes()
                assert (file["digest"], file["bytes"]) == (f"sm3:{sm3(raw)}", len(raw))
                named.add(file["name"])
        assert {path.name for path in folder.iterdir()} == named


def test_good_nights_hold_what_their_manifests_state(city):
    for folder in replay.folders(city.inbox)[:-1]:
        for name, entry in replay.manifest(folder)["tables"].items():
            rows = replay.read(folder, name)
            assert entry["rows"] == len(rows)
            assert entry["control_sums"] == replay.sums(name, rows)
            operations = [row.get("OP", "I") for row in rows]
            assert entry["operations"] == {code: operations.count(code) for code in "IUD"}
            times = [row["ZZZ003"] for row in rows]
            stated = entry.get("change_time")
            assert (stated is None) is (not rows)
            if stated:
                packed = {end: "".join(c for c in text if c.isdigit()) for end, text in stated.items()}
                assert packed == {"min": min(times), "max": max(times)}


def test_replaying_the_nights_gives_the_closing_totals(city):
    for folder, library in replay.states(city.inbox, 11):
        for name, rows in library.items():
            closing = replay.manifest(folder)["tables"][name]["closing"]
            assert closing == {"rows": len(rows), "sums": replay.sums(name, list(rows.values()))}, (folder.name, name)
    assert city.rows == {name: len(rows) for name, rows in library.items()}


def test_increments_hold_only_changes_of_their_day(city):
    for folder in replay.folders(city.inbox)[1:]:
        for name in set(replay.KEYS) - {"voucher"}:
            assert {row["ZZZ003"][:8] for row in replay.read(folder, name)} <= {folder.name[-8:]}


def test_the_books_come_a_month_at_a_time(city):
    for folder in replay.folders(city.inbox)[1:]:
        entry = replay.manifest(folder)["tables"]["voucher"]
        assert entry["range"] == {"column": "dated_on", "from": "20250301", "to": "20250331"}
        days = [row["AAD138"] for row in replay.read(folder, "voucher")]
        assert days
        assert min(days) >= "20250301"
        assert max(days) <= folder.name[-8:]


def test_the_last_night_lost_three_percent_of_one_table(city):
    folder = replay.folders(city.inbox)[-1]
    entries = replay.manifest(folder)["tables"]
    short = {name: entries[name]["rows"] - len(replay.read(folder, name)) for name in entries}
    lost = short.pop("contribution")
    assert set(short.values()) == {0}
    assert lost == max(1, round(entries["contribution"]["rows"] * 0.03))
    assert entries["contribution"]["control_sums"] != replay.sums("contribution", replay.read(folder, "contribution"))
    assert city.refused == folder.name


def test_encodings_packings_and_column_orders_are_mixed(city):
    entries = [entry for f in replay.folders(city.inbox) for entry in replay.manifest(f)["tables"].values()]
    assert {(e["encoding"], e["format"]) for e in entries} == {
        (encoding, packing) for encoding in ("utf-8", "gb18030") for packing in ("csv", "csv.gz")
    } | {("gb18030", "csv.zip"), ("utf-8", "parquet")}
    orders = set()
    for folder in replay.folders(city.inbox)[1:]:
        rows = replay.read(folder, "contribution")
        if rows:
            assert next(iter(rows[0])) == "OP"
            orders.add(tuple(rows[0]))
    assert len(orders) > 1


def test_all_three_operations_and_rare_characters_occur(town):
    operations = [
        e["operations"] for f in replay.folders(town.inbox)[1:] for e in replay.manifest(f)["tables"].values()
    ]
    assert all(sum(counts[code] for counts in operations) for code in "IUD")
    first = replay.folders(town.inbox)[0]
    names = [row["AAC003"] for row in replay.read(first, "person")]
    assert any(len(name.encode("gb18030")) > 2 * len(name) for name in names)


def test_money_has_two_places_and_months_are_months(city):
    folder = replay.folders(city.inbox)[0]
    for row in replay.read(folder, "contribution"):
        assert all(-Decimal(row[code]).as_tuple().exponent == 2 for code in ("AAE022", "AAE020", "AAE082"))
        assert len(row["AAE003"]) == 6
        assert 1 <= int(row["AAE003"][4:]) <= 12


def test_every_column_is_filled_somewhere(city):
    for name in replay.KEYS:
        rows = replay.read(replay.folders(city.inbox)[0], name)
        assert [code for code in rows[0] if not any(row[code] for row in rows)] == []


def test_too_small_a_city_is_refused(tmp_path):
    with pytest.raises(HuiliuError, match="DEMO-001"):
        create_city(99, 1, tmp_path)


def test_a_filled_inbox_is_left_alone(city):
    before = replay.digests(city.inbox)
    with pytest.raises(HuiliuError, match="DEMO-002"):
        create_city(200, 1, city.inbox.parent)
    assert replay.digests(city.inbox) == before


def test_progress_is_told_from_nothing_to_all(tmp_path):
    told = []
    create_city(200, 1, tmp_path, lambda stage, done, total: told.append((stage, done, total)))
    assert told[0][1] == 0
    assert (told[-1][1], told[-1][2]) == (12, 12)
