"""Controls across tables: a query lists the bad rows of the would-be library; none means that the control holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from huiliu.kernel.parameters import Parameters
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.macros import MACROS
from huiliu.lake.quarantine import NONE, counts, logical
from huiliu.lake.reconcile import Night
from huiliu.lake.records import Check, Verdict
from huiliu.lake.tables import Table

Weight = Literal["warn", "refuse"]
CODE = "control"
SINCE, UNTIL, DAY, ALLOWED = "since", "until", "day", "allowed"
_VERDICTS: Mapping[Weight, Verdict] = {"warn": "warn", "refuse": "fail"}
_SHOWN = 3


@dataclass(frozen=True)
class Control:
    """One control: its query yields `subject`, `occurred_on` (a month) and `amount` of each bad row.

    `months` says of the tables whose changes call for a new look which month a row belongs to; the query then reads
    the months from `$since` to `$until` that the night touched. `allowed` among the numbers is how many bad rows pass.
    """

    code: str
    label: str
    severity: Weight
    basis: str
    reads: tuple[Table, ...]
    months: Mapping[str, str]
    query: str = field(repr=False)
    numbers: Parameters
    uses: frozenset[str]


def look(engine: Engine, controls: Sequence[Control], nights: Sequence[Night], day: date) -> Iterator[Check]:
    """Every control whose tables the night touched; inside the transaction, after the changes."""
    if not controls:
        return
    for macro in MACROS:
        engine.run(macro)
    changed = {night.table.name: night for night in nights if night.change and any(night.change.operations.values())}
    waiting = counts(engine)
    aside = {night.table.name for night in nights if waiting.get(night.table.name, NONE).rows}
    for control in controls:
        yield _judged(engine, control, changed, aside, day)


def _judged(engine: Engine, control: Control, changed: Mapping[str, Night], aside: set[str], day: date) -> Check:
    touched = _touched(engine, control, changed)
    if touched is None:
        return Check(CODE, control.label, None, None, "本夜没有涉及", "none", control.code)
    numbers = control.numbers.at(day)
    if missing := [name for name in control.numbers.history if name not in numbers]:
        return Check(CODE, control.label, None, None, f"{'、'.join(missing)} 在本日没有取值", "none", control.code)
    values: dict[str, Any] = {name: number.value for name, number in numbers.items()}
    values |= {SINCE: touched[0], UNTIL: touched[1], DAY: day}
    relation = f"({_over(control, aside)})"
    bound = {name: values[name] for name in control.uses}
    found = engine.run(
        f"SELECT occurred_on, count(*), sum(abs(amount)) FROM {relation} GROUP BY 1 ORDER BY 2 DESC, 1 DESC", bound
    )
    most = int(values.get(ALLOWED, 0))
    unsure = "（待核）" if not all(number.verified for number in numbers.values()) else ""
    return _check(control, found, most, unsure)


def _check(control: Control, found: Sequence[tuple[Any, ...]], most: int, unsure: str) -> Check:
    count, amounts = sum(row[1] for row in found), [row[2] for row in found if row[2] is not None]
    total = f"，涉及 {sum(amounts):.2f} 元" if amounts and count else ""
    places = "；".join(f"{month}：{number} 处" for month, number, _ in found[:_SHOWN])
    more = f" 等 {len(found)} 个月" if len(found) > _SHOWN else ""
    where = f"{control.code}：{places}{more}" if found else control.code
    verdict: Verdict = _VERDICTS[control.severity] if count > most else "pass"
    expected = f"{'不超过 ' if most else ''}{most} 处不符{unsure}"
    return Check(CODE, control.label, None, expected, f"{count} 处不符{total}", verdict, where)


def _touched(engine: Engine, control: Control, changed: Mapping[str, Night]) -> tuple[int, int] | None:
    """The first and the last month that the night touched; None if it touched nothing that matters here."""
    parts = []
    for name, month in control.months.items():
        change = changed[name].change if name in changed else None
        if change is not None:
            parts.append(f"SELECT min({month}) AS a, max({month}) AS b FROM {change.relation}")
    if not parts:
        return None
    first, last = engine.one(f"SELECT min(a), max(b) FROM ({' UNION ALL '.join(parts)})")
    return None if first is None else (int(first), int(last))


def _over(control: Control, aside: set[str]) -> str:
    """The query over the lake's tables, rows in quarantine taken for what the province says of them."""
    named = []
    for table in control.reads:
        rows = logical(table) if table.name in aside else f"lake.{identifier(table.name)}"
        named.append(f"{identifier(table.name)} AS NOT MATERIALIZED (SELECT * FROM {rows})")
    return f"WITH {', '.join(named)} SELECT * FROM ({control.query})"
