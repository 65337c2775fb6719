"""sources.yaml, its secrets, and fetching from several sources of which one fails."""

import json
from datetime import date, datetime

import pytest

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.mapping import ColumnMapping
from huiliu.lake.sources import connections
from huiliu.lake.sources.config import load_sources
from huiliu.lake.sources.connections import DatabaseLogin, connect
from huiliu.lake.sources.dialects import DIALECTS
from huiliu.lake.sources.fetch import Surroundings, chosen, fetch_all, front_end_source, reach
from huiliu.lake.sources.line import Patience
from huiliu.lake.sources.plans import Changes
from huiliu.lake.sources.queries import Part, Query
from huiliu.lake.sources.secrets import Secrets
from lake.builder import TABLES
from lake.front_end import PAYMENT, PERSON, PROVINCE

FRONT = "kind: database, engine: postgresql, host: h, database: d, user: u, password: p"
SFTP = f'kind: sftp, host: h, user: u, folder: /out, host_key: "SHA256:{"A" * 43}"'


@pytest.fixture
def written(tmp_path):
    def write(text: str):
        path = tmp_path / "sources.yaml"
        path.write_text(text, "utf-8")
        return load_sources(path)

    return write


@pytest.fixture
def around(tmp_path):
    (tmp_path / "inbox").mkdir()
    return Surroundings(
        inbox=tmp_path / "inbox",
        state=tmp_path / "sources",
        secrets=Secrets(tmp_path / "secrets", {"HUILIU_SECRET_P": "from outside"}),
        division="449900",
        tables=TABLES,
        mapping=lambda _name: PROVINCE,
        clock=FixedClock(datetime(2025, 4, 1, 9, tzinfo=TZ)),
        patience=Patience(pause=0),
    )


def test_no_file_is_no_source(tmp_path):
    assert load_sources(tmp_path / "absent.yaml") == []


def test_what_is_written_is_what_is_meant(written):
    mount, front = written(
        f"""
sources:
  mount: {{kind: folder, path: /mnt/province, complete: ready, ready: "*.ok", since: 2025-03-31, keep_days: 3}}
  front:
    {FRONT.replace(", ", chr(10) + "    ")}
    enabled: false
    cut: double_read
    business_date: {{table: LOADED, column: DAY}}
    tables:
      payment: {{read: changes, changes: {{table: LOG, order: SEQ, operation: OP, codes: {{"1": I}}}}}}
      person: {{read: range, column: born, months: 3, closing: false}}
"""
    )
    assert (mount.drop.complete, mount.drop.ready, mount.drop.since) == ("ready", "*.ok", date(2025, 3, 31))
    assert (mount.enabled, mount.keep_days, front.enabled, front.keep_days) == (True, 3, False, 7)
    assert (front.cut, front.business_date.table, front.business_date.column) == ("double_read", "LOADED", "DAY")
    assert front.tables["payment"].changes == Changes("LOG", "SEQ", ColumnMapping("OP", codes={"1": "I"}))
    assert (front.tables["person"].months, front.tables["person"].closing) == (3, False)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("source: {}", "整个文件"),
        ("sources: {a b: {kind: folder, path: /x}}", "a b"),
        ("sources: {m: {kind: fax}}", "sources/m/kind"),
        ("sources: {m: 5}", "sources/m/kind"),
        ("sources: {m: {kind: folder}}", "sources/m"),
        ("sources: {m: {kind: folder, path: /x, since: soon}}", "sources/m/since"),
        ("sources: {m: {kind: folder, path: /x, complete: ready}}", "sources/m/ready"),
        ("sources: {m: {kind: folder, path: /x, quiet_seconds: 1}}", "sources/m/quiet_seconds"),
        (f"sources: {{m: {{{SFTP}}}}}", "sources/m"),
        (f"sources: {{m: {{{SFTP}, key: k, password: p}}}}", "sources/m"),
        (f"sources: {{m: {{{SFTP}, password: p, host_key: none}}}}", "sources"),
        ("sources: {m: {kind: sftp, host: h, user: u, folder: /o, password: p, host_key: any}}", "sources/m/host_key"),
        (f"sources: {{m: {{{SFTP}, password: 'Secret!'}}}}", "sources/m/password"),
        (f"sources: {{m: {{{FRONT}, tables: {{person: {{read: range}}}}}}}}", "sources/m/tables/person"),
        (f"sources: {{m: {{{FRONT}, tables: {{person: {{read: changes}}}}}}}}", "sources/m/tables/person"),
        (f"sources: {{m: {{{FRONT}, tables: {{person: {{column: x}}}}}}}}", "sources/m/tables/person"),
        (f"sources: {{m: {{{FRONT}, cut: guess}}}}", "sources/m/cut"),
        (f"sources: {{m: {{{FRONT}, business_date: today}}}}", "sources/m/business_date"),
    ],
)
def test_a_wrong_file_names_the_place_and_repeats_no_value(written, text, where):
    with pytest.raises(HuiliuError) as caught:
        written(text)
    assert caught.value.code in {"SOURCE-001", "YAML-001"}
    assert where in caught.value.message or caught.value.code == "YAML-001"
    assert "Secret!" not in str(caught.value)


