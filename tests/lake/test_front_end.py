"""A night from a front-end database: one moment, totals that agree, and a batch that says so; on a real SQLite."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.sources.config import DateConfig, TableConfig
from huiliu.lake.sources.connections import DbApiFrontEnd, as_text
from huiliu.lake.sources.rows import net_changes
from lake.builder import sm3_of
from lake.front_end import SQLITE, engine, make, manifest, pointer, read_by_changes, rows, source, sqlite_front_end
from support.scale import examples

DAY = date(2025, 3, 31)


@pytest.fixture
def db(place):
    connection = make(place / "front.db")
    yield connection
    connection.close()


@pytest.fixture
def front(place, db):
    return source(place, lambda: sqlite_front_end(place / "front.db"))


def reading(front, **more):
    """The same source, set otherwise."""
    return type(front)(**{**{name: getattr(front, name) for name in front.__dataclass_fields__}, **more})


def test_a_night_is_the_mapped_rows_and_a_manifest_that_says_what_they_are(front):
    (result,) = front.fetch(None)
    assert (result.state, result.batch, result.note, result.files) == ("taken", "449900_20250331", "2 表 6 行", 2)
    folder = front.inbox / "449900_20250331"
    assert rows(folder / "person.parquet", "person_no, name, sex, born_on, changed_at") == [
        ("P1", "张三", "1", "19600101", "20250331000000"),
        ("P2", "李㛃", "2", "19610202", "20250330000000"),
        ("P3", "王𬭎", "未", None, "20250329000000"),
    ]
    assert rows(folder / "payment.parquet", "payment_no, person_no, benefit_month, amount") == [
        ("Z1", "P1", "202503", "100.10"),
        ("Z2", "P2", "202503", "200.20"),
        ("Z3", "P1", "202502", "0.05"),
    ]
    told = manifest(folder)
    assert {key: told[key] for key in told if key != "tables"} == {
        "protocol": "huiliu-batch/1",
        "origin": "front_end",
        "batch": "449900_20250331",
        "business_date": "2025-03-31",
        "division": "449900",
        "sequence": 1,
        "previous_digest": None,
    }
    data = (folder / "payment.parquet").read_bytes()
    assert told["tables"]["payment"] == {
        "mode": "full",
        "format": "parquet",
        "files": [{"name": "payment.parquet", "digest": sm3_of(data), "bytes": len(data)}],
        "rows": 3,
        "control_sums": {"amount": "300.35"},
        "closing": {"rows": 3, "sums": {"amount": "300.35"}},
    }
    assert told["tables"]["person"]["change_time"] == {"min": "2025-03-29 00:00:00", "max": "2025-03-31 00:00:00"}
    assert sorted(path.name for path in front.inbox.iterdir()) == ["449900_20250331"]


def test_the_next_night_follows_the_published_one_and_the_same_night_is_not_read_twice(front):
    front.fetch(None)
    published = pointer(DAY, "sm3:" + "a" * 64, 7)
    (result,) = front.fetch(published)
    assert (result.state, result.note) == ("unchanged", "前置库的业务日期 2025-03-31 已入库")
    (result,) = front.fetch(pointer(date(2025, 3, 30), "sm3:" + "a" * 64, 7))
    told = manifest(front.inbox / "449900_20250331")
    assert (told["sequence"], told["previous_digest"]) == (8, "sm3:" + "a" * 64)


def test_the_business_date_is_what_the_database_says_it_is_filled_up_to(front, db):
    dated = reading(front, dated=DateConfig("LOADED", "DAY"))
    assert dated.fetch(None)[0].batch == "449900_20250331"
    db.execute("INSERT INTO LOADED VALUES ('20250402')")
    assert dated.fetch(None)[0].batch == "449900_20250402"
    db.execute("DELETE FROM LOADED")
    assert [(r.state, r.note) for r in dated.fetch(None)] == [("waiting", "前置库还没有业务日期")]
    db.execute("INSERT INTO LOADED VALUES ('soon')")
    with pytest.raises(HuiliuError, match="SOURCE-021"):
        dated.fetch(None)


def test_an_older_batch_that_was_never_published_gives_way_to_the_newer_one(front, db):
    dated = reading(front, dated=DateConfig("LOADED", "DAY"))
    dated.fetch(None)
    db.execute("INSERT INTO LOADED VALUES ('2025-04-01')")
    dated.fetch(None)
    assert sorted(path.name for path in front.inbox.iterdir()) == ["449900_20250401"]
    assert manifest(front.inbox / "449900_20250401")["sequence"] == 1


class Meddling(DbApiFrontEnd):
    """Writes to the database between the totals and the rows, as long as it is told to."""

    def __init__(self, path, meddle):
        import sqlite3

        super().__init__(SQLITE, sqlite3.connect(path, isolation_level=None, check_same_thread=False))
        self.meddle = meddle

    def batches(self, sql, width):
        self.meddle()
        yield from super().batches(sql, width)


def test_rows_written_during_the_read_belong_to_the_next_night(front, db, place):
    def meddle():
        db.execute("INSERT INTO AC61 VALUES ('Z' || abs(random()), 'H1', '202503', 1)")
        db.execute("UPDATE AC61 SET aae019 = aae019 + 1")

    fixed = reading(front, connect=lambda: Meddling(place / "front.db", meddle))
    assert fixed.fetch(None)[0].state == "taken"
    told = manifest(front.inbox / "449900_20250331")["tables"]["payment"]
    assert (told["rows"], told["control_sums"], told["closing"]["rows"]) == (3, {"amount": "300.35"}, 3)
    assert len(rows(front.inbox / "449900_20250331" / "payment.parquet")) == 3


def test_a_database_without_a_moment_is_read_again_when_it_moved(front, db, place):
    left = [1, 1]

    def meddle():
        if left:
            left.pop()
            db.execute("UPDATE AC61 SET aae019 = aae019 + 1 WHERE aaz001 = 'Z1'")

    double = reading(front, connect=lambda: Meddling(place / "front.db", meddle), cut="double_read")
    assert double.fetch(None)[0].state == "taken"
    assert left == []
    told = manifest(front.inbox / "449900_20250331")["tables"]["payment"]
    assert told["control_sums"] == {"amount": "300.37"}


def test_a_database_that_never_stands_still_gives_no_batch(front, db, place):
    calls = []

    def meddle():
        calls.append(1)
        db.execute("UPDATE AC61 SET aae019 = aae019 + 1 WHERE aaz001 = 'Z1'")

    double = reading(front, connect=lambda: Meddling(place / "front.db", meddle), cut="double_read")
    with pytest.raises(HuiliuError, match="SOURCE-022") as caught:
        double.fetch(None)
    assert caught.value.facts["tables"] == ["payment"]
    assert len(calls) == 6  # two tables, three times
    assert list(front.inbox.iterdir()) == []


class Losing(DbApiFrontEnd):
    """A driver that loses the last row of each batch, as real ones have done."""

    def batches(self, sql, width):
        for batch in super().batches(sql, width):
            yield batch.slice(0, batch.num_rows - 1)


def test_rows_that_a_driver_loses_are_noticed(front, place):
    import sqlite3

    path = place / "front.db"
    losing = reading(
        front, connect=lambda: Losing(SQLITE, sqlite3.connect(path, isolation_level=None, check_same_thread=False))
    )
    with pytest.raises(HuiliuError, match="SOURCE-023") as caught:
        losing.fetch(None)
    assert caught.value.facts["tables"] == ["person", "payment"]
    assert list(front.inbox.iterdir()) == []


def test_amounts_that_are_no_whole_fen_are_not_rounded(front, db):
    db.execute("UPDATE AC61 SET aae019 = 10010.5 WHERE aaz001 = 'Z1'")
    with pytest.raises(HuiliuError, match="SOURCE-02"):
        front.fetch(None)


def test_a_range_of_months_is_read_on_top_of_a_night_of_its_own_and_in_full_otherwise(front):
    month = reading(front, configs={"person": TableConfig(), "payment": TableConfig("range", "benefit_month", 1)})
    month.fetch(None)
    folder = front.inbox / "449900_20250331"
    assert manifest(folder)["tables"]["payment"]["mode"] == "full"  # nothing is published: all of it
    digest = sm3_of((folder / "manifest.json").read_bytes())
    month = reading(month, dated=DateConfig("LOADED", "DAY"), clock=front.clock)
    assert month.fetch(pointer(date(2025, 3, 30), digest))[0].state == "taken"
    # The night of that name was made before and not published: in full once more.
    assert manifest(folder)["tables"]["payment"]["mode"] == "full"


def test_a_range_says_what_it_is_and_what_the_whole_table_holds(front, db):
    configs = {"person": TableConfig(), "payment": TableConfig("range", "benefit_month", 1)}
    month = reading(front, configs=configs, dated=DateConfig("LOADED", "DAY"))
    month.fetch(None)
    digest = sm3_of((front.inbox / "449900_20250331" / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-01')")
    db.execute("INSERT INTO AC61 VALUES ('Z4', 'H2', '202504', 300), ('Z5', 'H2', '202505', 7)")
    month.fetch(pointer(DAY, digest))
    told = manifest(front.inbox / "449900_20250401")["tables"]["payment"]
    assert told["mode"] == "range"
    assert told["range"] == {"column": "benefit_month", "from": "202504", "to": "202504"}
    assert (told["rows"], told["control_sums"]) == (1, {"amount": "3.00"})
    assert told["closing"] == {"rows": 5, "sums": {"amount": "303.42"}}


def changed(front, db, statements: str):
    """The night after one in full, read by changes; returns what the manifest says of payments, and the folder."""
    by_changes = reading(front, configs=read_by_changes(), dated=DateConfig("LOADED", "DAY"))
    by_changes.fetch(None)
    digest = sm3_of((front.inbox / "449900_20250331" / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-01')")
    db.executescript(statements)
    by_changes.fetch(pointer(DAY, digest))
    folder = front.inbox / "449900_20250401"
    return manifest(folder)["tables"]["payment"], folder


def test_changes_come_down_to_one_a_key(front, db):
    told, folder = changed(
        front,
        db,
        """
        INSERT INTO AC61_LOG VALUES
            (1, '新', 'Z4', 'H1', '202504', 400), (2, '改', 'Z4', 'H1', '202504', 401),
            (3, '新', 'Z5', 'H1', '202504', 500), (4, '删', 'Z5', 'H1', '202504', 500),
            (5, '删', 'Z1', 'H1', '202503', 10010), (6, '新', 'Z1', 'H1', '202503', 10011),
            (7, '改', 'Z2', 'H2', '202503', 1), (8, '删', 'Z2', 'H2', '202503', 1),
            (10, '改', 'Z3', 'H1', '202502', 6), (9, '改', 'Z3', 'H1', '202502', 7);
        DELETE FROM AC61 WHERE aaz001 = 'Z2';
        UPDATE AC61 SET aae019 = 10011 WHERE aaz001 = 'Z1';
        UPDATE AC61 SET aae019 = 6 WHERE aaz001 = 'Z3';
        INSERT INTO AC61 VALUES ('Z4', 'H1', '202504', 401);
        """,
    )
    assert rows(folder / "payment.parquet", '"OP", payment_no, amount') == [
        ("D", "Z2", "0.01"),
        ("I", "Z4", "4.01"),
        ("U", "Z1", "100.11"),
        ("U", "Z3", "0.06"),
    ]
    assert told["mode"] == "increment"
    assert told["operations"] == {"I": 1, "U": 2, "D": 1}
    assert told["control_sums"] == {"amount": "104.19"}
    assert told["closing"] == {"rows": 3, "sums": {"amount": "104.18"}}


def test_a_night_without_changes_is_listed_as_looked_at(front, db):
    told, folder = changed(front, db, "")
    assert (told["files"], told["rows"], told["closing"]["rows"]) == ([], 0, 3)
    assert not (folder / "payment.parquet").exists()


def test_changes_go_on_after_the_last_published_number(front, db):
    _, folder = changed(front, db, "INSERT INTO AC61_LOG VALUES (1, '改', 'Z1', 'H1', '202503', 1)")
    digest = sm3_of((folder / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-02')")
    db.execute("INSERT INTO AC61_LOG VALUES (2, '改', 'Z2', 'H2', '202503', 2)")
    by_changes = reading(front, configs=read_by_changes(), dated=DateConfig("LOADED", "DAY"))
    by_changes.fetch(pointer(date(2025, 4, 1), digest, 2))
    assert rows(front.inbox / "449900_20250402" / "payment.parquet", "payment_no") == [("Z2",)]


def test_changes_that_are_read_for_the_first_time_begin_with_the_whole_table(front, db):
    dated = reading(front, dated=DateConfig("LOADED", "DAY"))
    dated.fetch(None)  # without a change table: no number was noted
    digest = sm3_of((front.inbox / "449900_20250331" / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-01')")
    db.execute("INSERT INTO AC61_LOG VALUES (5, '新', 'Z1', 'H1', '202503', 10010)")
    by_changes = reading(dated, configs=read_by_changes())
    by_changes.fetch(pointer(DAY, digest))
    folder = front.inbox / "449900_20250401"
    assert manifest(folder)["tables"]["payment"]["mode"] == "full"
    digest = sm3_of((folder / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-02')")
    db.execute("INSERT INTO AC61_LOG VALUES (6, '改', 'Z1', 'H1', '202503', 1)")
    by_changes.fetch(pointer(date(2025, 4, 1), digest))
    assert rows(front.inbox / "449900_20250402" / "payment.parquet", '"OP", payment_no') == [("U", "Z1")]


def test_what_a_killed_read_left_behind_does_no_harm(front):
    left = front.inbox / ".front.reading"
    left.mkdir()
    (left / "person.parquet").write_bytes(b"half")
    (front.inbox / ".449900_20250331.front.part").mkdir()
    assert front.fetch(None)[0].state == "taken"
    assert sorted(path.name for path in front.inbox.iterdir()) == ["449900_20250331"]


Change = st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 9))


@given(st.sets(st.sampled_from("abc")), st.lists(Change, max_size=12), st.integers(0, 9))
@settings(max_examples=examples(60), deadline=None)
def test_net_changes_lead_to_the_same_table_as_all_of_them(before, wishes, start):
    """A log as a database would write it (a key is inserted only when absent), against applying it line by line."""
    table, log = dict.fromkeys(before, -1), []
    for number, (key, gone, value) in enumerate(wishes, start=start):
        operation = "D" if gone and key in table else "U" if key in table else "I"
        log.append((operation, key, str(value), str(number)))
        if operation == "D":
            del table[key]
        else:
            table[key] = value
    listed = ", ".join(map(str, log)) or "('', '', '', '1')"
    source_rows = f"SELECT * FROM (VALUES {listed}) AS t(\"OP\", key, value, _order) WHERE key <> ''"
    with engine() as duck:
        net = duck.run(net_changes(source_rows, ["key"]))
    result = dict.fromkeys(before, -1)
    assert len({key for _, key, _ in net}) == len(net)
    for operation, key, value in net:
        assert (key in result) == (operation != "I")
        if operation == "D":
            del result[key]
        else:
            result[key] = int(value)
    assert result == table


def test_full_reads_everything_whatever_is_configured(front, db):
    by_changes = reading(front, configs=read_by_changes(), dated=DateConfig("LOADED", "DAY"))
    by_changes.fetch(None)
    digest = sm3_of((front.inbox / "449900_20250331" / "manifest.json").read_bytes())
    db.execute("INSERT INTO LOADED VALUES ('2025-04-01')")
    by_changes.fetch(pointer(DAY, digest), full=True)
    assert manifest(front.inbox / "449900_20250401")["tables"]["payment"]["mode"] == "full"


def test_a_damaged_memory_costs_one_full_read_only(front, db):
    front.memory.parent.mkdir()
    front.memory.write_text("{")
    by_changes = reading(front, configs=read_by_changes())
    by_changes.fetch(pointer(date(2025, 3, 30), "sm3:" + "0" * 64))
    assert manifest(front.inbox / "449900_20250331")["tables"]["payment"]["mode"] == "full"
    assert json.loads(front.memory.read_text())["batches"][0]["batch"] == "449900_20250331"


@pytest.mark.parametrize(
    ("statement", "names"),
    [("ALTER TABLE AC61 DROP COLUMN aae019", "AAE019"), ("DROP TABLE AC60", "SQLite")],
)
def test_a_layout_that_is_not_the_mappings_is_said_without_a_batch(front, db, statement, names):
    db.execute(statement)
    with pytest.raises(HuiliuError, match="SOURCE-021") as caught:
        front.fetch(None)
    assert names in caught.value.message
    assert list(front.inbox.iterdir()) == []


def test_no_error_repeats_what_the_database_says_of_values(tmp_path):
    class Talking:
        def cursor(self):
            return self

        def execute(self, sql):
            raise ValueError("invalid input: 449900196001010011")

    with pytest.raises(HuiliuError, match="SOURCE-021") as caught:
        DbApiFrontEnd(SQLITE, Talking()).one("SELECT 1")
    assert "449900" not in f"{caught.value} {caught.value.facts}"
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("value", [1.5, b"1", float("nan"), Decimal("NaN")])
def test_values_without_an_exact_spelling_are_refused(value):
    with pytest.raises(HuiliuError, match="SOURCE-024"):
        as_text(value)


def test_values_are_spelled_as_the_protocol_wants_them():
    from datetime import datetime

    given = [None, "x ", 5, Decimal("1E+2"), Decimal("1.50"), DAY, datetime(2025, 3, 31, 8, 0, 1), True]
    spelled = [None, "x ", "5", "100", "1.50", "2025-03-31", "2025-03-31 08:00:01", "1"]
    assert [as_text(value) for value in given] == spelled


def test_somebody_elses_batch_of_the_day_is_not_replaced(front):
    theirs = front.inbox / "449900_20250331"
    theirs.mkdir()
    with pytest.raises(HuiliuError, match="SOURCE-010"):
        front.fetch(None)
    assert sorted(path.name for path in front.inbox.iterdir()) == ["449900_20250331"]
