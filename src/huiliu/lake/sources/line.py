"""The connection of one fetch: opened when it is needed, opened again after it broke, given up without progress."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TypeVar

from huiliu.lake.sources.faults import CutError, cut
from huiliu.lake.sources.store import Entry, Opener, Store

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How often a broken connection is tried again without any progress, and how long is waited in between."""

    tries: int = 3
    pause: float = 2.0
    sleep: Callable[[float], None] = time.sleep


class Line:
    """One source's connection; `close()` at the end."""

    def __init__(self, name: str, opener: Opener, patience: Patience) -> None:
        self.name, self.patience = name, patience
        self._opener, self._stack = opener, ExitStack()
        self._store: Store | None = None

    def store(self) -> Store:
        """The open store."""
        if self._store is None:
            self._store = self._stack.enter_context(self._opener())
        return self._store

    def close(self) -> None:
        """Let go of a broken or finished connection; what it says while closing is of no interest."""
        self._store = None
        try:
            self._stack.close()
        except CutError:
            return

    def entries(self, folder: str) -> list[Entry]:
        """A listing."""
        return self.patiently(folder, lambda: self.store().entries(folder))

    def whole(self, path: str, limit: int) -> bytes:
        """A small file; of a larger one the beginning, which then cannot be understood."""
        return self.patiently(path, lambda: self._limited(path, limit))

    def _limited(self, path: str, limit: int) -> bytes:
        return b"".join(self.store().read(path, 0, limit + 1))

    def patiently(self, what: str, ask: Callable[[], T], progress: Callable[[], int] = lambda: 0) -> T:
        """`ask`, again on a new connection whenever the line breaks; SOURCE-008 after too many breaks in a row.

        A break counts only if `progress()` is not larger than at the break before.
        """
        breaks, reached = 0, progress()
        while True:
            try:
                return ask()
            except CutError:
                self.close()
                now = progress()
                breaks, reached = (0 if now > reached else breaks + 1), now
            if breaks >= self.patience.tries:
                raise cut(self.name, what.partition("/")[0])
            self.patience.sleep(self.patience.pause * breaks)