def test_changes_cannot_go_without_the_totals_that_find_lost_ones(written):
    changes = "read: changes, closing: false, changes: {table: L, order: S, operation: O}"
    with pytest.raises(HuiliuError, match="SOURCE-001"):
        written(f"sources: {{m: {{{FRONT}, tables: {{person: {{{changes}}}}}}}}}")


def test_secrets_come_from_the_environment_or_from_a_file_that_nobody_else_reads(tmp_path):
    secrets = Secrets(tmp_path, {"HUILIU_SECRET_FRONT": "outside"})
    assert secrets.get("front") == "outside"
    (tmp_path / "key").write_text("line one\nline two\n")
    (tmp_path / "key").chmod(0o600)
    assert secrets.get("key") == "line one\nline two"
    (tmp_path / "key").chmod(0o640)
    for name in ("key", "absent"):
        with pytest.raises(HuiliuError, match="SOURCE-003"):
            secrets.get(name)
    assert "outside" not in repr(secrets)


def test_no_login_shows_its_secret():
    login = DatabaseLogin("front", "postgresql", "h", "d", "u", "geheim")
    assert "geheim" not in repr(login)


def batch(folder):
    folder.mkdir(parents=True)
    (folder / "person.csv").write_text("AAC001\n")
    file = {"name": "person.csv", "bytes": 7}
    (folder / "manifest.json").write_text(json.dumps({"tables": {"person": {"files": [file]}}}))


def test_one_source_that_fails_stops_no_other(written, around, tmp_path):
    nobody = FRONT.replace("host: h", "host: 127.0.0.1, port: 1")
    sources = written(
        f"sources: {{gone: {{kind: folder, path: /nonexistent}}, front: {{{nobody}}}, "
        f"mount: {{kind: folder, path: {tmp_path / 'out'}}}}}"
    )
    batch(tmp_path / "out" / "449900_20250331")
    results = fetch_all(sources, around, lambda: None)
    assert [(result.source, result.state) for result in results] == [
        ("gone", "failed"),
        ("front", "failed"),
        ("mount", "taken"),
    ]
    assert [result.error.code for result in results[:2]] == ["SOURCE-005", "SOURCE-005"]


