"""What an indicator is: one formula over declared evidence, its dated numbers, its disclosures and proving cases."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from string import Template
from typing import Any, Literal

from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, recomputed
from huiliu.kernel.parameters import Parameters
from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.evidence import FACTS, KINDS, SEPARATOR, Absent, Evidence, Gathered
from huiliu.scoring.measured import Measured, exact

Better = Literal["more", "less"]
BETTER: Mapping[Better, str] = {"more": "越高越好", "less": "越低越好"}
QUALITY: Mapping[str, str] = {
    "verified": "如何核实",
    "source": "数据来源",
    "accuracy": "准确性要求",
    "limitations": "局限",
    "compensation": "如何弥补",
}
"""The five disclosures on the quality of the data, those of GPRAMA (31 U.S.C. 1116(c)(6))."""

_CODE = re.compile(r"PI-[A-Z]{3}-[0-9]{3}")
_NAME = re.compile(r"\{([^{}]+)\}")
_PARTS = frozenset({"names", "params", "quality", "cases"})


@dataclass(frozen=True)
class Reckoning:
    """How the value comes of the facts: an expression as figures have them, and the same in words.

    In `formula`, `$name` stands for the number in force of that name. A fact of `unknown` that is 0 leaves the
    indicator 未测量 (nothing was kept), one of `idle` that is 0 or unknown makes it 不适用 (nothing was done): the text
    says why.
    """

    expression: str
    formula: str
    unknown: Mapping[str, str]
    idle: Mapping[str, str]

    @property
    def facts(self) -> tuple[str, ...]:
        """Every fact it looks at."""
        return tuple(dict.fromkeys([*_NAME.findall(self.expression), *self.unknown, *self.idle]))


def reckoned(
    expression: str, formula: str, *, unknown: Mapping[str, str] | None = None, idle: Mapping[str, str] | None = None
) -> Reckoning:
    """A reckoning; see there."""
    return Reckoning(expression, formula, unknown or {}, idle or {})


@dataclass(frozen=True)
class Case:
    """One example: facts by their id (None: not known; a kind of which none is given is not there), and the answer.

    `state` is measured, unmeasured or not_applicable; `reason` a part of the reason that has to be given.
    """

    name: str
    day: date
    given: Mapping[str, Decimal | None]
    value: Decimal | None
    state: str
    reason: str


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue; `names` are those that published forms print it under."""

    code: str
    label: str
    unit: str
    better: Better
    needs: tuple[str, ...]
    basis: str
    note: str
    reckoning: Reckoning
    names: tuple[str, ...]
    quality: Mapping[str, str]
    parameters: Parameters
    cases: tuple[Case, ...]

    @cached_property
    def digest(self) -> str:
        """Names this version of the indicator: anything that may change a value or its meaning changes it."""
        numbers = self.parameters.facts()
        how = self.reckoning
        guards = [sorted(how.unknown.items()), sorted(how.idle.items())]
        facts = [self.code, self.label, self.unit, self.better, list(self.needs), self.basis, how.expression,
                 how.formula, [[list(pair) for pair in pairs] for pairs in guards], numbers]  # fmt: skip
        return f"sm3:{sm3(canonical_json(facts))}"

    def formula(self, day: date) -> str:
        """The formula in words with the numbers in force on a day, those not verified marked 待核."""
        lines = self.parameters.at(day)
        said = {name: f"{line.value}{'' if line.verified else '（待核）'}" for name, line in lines.items()}
        return Template(self.reckoning.formula).safe_substitute(said)


def indicator(
    *, code: str, label: str, unit: str, needs: tuple[str, ...], basis: str, better: Better = "more"
) -> Callable[[Callable[[], Reckoning]], Indicator]:
    """Make an indicator of a function that returns its reckoning; the rest comes from the YAML file of its name."""

    def declare(function: Callable[[], Reckoning]) -> Indicator:
        path = Path(function.__code__.co_filename).with_suffix(".yaml")
        data = _read(path, code)
        made = Indicator(
            code=code,
            label=label,
            unit=unit,
            better=better,
            needs=needs,
            basis=basis,
            note=inspect.getdoc(function) or "",
            reckoning=function(),
            names=tuple(data.get("names") or ()),
            quality=data.get("quality") or {},
            parameters=Parameters.read(data.get("params"), path.name),
            cases=tuple(_case(entry, path.name) for entry in data.get("cases") or ()),
        )
        _accept(made)
        return made

    return declare


def measure(found: Indicator, evidence: Evidence) -> Measured:
    """The value from the evidence with all it is made of; 未测量 or 不适用, with the reason, where there is none.

    Raises EV-IND-005 where a provider does not give a fact that it is asked for.
    """
    how, given = found.reckoning, {kind: evidence.of(kind) for kind in found.needs}
    absent = [one.reason for one in given.values() if isinstance(one, Absent)]
    known = _figures(found, given)
    figures = _closure([name for name in how.facts if name in known], known)
    state, reason = _hindered(how, {name: figures[name] for name in how.facts if name in figures}, absent)
    made = Measured(None, state, "", reason, (), found.unit, _words(found, evidence), how.expression,
                    tuple(figures.values()))  # fmt: skip
    return made if reason else _worked_out(made, figures)


