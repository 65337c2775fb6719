"""Verify: everything the manifest and the table's definition promise of the delivered rows, compared with staging."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from huiliu.lake.engine import Engine, Params, identifier
from huiliu.lake.layout import OPERATION, required
from huiliu.lake.quarantine import Shelf
from huiliu.lake.reasons import KEPT, Codes, Reason, marked, row_reasons
from huiliu.lake.receive import Staged
from huiliu.lake.records import Check, Verdict
from huiliu.lake.slices import slices
from huiliu.lake.tables import Severity, Table, Unique

CENT = Decimal("0.01")
_SHOWN = 3  # places that a check names
_UNREAD = frozenset({"absent", "unpack", "decode", "fields", "empty", "cell", "columns", "column_type"})
_VERDICTS: Mapping[Severity, Verdict] = {"warn": "warn", "quarantine": "warn", "refuse": "fail"}


@dataclass(frozen=True)
class Facts:
    """What staging holds: rows, operations, sums of money columns over all rows, change times, bad rows by reason.

    `unreadable` are money columns in which a cell has text but no value, so that their sums are not known.
    """

    rows: int
    operations: Mapping[str, int]
    sums: Mapping[str, Decimal]
    change_time: tuple[datetime, datetime] | None
    reasons: Mapping[Reason, int]
    bad: Mapping[str, int]
    doubts: Mapping[str, int]

    @property
    def unreadable(self) -> frozenset[str]:
        return frozenset(self.bad) & frozenset(self.sums)


def unread(staged: Staged) -> bool:
    """True if a file of the table, or a part of one, could not be read: what was read cannot be what was announced."""
    return any(check.verdict == "fail" and check.code in _UNREAD for check in staged.checks)


def verify(engine: Engine, staged: Staged, codes: Codes, shelf: Shelf) -> tuple[Facts, list[Check]]:
    """The facts of a table's staging rows and every comparison that can be made without changing the lake."""
    table, relation = staged.table, staged.relation
    if relation is None:
        facts = Facts(0, {"I": 0, "U": 0, "D": 0}, {c.name: Decimal(0) for c in table.money}, None, {}, {}, {})
        return facts, _declared(staged, facts)
    facts = _facts(engine, table, relation, row_reasons(table, codes))
    checks = [*_declared(staged, facts), *_cells(engine, table, relation, facts)]
    checks += _unique(engine, staged, relation, facts.rows)
    if staged.delivery.mode == "increment":
        checks += _matches(engine, table, relation, shelf)
    return facts, checks


def _facts(engine: Engine, table: Table, relation: str, reasons: list[Reason]) -> Facts:
    """One pass over the rows; only where it meets bad or doubtful cells a second one tells them apart."""
    money = [column.name for column in table.money]
    judged = [reason for reason in reasons if reason.check != "type"]
    sums = [f"coalesce(sum({identifier(name)}), 0)" for name in money]
    counts = [f"count(*) FILTER (_op = '{op}')" for op in "IUD"]
    wrong = [f"count(*) FILTER ({reason.condition})" for reason in judged]
    parts = ["count(*)", *counts, "count(_bad)", "count(_doubt)", "min(changed_at)", "max(changed_at)", *sums, *wrong]
    row = engine.one(f"SELECT {', '.join(parts)} FROM {relation}")
    found = dict(zip(judged, row[8 + len(money) :], strict=True))
    bad = _tally(engine, relation, "_bad") if row[4] else {}
    if bad:
        typed = [reason for reason in reasons if reason.check == "type" and reason.subject in bad]
        found |= {reason: engine.count(f"SELECT count(*) FROM {relation} WHERE {reason.condition}") for reason in typed}
    return Facts(
        rows=row[0],
        operations=dict(zip("IUD", row[1:4], strict=True)),
        sums=dict(zip(money, row[8 : 8 + len(money)], strict=True)),
        change_time=None if row[6] is None else (row[6], row[7]),
        reasons={reason: found[reason] for reason in reasons if found.get(reason)},
        bad=bad,
        doubts=_tally(engine, relation, "_doubt") if row[5] else {},
    )


