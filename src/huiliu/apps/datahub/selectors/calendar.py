"""Nights as a month: a cell a day with its verdict, a strip of its tables, and every table's row of days."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Min

from huiliu.apps.datahub.models import Kind, Level, Night, NightCheck, Outcome, Standing, Verdict
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.nights import LEVEL_TONES, Tone, table_label
from huiliu.lake.records import Pointer

LEVEL_WORDS: Mapping[str, str] = {Level.A: "完整", Level.B: "已核对", Level.C: "自身一致"}
TAKEN = frozenset({Kind.NIGHT, Kind.REPLAY})
MISSING = "missing"
ASIDE, WITH_ROWS = "隔离", "有隔离行"
OUTSIDE = "outside"  # a day that nothing is expected of


@dataclass(frozen=True)
class TableDay:
    """One table on one day."""

    table: str
    tone: Tone
    text: str


@dataclass(frozen=True)
class Day:
    """One cell: tone and word are never colour alone; `night` is where it leads, empty where there is none."""

    day: date
    tone: str
    word: str
    text: str
    night: str = ""
    served: bool = False
    tables: Mapping[str, TableDay] = field(default_factory=dict)

    @property
    def strip(self) -> Sequence[TableDay]:
        """The tables in the catalogue's order."""
        return list(self.tables.values())


