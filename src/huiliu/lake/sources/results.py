"""What fetching did: one value a batch folder, or one for a source that could not be reached at all."""

from dataclasses import dataclass
from typing import Literal

from huiliu.kernel.errors import HuiliuError

FetchState = Literal["taken", "waiting", "unchanged", "failed"]
STATE_WORDS: dict[FetchState, str] = {"taken": "已取", "waiting": "未齐", "unchanged": "无新批次", "failed": "失败"}


@dataclass(frozen=True)
class Fetched:
    """One line of a fetch: `received` counts bytes that came over the line in this run, `note` is for people."""

    source: str
    state: FetchState
    batch: str | None = None
    note: str = ""
    files: int = 0
    received: int = 0
    error: HuiliuError | None = None

    @property
    def words(self) -> str:
        """The word that pages and consoles show."""
        return STATE_WORDS[self.state]


def failed(source: str, error: HuiliuError, batch: str | None = None) -> Fetched:
    """A fault that stops this source or folder, and no other."""
    return Fetched(source, "failed", batch, error=error)
