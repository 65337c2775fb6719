"""What a killed run leaves behind is finished or cleared by the next; a broken look-up file stops nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import home, load, night, publish
from huiliu.lake.engine import Engine, Params
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from huiliu.lake.tables import Column, Table, table
from lake.builder import STAMP, TABLES, second_night, sm3_of
from lake.conftest import Site

pytestmark = pytest.mark.usefixtures("look_ups")


CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
BEFORE, AFTER = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}, {"Z1": "110.10", "Z2": "200.20", "Z3": "300.30"}


class KilledError(BaseException):
    """Stands for a process that dies: nothing after it runs that a `finally` would not run either."""


def killed(*_: object, **__: object) -> None:
    raise KilledError


def second_batch(site: Site) -> None:
    second_night(site.inbox, site.previous, CHANGE, (3, "610.60"))


@pytest.mark.slow
def test_a_committed_night_is_invisible_until_the_next_run_publishes_it(
    published: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_batch(published)
    with monkeypatch.context() as patch:
        patch.setattr(night, "turn", killed)
        with pytest.raises(KilledError):
            published.night()
    assert published.payments() == BEFORE
    assert [n.snapshot for n in published.library.history()] == [1]
    state = lake_state(published.home)
    assert (state.unpublished, state.problems) == ((2,), ())
    assert [r.outcome for r in published.night()] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert published.payments() == AFTER
    assert [n.snapshot for n in published.library.history()] == [1, 2]
    assert lake_state(published.home).unpublished == ()


@pytest.mark.slow
def test_a_lost_pointer_is_found_again(published: Site) -> None:
    second_batch(published)
    published.night()
    published.home.pointer_file.unlink()
    published.night()
    assert published.payments() == AFTER
    assert published.problems() == ()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        *(pytest.param(x, marks=pytest.mark.slow) for x in (b"\xff", b"[]", b'{"snapshot": 1}', b'{"snapshot": "1"}')),
    ],
)
def test_a_damaged_pointer_is_said_and_made_anew(published: Site, text: bytes) -> None:
    pointer = published.home.pointer_file.read_bytes()
    if text.startswith(b'{"snapshot": "1"'):
        text = pointer.replace(b'"snapshot":1', b'"snapshot":"1"')
    published.home.pointer_file.write_bytes(text)
    with pytest.raises(HuiliuError, match=r"published\.json") as said:
        published.payments()
    assert said.value.code == "LAKE-032"
    published.night()
    assert published.home.pointer_file.read_bytes() == pointer


@pytest.mark.parametrize(
    "lost",
    ["gone", *(pytest.param(how, marks=pytest.mark.slow) for how in ("empty", "gone with the pointer"))],
)
def test_a_lost_catalogue_is_never_replaced_by_an_empty_one(published: Site, lost: str) -> None:
    """An empty one would take every data file for an orphan and delete it."""
    second_batch(published)
    data = sorted(published.home.data.rglob("*.parquet"))
    kept = published.home.catalogue.read_bytes()
    published.home.catalogue.unlink()
    if lost == "empty":
        published.home.catalogue.touch()
    if lost == "gone with the pointer":
        published.home.pointer_file.unlink()
    (published.home.staging / "left").mkdir()
    with pytest.raises(HuiliuError) as refused:
        published.night()
    assert refused.value.code == "LAKE-021"
    assert sorted(published.home.data.rglob("*.parquet")) == data
    published.home.catalogue.write_bytes(kept)
    published.night()
    assert published.payments() == AFTER
    assert published.problems() == ()


def test_a_damaged_catalogue_is_said_and_yesterday_served(published: Site) -> None:
    published.home.catalogue.write_bytes(b"no database" * 1000)
    with pytest.raises(HuiliuError) as refused:
        published.night()
    assert refused.value.code == "LAKE-022"
    assert published.payments() == BEFORE


@pytest.mark.slow
def test_an_older_catalogue_is_refused_until_the_pointer_gives_way(published: Site) -> None:
    """A catalogue restored from before the pointer's night; the look-up file of the lost night must not come back."""
    older = published.home.catalogue.read_bytes()
    second_batch(published)
    published.night()
    published.library.close()
    published.home.catalogue.write_bytes(older)
    with pytest.raises(HuiliuError) as refused:
        published.night()
    assert refused.value.code == "LAKE-023"
    assert published.payments() == AFTER
    published.library.close()
    published.home.pointer_file.unlink()
    other = [("U", "Z1", "P1", "202503", "120.10", STAMP)]
    second_night(published.inbox, first_digest(published), other, (3, "620.60"))
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.payments() == {**BEFORE, "Z1": "120.10"}
    assert published.problems() == ()


def first_digest(site: Site) -> str:
    manifest = site.inbox / "449900_20250331" / "manifest.json"
    return sm3_of(manifest.read_bytes())


