"""The library as a list of days: which batch is taken, refused or held, what a correction or rollback leaves.

Written without the lake, as somebody would on paper: every day with all its content, nothing shared, nothing clever.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta

from lake.naive_rows import CITY, EMPTY, TABLES, Content, Sent, Values, WrongError, after

TODAY = date(2025, 5, 20)


@dataclass(frozen=True)
class Day:
    """An effective day: what was sent, and all content after it. No two have the same number, even of the same day."""

    sent: Sent
    content: Content
    number: int


@dataclass
class Library:
    """What is effective, what was once, and what lies in the inbox."""

    days: list[Day] = field(default_factory=list)
    known: dict[str, Sent] = field(default_factory=dict)  # whatever was ever effective, by digest
    newest: dict[date, str] = field(default_factory=dict)  # what each day was last
    withdrawn: set[str] = field(default_factory=set)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)  # by digest: refused or held, and why
    inbox: dict[str, Sent] = field(default_factory=dict)
    was: dict[str, list[Day]] = field(default_factory=dict)  # by digest: its day when it last was, and those before
    expired: set[int] = field(default_factory=set)  # numbers of days that were cleared away
    pinned: dict[int, date] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)  # digests whose kept copy is gone
    made: int = 0

    @property
    def last(self) -> Sent | None:
        return self.days[-1].sent if self.days else None

    @property
    def content(self) -> Content:
        return self.days[-1].content if self.days else EMPTY

    def on(self, day: date) -> int | None:
        """The place of a day among the effective ones."""
        return next((place for place, each in enumerate(self.days) if each.sent.day == day), None)

    def run(self) -> dict[str, tuple[str, str]]:
        """Take the inbox: outcome and one failed check of every folder taken, kept ones that came back included."""
        result: dict[str, tuple[str, str]] = {}
        blocked: date | None = None
        while sent := next(iter(sorted(self._waiting(result), key=lambda s: (s.day, s.revision, s.name))), None):
            outcome, code, more = self._take(sent, blocked is not None and blocked < sent.day)
            result |= {sent.name: (outcome, code)} | {name: ("published", "") for name in more}
            if outcome in ("refused", "held"):
                self.refused[sent.digest] = (outcome, code)
            if outcome == "published":
                blocked = None
            elif blocked is None and outcome != "unchanged" and (self.last is None or sent.day > self.last.day):
                blocked = sent.day
        return result

    def _waiting(self, done: Mapping[str, object]) -> Iterator[Sent]:
        yield from (sent for sent in self.inbox.values() if sent.name not in done)
        names = {*done, *self.inbox}
        if self.last is not None:
            for digest, sent in self.known.items():
                free = digest not in self.withdrawn and self.newest[sent.day] == digest
                if sent.day > self.last.day and free and sent.name not in names and digest not in self.lost:
                    yield sent

    def _take(self, sent: Sent, blocked: bool) -> tuple[str, str, list[str]]:
        if said := self._taken_before(sent):
            return said, "", []
        place = self.on(sent.day)
        if place is not None and sent.revision < self.days[place].sent.revision and sent.digest in self.refused:
            return "unchanged", "", []
        outcome, code = self.refused.get(sent.digest, ("", ""))
        if place is None and self.last is not None and sent.day < self.last.day and outcome == "refused":
            return outcome, code, []
        try:
            self._in_order(sent, place, blocked)
            days = self._with(sent, place)
        except WrongError as wrong:
            return "held" if wrong.code == "held" else "refused", wrong.code, []
        more = [] if place is None else [day.sent.name for day in days[place + 1 :]]
        self._publish(days)
        return "published", "", more

    def _taken_before(self, sent: Sent) -> str | None:
        if sent.digest not in self.known:
            late = self.last is not None and self.last.sequence is not None and sent.sequence is None
            return "waiting" if late else None
        if sent.digest in self.withdrawn:
            return "withdrawn"
        return "unchanged" if self.last is not None and sent.day <= self.last.day else None

    def _in_order(self, sent: Sent, place: int | None, blocked: bool) -> None:
        if sent.division != CITY:
            raise WrongError("division")
        if sent.day > TODAY:
            raise WrongError("business_date")
        if place is not None:
            self._corrects(sent, self.days[place].sent)
        elif self.last is not None and sent.day < self.last.day:
            raise WrongError("late")
        elif sent.sequence is None:
            self._no_day_missing(sent, blocked)
        else:
            self._next_number(sent)

    def _corrects(self, sent: Sent, present: Sent) -> None:
        if sent.revision == present.revision:
            raise WrongError("conflict")
        if sent.revision < present.revision:
            raise WrongError("stale_revision")
        if sent.sequence is None:
            return
        if present.sequence not in (None, sent.sequence):
            raise WrongError("sequence")
        earlier = [day.sent for day in self.days if day.sent.day < present.day]
        if earlier:
            self._follows(sent, earlier[-1])

    def _follows(self, sent: Sent, before: Sent) -> None:
        if sent.previous not in {digest for digest, known in self.known.items() if known.day == before.day}:
            raise WrongError("previous_digest")

    def _next_number(self, sent: Sent) -> None:
        last = self.last
        before = last.sequence if last else 0
        if before is None or sent.sequence is None:
            return
        if sent.sequence == before + 1:
            if last is not None:
                self._follows(sent, last)
        elif sent.sequence <= before:
            raise WrongError("sequence")
        elif not self._stands_alone(sent):
            raise WrongError("held")

    def _no_day_missing(self, sent: Sent, blocked: bool) -> None:
        if self._stands_alone(sent):
            return
        days = [self.known[digest].day for digest in self.withdrawn]
        first = min((day for day in days if self.last is None or day > self.last.day), default=None)
        gap = self.last is not None and sent.day > self.last.day + timedelta(days=1)
        if blocked or gap or (first is not None and sent.day > first):
            raise WrongError("held")

    @staticmethod
    def _stands_alone(sent: Sent) -> bool:
        return set(sent.tables) == set(TABLES) and all(told.mode == "full" for told in sent.tables.values())

    def _with(self, sent: Sent, place: int | None) -> list[Day]:
        """The days as they would be: a correction takes the later days along, in their own corrections if there are."""
        days = self.days if place is None else self.days[:place]
        later = (
            [] if place is None else [(day.sent, self._newest_correction(day.sent)) for day in self.days[place + 1 :]]
        )
        gone = any(new is old and old.digest in self.lost for old, new in later)
        if gone or (place and days[-1].number in self.expired):
            raise WrongError("kept")
        days = [*days, self._day(sent, after(days[-1].content if days else EMPTY, sent))]
        for old, new in later:
            try:
                if new is not old:
                    self._corrects_with(new, old, days[-1].sent)
                days.append(self._day(new, after(days[-1].content, new)))
            except WrongError:
                raise WrongError("replay") from None
        return days

    def _day(self, sent: Sent, content: Content) -> Day:
        self.made += 1
        return Day(sent, content, self.made)

    def _newest_correction(self, present: Sent) -> Sent:
        found = [s for s in self.inbox.values() if s.day == present.day and s.revision > present.revision]
        found = [s for s in found if s.division == CITY and (s.sequence is not None or present.sequence is None)]
        return max(found, key=lambda s: s.revision, default=present)

    def _corrects_with(self, sent: Sent, present: Sent, before: Sent) -> None:
        if sent.previous == before.digest and sent.sequence is not None:
            if present.sequence not in (None, sent.sequence):
                raise WrongError("sequence")
        else:
            self._corrects(sent, present)

    def _publish(self, days: list[Day]) -> None:
        first = min((self.known[digest].day for digest in self.withdrawn), default=None)
        present = {day.number for day in self.days}
        self.lost -= {day.sent.digest for day in days if day.number not in present}
        self._show(days)
        self.known |= {day.sent.digest: day.sent for day in days}
        self.newest |= {day.sent.day: day.sent.digest for day in days}
        newest = days[-1].sent.day
        if first is not None and newest >= first:
            self.withdrawn = {digest for digest in self.withdrawn if self.known[digest].day < newest}

    def _show(self, days: list[Day]) -> None:
        self.days = days
        self.was |= {day.sent.digest: days[: place + 1] for place, day in enumerate(days)}

    def decide(self, decision: str, wanted: Mapping[str, Mapping[str, Values]]) -> None:
        """Release or reject rows of tables; the last day is from now on the one with the decision. Or WrongError."""
        last = self.days[-1]
        content = deepcopy(last.content)
        for name, rows in wanted.items():
            content[name].decide(decision, rows)
        self._show([*self.days[:-1], self._day(last.sent, content)])
        self.newest[last.sent.day] = last.sent.digest

    def roll_back(self, day: date) -> None:
        """Return to an effective day, or to one that an earlier rollback withdrew. Or WrongError."""
        place = self.on(day)
        if self.last is not None and self.last.day == day:
            raise WrongError("LAKE-041")
        digest = self.newest.get(day)
        if place is None and digest not in self.withdrawn:
            raise WrongError("LAKE-040")
        days = self.was[digest or ""] if place is None else self.days[: place + 1]
        if days[-1].number in self.expired:
            raise WrongError("LAKE-040")
        self._show(days)
        self.withdrawn = {digest for digest, sent in self.known.items() if sent.day > day}

    def expire(self, before: date) -> None:
        """Clear days away; what is needed stays: ends of months, the last day before, pins, and what may come back."""
        ends = {(day.sent.day.year, day.sent.day.month): day for day in self.days}
        earlier = [day for day in self.days if day.sent.day < before]
        needed = {
            day.number for day in (*ends.values(), *earlier[-1:], *(self.was[each][-1] for each in self.withdrawn))
        }
        there = {day.number: day.sent.day for days in (self.days, *self.was.values()) for day in days}
        self.expired |= {n for n, day in there.items() if day < before} - needed - self.pinned.keys()

    def unpin(self, day: date) -> None:
        """What was to be kept of a day need not be any more."""
        self.pinned = {number: when for number, when in self.pinned.items() if when != day}

    def readable(self) -> dict[date, Content]:
        """Content of every effective day that was not cleared away."""
        return {day.sent.day: day.content for day in self.days if day.number not in self.expired}
