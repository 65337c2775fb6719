"""Controls across tables: each holds and each notices, by the cases beside it; files that do not hold together."""

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from huiliu.catalog import Catalog
from huiliu.catalog.controls import HOME, DeclaredControl, controls, plausibility
from huiliu.demo.city import create_city
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.bands import EDGES
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import load_feed
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.records import Outcome
from huiliu.rules.cases import MemorySnapshot
from support.scale import variants

TABLES = Catalog.load().tables
DECLARED = controls(TABLES)
DAY = date(2025, 3, 31)
COMPARED = {"day_rows", "day_sums", "increment_size", "month_missing", "month_rows", "month_sums", "control"}


def found(declared: DeclaredControl, case) -> list[tuple[int, Decimal]]:  # type: ignore[no-untyped-def]
    """Month and amount of each bad row, of all months."""
    control = declared.control
    values = {name: number.value for name, number in control.numbers.at(case.day).items()}
    values |= {"since": 200001, "until": 209912, "day": case.day}
    with MemorySnapshot(control.reads, case.given) as snapshot:
        rows = snapshot.rows(control.query, {name: values[name] for name in control.uses})
    assert all(row["subject"] for row in rows)
    return sorted((row["occurred_on"], row["amount"]) for row in rows)


@pytest.mark.parametrize(
    ("code", "number"), [(code, n) for code, declared in DECLARED.items() for n in range(len(declared.cases))]
)
def test_the_cases_of_every_control_hold(code: str, number: int):
    case = DECLARED[code].cases[number]
    wanted = sorted((row["occurred_on"], Decimal(row["amount"])) for row in case.found)
    assert found(DECLARED[code], case) == wanted, case.name


@pytest.mark.parametrize("code", sorted(DECLARED))
def test_every_control_is_shown_to_hold_and_to_notice(code: str):
    answers = [bool(case.found) for case in DECLARED[code].cases]
    assert True in answers
    assert False in answers


def test_what_is_controlled():
    assert {code: declared.control.severity for code, declared in DECLARED.items()} == {
        "award_without_payment": "warn",
        "first_payment_amount": "warn",
        "payment_without_award": "warn",
        "return_repaid_once": "warn",
        "return_without_payment": "warn",
        "returned_still_paid": "warn",
        "unit_person_sums": "warn",
        "benefits_booked": "warn",
        "contributions_booked": "warn",
        "ledger_turnover": "warn",
        "voucher_balanced": "refuse",
    }


def test_a_month_is_only_looked_at_if_it_was_touched():
    control, case = DECLARED["unit_person_sums"].control, DECLARED["unit_person_sums"].cases[2]
    with MemorySnapshot(control.reads, case.given) as snapshot:
        rows = snapshot.rows(control.query, {"since": 202502, "until": 202502, "tolerance": 0})
    assert [row["occurred_on"] for row in rows] == [202502]


