"""What the running night is doing, for whoever watches from another process; gone when it ends, known when it died."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json
from huiliu.kernel.locks import hold, is_held
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Progress
from huiliu.lake.records import NightRecord

_OFTEN = 0.3  # seconds between two notes of one phase; each is a small file


@dataclass(frozen=True)
class Running:
    """One run as it was last noted: since when, which batch (the how-manieth), phase, table, steps done of total.

    `is_alive` is False if the process that wrote it is gone: it was killed, and the next run clears up after it.
    """

    started_at: datetime
    noted_at: datetime
    batch: str
    number: int
    phase: str
    table: str
    done: int
    total: int
    is_alive: bool = True


@dataclass(frozen=True)
class Ended:
    """How the last run ended: each batch with its outcome, or the code of the error that stopped it."""

    started_at: datetime
    ended_at: datetime
    results: Sequence[tuple[str, str]]
    error: str = ""


def running(lake: LakeHome) -> Running | None:
    """The run that is going on or was killed; None if there is none."""
    told = _read(lake.root / "running.json", ("started_at", "noted_at"))
    return Running(**told, is_alive=is_held(_lock_file(lake))) if told else None


def last_run(lake: LakeHome) -> Ended | None:
    """The last run that came to an end, well or not; None before the first."""
    told = _read(lake.root / "lastrun.json", ("started_at", "ended_at"))
    if told is None:
        return None
    return Ended(**{**told, "results": tuple((batch, outcome) for batch, outcome in told["results"])})


@dataclass
class Watched:
    """Progress that is also noted for others; `results` are to be given before the end."""

    lake: LakeHome
    clock: Clock
    inner: Progress
    started_at: datetime
    results: Sequence[NightRecord] = ()
    is_noted: bool = True
    _said: dict[str, Any] = field(default_factory=lambda: {"batch": "", "number": 0})

    def begin(self, batch: str) -> None:
        """Another batch is taken."""
        self._said |= {"batch": batch, "number": self._said["number"] + 1}
        self.inner.begin(batch)

    def step(self, phase: str, table: str | None, done: int, total: int) -> None:
        """Note the step, unless the last note is a moment old and says nearly the same."""
        self.inner.step(phase, table, done, total)
        now, before = self.clock.now(), self._said.get("noted_at")
        if not self.is_noted:
            return
        if before and phase == self._said["phase"] and (now - before).total_seconds() < _OFTEN:
            return
        self._said |= {"phase": phase, "table": table or "", "done": done, "total": total, "noted_at": now}
        _write(self.lake.root / "running.json", {"started_at": self.started_at, **self._said})


@contextmanager
def watched(lake: LakeHome, clock: Clock, inner: Progress) -> Iterator[Watched]:
    """Note what a run does while it lasts, and how it ended. A run beside another one is not noted."""
    lake.root.mkdir(parents=True, exist_ok=True)
    seen = Watched(lake, clock, inner, clock.now())
    with hold(_lock_file(lake)) as is_noted:
        seen.is_noted, error = is_noted, "unknown"
        try:
            yield seen
            error = ""
        except Exception as failure:
            error = str(getattr(failure, "code", type(failure).__name__))
            raise
        finally:
            if seen.is_noted:
                _end(seen, error)


def _end(seen: Watched, error: str) -> None:
    results = [(record.batch, str(record.outcome)) for record in seen.results]
    told = {"started_at": seen.started_at, "ended_at": seen.clock.now(), "results": results, "error": error}
    _write(seen.lake.root / "lastrun.json", told)
    (seen.lake.root / "running.json").unlink(missing_ok=True)


def _lock_file(lake: LakeHome) -> Path:
    return lake.root / ".running"


def _write(path: Path, told: dict[str, Any]) -> None:
    """As a whole; a note lost with the power is no loss. A full disk stops no night."""
    partial = path.with_name(path.name + ".tmp")
    try:
        partial.write_bytes(canonical_json(told))
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)


def _read(path: Path, moments: Sequence[str]) -> dict[str, Any] | None:
    """None also for a note that cannot be read: it is worth nothing else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {**found, **{name: datetime.fromisoformat(found[name]) for name in moments}}
    except (OSError, ValueError, TypeError, KeyError):
        return None
