"""A row that says how far long work is: word, step, percent, what is left, and how to stop it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProgressRow:
    """What `{% progress_row %}` draws. `poll` is the address that gives the row anew, empty once nothing changes.

    `total` 0 means that the amount is not known; `warning` says that nobody is there to do the work.
    """

    label: str
    state: str
    word: str
    text: str = ""
    hint: str = ""
    done: int = 0
    total: int = 0
    left: str = ""
    warning: str = ""
    poll: str = ""
    cancel: str = ""

    @property
    def percent(self) -> int:
        """Whole percent, never 100 before everything is done."""
        return self.done * 100 // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        """Whether the row still changes by itself."""
        return bool(self.poll)


def time_left(seconds: float | None) -> str:
    """`约剩 2 分钟`; nothing where it cannot be said yet."""
    if seconds is None:
        return ""
    if seconds < 60:
        return f"约剩 {max(1, round(seconds))} 秒"
    return f"约剩 {round(seconds / 60)} 分钟" if seconds < 5400 else f"约剩 {seconds / 3600:.1f} 小时"
