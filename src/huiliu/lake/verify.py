"""Verify: everything the manifest and the table's definition promise of the delivered rows, compared with staging."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from huiliu.lake.engine import Engine, identifier
from huiliu.lake.layout import required
from huiliu.lake.receive import Staged
from huiliu.lake.records import Check, Verdict
from huiliu.lake.tables import Table, Unique

Codes = Mapping[str, frozenset[str]]
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Facts:
    """What staging holds: rows, operations, sums of money columns over all rows, change times, empty required cells."""

    rows: int
    operations: Mapping[str, int]
    sums: Mapping[str, Decimal]
    change_time: tuple[datetime, datetime] | None
    empty: Mapping[str, int]
    bad: int
    doubtful: int


def verify(engine: Engine, staged: Staged, codes: Codes, *, known: bool) -> tuple[Facts, list[Check]]:
    """The facts of a table's staging rows and every comparison that can be made without changing the lake.

    `known` is False for a table that the lake does not have yet.
    """
    table, relation = staged.table, staged.relation
    if relation is None:
        facts = Facts(0, {"I": 0, "U": 0, "D": 0}, {c.name: Decimal(0) for c in table.money}, None, {}, 0, 0)
        return facts, list(_declared(staged, facts))
    facts = _facts(engine, table, relation)
    checks = [*_declared(staged, facts), *_cells(engine, table, relation, facts)]
    checks += _unique(engine, staged, relation)
    checks += _code_lists(engine, table, relation, codes)
    if staged.delivery.mode == "increment":
        checks += _matches(engine, table, relation, known=known)
    return facts, checks


def _facts(engine: Engine, table: Table, relation: str) -> Facts:
    money = [column.name for column in table.money]
    needed = required(table)
    sums = [f"coalesce(sum({identifier(name)}), 0)" for name in money]
    empty = [f"count(*) FILTER ({_empty(table, name)})" for name in needed]
    counts = [f"count(*) FILTER (_op = '{op}')" for op in "IUD"]
    parts = ["count(*)", *counts, "count(_bad)", "count(_doubt)", "min(changed_at)", "max(changed_at)", *sums, *empty]
    row = engine.one(f"SELECT {', '.join(parts)} FROM {relation}")
    return Facts(
        rows=row[0],
        operations=dict(zip("IUD", row[1:4], strict=True)),
        sums=dict(zip(money, row[8 : 8 + len(money)], strict=True)),
        change_time=None if row[6] is None else (row[6], row[7]),
        empty=dict(zip(needed, row[8 + len(money) :], strict=True)),
        bad=row[4],
        doubtful=row[5],
    )


_KEPT = "coalesce(_op, 'I') <> 'D'"


def _empty(table: Table, name: str) -> str:
    """A required cell without text; a deleted row needs its key only, and a cell that is no value has its own check."""
    kept = "true" if name in table.grain else _KEPT
    return f"{identifier(name)} IS NULL AND {kept} AND NOT {_marked(name)}"


def _marked(name: str) -> str:
    return f"coalesce(contains(concat(',', _bad), ',{name},'), false)"


def _compared(check: Check) -> Check:
    """Judge it if there is an expectation, else state that there was none."""
    return (
        Check(check.code, check.name, check.table, None, check.actual, "none", check.where)
        if (check.expected is None)
        else check.judged()
    )


def _declared(staged: Staged, facts: Facts) -> Iterator[Check]:
    """The manifest's facts: rows, operations, control sums, change times."""
    told, table = staged.delivery, staged.table.name
    yield _compared(Check("rows", "行数", table, _text(told.rows), str(facts.rows)))
    expected = told.operations and _operations(told.operations)
    yield _compared(Check("operations", "增删改数", table, expected or None, _operations(facts.operations)))
    for column in staged.table.money:
        named = (told.control_sums or {}).get(column.name)
        yield _compared(
            Check("control_sum", "控制合计", table, _money(named), _money(facts.sums[column.name]), where=column.code)
        )
    if told.change_time is not None:
        actual = facts.change_time
        for name, position in (("最早修改时间", 0), ("最晚修改时间", 1)):
            found = str(actual[position]) if actual else "无"
            yield Check("change_time", name, table, str(told.change_time[position]), found).judged()


def _operations(counts: Mapping[str, int]) -> str:
    return "，".join(f"{op} {counts[op]}" for op in "IUD")


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.quantize(CENT):f}"


def rows_where(engine: Engine, relation: str, condition: str) -> str:
    """The first places in delivered files where a condition holds: file and row number, 1 = first data row."""
    found = engine.run(f"SELECT _file, _row FROM {relation} WHERE {condition} ORDER BY _file, _row LIMIT 3")
    return "；".join(f"{file} 第 {row} 条" for file, row in found)