@dataclass(frozen=True)
class Month:
    """A month of nights; the months before and after it are None where there is nothing to see."""

    first: date
    days: Sequence[Day]
    before: date | None
    after: date | None

    @property
    def weeks(self) -> list[list[Day | None]]:
        """Rows of seven from Monday; days of other months are None."""
        cells: list[Day | None] = [*[None] * self.first.weekday(), *self.days]
        cells += [None] * (-len(cells) % 7)
        return [cells[start : start + 7] for start in range(0, len(cells), 7)]

    @property
    def matrix(self) -> list[tuple[str, list[TableDay | None]]]:
        """By table, in the catalogue's order, its state on every day of the month."""
        names = dict.fromkeys(name for day in self.days for name in day.tables)
        ordered = sorted(names, key=_place)
        return [(table_label(name), [day.tables.get(name) for day in self.days]) for name in ordered]

    @property
    def tallies(self) -> list[tuple[str, str, int]]:
        """Tone, word and number of days, worst first, of what occurs."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for day in self.days:
            if day.tone != OUTSIDE:
                counts[day.tone, WITH_ROWS if day.word.startswith(ASIDE) else day.word] += 1
        order = ("fail", MISSING, "warn", "none", "pass")
        return [(tone, word, n) for (tone, word), n in sorted(counts.items(), key=lambda item: order.index(item[0][0]))]


def month_of_nights(first: date, pointer: Pointer | None, today: date) -> Month:
    """The month that begins on `first`; a day without a night is missing if nights began earlier and it is past."""
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    begun = Night.objects.aggregate(first=Min("business_date"))["first"]
    nights = list(Night.objects.filter(business_date__range=(first, last)).order_by("run_at", "pk"))
    failed = _failed_tables(nights)
    by_day: dict[date, list[Night]] = defaultdict(list)
    for night in nights:
        by_day[night.business_date or first].append(night)
    dates = (first + timedelta(days=number) for number in range(last.day))
    days = [_day(day, by_day.get(day, ()), failed, pointer) or _empty(day, begun, today) for day in dates]
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return Month(
        first=first,
        days=days,
        before=before.replace(day=1) if begun and begun < first else None,
        after=after if after <= today else None,
    )


def _failed_tables(nights: Iterable[Night]) -> Mapping[int, set[str]]:
    """By night that was refused or held, the tables whose checks failed."""
    refused = [night.pk for night in nights if night.outcome != Outcome.PUBLISHED]
    rows = NightCheck.objects.filter(night__in=refused, verdict=Verdict.FAIL).exclude(table="")
    found: dict[int, set[str]] = defaultdict(set)
    for number, table in rows.values_list("night", "table"):
        found[number].add(table)
    return found


def _day(day: date, nights: Sequence[Night], failed: Mapping[int, set[str]], pointer: Pointer | None) -> Day | None:
    """What the day is now; a batch refused before or after a good one is told in the text."""
    shown = _shown(nights)
    if shown is None:
        return None
    tables = _published_tables(shown) if shown.outcome == Outcome.PUBLISHED else _failed(failed.get(shown.pk, set()))
    tone, word = _state(shown, tables)
    served = pointer is not None and day == pointer.business_date and shown.outcome == Outcome.PUBLISHED
    others = [_said(n) for n in nights if n is not shown and n.standing != Standing.EFFECTIVE and n.kind in TAKEN]
    told = [f"{day} {word}", *_amounts(shown, tables), *(f"另有 {said}" for said in others), *["在用"] * served]
    return Day(day, tone, word, "，".join(told), shown.key, served, tables)


def _shown(nights: Sequence[Night]) -> Night | None:
    """The newest commit that holds the day now, else the last attempt."""
    holding = [n for n in nights if n.standing == Standing.EFFECTIVE or n.kind == Kind.QUARANTINE]
    if any(night.standing == Standing.EFFECTIVE for night in holding):
        return max(holding, key=lambda night: night.snapshot or 0)
    return next((night for night in reversed(nights) if night.kind in TAKEN), None)


def _state(night: Night, tables: Mapping[str, TableDay]) -> tuple[str, str]:
    if night.outcome == Outcome.REFUSED:
        return "fail", "已拒收"
    if night.outcome == Outcome.HELD:
        return "warn", "暂缓"
    if night.standing == Standing.WITHDRAWN:
        return "none", "已撤回"
    waiting = quarantined(night)
    if waiting:
        return "warn", f"{ASIDE} {waiting:,} 行"
    return LEVEL_TONES[night.level], LEVEL_WORDS[night.level]


def quarantined(night: Night) -> int:
    """Rows that waited in quarantine after the commit."""
    return sum(record.get("quarantined", 0) for record in night.tables)


def _said(night: Night) -> str:
    word = night.get_standing_display() if night.standing not in {"", Standing.EFFECTIVE} else ""
    return f"{night.get_outcome_display()}的批次{word and f'（{word}）'}"


def _amounts(night: Night, tables: Mapping[str, TableDay]) -> list[str]:
    if night.outcome != Outcome.PUBLISHED:
        return [f"{len(tables)} 表不一致"] if tables else []
    delivered = sum(record["mode"] != "none" for record in night.tables)
    return [f"交付 {delivered} 表 {night.rows:,} 行"]


def _published_tables(night: Night) -> dict[str, TableDay]:
    withdrawn = night.standing == Standing.WITHDRAWN
    found = {record["table"]: _withdrawn(record) if withdrawn else _table_day(record) for record in night.tables}
    return dict(sorted(found.items(), key=lambda item: _place(item[0])))


def _withdrawn(record: Mapping[str, Any]) -> TableDay:
    """A green table of a day that was taken back would say that its rows are in the library."""
    return TableDay(record["table"], "none", f"{table_label(record['table'])}：已撤回")


def _table_day(record: Mapping[str, Any]) -> TableDay:
    name, level, waiting = record["table"], record["level"], record.get("quarantined", 0)
    if record["mode"] == "none":
        return TableDay(name, "none", f"{table_label(name)}：未交付")
    done = "，".join(
        f"{word} {record['operations'].get(op, 0):,}" for op, word in (("I", "新增"), ("U", "修改"), ("D", "删除"))
    )
    tone: Tone = "warn" if waiting else LEVEL_TONES[level]
    aside = f"，隔离 {waiting} 行" if waiting else ""
    return TableDay(name, tone, f"{table_label(name)}：{LEVEL_WORDS[level]}，{done}{aside}")


def _failed(names: Iterable[str]) -> dict[str, TableDay]:
    return {name: TableDay(name, "fail", f"{table_label(name)}：不一致") for name in sorted(names, key=_place)}


def _place(name: str) -> int:
    known = list(catalog().tables)
    return known.index(name) if name in known else len(known)


def _empty(day: date, begun: date | None, today: date) -> Day:
    """T+1: the batch of a day comes in the night after it, so today's own is not late yet."""
    if begun is None or day < begun or day >= today:
        return Day(day, OUTSIDE, "", f"{day}")
    return Day(day, MISSING, "未收到", f"{day} 没有收到批次")
