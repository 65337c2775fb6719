"""Reconcile: before COMMIT, the lake's own totals against the night's arithmetic and the province's closing totals."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from huiliu.lake.apply import Change
from huiliu.lake.aside import Aside
from huiliu.lake.batch import Delivery
from huiliu.lake.engine import Engine, identifier
from huiliu.lake.quarantine import NONE, Counts, logical, typed_rows
from huiliu.lake.records import Check, Proof, TableRecord, Verdict
from huiliu.lake.tables import References, Table, Unique
from huiliu.lake.verify import CENT, Facts

Totals = tuple[int, dict[str, Decimal]]  # rows, and sums of the money columns


@dataclass(frozen=True)
class Night:
    """One table in the night: what it was told, what was staged, what it did; all None if it was not delivered."""

    table: Table
    delivery: Delivery | None = None
    facts: Facts | None = None
    change: Change | None = None
    aside: Aside | None = None


def reconcile(
    engine: Engine, night: Night, tables: Mapping[str, Table], waiting: Counts = NONE
) -> tuple[TableRecord, list[Check]]:
    """The table's totals after the night and every check on the would-be state of all `tables`.

    `waiting` counts its rows in quarantine: the province's closing totals count those, the lake's own do not.
    """
    table, delivery = night.table, night.delivery
    rows, sums = totals(engine, table)
    checks: list[Check] = []
    if night.change is not None:
        checks.append(
            Check("balance", "前夜行数＋新增－删除", table.name, str(night.change.expected_rows), str(rows)).judged()
        )
        checks += _unique(engine, night.change, night.aside, waiting)
        checks += _references(engine, night.change, tables)
        checks += _orphaned(engine, night.change, tables)
    if delivery is None:
        checks.append(Check("delivered", "本夜交付", table.name, "交付", "本夜未交付", "none"))
    else:
        checks += _closings(engine, night, (rows, sums), waiting)
    record = TableRecord(
        table=table.name,
        mode=delivery.mode if delivery else "none",
        rows=night.facts.rows if night.facts else 0,
        operations=dict(night.change.operations) if night.change else {"I": 0, "U": 0, "D": 0},
        closing_rows=rows,
        closing_sums={name: f"{amount.quantize(CENT):f}" for name, amount in sums.items()},
        level=_level(night, checks),
        quarantined=waiting.held,
        rejected=waiting.rejected,
        scope=delivery.range.words(table) if delivery and delivery.range else "",
    )
    return record, checks


def totals(engine: Engine, table: Table, rows: str = "") -> Totals:
    """Rows and sums of the money columns of the lake's table, or of a relation like it; empty counts as 0."""
    names = [column.name for column in table.money]
    sums = "".join(f", coalesce(sum({identifier(name)}), 0)" for name in names)
    row = engine.one(f"SELECT count(*){sums} FROM {rows or f'lake.{identifier(table.name)}'}")
    return row[0], dict(zip(names, row[1:], strict=True))


def _closings(engine: Engine, night: Night, lake: Totals, waiting: Counts) -> Iterator[Check]:
    """The closing totals of the table as the province has it; a sum with an amount that cannot be read is not known."""
    table = night.table
    closing = night.delivery.closing if night.delivery else None
    rows, sums = totals(engine, table, logical(table)) if waiting.rows else lake
    aside = f"含隔离区 {waiting.rows} 行" if waiting.rows else None
    if closing is None:
        yield Check("closing_rows", "期末行数", table.name, None, str(rows), "none", aside)
        return
    yield Check("closing_rows", "期末行数", table.name, str(closing.rows), str(rows), where=aside).judged()
    unreadable = _unreadable(engine, table) if waiting.rows else frozenset()
    for column in table.money:
        told = closing.sums.get(column.name)
        expected = None if told is None else f"{told.quantize(CENT):f}"
        where = f"{column.code}（{aside}）" if aside else column.code
        actual = "有金额无法识读" if column.name in unreadable else f"{sums[column.name].quantize(CENT):f}"
        check = Check("closing_sum", "期末合计", table.name, expected, actual, "none", where)
        yield check if expected is None or column.name in unreadable else check.judged()


