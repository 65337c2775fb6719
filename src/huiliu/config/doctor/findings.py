"""What a check is and what it may find; a check registers itself where it is written."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import DatabaseError

from huiliu.config.doctor.site import Site
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.registry import Registry


class State(StrEnum):
    """How a check ended, worst first; not measured is a state of its own and never good."""

    FAIL = "fail"
    UNMEASURED = "unmeasured"
    WARN = "warn"
    OK = "ok"

    @property
    def words(self) -> str:
        """The word people read."""
        return WORDS[self]


WORDS = {State.FAIL: "不符", State.UNMEASURED: "未测得", State.WARN: "注意", State.OK: "正常"}
RANK = {state: number for number, state in enumerate(State)}


@dataclass(frozen=True)
class Finding:
    """What was found, and what to do where it is not good; counts and codes, never a person's data."""

    state: State
    found: str
    todo: str = ""


def ok(found: str) -> Finding:
    """As it should be."""
    return Finding(State.OK, found)


def warn(found: str, todo: str) -> Finding:
    """The work goes on, but somebody should look."""
    return Finding(State.WARN, found, todo)


def fail(found: str, todo: str) -> Finding:
    """Not as it must be."""
    return Finding(State.FAIL, found, todo)


def unmeasured(why: str, todo: str) -> Finding:
    """It could not be measured here; nobody may read this as good."""
    return Finding(State.UNMEASURED, why, todo)


def judged(good: bool, found: str, todo: str) -> Finding:
    """`ok` where good, else `fail` with what to do."""
    return ok(found) if good else fail(found, todo)


Measure = Callable[[Site], Finding]


@dataclass(frozen=True)
class Check:
    """One question to an installation. `general` ones are printed by doctor, the others serve the self-check only."""

    code: str
    label: str
    measure: Measure
    general: bool


_CHECKS: Registry[Check] = Registry("检查项")


def check(code: str, label: str) -> Callable[[Measure], Measure]:
    """Register a function as a check that doctor prints; the self-check may name it too."""
    return _registering(code, label, general=True)


def probe(code: str, label: str) -> Callable[[Measure], Measure]:
    """Register a function that only the self-check asks."""
    return _registering(code, label, general=False)


def _registering(code: str, label: str, *, general: bool) -> Callable[[Measure], Measure]:
    def register(measure: Measure) -> Measure:
        _CHECKS.add(code, Check(code, label, measure, general))
        return measure

    return register


def checks() -> Registry[Check]:
    """Every check of the folder `checks`; a new one is written there and listed nowhere."""
    from huiliu.config.doctor import checks as folder

    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda found: found.name):
        importlib.import_module(f"{folder.__name__}.{module.name}")
    return _CHECKS


@dataclass(frozen=True)
class Result:
    """A check with what it found on this installation."""

    check: Check
    finding: Finding

    def as_dict(self) -> dict[str, Any]:
        """For programs: code, label, state, what was found, what to do."""
        finding = self.finding
        names = {"code": self.check.code, "label": self.check.label, "state": finding.state.value}
        return names | {"found": finding.found, "todo": finding.todo}


def ask(one: Check, site: Site) -> Result:
    """Run one check; what it cannot reach is said, and does not stop the others."""
    try:
        return Result(one, one.measure(site))
    except HuiliuError as error:
        return Result(one, fail(error.message, error.hint))
    except DatabaseError as error:
        return Result(one, unmeasured(f"数据库没有回答（{type(error).__name__}）", "请先处理“数据库”一项。"))
    except OSError as error:
        why = f"读不到所需的文件（{error.strerror or type(error).__name__}）"
        return Result(one, unmeasured(why, "请用安装时的用户运行本命令。"))


def examine(site: Site) -> list[Result]:
    """All general checks, failed ones first, otherwise in the order they are written."""
    return sorted(_asked(site), key=lambda result: RANK[result.finding.state])


def _asked(site: Site) -> Iterator[Result]:
    return (ask(one, site) for one in checks().values() if one.general)
