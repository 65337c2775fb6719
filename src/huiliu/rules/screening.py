"""Run a rule over a snapshot: findings in a fixed order, each with the rows that it rests on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameter
from huiliu.kernel.periods import format_month
from huiliu.lake.tables import Table
from huiliu.rules.definition import Rule
from huiliu.rules.sql import DAY

Evidence = tuple[str, Mapping[str, Any]]


class Snapshot(Protocol):
    """Anything that answers a query with named `$parameters`: the published library, or a case's few rows."""

    def rows(self, sql: str, params: Mapping[str, Any], /) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Finding:
    """One subject and month that a rule points at; `amount` in yuan, None where the rule measures none.

    `evidence` lists rows by table and key columns. Subject and keys stay out of `repr`, so that no log shows them.
    """

    subject: str = field(repr=False)
    occurred_on: int
    amount: Decimal | None
    evidence: tuple[Evidence, ...] = field(repr=False)


@dataclass(frozen=True)
class Screening:
    """What one version of a rule found on one day, with the numbers it used; no findings: looked and found none."""

    rule: Rule = field(repr=False)
    day: date
    parameters: Mapping[str, Parameter]
    findings: tuple[Finding, ...]

    @property
    def amount(self) -> Decimal | None:
        """Yuan over all findings; None if the rule measured no amount at all."""
        amounts = [finding.amount for finding in self.findings if finding.amount is not None]
        return sum(amounts, Decimal(0)) if amounts or not self.findings else None


def screen(rule: Rule, snapshot: Snapshot, day: date) -> Screening:
    """Find by the numbers in force on `day`, the business date of the data, ordered by subject and month.

    Raises RULE-005 if a number has no value in force on that day: the rule is then not measured, which is not the same
    as no findings; RULE-006 if the query breaks its promise of one row per subject and month.
    """
    return screen_with(rule, snapshot, day, in_force(rule, day))


def in_force(rule: Rule, day: date) -> Mapping[str, Parameter]:
    """The rule's numbers on the day, all of them, or RULE-005."""
    numbers = rule.parameters.at(day)
    missing = sorted(set(rule.parameters.history) - set(numbers))
    if missing:
        raise HuiliuError(
            code="RULE-005",
            message=f"规则 {rule.code} 的参数 {'、'.join(missing)} 在 {day} 尚无生效值",
            hint="此日不筛查；请在规则 YAML 中补上当日有效的取值和出处。",
            facts={"rule": rule.code, "day": day.isoformat(), "parameters": missing},
        )
    return numbers


def screen_with(rule: Rule, snapshot: Snapshot, day: date, numbers: Mapping[str, Parameter]) -> Screening:
    """`screen` with the numbers handed in."""
    values = {DAY: day, **{name: parameter.value for name, parameter in numbers.items()}}
    bound = {name: values[name] for name in rule.uses}
    rows = snapshot.rows(rule.query, bound)
    keys = [(row["subject"], row["occurred_on"]) for row in rows]
    _hold(rule, rows, keys)
    evidence = _evidence(rule, snapshot, bound) if rows else {}
    findings = (Finding(*key, row["amount"], tuple(evidence[key])) for key, row in zip(keys, rows, strict=True))
    return Screening(rule, day, numbers, tuple(sorted(findings, key=lambda found: (found.subject, found.occurred_on))))


def _hold(rule: Rule, rows: list[dict[str, Any]], keys: list[tuple[Any, Any]]) -> None:
    empty = sum(subject in (None, "") or not isinstance(month, int) for subject, month in keys)
    inexact = sum(not isinstance(row["amount"], Decimal | None) for row in rows)
    repeated = len(keys) - len(set(keys))
    if empty or inexact or repeated:
        raise HuiliuError(
            code="RULE-006",
            message=f"规则 {rule.code} 的结果有误：{empty} 行缺人员或年月，{repeated} 行重复，{inexact} 行金额非十进制",
            hint="每个 subject 和 occurred_on（YYYYMM）只能有一行，amount 须为 DECIMAL 或空；请检查 GROUP BY。",
            facts={"rule": rule.code, "empty": empty, "repeated": repeated, "inexact": inexact},
        )
    for _, month in keys:
        format_month(month)


def _evidence(rule: Rule, snapshot: Snapshot, bound: Mapping[str, Any]) -> dict[tuple[str, int], list[Evidence]]:
    """The rows behind all findings, table by table in the order of `reads`, within a table by key."""
    found: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for table in rule.reads:
        if rule.subject_column not in table.by_name:
            continue
        for row in snapshot.rows(_evidence_query(rule, table), bound):
            key = {column: row[column] for column in table.grain}
            found[row["found_subject"], row["found_on"]].append((table.name, key))
    return found


def _evidence_query(rule: Rule, table: Table) -> str:
    """Rows of the subject; of the finding's month where the table's rows belong to months."""
    same_month = f" AND held.{table.period} = found.occurred_on" if table.period else ""
    columns = ", ".join(f"held.{column} AS {column}" for column in table.grain)
    order = ", ".join(f"held.{column}" for column in table.grain)
    return (
        f"SELECT found.subject AS found_subject, found.occurred_on AS found_on, {columns}\n"
        f"FROM (\n{rule.query}\n) AS found\n"
        f"JOIN {table.name} AS held ON held.{rule.subject_column} = found.subject{same_month}\n"
        f"ORDER BY found_subject, found_on, {order}"
    )