def _cells(engine: Engine, table: Table, relation: str, facts: Facts) -> Iterator[Check]:
    """Cells that are not values, required cells that are empty, spaces cut off, filler dates emptied."""
    codes = {column.name: column.code for column in table.columns}
    for name, count in _tally(engine, relation, "_bad") if facts.bad else ():
        places = rows_where(engine, relation, _marked(name))
        where = f"{codes.get(name, name)}：{places}"
        yield Check("type", "值的格式", table.name, "0 处不符", f"{count} 处不符", "fail", where)
    for name, count in facts.empty.items():
        if count:
            where = f"{codes[name]}：{rows_where(engine, relation, _empty(table, name))}"
            yield Check("not_null", "必填项", table.name, "0 处为空", f"{count} 处为空", "fail", where)
    if not any(facts.empty.values()):
        yield Check(
            "not_null", "必填项", table.name, "0 处为空", "0 处为空", "pass", "、".join(codes[n] for n in facts.empty)
        )
    for mark, count in _tally(engine, relation, "_doubt") if facts.doubtful else ():
        kind, _, name = mark.partition(":")
        code, label = ("trimmed", "去除首尾空格") if kind == "trim" else ("blank_date", "占位日期按空值入库")
        yield Check(code, label, table.name, "0", str(count), "warn", codes[name])


def _tally(engine: Engine, relation: str, marks: str) -> list[tuple[str, int]]:
    """How often each mark occurs; a row's marks are a comma-ended list."""
    return [
        (mark, count)
        for mark, count in engine.run(
            f"SELECT mark, count(*) FROM (SELECT unnest(string_split({marks}, ',')) AS mark FROM {relation} "
            f"WHERE {marks} IS NOT NULL) WHERE mark <> '' GROUP BY mark ORDER BY mark"
        )
    ]


def _unique(engine: Engine, staged: Staged, relation: str) -> Iterator[Check]:
    """One row per key in a full table, one operation per key in an increment, and the table's other unique columns."""
    table = staged.table
    increment = staged.delivery.mode == "increment"
    wanted = dict.fromkeys(
        c.columns for c in table.checks if isinstance(c, Unique) and set(c.columns) != set(table.grain)
    )
    for columns in (table.grain, *wanted):
        is_key = columns == table.grain
        listed = ", ".join(map(identifier, columns))
        rows = relation if is_key else f"(SELECT * FROM {relation} WHERE {_KEPT})"
        present = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in columns)
        repeated = f"SELECT {listed} FROM {rows} WHERE {present} GROUP BY {listed} HAVING count(*) > 1"
        count = engine.count(f"SELECT count(*) FROM ({repeated})")
        label = "每键一次操作" if is_key and increment else "不重复"
        where = "、".join(table.by_name[name].code for name in columns)
        if count:
            where += f"：{rows_where(engine, relation, f'({listed}) IN ({repeated})')}"
        verdict: Verdict = "fail" if count else "pass"
        yield Check("unique", label, table.name, "0 个键重复", f"{count} 个键重复", verdict, where)


def _code_lists(engine: Engine, table: Table, relation: str, codes: Codes) -> Iterator[Check]:
    for column in table.columns:
        if column.codes is None or column.codes not in codes:
            continue
        name = identifier(column.name)
        count = engine.count(
            f"SELECT count(*) FROM {relation} WHERE {name} IS NOT NULL AND {name} NOT IN (SELECT unnest($known))",
            {"known": sorted(codes[column.codes])},
        )
        if count:
            yield Check("code_list", "代码取值", table.name, "0 处未登记", f"{count} 处未登记", "warn", column.code)


def _matches(engine: Engine, table: Table, relation: str, *, known: bool) -> Iterator[Check]:
    """I needs a key the lake does not have, U and D one that it has; one look at the lake answers both."""
    same = " AND ".join(f"t.{identifier(name)} = s.{identifier(name)}" for name in table.grain)
    found = f"EXISTS (SELECT 1 FROM lake.{identifier(table.name)} AS t WHERE {same})" if known else "false"
    present = " AND ".join(f"s.{identifier(name)} IS NOT NULL" for name in table.grain)
    matched = f"(SELECT _file, _row, _op, {found} AS _known FROM {relation} AS s WHERE {present})"
    kinds = (
        ("insert_match", "新增的键原不存在", "_op = 'I' AND _known"),
        ("change_match", "修改、删除的键已存在", "_op IN ('U', 'D') AND NOT _known"),
    )
    counts = engine.one(f"SELECT {', '.join(f'count(*) FILTER ({wrong})' for _, _, wrong in kinds)} FROM {matched}")
    for (code, label, wrong), count in zip(kinds, counts, strict=True):
        where = rows_where(engine, matched, wrong) if count else None
        verdict: Verdict = "fail" if count else "pass"
        yield Check(code, label, table.name, "0 行不符", f"{count} 行不符", verdict, where)