def _compared(check: Check) -> Check:
    """Judge it if there is an expectation, else state that there was none."""
    return (
        Check(check.code, check.name, check.table, None, check.actual, "none", check.where)
        if (check.expected is None)
        else check.judged()
    )


def _declared(staged: Staged, facts: Facts) -> list[Check]:
    """The manifest's facts compared; of a file that cannot be read they would only say so once more."""
    checks = list(_announced(staged, facts))
    if unread(staged):
        return [replace(check, actual="有文件未能读出", verdict="none") for check in checks]
    return checks


def _announced(staged: Staged, facts: Facts) -> Iterator[Check]:
    """The manifest's facts: rows, operations, control sums, change times."""
    told, table = staged.delivery, staged.table.name
    yield _compared(Check("rows", "行数", table, _text(told.rows), str(facts.rows)))
    expected = told.operations and _operations(told.operations)
    yield _compared(Check("operations", "增删改数", table, expected or None, _operations(facts.operations)))
    for column in staged.table.money:
        named = _money((told.control_sums or {}).get(column.name))
        check = Check("control_sum", "控制合计", table, named, _money(facts.sums[column.name]), where=column.code)
        if column.name in facts.unreadable and staged.table.malformed_severity(column.name) != "refuse":
            yield replace(check, actual="有金额无法识读", verdict="none")  # there is no sum to compare
        else:
            yield _compared(check)
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
    return _spelled(_places(engine, relation, condition))


def _places(engine: Engine, relation: str, condition: str, values: Params = None) -> list[tuple[str, int]]:
    sql = f"SELECT _file, _row FROM {relation} WHERE {condition} ORDER BY _file, _row LIMIT {_SHOWN}"
    return [(file, row) for file, row in engine.run(sql, values)]


def _spelled(places: list[tuple[str, int]]) -> str:
    return "；".join(f"{file} 第 {row} 条" for file, row in places)


def judged_reason(engine: Engine, table: Table, relation: str, reason: Reason, count: int) -> Check:
    """Rows that are bad for one reason, how many and the first places; the verdict is its severity's."""
    where = f"{reason.codes}：{rows_where(engine, relation, reason.condition)}"
    aside = "，转入隔离区" if reason.severity == "quarantine" else ""
    expected, actual = f"0 {reason.problem}", f"{count} {reason.problem}{aside}"
    return Check(reason.check, reason.label, table.name, expected, actual, _VERDICTS[reason.severity], where)


def _cells(engine: Engine, table: Table, relation: str, facts: Facts) -> Iterator[Check]:
    """Rows bad by their own cells, spaces cut off, filler dates emptied."""
    codes = {column.name: column.code for column in table.columns}
    if count := facts.bad.get(OPERATION):
        where = f"{OPERATION}：{rows_where(engine, relation, marked(OPERATION))}"
        yield Check("type", "值的格式", table.name, "0 处不符", f"{count} 处不符", "fail", where)
    for reason, count in facts.reasons.items():
        yield judged_reason(engine, table, relation, reason, count)
    if not any(reason.check == "not_null" for reason in facts.reasons):
        listed = "、".join(codes[name] for name in required(table))
        yield Check("not_null", "必填项", table.name, "0 处为空", "0 处为空", "pass", listed)
    for mark, count in facts.doubts.items():
        kind, _, name = mark.partition(":")
        code, label = ("trimmed", "去除首尾空格") if kind == "trim" else ("blank_date", "占位日期按空值入库")
        yield Check(code, label, table.name, "0", str(count), "warn", codes[name])


def _tally(engine: Engine, relation: str, marks: str) -> dict[str, int]:
    """How often each mark occurs; a row's marks are a comma-ended list."""
    return dict(
        engine.run(
            f"SELECT mark, count(*) FROM (SELECT unnest(string_split({marks}, ',')) AS mark FROM {relation} "
            f"WHERE {marks} IS NOT NULL) WHERE mark <> '' GROUP BY mark ORDER BY mark"
        )
    )


