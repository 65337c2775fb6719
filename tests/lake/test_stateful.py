"""Random batches, good and bad, of every mode, corrections, rollbacks and kills against dictionaries: equal, always."""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from huiliu.lake import load, night, rollback
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord
from lake.conftest import Site
from lake.naive import EMPTY, TABLES, Content, Library, Sent, Told, Values, WrongError, after, in_part
from lake.province import FEEDING, PAYING, aside, claimed, expected, loaded, send

START = date(2025, 3, 31)
SAME = {"broken": {"empty", "unpack"}, "closing": {"closing_rows", "closing_sum"}}
KEYS = {"person": ["P1", "P2", "㛃"], "payment": ["Z1", "Z2", "Z3", "Z4"]}
VALUES: Mapping[str, st.SearchStrategy[Values]] = {
    "person": st.tuples(st.sampled_from(["张三", "王𬭎"]), st.sampled_from(["1", "2"])),
    "payment": st.tuples(st.sampled_from(["202503", "202504"]), st.sampled_from(["1.00", "2.50", "-3.00"])),
}
PARTS = {"person": [("1", "1"), ("1", "2")], "payment": [("202503", "202503"), ("202504", "202505")]}
FAULTS = [
    "rows",
    "closing",
    "unique",
    "insert_match",
    "change_match",
    "range",
    "range_match",
    "broken",
    "empty",
    "division",
    "sequence",
    "previous_digest",
    "held",
    "late",
    "conflict",
    "stale_revision",
]


class KilledError(BaseException):
    """Stands for a process that dies."""


