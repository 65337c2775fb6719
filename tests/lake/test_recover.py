"""What a killed run leaves behind is finished or cleared by the next; a broken look-up file stops nothing."""

from datetime import date
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import night, publish
from huiliu.lake.engine import Engine
from huiliu.lake.records import Outcome
from huiliu.lake.state import lake_state
from huiliu.lake.tables import Column, Table, table
from lake.builder import STAMP, TABLES, first_night, second_night
from lake.conftest import Site

CHANGE = [("U", "Z1", "P1", "202503", "110.10", STAMP)]
BEFORE, AFTER = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}, {"Z1": "110.10", "Z2": "200.20", "Z3": "300.30"}


class KilledError(BaseException):
    """Stands for a process that dies: nothing after it runs that a `finally` would not run either."""


def killed(*_: object, **__: object) -> None:
    raise KilledError


def two_batches(site: Site) -> None:
    previous = first_night(site.inbox)
    site.night()
    second_night(site.inbox, previous, CHANGE, (3, "610.60"))


def test_a_committed_night_is_invisible_until_the_next_run_publishes_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_batches(site)
    with monkeypatch.context() as patch:
        patch.setattr(night, "publish", killed)
        with pytest.raises(KilledError):
            site.night()
    assert site.payments() == BEFORE
    assert [n.snapshot for n in site.library.history()] == [1]
    state = lake_state(site.home)
    assert (state.unpublished, state.problems) == ((2,), ())
    assert [r.outcome for r in site.night()] == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert site.payments() == AFTER
    assert [n.snapshot for n in site.library.history()] == [1, 2]
    assert lake_state(site.home).unpublished == ()


def test_a_lost_pointer_is_found_again(site: Site) -> None:
    two_batches(site)
    site.night()
    site.home.pointer_file.unlink()
    site.night()
    assert site.payments() == AFTER
    assert site.problems() == ()


def test_a_night_cut_before_its_commit_leaves_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    two_batches(site)
    data = sorted(site.home.data.rglob("*.parquet"))
    with monkeypatch.context() as patch:
        patch.setattr(night, "reconcile", killed)
        with pytest.raises(KilledError):
            site.night()
    state = lake_state(site.home)
    assert (state.nights, state.unpublished, state.leftovers) == ((1,), (), ("449900_20250401",))
    (site.home.staging / "449900_20250401" / "payment.0.parquet").touch()
    (site.home.root / "serve.9.duckdb.tmp").touch()
    orphan = data[0].with_name("orphan.parquet")
    orphan.write_bytes(data[0].read_bytes())
    assert site.payments() == BEFORE
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.payments() == AFTER
    assert not orphan.exists()
    state = lake_state(site.home)
    assert (state.leftovers, state.problems) == ((), ())


def test_no_look_up_file_does_not_stop_publication(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    two_batches(site)

    def full(engine: Engine, partial: Path, *_: object) -> None:
        partial.write_bytes(b"half")
        raise HuiliuError(code="LAKE-011", message="磁盘空间不足", hint="")

    monkeypatch.setattr(publish, "_fill", full)
    assert site.last().outcome is Outcome.PUBLISHED
    pointer = site.library.pointer()
    assert pointer is not None
    assert (pointer.snapshot, pointer.serve) == (2, None)
    assert site.payments() == AFTER
    assert lake_state(site.home).leftovers == ()


def test_only_the_last_two_look_up_files_are_kept(site: Site) -> None:
    previous = first_night(site.inbox)
    for number, amount in enumerate(("1.00", "2.00", "3.00"), start=2):
        rows = [("U", "Z1", "P1", "202503", amount, STAMP)]
        closing = (3, f"{500 + number - 1}.50")
        previous = second_night(site.inbox, previous, rows, closing, sequence=number, day=date(2025, 4, number))
    assert {r.outcome for r in site.night()} == {Outcome.PUBLISHED}
    assert [path.name for path in site.home.serve_files()] == ["serve.3.duckdb", "serve.4.duckdb"]


def with_columns(*columns: Column) -> dict[str, Table]:
    old = TABLES["payment"]
    new = table(name="payment", label=old.label, grain=old.grain, columns=columns, checks=old.checks)
    return {**TABLES, "payment": new}


def test_new_columns_are_added_and_anything_else_is_refused_with_a_plan(site: Site) -> None:
    two_batches(site)
    *columns, _ = TABLES["payment"].columns
    site.tables = with_columns(*columns, Column("remark", code="AAE013", kind="text", label="备注"))
    assert site.last().outcome is Outcome.PUBLISHED
    assert site.rows("SELECT payment_no, remark FROM payment WHERE payment_no = 'Z1'") == [("Z1", None)]
    site.tables = with_columns(*columns[:3], Column("amount", code="AAE019", kind="text", label="待遇金额"))
    second_night(site.inbox, "sm3:" + "0" * 64, [], (3, "0"))
    pointer = site.library.pointer()
    assert pointer is not None
    options = {"sequence": 3, "day": date(2025, 4, 2), "told": {"control_sums": None, "closing": None}}
    second_night(site.inbox, pointer.digest, [("D", "Z1", "P1", "", "", STAMP)], (2, "0"), **options)
    with pytest.raises(HuiliuError) as refused:
        site.night()
    assert refused.value.code == "LAKE-020"
    assert refused.value.facts["plan"] == [
        "列 remark 已从定义中删除：请恢复其定义",
        "列 amount 的类型由 DECIMAL(16,2) 改为 VARCHAR：请改用新列名",
    ]
    assert site.payments() == AFTER