def test_two_runs_do_not_fetch_from_one_source_at_once(written, around, tmp_path):
    import fcntl

    (tmp_path / "out").mkdir()
    sources = written(f"sources: {{mount: {{kind: folder, path: {tmp_path / 'out'}}}}}")
    around.state.mkdir()
    with (around.state / "mount.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert fetch_all(sources, around, lambda: None)[0].error.code == "SOURCE-004"
    assert fetch_all(sources, around, lambda: None)[0].state == "unchanged"


def test_our_copies_leave_the_inbox_when_they_are_long_published(written, around, tmp_path):
    from lake.front_end import pointer

    for name in ("449900_20250320", "449900_20250331"):
        batch(tmp_path / "out" / name)
    (around.inbox / "449900_20250301").mkdir()  # not ours
    sources = written(f"sources: {{mount: {{kind: folder, path: {tmp_path / 'out'}, keep_days: 7}}}}")
    fetch_all(sources, around, lambda: None)
    assert len(list(around.inbox.iterdir())) == 3
    fetch_all(sources, around, lambda: pointer(date(2025, 3, 31), "sm3:0"))
    assert sorted(path.name for path in around.inbox.iterdir()) == ["449900_20250301", "449900_20250331"]
    assert fetch_all(sources, around, lambda: None)[0].state == "unchanged"  # and are not fetched again


def test_a_source_by_name_may_be_out_of_use(written):
    sources = written("sources: {a: {kind: folder, path: /a, enabled: false}, b: {kind: folder, path: /b}}")
    assert [source.name for source in chosen(sources, None)] == ["b"]
    assert [source.name for source in chosen(sources, "a")] == ["a"]
    with pytest.raises(HuiliuError, match="SOURCE-002"):
        chosen(sources, "c")


def test_reaching_takes_nothing(written, around, tmp_path):
    batch(tmp_path / "out" / "449900_20250331")
    (mount,) = written(f"sources: {{mount: {{kind: folder, path: {tmp_path / 'out'}}}}}")
    reach(mount, around)
    assert list(around.inbox.iterdir()) == []


@pytest.mark.parametrize(
    "tables",
    ["{unit: {}}", "{payment: {read: range, column: amount}}", "{person: {read: range, column: born_on}}"],
)
def test_tables_and_ranges_that_the_mapping_cannot_give_are_refused(written, around, tables):
    (front,) = written(f"sources: {{front: {{{FRONT}, mapping: example, tables: {tables}}}}}")
    with pytest.raises(HuiliuError, match="SOURCE-001"):
        front_end_source(front, around)


@pytest.mark.parametrize("engine", ["mysql", "oracle", "dm"])
def test_a_driver_that_is_not_installed_is_named_with_its_extra(engine, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(connections.importlib, "import_module", absent)
    with pytest.raises(HuiliuError, match="SOURCE-020") as caught:
        connect(DatabaseLogin("front", engine, "h", "d", "u", "p"))
    assert f"huiliu[{engine}]" in caught.value.hint


def test_only_postgresql_says_that_it_was_tested(written):
    for engine in DIALECTS:
        (front,) = written(f"sources: {{front: {{{FRONT.replace('postgresql', engine)}}}}}")
        assert front.tested == (engine == "postgresql")


NAMES = {
    "person": {"t": {n.lower(): n for n in ("AAC001", "AAC003", "AAC004", "AAC006", "AAE036", "AAE100")}},
    "payment": {
        "t": {n.lower(): n for n in ("AAZ001", "AAZ257", "AAE002", "AAE019")},
        "head": {"aaz257": "AAZ257", "aac001": "AAC001"},
    },
}
MONTH = Part("benefit_month", "202503", "202503")


def test_the_texts_for_mysql():
    query = Query(DIALECTS["mysql"], PAYMENT, NAMES["payment"])
    assert query.rows(MONTH) == (
        "SELECT CAST(t.`AAZ001` AS CHAR) AS c0, CAST(head.`AAC001` AS CHAR) AS c1, CAST(t.`AAE002` AS CHAR) AS c2, "
        "CAST(t.`AAE019` AS CHAR) AS c3 FROM AC61 t LEFT JOIN AC60 head ON t.`AAZ257` = head.`AAZ257` "
        "WHERE t.`AAE002` BETWEEN '202503' AND '202503'"
    )
    assert query.totals(["amount"], None) == (
        "SELECT CAST(count(*) AS CHAR), CAST(sum(CAST(t.`AAE019` AS DECIMAL(38,6))) AS CHAR) "
        "FROM AC61 t LEFT JOIN AC60 head ON t.`AAZ257` = head.`AAZ257`"
    )


def test_the_texts_for_oracle_leave_values_to_be_spelled_here():
    query = Query(DIALECTS["oracle"], PERSON, NAMES["person"])
    assert query.rows() == (
        'SELECT t."AAC001" AS c0, t."AAC003" AS c1, t."AAC004" AS c2, t."AAC006" AS c3, t."AAE036" AS c4 '
        "FROM AC01 t WHERE t.\"AAE100\" IN ('1')"
    )
    assert query.totals([], "changed_at") == (
        'SELECT count(*), min(t."AAE036"), max(t."AAE036") FROM AC01 t WHERE t."AAE100" IN (\'1\')'
    )


def test_the_texts_for_dm():
    query = Query(DIALECTS["dm"], PAYMENT, NAMES["payment"])
    assert query.rows(since=("AAZ001", "5", "9")) == (
        'SELECT t."AAZ001" AS c0, head."AAC001" AS c1, t."AAE002" AS c2, t."AAE019" AS c3, t."AAZ001" AS c4 '
        'FROM AC61 t LEFT JOIN AC60 head ON t."AAZ257" = head."AAZ257" WHERE t."AAZ001" > 5 AND t."AAZ001" <= 9'
    )