def test_the_numbers_of_a_table_are_ordered_and_in_force():
    numbers = plausibility(TABLES).on("contribution", DAY)
    assert numbers is not None
    assert numbers["day_rows_refuse_below"] == 95
    for kind in ("day_rows", "day_sums", "month_rows", "month_sums"):
        edges = [numbers[f"{kind}_{edge}"] for edge in EDGES]
        assert edges == sorted(edges)
        assert edges[1] < 100 < edges[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An agency's own folder."""
    (tmp_path / "controls" / "finance").mkdir(parents=True)
    return tmp_path / "controls"


def test_an_agency_replaces_single_numbers_from_a_day_on_and_whole_controls(folder: Path):
    own = "values: {2025-03-31: {value: 60, source: 一次性清理}, 2025-04-01: {value: 95, source: 恢复}}"
    text = f'tables: {{contribution: {{day_rows_refuse_below: {{unit: "%", {own}}}}}}}\n'
    (folder / "movements.yaml").write_text(text, "utf-8")
    changed = (HOME / "finance" / "ledger_turnover.yaml").read_text("utf-8")
    changed = changed.replace("severity: warn", "severity: refuse")
    (folder / "finance" / "ledger_turnover.yaml").write_text(changed, "utf-8")
    against = plausibility(TABLES, folder.parent)
    by_day = [against.on("contribution", day) for day in (date(2025, 3, 30), DAY, date(2025, 4, 1))]
    assert [numbers and numbers["day_rows_refuse_below"] for numbers in by_day] == [95, 60, 95]
    others = against.on("person", DAY)
    assert others is not None
    assert others["day_rows_refuse_below"] == 95
    assert {c.code: c.severity for c in against.controls}["ledger_turnover"] == "refuse"
    assert len(against.controls) == len(DECLARED)


FAULTS = (
    ("severity: refuse", "severity: stop", "severity"),
    ("label: 每张凭证借贷平衡\n", "", "须有"),
    ("reads: [voucher]", "reads: [nothing]", "nothing"),
    ("months: {voucher: month_of(dated_on)}", "months: {voucher: dated_on}", "月份须为"),
    ("months: {voucher: month_of(dated_on)}", "months: {voucher: month_of(dated_on) OR 1}", "月份须为"),
    ("HAVING sum(debit) <> sum(credit)", "HAVING sum(debit) <> sum(credit) + 7", "数字 7"),
    ("FROM voucher", "FROM read_csv('x')", "没有在 reads 中声明"),
    ("SELECT account_set", "SELECT random(), account_set", "不允许"),
    ("max(month_of(dated_on)) AS occurred_on", "max(month_of(dated_on)) AS month", "结果列"),
    ("basis:", "params: {since: {unit: 月, values: {2000-01-01: {value: 1, source: x}}}}\nbasis:", "固定含义"),
    ("    found: []", "    result: []", "用例"),
)


@pytest.mark.parametrize(("old", "new", "said"), variants(FAULTS, fast=3))
def test_a_control_that_does_not_hold_together_is_named(folder: Path, old: str, new: str, said: str):
    text = (HOME / "finance" / "voucher_balanced.yaml").read_text("utf-8")
    assert old in text
    (folder / "voucher_balanced.yaml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(HuiliuError, match=re.escape(said)) as caught:
        controls(TABLES, folder.parent)
    assert caught.value.code == "CONTROL-001"
    assert "voucher_balanced.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    variants(
        [
            ("rows: {}\n", "只能有 params"),
            ('params: {unheard_of: {unit: "%", values: {2000-01-01: {value: 5, source: x}}}}\n', "unheard_of"),
            ('params: {month_moved: {unit: "%", values: {2000-01-01: {value: few, source: x}}}}\n', "不小于零"),
            ('params: {month_moved: {unit: "%", values: {2000-01-01: {value: -1, source: x}}}}\n', "不小于零"),
            ('tables: {nothing: {month_moved: {unit: "%", values: {2000-01-01: {value: 5, source: x}}}}}\n', "nothing"),
        ]
    ),
)
def test_numbers_that_do_not_hold_together_are_named(folder: Path, text: str, said: str):
    (folder / "movements.yaml").write_text(text, "utf-8")
    with pytest.raises(HuiliuError, match=re.escape(said)) as caught:
        plausibility(TABLES, folder.parent)
    assert caught.value.code == "CONTROL-001"


@pytest.mark.slow
def test_the_demo_citys_nights_are_plausible(tmp_path: Path, scale, seed: int):  # type: ignore[no-untyped-def]
    """Weekends, month's runs, returns and retirements of a city in order: nothing refuses, and hardly anything warns.

    A pension stops some nights before the award is ended, and a contribution paid for the dead is given back: the
    books take it back that month, the row is gone from the month in which it came.
    """
    inbox = create_city(scale("persons"), seed, tmp_path).inbox
    feed = load_feed(HOME.parent / "feeds" / "default.yaml", TABLES)
    lake = LakeHome(tmp_path / "lake", EngineSettings(memory_limit="800MB"))
    clock = FixedClock(datetime(2025, 4, 1, 3, tzinfo=TZ))
    *nights, _ = run_night(lake, inbox, TABLES, feed, clock, None, None, plausibility(TABLES))
    assert [night.outcome for night in nights] == [Outcome.PUBLISHED] * 11
    compared = [check for night in nights for check in night.checks if check.code in COMPARED]
    odd = {str(check.where).split("：")[0] for check in compared if check.verdict in {"warn", "fail"}}
    assert odd <= {"award_without_payment", "contributions_booked"}
    assert not [check for check in compared if check.verdict == "fail"]
    passed = {(check.code, check.name) for check in compared if check.verdict == "pass"}
    assert {name for code, name in passed if code == "control"} == {d.control.label for d in DECLARED.values()}
    assert {code for code, _ in passed} == COMPARED
