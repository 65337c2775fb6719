"""How far the act of a granted request is, as its page shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """How far the act of a granted request is, as a verdict line; `is_open` while it is still to change."""

    tone: str
    word: str
    detail: str
    advice: str = ""
    is_open: bool = False
