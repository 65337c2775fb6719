"""The cases of a rule's YAML, run on a few rows in memory; a list of differences, empty if the rule holds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

import duckdb

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameter
from huiliu.lake.macros import MACROS
from huiliu.lake.tables import Column, Table
from huiliu.rules.definition import Case, Rule
from huiliu.rules.screening import Finding, in_force, screen_with

_EXACT: Mapping[str, tuple[type, ...]] = {
    "VARCHAR": (str,),
    "INTEGER": (int,),
    "DATE": (date,),
    "DECIMAL(16,2)": (int, Decimal),
    "DECIMAL(16,4)": (int, Decimal),
}


class MemorySnapshot:
    """A library of a few rows: every declared table exists, columns not given are empty."""

    def __init__(self, tables: tuple[Table, ...], given: Mapping[str, tuple[Mapping[str, Any], ...]]) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        for macro in MACROS:
            self._connection.execute(macro)
        by_name = {table.name: table for table in tables}
        for name in given:
            if name not in by_name:
                raise _error(f"没有数据表 {name}", "given 只能写规则 reads 中的表。")
        for table in tables:
            self._create(table, given.get(table.name, ()))

    def _create(self, table: Table, rows: tuple[Mapping[str, Any], ...]) -> None:
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
        self._connection.execute(f"CREATE TABLE {table.name} ({columns})")
        marks = ", ".join("?" * len(table.columns))
        for row in rows:
            _check_row(table, row)
            values = [row.get(column.name) for column in table.columns]
            self._connection.execute(f"INSERT INTO {table.name} VALUES ({marks})", values)

    def rows(self, sql: str, params: Mapping[str, Any], /) -> list[dict[str, Any]]:
        """The answer, one dict a row."""
        cursor = self._connection.execute(sql, dict(params))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()


def _check_row(table: Table, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        column = table.by_name.get(name)
        if column is None:
            raise _error(f"数据表 {table.name} 没有列 {name}", "请核对列名。")
        if value is not None and not _fits(column, value):
            raise _error(f"列 {table.name}.{name} 的值写法不符", "代码和编号请加引号，日期写成 2025-03-31。")


def _fits(column: Column, value: Any) -> bool:
    return isinstance(value, _EXACT.get(column.sql_type, (object,))) and not isinstance(value, bool)


def _error(problem: str, hint: str) -> HuiliuError:
    return HuiliuError(code="RULE-007", message=f"用例有误：{problem}", hint=hint)


def check_case(rule: Rule, case: Case) -> list[str]:
    """Differences between what the case demands and what the rule finds, in Chinese.

    An expected finding gives subject, occurred_on and amount, and may count its evidence rows by table.
    """
    numbers = {**in_force(rule, case.day), **_overrides(rule, case)}
    with MemorySnapshot(rule.reads, case.given) as snapshot:
        findings = screen_with(rule, snapshot, case.day, numbers).findings
    actual = {(finding.subject, finding.occurred_on): finding for finding in findings}
    wanted = {(entry["subject"], entry["occurred_on"]): entry for entry in case.found}
    missing = [f"{case.name}：应有而无 {key}" for key in wanted if key not in actual]
    extra = [f"{case.name}：不应有而有 {key}" for key in actual if key not in wanted]
    both = [(wanted[key], actual[key]) for key in wanted if key in actual]
    return (
        missing + extra + [f"{case.name}：{text}" for entry, finding in both for text in _differences(entry, finding)]
    )


def _overrides(rule: Rule, case: Case) -> dict[str, Parameter]:
    numbers = in_force(rule, case.day)
    unknown = sorted(set(case.params) - set(numbers))
    if unknown:
        raise _error(f"没有参数 {'、'.join(unknown)}", "params 只能改写本规则的参数。")
    return {name: replace(numbers[name], value=value) for name, value in case.params.items()}


def _differences(entry: Mapping[str, Any], finding: Finding) -> Iterator[str]:
    if entry["amount"] != finding.amount:
        yield f"{entry['occurred_on']} 金额应为 {entry['amount']}，实为 {finding.amount}"
    held = [table for table, _ in finding.evidence]
    for table, count in (entry.get("evidence") or {}).items():
        if held.count(table) != count:
            yield f"{entry['occurred_on']} 的证据 {table} 应为 {count} 行，实为 {held.count(table)} 行"
