"""The files of the lake's bench: contributions of many persons, month by month, and a night's changes to them."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from huiliu.kernel.digests import file_digest, sm3
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.tables import Column, not_null, table, unique

MONTHS = 30
KEY = ("person_no", "insurance_type", "due_month")
MONEY = ("base", "person_due", "unit_due")
contribution = table(
    name="contribution",
    label="人员缴费明细",
    grain=KEY,
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("id_number", code="AAC002", kind="id_number", label="公民身份号码"),
        Column("unit_no", code="AAB001", kind="id", label="单位编码"),
        Column("division", code="AAA027", kind="code", label="统筹区"),
        Column("insurance_type", code="AAE140", kind="code", label="险种"),
        Column("due_month", code="AAE003", kind="month", label="应缴年月"),
        Column("base", code="AAE180", kind="money", label="缴费基数"),
        Column("person_due", code="AAE022", kind="money", label="个人应缴金额"),
        Column("unit_due", code="AAE020", kind="money", label="单位应缴金额"),
        Column("status", code="AAE078", kind="code", label="到账标志"),
        Column("agency_no", code="AAE011", kind="id", label="经办机构编码"),
    ),
    checks=(not_null("person_no", "due_month", "person_due"), unique(*KEY)),
)
CODES = tuple(column.code for column in contribution.columns)
FEED = Feed({"contribution": FeedTable(("contribution*.csv",))})
DIVISION = "441600"

# Amounts stay the same for a year of a person; `salt` is what a change changes.
_CELLS = """
    'P' || lpad(p::VARCHAR, 9, '0') AS AAC001,
    '441602' || (1950 + p % 60)::VARCHAR || lpad((1 + p % 12)::VARCHAR, 2, '0') || lpad((1 + p % 28)::VARCHAR, 2, '0')
        || lpad((p % 10000)::VARCHAR, 4, '0') AS AAC002,
    'U' || lpad((hash(p) % 9973)::VARCHAR, 6, '0') AS AAB001,
    '4416' || lpad((hash(p * 3) % 8)::VARCHAR, 2, '0') AS AAA027,
    '110' AS AAE140,
    (202301 + m // 12 * 100 + m % 12)::VARCHAR AS AAE003,
    base::VARCHAR || '.00' AS AAE180,
    (base * 0.08)::DECIMAL(16,2)::VARCHAR AS AAE022,
    (base * 0.14)::DECIMAL(16,2)::VARCHAR AS AAE020,
    (hash(p + m) % 3)::VARCHAR AS AAE078,
    '4416' || lpad((hash(p * 7) % 40)::VARCHAR, 4, '0') AS AAE011,
    '2025-03-31 18:' || lpad((p % 60)::VARCHAR, 2, '0') || ':00' AS ZZZ003"""
_BASE = "4000 + hash(p * 31 + m // 12 + {salt}) % 9000 AS base"


def write_full(target: Path, rows: int) -> None:
    """Whole months of `rows` / 30 persons, month by month, as a province keeps them."""
    persons = rows // MONTHS
    sql = f"""SELECT {_CELLS} FROM (SELECT m, p, {_BASE.format(salt=0)}
        FROM range({MONTHS}) t(m), range({persons}) s(p) ORDER BY m, p)"""
    _write(sql, target)


def write_increment(target: Path, rows: int, changes: int) -> None:
    """80 % new rows of the next months, 15 % changed and 5 % gone ones, spread over all persons."""
    persons = rows // MONTHS
    new, updated, gone = changes * 80 // 100, changes * 15 // 100, changes * 5 // 100
    spread = f"n * 7919 % {MONTHS * persons}"
    sql = f"""
        SELECT 'I' AS OP, {_CELLS} FROM (SELECT *, {_BASE.format(salt=0)}
            FROM (SELECT {MONTHS} + i // {persons} AS m, i % {persons} AS p FROM range({new}) t(i)))
        UNION ALL
        SELECT CASE WHEN n < {updated} THEN 'U' ELSE 'D' END AS OP, {_CELLS} FROM (SELECT *, {_BASE.format(salt=17)}
            FROM (SELECT n, {spread} // {persons} AS m, {spread} % {persons} AS p FROM range({updated + gone}) t(n)))"""
    _write(sql, target)


def _write(sql: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2}) as con:
        con.execute(f"COPY ({sql}) TO '{target}' (HEADER, DELIMITER ',')")


def deliver(inbox: Path, sequence: int, file: Path, previous: str | None, base: Path | None = None) -> str:
    """A batch as a province with manifests sends it: digest, rows, operations, sums of money, and its own totals.

    `base` is the file on which an increment builds. Returns the manifest's digest.
    """
    day = date(2025, 3, sequence)
    folder = inbox / f"{DIVISION}_{day:%Y%m%d}"
    folder.mkdir(parents=True)
    target = folder / "contribution.csv"
    target.hardlink_to(file)
    told: dict[str, object] = {
        "mode": "increment" if base else "full",
        "files": [{"name": target.name, "digest": file_digest(target), "bytes": target.stat().st_size}],
        **_totals(file, base),
    }
    manifest = {
        "protocol": "huiliu-batch/1",
        "batch": folder.name,
        "business_date": day.isoformat(),
        "division": DIVISION,
        "sequence": sequence,
        "previous_digest": previous,
        "tables": {"contribution": told},
    }
    raw = json.dumps(manifest, default=str).encode()
    (folder / "manifest.json").write_bytes(raw)
    return f"sm3:{sm3(raw)}"


def _totals(file: Path, base: Path | None) -> Mapping[str, object]:
    sums = ", ".join(f"sum({contribution.by_name[name].code}::DECIMAL(16,2))" for name in MONEY)
    with duckdb.connect(config={"threads": 2}) as con:

        def totals(rows: str) -> tuple[int, dict[str, Decimal]]:
            count, *money = con.execute(f"SELECT count(*), {sums} FROM {rows}").fetchone() or (0,)
            return count, dict(zip(MONEY, money, strict=True))

        delivered = f"read_csv('{file}', all_varchar = true)"
        rows, control = totals(delivered)
        if base is None:
            return {"rows": rows, "control_sums": control, "closing": {"rows": rows, "sums": control}}
        before = f"read_csv('{base}', all_varchar = true)"
        key = ", ".join(contribution.by_name[name].code for name in KEY)
        kept = f"SELECT * FROM {before} ANTI JOIN (SELECT {key} FROM {delivered}) USING ({key})"
        come = f"SELECT * EXCLUDE (OP) FROM {delivered} WHERE OP <> 'D'"
        closing_rows, closing = totals(f"({kept} UNION ALL {come})")
        operations = dict(con.execute(f"SELECT OP, count(*) FROM {delivered} GROUP BY OP").fetchall())
    return {
        "rows": rows,
        "operations": {op: operations.get(op, 0) for op in "IUD"},
        "control_sums": control,
        "closing": {"rows": closing_rows, "sums": closing},
    }
