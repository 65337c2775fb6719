"""Faults that agree with every total of the manifest: a month left out, rows lost or doubled, yuan taken for fen."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from huiliu.kernel.parameters import Parameters
from huiliu.lake.controls import Control
from huiliu.lake.engine import Engine
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.plausible import EVERY, Plausibility
from huiliu.lake.records import NightRecord, Outcome
from huiliu.lake.tables import Column, not_null, table
from lake.builder import DIVISION, Part, csv_bytes, write_batch
from lake.conftest import Site, check_of, failed, warmed

pytestmark = pytest.mark.slow

pension = table(
    name="payment",
    label="待遇支付",
    grain=("person_no", "payment_no"),
    period="benefit_month",
    columns=(
        Column("payment_no", code="EAZ048", kind="id", label="支付明细序号"),
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("insurance_type", code="AAE140", kind="code", label="险种"),
        Column("benefit_month", code="EAC064", kind="month", label="待遇年月"),
        Column("amount", code="AAE019", kind="money", label="待遇金额", malformed="quarantine"),
    ),
    checks=(not_null("payment_no", "person_no", "benefit_month"),),
)
HEADER = ("EAZ048", "AAC001", "AAE140", "EAC064", "AAE019", "ZZZ003")
CHANGES = ("OP", *HEADER)
STAMP = "2025-03-31 18:00:00"
NUMBERS = {
    "least_rows": 5, "increments_compared": 3, "increment_times": 2, "month_moved": 5,
    "day_rows_refuse_below": 95, "day_rows_warn_below": 99, "day_rows_warn_above": 120, "day_rows_refuse_above": 180,
    "day_sums_refuse_below": 80, "day_sums_warn_below": 95, "day_sums_warn_above": 120, "day_sums_refuse_above": 200,
    "month_rows_refuse_below": 50, "month_rows_warn_below": 80,
    "month_rows_warn_above": 125, "month_rows_refuse_above": 180,
    "month_sums_refuse_below": 20, "month_sums_warn_below": 67,
    "month_sums_warn_above": 150, "month_sums_refuse_above": 500,
}  # fmt: skip
MONTHS = [year * 100 + month for year in (2023, 2024) for month in range(1, 13)] + [202501, 202502, 202503]
COMPARED = ("day_rows", "day_sums", "increment_size", "month_missing", "month_rows", "month_sums")

Rows = list[tuple[str, ...]]


def dated(numbers: dict[str, int], day: date = date(2000, 1, 1)) -> Parameters:
    lines = {day: {"value": 0, "source": "测试"}}
    return Parameters.read(
        {name: {"unit": "%", "values": {day: {**lines[day], "value": value}}} for name, value in numbers.items()}, "t"
    )


def month_of_pay(month: int, persons: int = 10, amount: str = "100.00", scheme: str = "110") -> Rows:
    return [(f"{scheme}{month}{n}", f"P{n}", scheme, str(month), amount, STAMP) for n in range(persons)]


def paid(months: Sequence[int] = MONTHS) -> Rows:
    return [row for month in months for row in month_of_pay(month)]


def batch(site: Site, rows: Rows, mode: str = "full", sequence: int | None = None) -> NightRecord:
    """The next day's delivery, every number of which is true."""
    done = len(list(site.inbox.iterdir()))
    header = HEADER if mode == "full" else CHANGES
    counted = [tuple("0" if cell == "?" else cell for cell in row) for row in rows]
    part = Part(header, counted, mode, told={"control_sums": None}, data=csv_bytes(header, rows))
    write_batch(
        site.inbox,
        date(2025, 3, 1 + done),
        {"payment": part},
        sequence=done + 1,
        previous=site.previous if done else None,
    )
    return site.last()


def told_of_pensions(site: Site) -> Site:
    site.tables = {"payment": pension}
    site.feed = Feed({"payment": FeedTable(("payment*.csv",), mode="increment")}, division=DIVISION)
    site.plausible = Plausibility({EVERY: dated(NUMBERS)})
    return site