class Machine(RuleBasedStateMachine):
    """One installation and its naive twin; every rule ends in a run of both."""

    place: ClassVar[Path]
    templates: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(dir=self.place))
        self.site = Site(shutil.copytree(self.templates / "empty", Path(folder), dirs_exist_ok=True))
        self.site.tables, self.site.feed = dict(PAYING), FEEDING
        self.model = Library()

    def teardown(self) -> None:
        self.site.library.close()
        self.stack.close()

    @rule(data=st.data(), declared=st.booleans())
    def next_day(self, data: st.DataObject, declared: bool) -> None:
        """The batch that is due."""
        self.deliver(data, self.due(data, self.model, declared=declared))
        self.both()

    @rule(data=st.data(), count=st.integers(2, 3))
    def several_days(self, data: st.DataObject, count: int) -> None:
        """Some days at once, each on top of the day before, taken in one run."""
        ahead = deepcopy(self.model)
        for _ in range(count):
            sent = self.due(data, ahead, declared=True)
            self.deliver(data, sent)
            ahead.inbox[sent.name] = self.model.inbox[sent.name]
            ahead.run()
        self.both()

    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def wrong(self, data: st.DataObject, fault: str) -> None:
        """A batch with a fault; then, perhaps, the province takes it away."""
        sent = _with_fault(data.draw, self.model, self.due(data, self.model, declared=True), fault)
        if sent is None:
            return
        self.deliver(data, sent)
        self.both()
        if data.draw(st.booleans()):
            self.take_away(sent.name)

    @precondition(lambda self: self.model.days)
    @rule(data=st.data(), several=st.booleans())
    def correct(self, data: st.DataObject, several: bool) -> None:
        """A correction of an earlier day, with or without corrections of the days after it."""
        place = data.draw(st.integers(0, len(self.model.days) - 1))
        content = self.model.days[place - 1].content if place else EMPTY
        for later in self.model.days[place : None if several else place + 1]:
            old = later.sent
            revision = max(s.revision for s in self.everything() if s.day == old.day) + 1
            tables = {name: replace(told, closing=None) for name, told in old.tables.items()}
            if later is self.model.days[place]:
                tables = self.tables(data, content, declared=old.sequence is not None)
            sent = replace(old, name=_name(old.day, revision), revision=revision, tables=tables)
            self.deliver(data, sent)
            with suppress(WrongError):
                content = after(content, sent)
        self.both()

    @precondition(lambda self: len(self.model.days) > 1)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        """Back to an earlier day; then the inbox is looked at as every night."""
        day = data.draw(st.sampled_from([each.sent.day for each in self.model.days[:-1]]))
        rollback.roll_back(self.site.home, self.site.tables, day, self.site.clock)
        self.model.roll_back(day)
        self.compare()
        self.both()

    @rule()
    def nothing_new(self) -> None:
        """Everything in the inbox is looked at again."""
        self.both()

    @precondition(lambda self: self.model.inbox)
    @rule(data=st.data())
    def clear_away(self, data: st.DataObject) -> None:
        """Somebody clears a folder away that was taken, or was not."""
        self.take_away(data.draw(st.sampled_from(sorted(self.model.inbox))))
        self.both()

    @rule(data=st.data(), commits=st.integers(0, 6), published=st.booleans())
    def killed(self, data: st.DataObject, commits: int, published: bool) -> None:
        """A run dies somewhere; readers see whole nights only, and the next run ends where it would have."""
        self.deliver(data, self.due(data, self.model, declared=True))
        before = loaded(self.site)
        with pytest.MonkeyPatch.context() as patch, suppress(KilledError):
            module, name = (night, "turn") if published else (load, "reconcile")
            patch.setattr(module, name, _dying(getattr(module, name), commits))
            self.site.night()
        during = loaded(self.site)
        self.model.run()
        after_all = expected({day.sent.day: day.content for day in self.model.days})
        assert during in _between(before, after_all, self.model)
        self.site.night()
        self.compare()

    def due(self, data: st.DataObject, model: Library, *, declared: bool) -> Sent:
        """What the province would send next."""
        last = model.last
        declared = declared or (last is not None and last.sequence is not None and data.draw(st.integers(0, 3)) > 0)
        day = last.day + timedelta(days=1) if last else START
        revisions = [sent.revision for sent in self.everything() if sent.day == day]
        revision = data.draw(st.sampled_from([max(revisions), max(revisions) + 1])) if revisions else 0
        return Sent(
            name=_name(day, revision),
            day=day,
            revision=revision,
            digest="",
            tables=self.tables(data, model.content, declared=declared),
            sequence=((last.sequence or 0) + 1 if last else 1) if declared else None,
            previous=last.digest if last and last.sequence and declared else None,
        )

    def tables(self, data: st.DataObject, content: Content, *, declared: bool) -> dict[str, Told]:
        names = data.draw(st.sampled_from([TABLES, TABLES, TABLES[:1], TABLES[1:]]))
        return {name: _told(data.draw, name, content, declared=declared) for name in names}

    def everything(self) -> list[Sent]:
        return [*self.model.known.values(), *self.model.inbox.values()]

    def deliver(self, data: st.DataObject, sent: Sent) -> None:
        encoding = data.draw(st.sampled_from(["utf-8", "gb18030"])) if sent.sequence is not None else "utf-8"
        digest = send(self.site.inbox, sent, encoding, gz=data.draw(st.booleans()))
        self.model.inbox[sent.name] = replace(sent, digest=digest)

    def take_away(self, name: str) -> None:
        shutil.rmtree(self.site.inbox / name)
        del self.model.inbox[name]

    def both(self) -> None:
        """Run the night and its twin; outcomes and contents are equal."""
        records: dict[str, NightRecord] = {}
        for record in self.site.night():
            records.setdefault(record.batch, record)
        wanted = self.model.run()
        assert {name: str(record.outcome) for name, record in records.items()} == {n: o for n, (o, _) in wanted.items()}
        for name, (_, code) in wanted.items():
            codes = {check.code for check in records[name].failures}
            assert (codes & SAME.get(code, {code})) or not code, (name, code, codes)
        self.compare()

    def compare(self) -> None:
        assert loaded(self.site) == expected({day.sent.day: day.content for day in self.model.days})
        waiting = {(n, key) for n, table in self.model.content.items() for key in table.aside}
        assert aside(self.site) == waiting
        assert self.site.problems() == ()


def _name(day: date, revision: int, division: str = "449900") -> str:
    return f"{division}_{day:%Y%m%d}" + (f"_r{revision}" if revision else "")


def _told(draw: Callable[..., Any], name: str, content: Content, *, declared: bool) -> Told:
    """A table that fits: its mode, its rows, and honest totals or none."""
    whole = content[name].whole
    usual = "full" if name == "person" else "increment"
    mode = draw(st.sampled_from(["full", "increment", "range"])) if declared else usual
    new = draw(st.dictionaries(st.sampled_from(KEYS[name]), VALUES[name], max_size=3))
    gone = draw(st.sets(st.sampled_from(sorted(whole)), max_size=2)) if whole else set()
    part = draw(st.sampled_from(PARTS[name])) if mode == "range" else None
    if mode == "increment":
        rows = [("U" if key in whole else "I", key, values) for key, values in new.items()]
        rows += [("D", key, ("", "")) for key in sorted(gone) if key not in new]
        told = Told(mode, rows)
    else:
        wanted = {key: values for key, values in whole.items() if key not in gone} | new
        outside = {k for k, values in whole.items() if part and not in_part(name, values, part)}
        inside = {k: v for k, v in wanted.items() if k not in outside and (part is None or in_part(name, v, part))}
        told = Told(mode, [("I", key, values) for key, values in inside.items()], part)
    if declared and draw(st.booleans()):
        with suppress(WrongError):
            proven = replace(told, closing=(0, Decimal(0)), rows=told.rows or [])
            result = after(content, _alone(name, replace(proven, closing=None)))
            return replace(told, closing=claimed(result, name))
    return told


