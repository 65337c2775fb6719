"""Months of a table beside the month before, by scheme: one that is missing, halved, doubled or in another unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from huiliu.kernel.periods import months_add
from huiliu.lake.bands import Band, percent
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.records import Check, Verdict
from huiliu.lake.tables import Table

SCHEME = "insurance_type"
Key = tuple[str, int]  # scheme ("" where the table has none) and month
Series = Mapping[Key, tuple[Decimal, ...]]  # rows, the sum of each steady money column, how many amounts it adds up
_SHOWN = 3


@dataclass(frozen=True)
class _Odd:
    """One month that is not what the month before makes one expect."""

    verdict: Verdict
    words: str


def month_checks(engine: Engine, table: Table, before: Series, numbers: Mapping[str, Decimal]) -> Iterator[Check]:
    """Months that the night moved, each beside the month before; `before` is the table's series before the night."""
    months = _Months(table, before, series(engine, table), numbers)
    yield _check("month_missing", "月份连续", table, months.missing(), "不缺月份")
    for code, label in (("month_rows", "各月行数较上月"), ("month_sums", "各月金额较上月")):
        band = Band.of(code, numbers)
        yield _check(code, label, table, months.odd(code, band), f"上月的 {band.words('pass')}")


def series(engine: Engine, table: Table) -> Series:
    """Rows and sums by scheme and month of the table as the lake has it now."""
    scheme = f"coalesce({SCHEME}, '')" if SCHEME in table.by_name else "''"
    period = identifier(str(table.period))
    names = [identifier(column.name) for column in table.steady]
    sums = "".join(f", coalesce(sum({name}), 0)" for name in names)
    amounts = "".join(f", count(nullif({name}, 0))" for name in names)
    found = engine.run(
        f"SELECT {scheme}, {period}, count(*){sums}{amounts} FROM lake.{identifier(table.name)} "
        f"WHERE {period} IS NOT NULL GROUP BY 1, 2"
    )
    return {(kind, month): tuple(map(Decimal, values)) for kind, month, *values in found}


@dataclass(frozen=True)
class _Months:
    """A table's months before and after the night."""

    table: Table
    before: Series
    after: Series
    numbers: Mapping[str, Decimal]

    @property
    def moved(self) -> list[Key]:
        """Months that the night changed by more than a share: a few corrections do not call for a new look."""
        return [key for key in sorted({*self.before, *self.after}) if self._moved(key)]

    def _moved(self, key: Key) -> bool:
        old, new = self.before.get(key), self.after.get(key)
        if old is None or new is None:
            return True
        share, judged = self.numbers["month_moved"], 1 + len(self.table.steady)
        return any(abs(now - was) * 100 > share * abs(was) for was, now in zip(old[:judged], new[:judged], strict=True))

    def missing(self) -> list[_Odd]:
        """Months without a row between two with many: taken away tonight, or left out before one that came tonight."""
        near = {(scheme, months_add(month, step)) for scheme, month in self.moved for step in (0, -1)}
        return [_Odd("fail", _place(key)) for key in sorted(near) if self._is_gap(key)]

    def _is_gap(self, key: Key) -> bool:
        return not self._rows(key) and self._many(key, -1) and self._many(key, 1)

    def odd(self, code: str, band: Band) -> list[_Odd]:
        """Months outside the band, the worst first."""
        columns = ["行"] if code == "month_rows" else [column.label for column in self.table.steady]
        numbered = list(enumerate(columns, start=0 if code == "month_rows" else 1))
        keys = [key for key in self.moved if self._many(key, -1) and not self._is_gap(key)]
        found = [self._beside(key, number, name, band) for key in keys for number, name in numbered]
        return sorted((odd for odd in found if odd.verdict != "pass"), key=lambda odd: odd.verdict)

    def _beside(self, key: Key, number: int, name: str, band: Band) -> _Odd:
        """A month still filling up is only judged for having too much; a handful of amounts is no measure."""
        before = self.after[key[0], months_add(key[1], -1)]
        last, amounts = before[number], before[number + len(self.table.steady)] if number else before[0]
        now = self.after[key][number] if key in self.after else Decimal(0)
        if last <= 0 or amounts < self.numbers["least_rows"]:
            return _Odd("pass", "")
        complete = self._many(key, 1) or self._rows(key) < self.before.get(key, (Decimal(0),))[0]
        verdict = band.verdict(now, last, low=complete)
        return _Odd(verdict, f"{_place(key)} {name} {last} → {now}（{percent(now, last)}）")

    def _rows(self, key: Key, step: int = 0) -> Decimal:
        return self.after.get((key[0], months_add(key[1], step)), (Decimal(0),))[0]

    def _many(self, key: Key, step: int) -> bool:
        return self._rows(key, step) >= self.numbers["least_rows"]


def _place(key: Key) -> str:
    scheme, month = key
    return f"{month} {scheme}".strip()


def _check(code: str, label: str, table: Table, odd: list[_Odd], expected: str) -> Check:
    verdict: Verdict = odd[0].verdict if odd else "pass"
    places = "；".join(found.words for found in odd[:_SHOWN]) + ("；等" if len(odd) > _SHOWN else "")
    period = table.by_name[str(table.period)].code
    where = f"{period}：{places}" if odd else period
    return Check(code, label, table.name, expected, f"{len(odd)} 处不符", verdict, where)
