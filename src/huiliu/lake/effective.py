"""Which nights make up the library: the lake's commits folded into a chain of days, and what fell out of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from huiliu.lake.records import Kind, NightRecord, Standing

START = 0  # the snapshot before any night: every table is empty


@dataclass(frozen=True)
class Commit:
    """One commit of the lake: what was taken, how, and `restored`, the snapshot to which it first went back.

    A `step` is part of a longer act, such as the first day of a revision, and never read unless the act was finished.
    """

    snapshot: int
    batch: str
    business_date: date
    division: str
    sequence: int | None
    digest: str
    kind: Kind = "night"
    revision: int = 0
    restored: int | None = None
    step: bool = False

    @classmethod
    def of(cls, record: NightRecord) -> "Commit":
        """A record of the lake as it was committed."""
        assert record.snapshot is not None
        assert record.business_date is not None
        assert record.division is not None
        assert record.digest is not None
        return cls(
            snapshot=record.snapshot,
            batch=record.batch,
            business_date=record.business_date,
            division=record.division,
            sequence=record.sequence,
            digest=record.digest,
            kind=record.kind,
            revision=record.revision,
            restored=record.restored,
            step=record.step,
        )


@dataclass(frozen=True)
class _Link:
    """The newest night of a chain and the chain before it; chains share what they have in common."""

    night: Commit
    before: "_Link | None"


class Story:
    """Everything that was committed, in the order of its snapshots, and what it amounts to.

    `head` is the newest commit that was to be read, `newest` the newest of all: where they differ and `newest` undid
    nothing, an act was cut off in the middle. `standing` says of each snapshot ever read what became of it.
    """

    def __init__(self, commits: Iterable[Commit] = ()) -> None:
        self._at: dict[int, _Link | None] = {START: None}
        self._tip: _Link | None = None
        self._known: dict[str, Commit] = {}
        self._withdrawn: dict[str, date] = {}
        self.head: Commit | None = None
        self.newest: Commit | None = None
        self.standing: dict[int, Standing] = {}
        self._decided: dict[int, tuple[int, ...]] = {}  # a decision's snapshot → those of the day before it, night last
        for commit in commits:
            self.add(commit)

    def add(self, commit: Commit) -> None:
        """One more commit."""
        tip = self._at[self.newest.snapshot] if self.newest else None
        if commit.restored is not None:
            tip = self._at[commit.restored]
        if commit.kind in {"night", "replay"}:
            tip = _Link(commit, tip)
        elif commit.kind == "quarantine" and tip is not None:
            before = tip.night.snapshot
            self._decided[commit.snapshot] = (before, *self._decided.get(before, ()))
            tip = _Link(replace(tip.night, snapshot=commit.snapshot), tip.before)
        self._at[commit.snapshot] = tip
        self.newest = commit
        if not commit.step:
            self._show(commit, tip)

    def _show(self, commit: Commit, tip: _Link | None) -> None:
        """From here on readers see the chain that ends at `tip`."""
        follows = tip is not None and tip.before is self._tip
        old = [] if follows else list(_nights(self._tip))
        new = [tip.night] if follows and tip else list(_nights(tip))
        kept = {night.snapshot for night in new}
        if commit.kind != "quarantine":
            left: Standing = "withdrawn" if commit.kind == "restore" else "superseded"
            gone = [night.snapshot for night in old if night.snapshot not in kept]
            self.standing |= {snapshot: left for held in gone for snapshot in (held, *self._decided.get(held, ()))}
        for held in kept:
            *acts, night = (held, *self._decided.get(held, ()))
            self.standing |= {**dict.fromkeys(acts, "act"), night: "effective", held: "effective"}
        if commit.kind in {"restore", "quarantine"}:
            self.standing[commit.snapshot] = "act"
        self._known |= {night.digest: night for night in new}
        self._tip, self.head = tip, commit
        self._set_aside(commit)

    def _set_aside(self, commit: Commit) -> None:
        """A rollback withdraws what came later; a new batch of the first withdrawn day frees what comes after it."""
        day = self.last.business_date if self.last else date.min
        first = min(self._withdrawn.values(), default=None)
        if commit.kind == "restore":
            later = {digest: night.business_date for digest, night in self._known.items()}
            self._withdrawn = {digest: when for digest, when in later.items() if when > day}
        elif first is not None and day >= first:
            self._withdrawn = {digest: when for digest, when in self._withdrawn.items() if when < day}

    @property
    def cut_off(self) -> bool:
        """True if a longer act was begun and neither finished nor undone."""
        return self.newest is not None and self.newest.step and self.newest.kind != "undo"

    @property
    def chain(self) -> list[Commit]:
        """The effective nights, oldest first; each with the snapshot that holds its day."""
        return list(_nights(self._tip))[::-1]

    @property
    def last(self) -> Commit | None:
        """The newest effective night, which the next batch must follow."""
        return self._tip.night if self._tip else None

    @property
    def withdrawn(self) -> set[str]:
        """Digests that a rollback set aside."""
        return set(self._withdrawn)

    @property
    def first_withdrawn(self) -> date | None:
        """The first day that was rolled back and may still be delivered anew: none that a later night has passed."""
        day = self.last.business_date if self.last else date.min
        return min((when for when in self._withdrawn.values() if when > day), default=None)

    def on(self, day: date) -> Commit | None:
        """The effective night of a day."""
        return next((night for night in _nights(self._tip) if night.business_date == day), None)

    def before(self, day: date) -> Commit | None:
        """The last effective night before a day."""
        return next((night for night in _nights(self._tip) if night.business_date < day), None)

    def after(self, day: date) -> list[Commit]:
        """The effective nights after a day, oldest first."""
        return [night for night in self.chain if night.business_date > day]

    def known(self, digest: str) -> Commit | None:
        """The night that content last was, if it ever was read."""
        return self._known.get(digest)

    def digests_of(self, day: date) -> set[str]:
        """Digests of everything that a day ever was: its revisions, and what replaced a withdrawn batch."""
        return {digest for digest, night in self._known.items() if night.business_date == day}

    def place(self, digest: str) -> Literal["effective", "withdrawn", "superseded"] | None:
        """What became of content that was taken before; None if it may be taken (again)."""
        night = self._known.get(digest)
        if night is None:
            return None
        if digest in self._withdrawn:
            return "withdrawn"
        if self.last is None or night.business_date > self.last.business_date:
            return None
        at = self.on(night.business_date)
        return "effective" if at and at.digest == digest else "superseded"

    def withdrawn_on(self, day: date) -> Commit | None:
        """The night that a rollback took away last from a day."""
        found = [self._known[digest] for digest, when in self._withdrawn.items() if when == day]
        return max(found, key=lambda night: night.snapshot, default=None)

    def returning(self) -> list[Commit]:
        """Nights rolled back once and free to be taken again, oldest first; of each day what it was last."""
        day = self.last.business_date if self.last else date.max
        found = [n for d, n in self._known.items() if n.business_date > day and d not in self._withdrawn]
        newest = {night.business_date: night for night in sorted(found, key=lambda night: night.snapshot)}
        return [newest[each] for each in sorted(newest)]


def _nights(link: _Link | None) -> Iterator[Commit]:
    """Newest first."""
    while link is not None:
        yield link.night
        link = link.before