def test_data_are_on_the_disk_before_the_commit_names_them(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    before = published.home.data_files()
    second_batch(published)
    synced: list[Path] = []
    acts: list[str] = []

    def sync(path: Path) -> None:
        synced.append(path)
        acts.append("sync")

    run = Engine.run

    def noted(engine: Engine, sql: str, params: Params = None) -> list[tuple[Any, ...]]:
        acts.append(sql)
        return run(engine, sql, params)

    monkeypatch.setattr(home, "sync_file", sync)
    monkeypatch.setattr(Engine, "run", noted)
    published.night()
    new = published.home.data_files() - before
    assert new
    assert new <= set(synced)
    assert {path.parent for path in new} <= set(synced)
    assert "sync" in acts[: acts.index("COMMIT")]
    assert len([act for act in acts[: acts.index("COMMIT")] if act == "sync"]) >= len(new)


@pytest.mark.slow
def test_a_night_cut_before_its_commit_leaves_nothing(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    second_batch(published)
    data = sorted(published.home.data.rglob("*.parquet"))
    with monkeypatch.context() as patch:
        patch.setattr(load, "reconcile", killed)
        with pytest.raises(KilledError):
            published.night()
    state = lake_state(published.home)
    assert (state.nights, state.unpublished, state.leftovers) == ((1,), (), ("449900_20250401",))
    (published.home.staging / "449900_20250401" / "payment.0.parquet").touch()
    (published.home.root / "serve.9.duckdb.tmp").touch()
    orphan = data[0].with_name("orphan.parquet")
    orphan.write_bytes(data[0].read_bytes())
    assert published.payments() == BEFORE
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.payments() == AFTER
    assert not orphan.exists()
    state = lake_state(published.home)
    assert (state.leftovers, state.problems) == ((), ())


@pytest.mark.slow
def test_no_look_up_file_does_not_stop_publication(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    second_batch(published)

    def full(engine: Engine, partial: Path, *_: object) -> None:
        partial.write_bytes(b"half")
        raise HuiliuError(code="LAKE-011", message="磁盘空间不足", hint="")

    monkeypatch.setattr(publish, "_fill", full)
    assert published.last().outcome is Outcome.PUBLISHED
    pointer = published.library.pointer()
    assert pointer is not None
    assert (pointer.snapshot, pointer.serve) == (2, None)
    assert published.payments() == AFTER
    assert lake_state(published.home).leftovers == ()


@pytest.mark.slow
def test_a_night_is_seen_before_its_look_up_file_is_built(published: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    second_batch(published)
    fill, seen = publish._fill, []

    def watched(*arguments: Any) -> None:
        pointer = published.library.pointer()
        assert pointer is not None
        seen.append((pointer.snapshot, pointer.serve, published.payments()))
        fill(*arguments)

    monkeypatch.setattr(publish, "_fill", watched)
    with published.library.open() as yesterday:
        published.night()
        assert seen == [(2, None, AFTER)]
        assert yesterday.value("SELECT amount FROM payment WHERE payment_no = 'Z1'") == Decimal("100.10")
    pointer = published.library.pointer()
    assert pointer is not None
    assert pointer.serve == "serve.2.duckdb"
    assert published.payments() == AFTER
    assert [i.is_derived for i in published.library._instances.values()] == [True]


@pytest.mark.slow
def test_a_look_up_file_that_a_killed_run_left_unmade_is_built_by_the_next(
    published: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    second_batch(published)
    with monkeypatch.context() as patch:
        patch.setattr(publish, "_fill", killed)
        with pytest.raises(KilledError):
            published.night()
    assert published.payments() == AFTER
    published.night()
    pointer = published.library.pointer()
    assert pointer is not None
    assert (pointer.serve, published.home.serve_file(2).exists()) == ("serve.2.duckdb", True)
    assert lake_state(published.home).leftovers == ()
    assert published.payments() == AFTER


@pytest.mark.slow
def test_a_run_builds_one_look_up_file_and_the_last_two_are_kept(published: Site) -> None:
    previous = published.previous
    for number, amount in enumerate(("1.00", "2.00", "3.00"), start=2):
        rows = [("U", "Z1", "P1", "202503", amount, STAMP)]
        closing = (3, f"{500 + number - 1}.50")
        previous = second_night(published.inbox, previous, rows, closing, sequence=number, day=date(2025, 4, number))
    assert [r.outcome for r in published.night()][1:] == [Outcome.PUBLISHED] * 3
    assert [path.name for path in published.home.serve_files()] == ["serve.1.duckdb", "serve.4.duckdb"]
    rows = [("U", "Z1", "P1", "202503", "4.00", STAMP)]
    second_night(published.inbox, previous, rows, (3, "504.50"), sequence=5, day=date(2025, 4, 5))
    assert published.last().outcome is Outcome.PUBLISHED
    assert [path.name for path in published.home.serve_files()] == ["serve.4.duckdb", "serve.5.duckdb"]


def with_columns(*columns: Column) -> dict[str, Table]:
    old = TABLES["payment"]
    new = table(name="payment", label=old.label, grain=old.grain, columns=columns, checks=old.checks)
    return {**TABLES, "payment": new}


@pytest.mark.slow
def test_new_columns_are_added_and_anything_else_is_refused_with_a_plan(published: Site) -> None:
    second_batch(published)
    *columns, _ = TABLES["payment"].columns
    published.tables = with_columns(*columns, Column("remark", code="AAE013", kind="text", label="备注"))
    assert published.last().outcome is Outcome.PUBLISHED
    assert published.rows("SELECT payment_no, remark FROM payment WHERE payment_no = 'Z1'") == [("Z1", None)]
    published.tables = with_columns(*columns[:3], Column("amount", code="AAE019", kind="text", label="待遇金额"))
    second_night(published.inbox, "sm3:" + "0" * 64, [], (3, "0"))
    pointer = published.library.pointer()
    assert pointer is not None
    options = {"sequence": 3, "day": date(2025, 4, 2), "told": {"control_sums": None, "closing": None}}
    second_night(published.inbox, pointer.digest, [("D", "Z1", "P1", "", "", STAMP)], (2, "0"), **options)
    with pytest.raises(HuiliuError) as refused:
        published.night()
    assert refused.value.code == "LAKE-020"
    assert refused.value.facts["plan"] == [
        "列 remark 已从定义中删除：请恢复其定义",
        "列 amount 的类型由 DECIMAL(16,2) 改为 VARCHAR：请改用新列名",
    ]
    assert published.payments() == AFTER