def _unreadable(engine: Engine, table: Table) -> frozenset[str]:
    """Money columns of which a row in quarantine holds a text that is no amount."""
    marks = f"SELECT unnest(string_split(_reasons, ',')) AS mark FROM {typed_rows(table)}"
    found = {mark for (mark,) in engine.run(f"SELECT DISTINCT mark FROM ({marks}) WHERE starts_with(mark, 'type:')")}
    return frozenset(column.name for column in table.money if f"type:{column.name}" in found)


def _unique(engine: Engine, change: Change, aside: Aside | None, waiting: Counts) -> Iterator[Check]:
    """Unique columns other than the key, over the whole table: a new row may repeat what an untouched row holds."""
    table, entered = change.table, aside.bad if aside else None
    if not entered and not (change.before and (change.operations["I"] or change.operations["U"])):
        return
    rows = logical(table) if waiting.rows else f"lake.{identifier(table.name)}"
    for check in table.checks:
        if not isinstance(check, Unique) or set(table.grain) <= set(check.columns):
            continue
        listed = ", ".join(map(identifier, check.columns))
        touched = f"SELECT {listed} FROM {change.relation} WHERE _op <> 'D'"
        touched += f" UNION ALL SELECT {listed} FROM {entered}" if entered else ""
        count = engine.count(
            f"SELECT count(*) FROM (SELECT {listed} FROM {rows} "
            f"WHERE ({listed}) IN ({touched}) GROUP BY {listed} HAVING count(*) > 1)"
        )
        where = "、".join(table.by_name[name].code for name in check.columns)
        actual = f"{count} 个键重复"
        yield Check("unique_all", "全表不重复", table.name, "0 个键重复", actual, where=where).judged()


def _references(engine: Engine, change: Change, known: Mapping[str, Table]) -> Iterator[Check]:
    """New and changed rows whose key is absent from the other table as it will be after this night."""
    for check in change.table.checks:
        if not isinstance(check, References) or check.table not in known:
            continue
        column, target = identifier(check.column), identifier(check.target)
        orphans = engine.count(
            f"SELECT count(*) FROM {change.relation} AS c WHERE _op <> 'D' AND {column} IS NOT NULL AND NOT EXISTS "
            f"(SELECT 1 FROM lake.{identifier(check.table)} AS p WHERE p.{target} = c.{column})"
        )
        where = f"{change.table.by_name[check.column].code} → {check.table}"
        name = change.table.name
        yield Check(
            "references", "引用存在", name, "0 行无对应", f"{orphans} 行无对应", "warn" if orphans else "pass", where
        )


def _orphaned(engine: Engine, change: Change, tables: Mapping[str, Table]) -> Iterator[Check]:
    """Rows of other tables whose key this night took away."""
    if not change.operations["D"]:
        return
    here = change.table.name
    pairs = [(other, check) for other in tables.values() for check in other.checks if isinstance(check, References)]
    for other, check in pairs:
        if check.table != here:
            continue
        column, target = identifier(check.column), identifier(check.target)
        count = engine.count(
            f"SELECT count(*) FROM lake.{identifier(other.name)} AS c "
            f"WHERE {column} IN (SELECT {target} FROM {change.relation} WHERE _op = 'D') AND NOT EXISTS "
            f"(SELECT 1 FROM lake.{identifier(here)} AS p WHERE p.{target} = c.{column})"
        )
        if count:
            where = f"{other.by_name[check.column].code} → {here}"
            verdict: Verdict = "fail" if check.severity == "refuse" else "warn"
            yield Check("references", "引用存在", other.name, "0 行无对应", f"{count} 行因删除而无对应", verdict, where)


def _level(night: Night, checks: Iterable[Check]) -> Proof:
    """A needs rows, control sums and closing totals of all money columns supplied; differences refused before."""
    delivery = night.delivery
    if delivery is None or delivery.rows is None or delivery.closing is None:
        return Proof.C
    money = {column.name for column in night.table.money}
    unknown = bool(night.facts and night.facts.unreadable)
    unknown |= any(check.code == "closing_sum" and check.verdict == "none" for check in checks)
    summed = not delivery.files or money <= set(delivery.control_sums or {})
    return Proof.A if summed and not unknown and money <= set(delivery.closing.sums) else Proof.C
