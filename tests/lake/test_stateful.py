"""Random batches, good and bad, of every mode and format, corrections, decisions, rollbacks, clearing away and kills
against dictionaries: equal, always."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, ClassVar

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import decide, ledger, load, night, pins, rollback
from huiliu.lake.engine import Engine
from huiliu.lake.records import NightRecord
from lake.batches import FAULTS, corrections, due, spellings, with_fault
from lake.conftest import Site
from lake.naive import TODAY, Library
from lake.naive_rows import Sent, Values, WrongError
from lake.province import FEEDING, PAYING, Days, Seen, expected, expected_aside, send

SAME = {"broken": {"empty", "unpack"}, "closing": {"closing_rows", "closing_sum"}}
PIECES = 4
MUCH_LATER = FixedClock(datetime(2026, 5, 1, 1, tzinfo=TZ))


DECISIONS, DEATHS = st.sampled_from(["release", "reject"]), st.sampled_from(["", "write", "publish"])
DOUBTED = "-3.00"  # an amount that the rules of the table set aside


class KilledError(BaseException):
    """Stands for a process that dies."""


class Machine(RuleBasedStateMachine):
    """One installation and its naive twin; every rule ends in a look at both."""

    place: ClassVar[Path]
    templates: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(dir=self.place))
        self.site = Site(shutil.copytree(self.templates / "empty", Path(folder), dirs_exist_ok=True))
        self.site.tables, self.site.feed = dict(PAYING), FEEDING
        self.site.clock = FixedClock(datetime.combine(TODAY, time(1), TZ))
        self.model, self.seen, self.verdicts = Library(), Seen(self.site), 0

    def teardown(self) -> None:
        """Nothing that was read before has changed, and every place of the lake tells the same."""
        try:
            self.compare(again=True)
            assert self.site.problems() == ()
        finally:
            self.site.library.close()
            self.stack.close()

    @rule(data=st.data(), declared=st.booleans())
    def next_day(self, data: st.DataObject, declared: bool) -> None:
        """The batch that is due."""
        self.deliver(data, due(data.draw, self.model, declared=declared))
        self.both()

    @rule(data=st.data(), count=st.integers(2, 3))
    def several_days(self, data: st.DataObject, count: int) -> None:
        """Some days at once, each on top of the day before, taken in one run."""
        ahead = deepcopy(self.model)
        for _ in range(count):
            sent = due(data.draw, ahead, declared=True)
            self.deliver(data, sent)
            ahead.inbox[sent.name] = self.model.inbox[sent.name]
            ahead.run()
        self.both()

    @rule(data=st.data(), fault=st.sampled_from(FAULTS))
    def wrong(self, data: st.DataObject, fault: str) -> None:
        """A batch with a fault; then, perhaps, the province takes it away."""
        sent = with_fault(data.draw, self.model, due(data.draw, self.model, declared=True), fault)
        if sent is None:
            return
        self.deliver(data, sent)
        self.both()
        if data.draw(st.booleans()):
            self.take_away(sent.name)

    @precondition(lambda self: self.model.days)
    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """A correction of an earlier day, perhaps with corrections of the days after it."""
        for sent in corrections(data.draw, self.model):
            self.deliver(data, sent)
        self.both()

    @rule(data=st.data(), decision=DECISIONS, dies=DEATHS)
    def doubted_day(self, data: st.DataObject, decision: str, dies: str) -> None:
        """The batch that is due, very likely with rows that stand aside, and what somebody decides on them."""
        sent = due(data.draw, self.model, declared=True)
        for _ in range(4):
            if DOUBTED in repr(sent):
                break
            sent = due(data.draw, self.model, declared=True)
        self.deliver(data, sent)
        self.both()
        if self.seen.waiting:
            self.decide_on(data, decision, dies)

    @precondition(lambda self: self.seen.waiting)
    @rule(data=st.data(), decision=DECISIONS, dies=DEATHS)
    def decide(self, data: st.DataObject, decision: str, dies: str) -> None:
        """Somebody decides on rows that have stood aside for a while."""
        self.decide_on(data, decision, dies)

    def decide_on(self, data: st.DataObject, decision: str, dies: str) -> None:
        """Rows are released or rejected; the first attempt may die, the second is the same."""
        chosen = data.draw(st.sets(st.sampled_from(sorted(self.seen.waiting)), min_size=1))
        waiting = [self.seen.waiting[each] for each in sorted(chosen)]
        wanted = self.decided(chosen)
        if not data.draw(st.integers(0, 4)):  # decided on a row that has changed since
            waiting[0] = replace(waiting[0], cells=waiting[0].cells.replace("-3.00", "-9.00"))
            wanted["payment"] |= {min(chosen)[1]: ("202503", "-9.00")}
        self.verdicts += 1
        verdict = decide.Verdict(decision, waiting, f"申请 {self.verdicts}")  # type: ignore[arg-type]
        if dies:
            with self.dying(ledger if dies == "write" else decide, dies, 0):
                self.refused(lambda: decide.decide(self.site.home, self.site.tables, verdict, self.site.clock))
            self.compare()
        code = self.refused(lambda: decide.decide(self.site.home, self.site.tables, verdict, self.site.clock))
        assert code == _refusal(lambda: self.model.decide(decision, wanted))
        self.compare()

    def decided(self, chosen: set[tuple[str, str]]) -> dict[str, dict[str, Values]]:
        content = self.model.content
        found: dict[str, dict[str, Values]] = {}
        for name, key in chosen:
            found.setdefault(name, {})[key] = content[name].aside[key]
        return found

    @precondition(lambda self: len(self.model.days) > 1 or self.model.withdrawn)
    @rule(data=st.data(), dies=st.booleans())
    def roll_back(self, data: st.DataObject, dies: bool) -> None:
        """To an earlier day, or forward to a withdrawn one; then the inbox is looked at as every night."""
        withdrawn = {self.model.known[digest].day for digest in self.model.withdrawn}
        days = sorted(withdrawn | {each.sent.day for each in self.model.days})
        day, code = data.draw(st.sampled_from(days)), None
        with self.dying(rollback, "publish", 0 if dies else 9):
            code = self.refused(lambda: rollback.roll_back(self.site.home, self.site.tables, day, self.site.clock))
        if dies and code is None:
            self.compare()
        assert code == _refusal(lambda: self.model.roll_back(day))
        if not dies:
            self.compare()
        self.both()

    @precondition(lambda self: len(self.model.days) > 1)
    @rule(
        data=st.data(),
        mark=st.sampled_from(["", "pin", "unpin"]),
        clock=st.sampled_from([MUCH_LATER, MUCH_LATER, None]),
    )
    def expire(self, data: st.DataObject, mark: str, clock: FixedClock | None) -> None:
        """Days are cleared away, but for those that somebody marked; with deliveries still kept, none."""
        before = data.draw(st.sampled_from([day.sent.day + timedelta(days=1) for day in self.model.days]))
        if mark:
            self.mark(data, mark)
        code = self.refused(lambda: pins.expire(self.site.home, before, clock or self.site.clock))
        assert code == (None if clock else "LAKE-045")
        if clock:
            self.model.expire(before)
        self.compare(again=True)

    def mark(self, data: st.DataObject, mark: str) -> None:
        """Keep a day, or no longer."""
        there = self.site.library.days()
        marked = data.draw(st.sampled_from([day for day in self.model.days if day.sent.day in there]))
        day = marked.sent.day
        if mark == "unpin":
            pins.unpin(self.site.home, day)
            self.model.unpin(day)
            return
        pins.pin(self.site.home, pins.Pin(there[day], day, "案件", "张三", self.site.clock.now()))
        self.model.pinned[marked.number] = day

    @rule(data=st.data(), what=st.sampled_from(["nothing", "folder", "copy"]))
    def look_again(self, data: st.DataObject, what: str) -> None:
        """Everything in the inbox is looked at again; somebody may have cleared a folder away, or a kept copy."""
        if what == "folder" and self.model.inbox:
            self.take_away(data.draw(st.sampled_from(sorted(self.model.inbox))))
        if what == "copy" and self.model.days:
            self.lose(data.draw(st.sampled_from(self.model.days)).sent)
        self.both()

    @rule(data=st.data(), commits=st.integers(0, 6), published=st.booleans(), correcting=st.booleans())
    def killed(self, data: st.DataObject, commits: int, published: bool, correcting: bool) -> None:
        """A run dies somewhere; readers see whole nights only, and the next run ends where it would have."""
        wanted = [due(data.draw, self.model, declared=True)]
        for sent in corrections(data.draw, self.model) if correcting and self.model.days else wanted:
            self.deliver(data, sent)
        before, _ = self.seen.look()
        with self.dying(night if published else load, "turn" if published else "reconcile", commits):
            self.site.night()
        during, _ = self.seen.look()
        assert self.site.problems() == ()
        self.model.run()
        assert during in _between(before, expected(self.model.readable()))
        self.site.night()
        self.compare()

    @staticmethod
    def dying(module: Any, name: str, calls: int) -> ExitStack:
        """Within it the process dies at a call of a function after so many others."""
        stack = ExitStack()
        stack.enter_context(suppress(KilledError))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(module, name, _dying(getattr(module, name), calls))
        return stack

    @staticmethod
    def refused(act: Callable[[], object]) -> str | None:
        """The code with which the product refuses the act."""
        try:
            act()
        except HuiliuError as error:
            return error.code
        return None

    def deliver(self, data: st.DataObject, sent: Sent) -> None:
        digest = send(self.site.inbox, sent, spellings(data.draw, sent))
        self.model.inbox[sent.name] = replace(sent, digest=digest)

    def take_away(self, name: str) -> None:
        shutil.rmtree(self.site.inbox / name)
        del self.model.inbox[name]

    def lose(self, sent: Sent) -> None:
        for folder in self.site.home.landed.glob(f"{sent.name}.*"):
            if (folder / sent.name).exists():
                shutil.rmtree(folder)
        self.model.lost |= {digest for digest, known in self.model.known.items() if known.name == sent.name}

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

    def compare(self, *, again: bool = False) -> None:
        """What readers see is what the twin has, row by row."""
        loaded, aside = self.seen.look(again=again)
        assert loaded == expected(self.model.readable())
        assert aside == expected_aside(self.model.content)


def _refusal(act: Callable[[], object]) -> str | None:
    """The code with which the model refuses the act."""
    try:
        act()
    except WrongError as wrong:
        return wrong.code
    return None


def _dying(function: Callable[..., Any], most: int) -> Callable[..., Any]:
    calls: list[None] = []

    def dying(*arguments: Any, **more: Any) -> Any:
        calls.append(None)
        if len(calls) > most:
            raise KilledError
        return function(*arguments, **more)

    return dying


def _between(before: Days, after_all: Days) -> list[Days]:
    """What readers may see of a run that died: what was, what would be, or the days that were published one by one."""
    days = sorted(after_all)
    return [before, after_all, *({day: after_all[day] for day in days[: place + 1]} for place in range(len(days)))]


def _try(machine: type[Machine], templates: Path, place: Path, examples: int, steps: int) -> None:
    machine.templates, machine.place = templates, place
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet, print_blob=True
    )
    run_state_machine_as_test(machine, settings=options)  # type: ignore[no-untyped-call]


@pytest.mark.slow
def test_some_histories_end_as_the_dictionaries(warm_home: Engine, templates: Path, place: Path) -> None:
    _try(Machine, templates, place, examples=2, steps=3)


@pytest.mark.soak
@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("piece", range(PIECES))
def test_many_histories_end_as_the_dictionaries(
    warm_home: Engine, templates: Path, place: Path, scale, seed: int, piece: int
) -> None:  # type: ignore[no-untyped-def]
    """In pieces with a seed each, so that a soak that was interrupted goes on with the next."""
    _try(
        hypothesis.seed(seed)(type("Piece", (Machine,), {})),
        templates,
        place,
        examples=scale("histories") // PIECES,
        steps=8,
    )
