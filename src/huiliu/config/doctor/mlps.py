"""The 等保 self-check: a verdict for each control, drawn from probes of this installation, never from a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from huiliu import __version__
from huiliu.catalog.mlps import Baseline, Control, read_baseline
from huiliu.config.doctor.findings import Result, State, ask, checks
from huiliu.config.doctor.site import Site
from huiliu.kernel.errors import HuiliuError

DISCLAIMER = "自查结果，不是等级测评结论"
LEVEL_NAMES = {2: "第二级", 3: "第三级"}


class Verdict(StrEnum):
    """What the self-check says of a control, in the order people need to see it."""

    NOT_MET = "不符合"
    UNMEASURED = "未测得"
    MET = "符合"
    OUTSIDE = "应用之外"


@dataclass(frozen=True)
class Assessed:
    """A control with its verdict, what each probe found, and the routes of its pages."""

    control: Control
    verdict: Verdict
    results: tuple[Result, ...]
    routes: tuple[str, ...]

    def unverified(self, level: int) -> bool:
        """Whether nobody has checked that this level asks for the control (待核)."""
        return level in self.control.unverified

    def reasons(self) -> tuple[str, ...]:
        """Evidence in words: what was measured now, what is missing, what is not the application's."""
        measured = [_measured(one) for one in self.results]
        missing = [f"未提供：{self.control.missing}"] if self.control.missing else []
        outside = [f"应用之外：{self.control.outside}"] if self.control.outside else []
        return (*measured, *missing, *outside)

    def as_dict(self, level: int) -> dict[str, Any]:
        """For programs."""
        control = self.control
        return {
            "id": control.id,
            "group": control.group,
            "asks": control.asks,
            "verdict": self.verdict.value,
            "level_unverified": self.unverified(level),
            "evidence": [result.as_dict() for result in self.results],
            "missing": control.missing,
            "outside": control.outside,
            "tests": list(control.tests),
            "pages": list(self.routes),
        }


def _measured(result: Result) -> str:
    finding = result.finding
    todo = f"。{finding.todo.rstrip('。')}" if finding.todo else ""
    return f"{result.check.label}：{finding.found}（{finding.state.words}）{todo}"


@dataclass(frozen=True)
class SelfCheck:
    """The whole self-check of one level at one moment."""

    baseline: Baseline
    level: int
    site: Site
    controls: tuple[Assessed, ...]

    @property
    def unverified(self) -> int:
        """Controls of which nobody has checked that this level asks for them."""
        return sum(one.unverified(self.level) for one in self.controls)

    def counts(self) -> Mapping[Verdict, int]:
        """How many controls got which verdict, all four named."""
        return {verdict: sum(one.verdict is verdict for one in self.controls) for verdict in Verdict}

    def as_dict(self) -> dict[str, Any]:
        """For programs; the first entry says what this is not."""
        return {
            "remark": DISCLAIMER,
            "baseline": self.baseline.name,
            "level": self.level,
            "at": self.site.now.isoformat(timespec="seconds"),
            "version": __version__,
            "counts": {verdict.value: count for verdict, count in self.counts().items()},
            "controls": [one.as_dict(self.level) for one in self.controls],
        }


def self_check(level: int, site: Site) -> SelfCheck:
    """Examine every control that the level asks for; each probe is asked once. MLPS-001, MLPS-002 for wrong content."""
    known = checks()
    baseline = read_baseline(known)
    controls = baseline.of_level(level)
    asked = {code: ask(known[code], site) for code in dict.fromkeys(code for one in controls for code in one.probes)}
    routes = _routes()
    return SelfCheck(baseline, level, site, tuple(_assessed(one, asked, routes) for one in controls))


def _assessed(control: Control, asked: Mapping[str, Result], routes: Mapping[str, str]) -> Assessed:
    results = tuple(asked[code] for code in control.probes)
    pages = tuple(_route(control.id, name, routes) for name in control.pages)
    return Assessed(control, verdict(control, results), results, pages)


def verdict(control: Control, results: tuple[Result, ...]) -> Verdict:
    """The worst of what was found: a remark is not met either, and what is missing outweighs what is there."""
    states = {result.finding.state for result in results}
    if control.missing or states & {State.FAIL, State.WARN}:
        return Verdict.NOT_MET
    if State.UNMEASURED in states:
        return Verdict.UNMEASURED
    return Verdict.MET if results else Verdict.OUTSIDE


def _route(control: str, name: str, routes: Mapping[str, str]) -> str:
    if name not in routes:
        hint = "请改正等保自查内容文件（catalog/mlps）。"
        raise HuiliuError(code="MLPS-002", message=f"等保自查 {control}：没有页面 {name}", hint=hint)
    return routes[name]


def _routes() -> dict[str, str]:
    """Every named address of the product as it is written, with its parts unfilled: no host, no key."""
    found: dict[str, str] = {}
    pending: list[tuple[str, str, Any]] = [("", "/", entry) for entry in get_resolver().url_patterns]
    while pending:
        space, prefix, entry = pending.pop()
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern) and entry.name:
            found[f"{space}{entry.name}"] = path
        elif isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            pending += [(inner, path, below) for below in entry.url_patterns]
    return found
