"""What other parts say for a year's budget while it is drafted: they register here, this part imports none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huiliu.kernel.registry import Registry


@dataclass(frozen=True)
class Advice:
    """One thing that was accepted: in words, whence it comes, and where it is opened."""

    text: str
    source: str
    link: str


ADVISERS: Registry[Callable[[str, int], Sequence[Advice]]] = Registry("预算建议")


def advice_of(project: str, year: int) -> list[Advice]:
    """All that is said for the budget of a project's year."""
    return [one for adviser in ADVISERS.values() for one in adviser(project, year)]
