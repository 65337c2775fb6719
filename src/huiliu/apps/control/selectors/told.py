"""What a request would do, and how far the act of a granted one is, as its page shows them."""

from dataclasses import dataclass

from huiliu.web.tables import Table


@dataclass(frozen=True)
class Effect:
    """What granting a request would change, in words and, if there is something to list, as a table."""

    text: str
    table: Table | None
    tone: str


@dataclass(frozen=True)
class Told:
    """How far the act of a granted request is, as a verdict line; `is_open` while it is still to change."""

    tone: str
    word: str
    detail: str
    advice: str = ""
    is_open: bool = False
