"""Is a night plausible: its tables beside the night before, its months beside the month before, controls across tables.

Totals that agree prove that what the province sent has arrived, not that it sent what it should have.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.kernel.parameters import Parameters
from huiliu.lake.bands import EDGES, Band, percent
from huiliu.lake.controls import Control, look
from huiliu.lake.engine import Engine
from huiliu.lake.ledger import AUTHOR
from huiliu.lake.months import Series, month_checks, series
from huiliu.lake.reconcile import Night
from huiliu.lake.records import Check, Proof, TableRecord, Verdict
from huiliu.lake.tables import Table

EVERY = ""  # the numbers of every table, unless it has its own
BANDS = ("day_rows", "day_sums", "month_rows", "month_sums")
NUMBERS = (
    "least_rows",
    "increments_compared",
    "increment_times",
    "month_moved",
    *(f"{kind}_{edge}" for kind in BANDS for edge in EDGES),
)
_DAY = ("day_rows", "行数较上一夜")
_COMMITS = 60  # more than increments_compared, for not every night has every table


@dataclass(frozen=True)
class Plausibility:
    """What a night is measured against: dated numbers by table, and the controls across tables."""

    numbers: Mapping[str, Parameters] = field(default_factory=dict)
    controls: tuple[Control, ...] = ()

    def on(self, table: str, day: date) -> Mapping[str, Decimal] | None:
        """The table's numbers on a day; None if one of them has no value in force."""
        found = {
            name: Decimal(str(number.value))
            for which in (EVERY, table)
            if which in self.numbers
            for name, number in self.numbers[which].at(day).items()
        }
        return found if set(NUMBERS) <= set(found) else None


@dataclass(frozen=True)
class State:
    """A state that would be: what the night does to each table, each table's totals after it, its months before it."""

    day: date
    nights: Sequence[Night]
    totals: Sequence[TableRecord]
    months: Mapping[str, Series]


def months_before(engine: Engine, against: Plausibility, nights: Sequence[Night]) -> dict[str, Series]:
    """The months of every table that the night will change, before it does.

    Inside the transaction, because DuckLake shows the transaction's own changes in older versions of a table too.
    """
    changed = {n.table for n in nights if n.change and n.change.before and any(n.change.operations.values())}
    judged = [table for table in changed if table.period and against.numbers]
    return {table.name: series(engine, table) for table in judged}


def judge(engine: Engine, against: Plausibility, state: State, until: int | None = None) -> Iterator[Check]:
    """Every check of the would-be state, inside its transaction; it follows the commit `until` (None: the newest)."""
    if against.numbers:
        yield from _movements(engine, against, state, _commits(engine, until))
    yield from look(engine, against.controls, state.nights, state.day)


@dataclass(frozen=True)
class _Commit:
    """What an earlier commit left: each table's totals, and the sizes of the increments that it took."""

    totals: Mapping[str, TableRecord]

    @property
    def increments(self) -> Mapping[str, int]:
        return {name: total.rows for name, total in self.totals.items() if total.mode == "increment"}


def _commits(engine: Engine, until: int | None) -> list[_Commit]:
    """The newest commits, newest first; of each record only its tables, for a month's checks are a long read."""
    found = engine.run(
        "SELECT json_extract(commit_extra_info, '$.tables') FROM ducklake_snapshots('lake') "
        "WHERE author = ? AND snapshot_id <= ? ORDER BY snapshot_id DESC LIMIT ?",
        [AUTHOR, until if until is not None else 1 << 62, _COMMITS],
    )
    return [_Commit({told["table"]: _total(told) for told in json.loads(text)}) for (text,) in found]


def _total(told: Mapping[str, Any]) -> TableRecord:
    return TableRecord(**{**told, "level": Proof(told["level"])})


def _movements(engine: Engine, against: Plausibility, state: State, commits: Sequence[_Commit]) -> Iterator[Check]:
    if not commits:
        yield Check(*_DAY, None, None, "首次入库，没有可比的前一夜", "none")
        return
    newest = commits[0]
    for night, total in zip(state.nights, state.totals, strict=True):
        if night.delivery is None:
            continue
        numbers, last = against.on(total.table, state.day), newest.totals.get(total.table)
        if numbers is None:
            yield Check(*_DAY, total.table, None, "限度在本日没有取值", "none")
        elif last is None or not last.closing_rows:
            yield Check(*_DAY, total.table, None, "首次入库，没有可比的前一夜", "none")
        else:
            yield from _day(night.table, total, last, numbers)
            yield from _increment(total, commits, numbers)
            if total.table in state.months:
                yield from month_checks(engine, night.table, state.months[total.table], numbers)


def _day(table: Table, now: TableRecord, last: TableRecord, numbers: Mapping[str, Decimal]) -> Iterator[Check]:
    """Rows and sums beside those after the last commit; few rows are not judged by shares."""
    least = numbers["least_rows"]
    if last.closing_rows < least and now.closing_rows < least:
        yield Check(*_DAY, table.name, None, f"{now.closing_rows} 行，少于 {least} 行不按比例判断", "none")
        return
    band = Band.of("day_rows", numbers)
    verdict = band.verdict(now.closing_rows, last.closing_rows)
    expected = f"上一夜 {last.closing_rows} 行的 {band.words(verdict)}"
    actual = f"{now.closing_rows} 行（{percent(now.closing_rows, last.closing_rows)}）"
    yield Check(*_DAY, table.name, expected, actual, verdict)
    yield from _day_sums(table, now, last, Band.of("day_sums", numbers))


def _day_sums(table: Table, now: TableRecord, last: TableRecord, band: Band) -> Iterator[Check]:
    for column in table.steady:
        was, amount = (Decimal(total.closing_sums.get(column.name, "0")) for total in (last, now))
        if was <= 0:
            continue
        verdict = band.verdict(amount, was)
        expected = f"上一夜 {was} 元的 {band.words(verdict)}"
        actual = f"{amount} 元（{percent(amount, was)}）"
        yield Check("day_sums", "合计较上一夜", table.name, expected, actual, verdict, column.code)


def _increment(now: TableRecord, before: Sequence[_Commit], numbers: Mapping[str, Decimal]) -> Iterator[Check]:
    """An increment beside the largest before it; warned of, for more work than ever may come in one night."""
    sizes = [size for commit in before if (size := commit.increments.get(now.table)) is not None]
    sizes = sizes[: int(numbers["increments_compared"])]
    largest, times = max(sizes, default=0), numbers["increment_times"]
    if now.mode != "increment" or largest < numbers["least_rows"]:
        return
    verdict: Verdict = "warn" if now.rows > largest * times else "pass"
    expected = f"不超过前 {len(sizes)} 夜最大 {largest} 行的 {times} 倍"
    yield Check("increment_size", "增量大小", now.table, expected, f"{now.rows} 行", verdict)