def _unique(engine: Engine, staged: Staged, relation: str, most: int) -> Iterator[Check]:
    """One row per key in a full table, one operation per key in an increment, and the table's other unique columns.

    `most` are the rows of the relation, of which not all may be looked at.
    """
    table = staged.table
    increment = staged.delivery.mode == "increment"
    wanted = dict.fromkeys(
        c.columns for c in table.checks if isinstance(c, Unique) and set(c.columns) != set(table.grain)
    )
    for columns in (table.grain, *wanted):
        is_key = columns == table.grain
        rows = relation if is_key else f"(SELECT * FROM {relation} WHERE {KEPT})"
        count, places = _repeated(engine, relation, rows, columns, most)
        label = "每键一次操作" if is_key and increment else "不重复"
        where = "、".join(table.by_name[name].code for name in columns)
        if count:
            where += f"：{_spelled(places)}"
        verdict: Verdict = "fail" if count else "pass"
        yield Check("unique", label, table.name, "0 个键重复", f"{count} 个键重复", verdict, where)


def _repeated(
    engine: Engine, relation: str, rows: str, columns: Sequence[str], most: int
) -> tuple[int, list[tuple[str, int]]]:
    """How many keys come twice, and the first places of such a key; no key lies in two slices."""
    listed = ", ".join(map(identifier, columns))
    present = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in columns)
    total, places = 0, []
    for part in slices(engine, rows, columns, columns, most):
        where = f"{present} AND {part.condition}"
        keys = f"SELECT {listed} FROM {rows} WHERE {where} GROUP BY {listed} HAVING count(*) > 1"
        count = engine.count(f"SELECT count(*) FROM ({keys})", part.values)
        if count:
            places += _places(engine, relation, f"({listed}) IN ({keys})", part.values)
        total += count
    return total, sorted(places)[:_SHOWN]


def _matches(engine: Engine, table: Table, relation: str, shelf: Shelf) -> Iterator[Check]:
    """I needs a key that is new, U and D one that is in the lake or in quarantine; one look answers both."""
    found = shelf.has_key("s")
    present = " AND ".join(f"s.{identifier(name)} IS NOT NULL" for name in table.grain)
    matched = f"(SELECT _file, _row, _op, {found} AS _known FROM {relation} AS s WHERE {present})"
    kinds = (
        ("insert_match", "新增的键原不存在", "_op = 'I' AND _known"),
        ("change_match", "修改、删除的键已存在", "_op IN ('U', 'D') AND NOT _known"),
    )
    counts = _unmatched(engine, table, relation, shelf, present)
    if counts is None:
        wrong_ones = ", ".join(f"count(*) FILTER ({wrong})" for _, _, wrong in kinds)
        counts = engine.one(f"SELECT {wrong_ones} FROM {matched}")
    for (code, label, wrong), count in zip(kinds, counts, strict=True):
        where = rows_where(engine, matched, wrong) if count else None
        verdict: Verdict = "fail" if count else "pass"
        yield Check(code, label, table.name, "0 行不符", f"{count} 行不符", verdict, where)


def _unmatched(engine: Engine, table: Table, relation: str, shelf: Shelf, present: str) -> tuple[int, int] | None:
    """Known keys among I and unknown ones among U and D, where only the lake has to be asked; None elsewhere.

    A join that keeps the few delivered keys in memory and streams the lake's past them: EXISTS would do the reverse.
    The lake's keys are unique, so that a delivered row meets one of them or none.
    """
    if shelf.relation is not None or not shelf.existing:
        return None
    same = " AND ".join(f"s.{identifier(name)} = t.{identifier(name)}" for name in table.grain)
    known, changes = engine.one(
        f"SELECT count(*) FILTER (_op = 'I'), count(*) FILTER (_op IN ('U', 'D')) "
        f"FROM lake.{identifier(table.name)} AS t JOIN {relation} AS s ON {same}"
    )
    told = engine.count(f"SELECT count(*) FROM {relation} AS s WHERE _op IN ('U', 'D') AND {present}")
    return known, told - changes