def _alone(name: str, told: Told) -> Sent:
    return Sent("", START, 0, "", {name: told})


def _with_fault(draw: Callable[..., Any], model: Library, sent: Sent, fault: str) -> Sent | None:
    """The batch with the fault put in; None where there is nothing yet to get wrong."""
    order = _out_of_order(draw, model, sent, fault)
    if order is not None:
        return order
    name = draw(st.sampled_from(sorted(sent.tables)))
    told = _spoiled(draw, name, sent.tables[name], model.content, fault)
    return None if told is None else replace(sent, tables={**sent.tables, name: told})


def _out_of_order(draw: Callable[..., Any], model: Library, sent: Sent, fault: str) -> Sent | None:
    days = model.days
    match fault:
        case "division":
            return replace(sent, division="449901", name=_name(sent.day, sent.revision, "449901"))
        case "sequence" if days and days[-1].sent.sequence:
            return replace(sent, sequence=days[-1].sent.sequence)
        case "previous_digest" if days:
            return replace(sent, previous="sm3:" + "0" * 64)
        case "held":
            day = sent.day + timedelta(days=1)
            return replace(sent, day=day, name=_name(day, 0), revision=0, sequence=(sent.sequence or 0) + 1)
        case "late" if days:
            day = days[0].sent.day - timedelta(days=1)
            return replace(sent, day=day, name=_name(day, 0), revision=0)
        case "conflict" | "stale_revision" if days:
            old = draw(st.sampled_from(days)).sent
            revision = old.revision if fault == "conflict" else 0
            return replace(old, revision=revision, name=_name(old.day, revision), tables=sent.tables)
    return None


def _spoiled(draw: Callable[..., Any], name: str, told: Told, content: Content, fault: str) -> Told | None:
    whole = content[name].whole
    values = draw(VALUES[name])
    match fault:
        case "rows":
            return replace(told, claimed_rows=len(told.rows) + 1)
        case "closing":
            return replace(told, closing=(len(whole) + 7, Decimal("1.23")))
        case "broken":
            return replace(told, broken=True)
        case "unique" if told.rows:
            return replace(told, rows=[*told.rows, told.rows[0]])
        case "insert_match" if whole:
            return Told("increment", [("I", min(whole), values)])
        case "change_match":
            return Told("increment", [("U", "unknown", values)])
        case "empty" if whole:
            return Told("full", [])
        case "range":
            return Told(
                "range", [("I", "new", ("202501", "1.00") if name == "payment" else ("张三", "9"))], PARTS[name][0]
            )
        case "range_match":
            part = PARTS[name][0]
            moved = [key for key, present in whole.items() if not in_part(name, present, part)]
            inside = ("张三", "1") if name == "person" else ("202503", "1.00")
            return Told("range", [("I", moved[0], inside)], part) if moved else None
    return None


def _dying(function: Callable[..., Any], commits: int) -> Callable[..., Any]:
    calls: list[None] = []

    def dying(*arguments: Any, **more: Any) -> Any:
        calls.append(None)
        if len(calls) > commits:
            raise KilledError
        return function(*arguments, **more)

    return dying


def _between(before: dict[date, Any], after_all: dict[date, Any], model: Library) -> list[dict[date, Any]]:
    """What readers may see of a run that died: what was, what would be, or the days that were published one by one."""
    steps = [before, after_all]
    days = sorted(after_all)
    for place in range(len(days)):
        steps.append({day: after_all[day] for day in days[: place + 1]})
    return steps


def _try(machine: type[Machine], templates: Path, place: Path, examples: int, steps: int) -> None:
    machine.templates, machine.place = templates, place
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet, print_blob=True
    )
    run_state_machine_as_test(machine, settings=options)  # type: ignore[no-untyped-call]


def test_some_histories_end_as_the_dictionaries(warm_home: Engine, templates: Path, place: Path) -> None:
    _try(Machine, templates, place, examples=2, steps=3)


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_many_histories_end_as_the_dictionaries(warm_home: Engine, templates: Path, place: Path, scale) -> None:  # type: ignore[no-untyped-def]
    _try(Machine, templates, place, examples=scale("histories"), steps=15)
