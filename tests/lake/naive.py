"""The library as plain dictionaries, a day after a day: what should become of any batch, written without the lake.

Two small tables: persons with a name and a code, payments with a month and an amount; payments of a negative amount
stand aside. Content is a dictionary of rows by key, one for what is loaded and one for what is aside.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

Values = tuple[str, str]  # of a person: name and sex; of a payment: month and amount
TABLES = ("person", "payment")
CITY = "449900"


@dataclass(frozen=True)
class Told:
    """A table of a delivery. `closing` are rows and sum that the province claims; `part` the values of a range."""

    mode: str
    rows: Sequence[tuple[str, str, Values]]  # operation, key, values
    part: tuple[str, str] | None = None
    closing: tuple[int, Decimal] | None = None
    claimed_rows: int | None = None
    broken: bool = False  # an empty file, or a cell that is no value


@dataclass(frozen=True)
class Sent:
    """A delivered folder, as the province meant it."""

    name: str
    day: date
    revision: int
    digest: str
    tables: Mapping[str, Told]
    sequence: int | None = None  # None: no manifest
    previous: str | None = None
    division: str = CITY


@dataclass
class Table:
    """One table: what is loaded, and what stands aside."""

    loaded: dict[str, Values] = field(default_factory=dict)
    aside: dict[str, Values] = field(default_factory=dict)

    @property
    def whole(self) -> dict[str, Values]:
        """The table as the province has it."""
        return {**self.loaded, **self.aside}

    def put(self, key: str, values: Values, *, bad: bool) -> None:
        if bad and self.loaded.get(key) != values:
            self.aside[key] = values
        else:
            self.loaded[key] = values
            self.aside.pop(key, None)

    def drop(self, key: str) -> None:
        self.loaded.pop(key, None)
        self.aside.pop(key, None)


Content = dict[str, Table]


@dataclass(frozen=True)
class Day:
    """An effective day: what was sent, and all content after it."""

    sent: Sent
    content: Content


class WrongError(Exception):
    """The batch does not fit; `code` is one of the checks that say so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_bad(table: str, values: Values) -> bool:
    return table == "payment" and Decimal(values[1]) < 0


def in_part(table: str, values: Values, part: tuple[str, str]) -> bool:
    value = values[1] if table == "person" else values[0]
    return part[0] <= value <= part[1]


def after(content: Content, sent: Sent) -> Content:
    """The content after a batch; raises WrongError."""
    result = deepcopy(content)
    for name, told in sent.tables.items():
        _fits(name, told, result[name].whole)
    for name, told in sent.tables.items():
        _apply(name, told, result[name])
    for name, told in sent.tables.items():
        _closes(told, result[name].whole)
    return result


def _fits(name: str, told: Told, whole: Mapping[str, Values]) -> None:
    keys = [key for _, key, _ in told.rows]
    if told.broken:
        raise WrongError("broken")
    if told.claimed_rows not in (None, len(keys)):
        raise WrongError("rows")
    if len(set(keys)) < len(keys):
        raise WrongError("unique")
    if told.mode == "increment":
        if any(op == "I" and key in whole for op, key, _ in told.rows):
            raise WrongError("insert_match")
        if any(op != "I" and key not in whole for op, key, _ in told.rows):
            raise WrongError("change_match")
    else:
        _replaces(name, told, whole)


def _replaces(name: str, told: Told, whole: Mapping[str, Values]) -> None:
    keys = [key for _, key, _ in told.rows]
    there = {k for k, values in whole.items() if told.part is None or in_part(name, values, told.part)}
    if told.part is not None:
        if not all(in_part(name, values, told.part) for _, _, values in told.rows):
            raise WrongError("range")
        if any(key in whole and key not in there for key in keys):
            raise WrongError("range_match")
    if not keys and there and told.closing is None:
        raise WrongError("empty")


def _apply(name: str, told: Told, table: Table) -> None:
    if told.mode != "increment":
        kept = {key for _, key, _ in told.rows}
        for key, values in table.whole.items():
            if key not in kept and (told.part is None or in_part(name, values, told.part)):
                table.drop(key)
    for op, key, values in told.rows:
        if op == "D":
            table.drop(key)
        else:
            table.put(key, values, bad=is_bad(name, values))


def _closes(told: Told, whole: Mapping[str, Values]) -> None:
    if told.closing is not None and told.closing != totals(whole):
        raise WrongError("closing")


def totals(whole: Mapping[str, Values]) -> tuple[int, Decimal]:
    """Rows, and the sum of the amounts; a person has none."""
    amounts = [values[1] for values in whole.values() if "." in values[1]]
    return len(whole), sum(map(Decimal, amounts), Decimal(0))


EMPTY: Content = {name: Table() for name in TABLES}


@dataclass
class Library:
    """What is effective, what was once, and what lies in the inbox."""

    days: list[Day] = field(default_factory=list)
    known: dict[str, Sent] = field(default_factory=dict)  # whatever was ever effective, by digest
    newest: dict[date, str] = field(default_factory=dict)  # what each day was last
    withdrawn: set[str] = field(default_factory=set)
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)  # by digest: refused or held, and why
    inbox: dict[str, Sent] = field(default_factory=dict)

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
                if sent.day > self.last.day and free and sent.name not in names:
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
        days = [*days, Day(sent, after(days[-1].content if days else EMPTY, sent))]
        for later in [] if place is None else self.days[place + 1 :]:
            again = self._newest_correction(later.sent)
            try:
                if again is not later.sent:
                    self._corrects_with(again, later.sent, days[-1].sent)
                days.append(Day(again, after(days[-1].content, again)))
            except WrongError:
                raise WrongError("replay") from None
        return days

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
        self.days = days
        self.known |= {day.sent.digest: day.sent for day in days}
        self.newest |= {day.sent.day: day.sent.digest for day in days}
        newest = days[-1].sent.day
        if first is not None and newest >= first:
            self.withdrawn = {digest for digest in self.withdrawn if self.known[digest].day < newest}

    def roll_back(self, day: date) -> None:
        """Return to an effective day."""
        place = self.on(day)
        assert place is not None
        self.days = self.days[: place + 1]
        self.withdrawn = {digest for digest, sent in self.known.items() if sent.day > day}
