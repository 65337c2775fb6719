"""What a contradiction check is: a function that lists what is wrong with a table, under a code for ever."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from huiliu.kernel.registry import Registry
from huiliu.scoring.exchange import Table
from huiliu.scoring.phrases import Phrases
from huiliu.scoring.profile import Profile

Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[Severity, str] = {"error": "错误", "warning": "警告", "note": "说明"}
"""error: the table contradicts itself; warning: a habit or a suspicion; note: cannot be rechecked. Worst first."""


@dataclass(frozen=True)
class Finding:
    """One contradiction, in words for people: what is wrong, where, what was expected and what stands there."""

    code: str
    severity: Severity
    what: str
    where: str
    expected: str
    found: str

    def as_json(self) -> dict[str, str]:
        """The six fields of the exchange output."""
        return {
            "code": self.code,
            "severity": self.severity,
            "what": self.what,
            "where": self.where,
            "expected": self.expected,
            "found": self.found,
        }


@dataclass(frozen=True)
class Case:
    """What a check sees: the table, the profile to judge by, the phrases that statements are read with.

    `others` are the other tables of the same file or folder.
    """

    table: Table
    profile: Profile
    phrases: Phrases
    others: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Hit:
    """What a check yields; label and severity are the check's own unless given."""

    where: str
    expected: str
    found: str
    what: str = ""
    severity: Severity | None = None


@dataclass(frozen=True)
class Check:
    """One registered check; `severities` are all it may report, its usual one first.

    `identity` is what it tests, `tolerance` how far rounding may carry that, both in words for people.
    """

    code: str
    label: str
    severities: tuple[Severity, ...]
    explanation: str
    identity: str
    tolerance: str
    run: Callable[[Case], Iterable[Hit]]


CHECKS: Registry[Check] = Registry("核对项")
Function = Callable[[Case], Iterable[Hit]]


def check(
    code: str, label: str, *severities: Severity, identity: str, tolerance: str
) -> Callable[[Function], Function]:
    """Register a function as the check `code`; its docstring is the explanation in docs/evaluation.md."""

    def register(function: Function) -> Function:
        explanation = " ".join((function.__doc__ or "").split())
        CHECKS.add(code, Check(code, label, severities, explanation, identity, tolerance, function))
        return function

    return register


@cache
def all_checks() -> Registry[Check]:
    """Every check of the package `checks`, found by import; nothing else lists them."""
    from huiliu.scoring import checks

    for module in sorted(pkgutil.iter_modules(checks.__path__), key=lambda module: module.name):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    return CHECKS


def find(case: Case) -> tuple[Finding, ...]:
    """All findings on one table, errors first, then by code and row."""
    found = [finding for item in all_checks().values() for finding in _findings(item, case)]
    order = list(SEVERITIES)
    return tuple(sorted(found, key=lambda finding: (order.index(finding.severity), finding.code)))


def _findings(item: Check, case: Case) -> Iterator[Finding]:
    for hit in item.run(case):
        severity = hit.severity or item.severities[0]
        yield Finding(item.code, severity, hit.what or item.label, hit.where, hit.expected, hit.found)
