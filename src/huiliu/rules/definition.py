"""What a rule is: one query over declared tables, its legal basis, its dated numbers and the cases that prove it."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.tables import Table
from huiliu.rules import sql

Severity = Literal["H", "M", "L"]
SEVERITIES: Mapping[Severity, str] = {"H": "停发追回", "M": "核实", "L": "数据质量"}
_CODE = re.compile(r"[A-Z]{2}-[A-Z]{3}-[0-9]{3}")


@dataclass(frozen=True)
class Case:
    """One example with its answer: rows by table, and the findings that must come out, no more and no fewer.

    `params` overrides the dated numbers, to show what a number does before any policy sets it so.
    """

    name: str
    day: date
    given: Mapping[str, tuple[Mapping[str, Any], ...]]
    found: tuple[Mapping[str, Any], ...]
    params: Mapping[str, int | Decimal | str]


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue; `note` says what a finding is and which false alarms are known."""

    code: str
    label: str
    severity: Severity
    basis: str
    reads: tuple[Table, ...]
    query: str
    note: str
    parameters: Parameters
    cases: tuple[Case, ...]

    @property
    def subject_column(self) -> str:
        """The column that a finding's subject is a value of: the subject of the first table read."""
        return str(self.reads[0].subject)

    @cached_property
    def uses(self) -> frozenset[str]:
        """The `$names` that the query binds."""
        return sql.placeholders(self.query)

    @cached_property
    def digest(self) -> str:
        """Names this version of the rule: anything that may change a result or its meaning changes it."""
        numbers = self.parameters.facts()
        tables = [table.name for table in self.reads]
        facts = [self.code, self.label, self.severity, self.basis, tables, self.query, numbers]
        return f"sm3:{sm3(canonical_json(facts))}"


def rule(
    *, code: str, label: str, severity: Severity, basis: str, reads: tuple[Table, ...]
) -> Callable[[Callable[[], str]], Rule]:
    """Make a rule of a function that returns its query; numbers and cases come from the YAML file of the same name."""

    def declare(function: Callable[[], str]) -> Rule:
        path = Path(function.__code__.co_filename).with_suffix(".yaml")
        data = _read(path, code)
        made = Rule(
            code=code,
            label=label,
            severity=severity,
            basis=basis,
            reads=reads,
            query=inspect.cleandoc(function()),
            note=inspect.getdoc(function) or "",
            parameters=Parameters.read(data.get("params"), path.name),
            cases=tuple(_case(entry, path.name) for entry in data.get("cases") or ()),
        )
        _accept(made)
        return made

    return declare


def _read(path: Path, code: str) -> Mapping[str, Any]:
    if not path.is_file():
        raise _error("RULE-001", code, f"缺少 {path.name}", "请在规则旁放同名 YAML，写明参数（可无）和用例。")
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - {"params", "cases"}:
        raise _error("RULE-001", code, f"{path.name} 只能有 params 和 cases 两部分", "请参照相邻规则的 YAML。")
    return data


def _case(entry: Any, where: str) -> Case:
    try:
        given = {table: tuple(rows) for table, rows in entry["given"].items()}
        known = set(entry) <= {"name", "day", "given", "found", "params"}
        if known and isinstance(entry["day"], date):
            return Case(entry["name"], entry["day"], given, tuple(entry["found"]), entry.get("params") or {})
    except (KeyError, TypeError, AttributeError):
        pass
    raise HuiliuError(
        code="RULE-002",
        message=f"{where} 的用例不完整",
        hint="每个用例须有 name、day、given（按表列出的行）和 found（应得的疑点，可为空表 []）。",
        facts={"file": where},
    )


def _accept(made: Rule) -> None:
    if not _CODE.fullmatch(made.code) or made.severity not in SEVERITIES or not made.basis or not made.note:
        hint = "代码形如 FS-PEN-001，severity 为 H、M 或 L，basis 写明法规条款，函数要有说明。"
        raise _error("RULE-003", made.code, "定义不完整", hint)
    if not made.reads or made.reads[0].subject is None:
        raise _error("RULE-003", made.code, "第一张数据表没有 subject", "reads 的第一张表须说明每行是谁的。")
    wrong = sql.problems(made.query, made.reads, made.parameters.history)
    if wrong:
        raise _error("RULE-004", made.code, "查询不合规：" + "；".join(wrong), "写法见 docs/rule-sql.md。")


def _error(kind: str, code: str, problem: str, hint: str) -> HuiliuError:
    return HuiliuError(code=kind, message=f"规则 {code} {problem}", hint=hint, facts={"rule": code})