def _words(found: Indicator, evidence: Evidence) -> str:
    return found.formula(evidence.ask.day)


def _figures(found: Indicator, given: Mapping[str, Gathered | Absent]) -> dict[str, Figure]:
    """Every figure of the kinds that there is evidence of, each after what it is made of."""
    figures: dict[str, Figure] = {}
    books = {kind: one.book for kind, one in given.items() if isinstance(one, Gathered)}
    for book in books.values():
        figures |= book
    missing = [name for name in found.reckoning.facts if name.split(SEPARATOR)[0] in books and name not in figures]
    if missing:
        raise _error("EV-IND-005", found.code, f"的佐证没有给出 {'、'.join(missing)}", "请联系技术人员核对佐证来源。")
    return figures


def _closure(names: Iterable[str], figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """The figures named and all they are made of, in order."""
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting += figures[name].inputs
    return {name: figure for name, figure in figures.items() if name in wanted}


def _hindered(how: Reckoning, facts: Mapping[str, Figure], absent: Sequence[str]) -> tuple[str, str]:
    """State and reason why there is no value; no reason where nothing is in the way.

    What was never paid for does not apply, whether or not anybody kept a record of what it would have bought.
    """
    for name, why in how.idle.items():
        if name in facts and not facts[name].value:
            return NOT_APPLICABLE, why
    if absent:
        return MEASURED, absent[0]
    for figure in facts.values():
        if figure.value is None:
            state = NOT_APPLICABLE if figure.state == NOT_APPLICABLE else MEASURED
            return state, f"{figure.label}：{figure.formula}"
    for name, why in how.unknown.items():
        if facts[name].value == 0:
            return MEASURED, why
    return MEASURED, ""


def _worked_out(made: Measured, figures: Mapping[str, Figure]) -> Measured:
    used = tuple(dict.fromkeys(_NAME.findall(made.expression)))
    blank = Figure("value", "", None, made.unit, 2, "", used, "", "", COMPUTED, made.expression)
    value = recomputed(blank, figures)
    if value is None:
        return replace(made, state=NOT_APPLICABLE, reason="分母为零")
    return replace(made, value=exact(value), state=COMPUTED)


def _read(path: Path, code: str) -> Mapping[str, Any]:
    if not path.is_file():
        raise _error("EV-IND-001", code, f"缺少 {path.name}", "请在指标旁放同名 YAML，写明数据质量说明和用例。")
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _PARTS:
        raise _error("EV-IND-001", code, f"{path.name} 只能有 names、params、quality、cases 四部分", "请参照相邻指标。")
    return data


def _case(entry: Any, where: str) -> Case:
    try:
        given = {name: None if value is None else Decimal(value) for name, value in entry["given"].items()}
        value = None if entry.get("value") is None else Decimal(entry["value"])
        state = entry.get("state", "measured")
        known = set(entry) <= {"name", "day", "given", "value", "state", "reason"} and set(given) <= set(FACTS)
        told = (state == "measured") == (value is not None) == (not entry.get("reason"))
        if known and told and state in ("measured", "unmeasured", NOT_APPLICABLE) and isinstance(entry["day"], date):
            return Case(entry["name"], entry["day"], given, value, state, entry.get("reason", ""))
    except (KeyError, TypeError, AttributeError, ArithmeticError):
        pass
    raise HuiliuError(
        code="EV-IND-002",
        message=f"{where} 的用例不完整",
        hint="每个用例须有 name、day、given（按代码列出的事实），以及 value，或 state 和 reason。",
        facts={"file": where},
    )


def _accept(made: Indicator) -> None:
    if not _CODE.fullmatch(made.code) or made.better not in BETTER or not made.basis or not made.note:
        hint = "代码形如 PI-FND-001，better 为 more 或 less，basis 写明依据，函数要有说明。"
        raise _error("EV-IND-003", made.code, "定义不完整", hint)
    if set(made.quality) != set(QUALITY) or not all(str(text).strip() for text in made.quality.values()):
        hint = f"quality 须写明：{'、'.join(QUALITY)}（{'、'.join(QUALITY.values())}）。"
        raise _error("EV-IND-003", made.code, "数据质量说明不完整", hint)
    wrong = [kind for kind in made.needs if kind not in KINDS]
    wrong += [name for name in made.reckoning.facts if name not in FACTS]
    used = {name.split(SEPARATOR)[0] for name in made.reckoning.facts}
    wrong += sorted(used ^ set(made.needs)) if not wrong else []
    if wrong or not made.needs:
        hint = "needs 列出的佐证与算式中的事实须一一对应，并且都已声明。"
        raise _error("EV-IND-004", made.code, f"的佐证不符：{'、'.join(wrong)}", hint)


def _error(kind: str, code: str, problem: str, hint: str) -> HuiliuError:
    return HuiliuError(code=kind, message=f"绩效指标 {code} {problem}", hint=hint, facts={"indicator": code})