@pytest.fixture(scope="module")
def paid_once(warm: Engine, templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation to copy: 27 months of ten payments each, published."""
    root = shutil.copytree(templates / "empty", tmp_path_factory.mktemp("paying"), dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        warmed(warm, monkeypatch)
        site = told_of_pensions(Site(root))
        record = batch(site, paid())
        site.library.close()
    assert record.outcome is Outcome.PUBLISHED, record.failures
    return root


@pytest.fixture
def paying(place: Path, warm_home: Engine, paid_once: Path) -> Iterator[Site]:
    """27 months of ten payments each."""
    site = told_of_pensions(Site(shutil.copytree(paid_once, place, dirs_exist_ok=True)))
    yield site
    site.library.close()


def compared(record: NightRecord) -> dict[str, str]:
    return {check.code: check.verdict for check in record.checks if check.code in COMPARED}


def test_the_first_night_has_nothing_to_be_compared_with(paying: Site):
    first = check_of(paying.library.history()[0], "day_rows")
    assert (first.verdict, first.actual) == ("none", "首次入库，没有可比的前一夜")


def test_an_unchanged_night_is_plausible(paying: Site):
    record = batch(paying, [*paid()[:-1], ("x", "P9", "110", "202503", "100.00", STAMP)])
    assert record.outcome is Outcome.PUBLISHED
    assert set(compared(record).values()) == {"pass"}


def test_a_month_that_is_left_out_refuses(paying: Site):
    record = batch(paying, paid([month for month in MONTHS if month != 202411]))
    assert failed(record) == ["month_missing"]
    check = check_of(record, "month_missing")
    assert (check.actual, check.where) == ("1 处不符", "EAC064：202411 110")
    assert compared(record)["day_rows"] == "warn"  # 260 of 270 are 96.3 %


def test_the_newest_month_that_is_left_out_refuses(paying: Site):
    record = batch(paying, paid(MONTHS[:-1]))
    assert failed(record) == ["month_rows", "month_sums"]
    assert check_of(record, "month_rows").where == "EAC064：202503 110 行 10 → 0（0.0%）"


@pytest.mark.slow
def test_a_doubled_month_refuses(paying: Site):
    again = [(f"again{row[0]}", *row[1:]) for row in month_of_pay(202503)]
    record = batch(paying, paid() + again)
    assert failed(record) == ["month_rows"]
    assert check_of(record, "month_rows").where == "EAC064：202503 110 行 10 → 20（200.0%）"
    assert compared(record)["month_sums"] == "warn"


@pytest.mark.slow
def test_a_doubled_table_refuses(paying: Site):
    record = batch(paying, paid() + [(f"again{row[0]}", *row[1:]) for row in paid()])
    check = check_of(record, "day_rows")
    assert (check.verdict, check.expected, check.actual) == ("fail", "上一夜 270 行的 95%～180%", "540 行（200.0%）")
    assert compared(record)["day_sums"] == "warn"


@pytest.mark.parametrize(
    ("lost", "verdict"),
    [(14, "fail"), *(pytest.param(*row, marks=pytest.mark.slow) for row in ((2, "pass"), (8, "warn"), (13, "warn")))],
)
def test_rows_that_are_lost_warn_or_refuse(paying: Site, lost: int, verdict: str):
    """3 % of 270 are 8 rows, 5 % are 13.5."""
    record = batch(paying, paid()[:1] + paid()[1::1][lost:])
    assert check_of(record, "day_rows").verdict == verdict
    assert (record.outcome is Outcome.REFUSED) is (verdict == "fail")


def test_yuan_for_fen_refuses(paying: Site):
    record = batch(paying, paid(MONTHS[:-1]) + month_of_pay(202503, amount="10000.00"))
    assert failed(record) == ["day_sums", "month_sums"]
    expected = "EAC064：202503 110 待遇金额 1000.00 → 100000.00（10000.0%）"
    assert check_of(record, "month_sums").where == expected


def test_a_month_that_is_skipped_by_increments_refuses(paying: Site):
    rows = [("I", *row) for row in month_of_pay(202505)]
    record = batch(paying, rows, "increment")
    assert failed(record) == ["month_missing"]
    assert check_of(record, "month_missing").where == "EAC064：202504 110"


@pytest.mark.slow
def test_a_month_may_fill_up_night_by_night(paying: Site):
    rows = [("I", *row) for row in month_of_pay(202504)]
    for part in (rows[:2], rows[2:5], rows[5:]):
        record = batch(paying, part, "increment")
        assert record.outcome is Outcome.PUBLISHED, record.failures
        assert compared(record)["month_rows"] == "pass"


@pytest.mark.slow
def test_each_scheme_has_its_own_months(paying: Site):
    """A second scheme begins: nothing of its own comes before, and ten rows of the other are no measure."""
    record = batch(paying, [("I", *row) for row in month_of_pay(202503, 4, scheme="120")], "increment")
    assert set(compared(record).values()) == {"pass"}


@pytest.mark.slow
def test_a_correction_calls_for_no_new_look_at_an_odd_month(paying: Site):
    """What was accepted once and hardly moves is not judged again."""
    paying.plausible = Plausibility()
    batch(paying, paid() + [(f"more{n}", f"P{n}", "110", "202301", "100.00", STAMP) for n in range(30)])
    paying.plausible = Plausibility({EVERY: dated(NUMBERS)})
    changed = [("U", "1102023010", "P0", "110", "202301", "100.01", STAMP)]
    record = batch(paying, changed, "increment")
    assert set(compared(record).values()) == {"pass"}


@pytest.mark.slow
def test_numbers_of_a_table_and_of_a_day_replace_the_general_ones(paying: Site):
    own = dated({"day_rows_refuse_below": 50, "month_rows_refuse_below": 0, "month_sums_refuse_below": 0})
    paying.plausible = Plausibility({EVERY: dated(NUMBERS), "payment": own})
    assert batch(paying, paid(MONTHS[:-2])).outcome is Outcome.PUBLISHED


@pytest.mark.parametrize(("amounts", "failures"), [pytest.param(4, [], marks=pytest.mark.slow), (5, ["month_sums"])])
def test_a_column_of_few_amounts_is_no_measure_for_the_next_month(paying: Site, amounts: int, failures: list[str]):
    """Nothing is paid in February after a month of four amounts, fewer than five; or after five, the rest being 0."""
    january = month_of_pay(202501, amounts, "200.00") + month_of_pay(202501, 10, "0.00")[amounts:]
    record = batch(paying, paid(MONTHS[:24]) + january + month_of_pay(202502, 10, "0.00") + month_of_pay(202503))
    assert failed(record) == failures


@pytest.mark.slow
def test_a_column_that_is_not_steady_is_not_measured(paying: Site):
    fees = Column("amount", code="AAE019", kind="money", label="滞纳金", malformed="quarantine", steady=False)
    paying.tables = {"payment": replace(pension, columns=(*pension.columns[:4], fees, *pension.columns[5:]))}
    record = batch(paying, paid(MONTHS[:-1]) + month_of_pay(202503, amount="10000.00"))
    assert record.outcome is Outcome.PUBLISHED
    assert "day_sums" not in compared(record)


def test_without_a_number_in_force_nothing_is_judged(paying: Site):
    paying.plausible = Plausibility({EVERY: dated(NUMBERS, date(2025, 6, 1))})
    record = batch(paying, paid(MONTHS[:3]))
    assert record.outcome is Outcome.PUBLISHED
    assert compared(record) == {"day_rows": "none"}


@pytest.mark.slow
def test_few_rows_are_not_judged_by_shares(site: Site):
    site.tables = {"payment": pension}
    site.plausible = Plausibility({EVERY: dated(NUMBERS)})
    batch(site, paid([202503])[:4])
    record = batch(site, paid([202503])[:2])
    check = check_of(record, "day_rows")
    assert (check.verdict, check.actual) == ("none", "2 行，少于 5 行不按比例判断")


@pytest.mark.slow
def test_an_increment_larger_than_ever_warns(paying: Site):
    numbers = count()
    for size, verdict in ((6, None), (12, "pass"), (25, "warn")):
        rows = [("I", f"n{next(numbers)}", "P1", "110", "202503", "1.00", STAMP) for _ in range(size)]
        paying.plausible = Plausibility({EVERY: dated({**NUMBERS, "month_rows_refuse_above": 9999})})
        record = batch(paying, rows, "increment")
        assert record.outcome is Outcome.PUBLISHED, record.failures
        assert compared(record).get("increment_size") == verdict
    assert check_of(record, "increment_size").expected == "不超过前 2 夜最大 12 行的 2 倍"


@pytest.mark.slow
def test_a_correction_is_compared_with_the_night_that_it_follows(paying: Site):
    """262 rows are 97 % of the first night's 270 and 65 % of the 405 that it corrects."""
    first = paying.previous
    paying.plausible = Plausibility()
    batch(paying, [*paid(), *((f"more{n}", "P1", "110", "202503", "1.00", STAMP) for n in range(135))])
    paying.plausible = Plausibility({EVERY: dated(NUMBERS)})
    part = Part(HEADER, paid()[8:], told={"control_sums": None})
    write_batch(paying.inbox, date(2025, 3, 2), {"payment": part}, sequence=2, previous=first, revision=1)
    check = check_of(paying.last(), "day_rows")
    assert (check.verdict, check.actual) == ("warn", "262 行（97.0%）")


def control(severity: str = "warn", allowed: int | None = None, **more) -> Control:  # type: ignore[no-untyped-def]
    """No payment above a hundred yuan."""
    query = """SELECT person_no AS subject, benefit_month AS occurred_on, amount - $most AS amount
               FROM payment WHERE amount > $most AND benefit_month BETWEEN $since AND $until"""
    numbers = {"most": 100} | ({} if allowed is None else {"allowed": allowed})
    values = {"months": {"payment": "benefit_month"}, "basis": "测试", **more}
    return Control(
        code="at_most", label="不超过一百元", severity=severity, reads=(pension,), query=query,
        numbers=dated(numbers), uses=frozenset({"most", "since", "until"}), **values,
    )  # fmt: skip


def over(site: Site, *controls: Control, amount: str = "100.01") -> NightRecord:
    site.plausible = Plausibility(controls=controls)
    rows = [("U", "1102025030", "P0", "110", "202503", amount, STAMP), ("D", "1102025020", "P0", "", "", "", STAMP)]
    return batch(site, rows, "increment")


def test_a_control_warns_and_says_months_and_no_person(paying: Site):
    record = over(paying, control())
    check = check_of(record, "control")
    assert record.outcome is Outcome.PUBLISHED
    assert (check.verdict, check.name, check.expected) == ("warn", "不超过一百元", "0 处不符")
    assert (check.actual, check.where) == ("1 处不符，涉及 0.01 元", "at_most：202503：1 处")


@pytest.mark.slow
def test_a_control_refuses_where_it_is_said_to(paying: Site):
    record = over(paying, control("refuse"))
    assert failed(record) == ["control"]
    assert paying.rows("SELECT max(amount) FROM payment") == [(Decimal("100.00"),)]


@pytest.mark.slow
def test_as_many_as_are_allowed_pass(paying: Site):
    check = check_of(over(paying, control("refuse", allowed=1)), "control")
    assert (check.verdict, check.expected) == ("pass", "不超过 1 处不符")


@pytest.mark.slow
def test_a_control_looks_only_at_the_months_that_were_touched(paying: Site):
    assert check_of(over(paying, control()), "control").verdict == "warn"
    again = batch(paying, [("U", "1102025010", "P0", "110", "202501", "99.00", STAMP)], "increment")
    assert check_of(again, "control").verdict == "pass"
    nothing = batch(paying, [], "increment")
    check = check_of(nothing, "control")
    assert (check.verdict, check.actual) == ("none", "本夜没有涉及")


@pytest.mark.slow
def test_a_control_counts_rows_in_quarantine_as_the_province_sent_them(paying: Site):
    """The amount of P1 cannot be read: that of P0 is above the bound wherever the row of P1 lies."""
    paying.plausible = Plausibility(controls=(control(),))
    rows = [
        ("U", "1102025031", "P1", "110", "202503", "?", STAMP),
        ("U", "1102025030", "P0", "110", "202503", "101.00", STAMP),
    ]
    record = batch(paying, rows, "increment")
    assert check_of(record, "control").actual == "1 处不符，涉及 1.00 元"
