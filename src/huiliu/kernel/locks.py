"""Locks between processes of one machine: the kernel takes them from a process that dies, so none is ever stale."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES = 10


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Hold a lock while the block runs; False where another process has it, and then nothing is held.

    Who asks `is_held` has the lock for a moment itself, so a single refusal says nothing.
    """
    with path.open("a+") as lock:
        yield any(_taken(lock.fileno()) for _ in range(_TRIES))


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(0.02)
        return False
    return True


def is_held(path: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
