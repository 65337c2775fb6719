"""Within which schemes a report is counted for somebody, and which divisions of it are theirs.

A grant of a division reaches exactly those rows of the city that stand under that division; so the city is counted once
for each set of schemes that a grant has, and a reader is given the parts of the divisions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from huiliu.apps.accounts.selectors import Scope
from huiliu.topics import Grant

ALL_SCHEMES = ""
_BETWEEN_SETS, _BETWEEN_SCHEMES = ";", "+"


@dataclass(frozen=True)
class Reach:
    """What somebody may read: of the divisions in `own` by their spans, of all others by `other`; None is nothing."""

    other: str | None = None
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def spans(self) -> frozenset[str]:
        """Every span that is read."""
        return frozenset(self.own.values()) | ({self.other} if self.other is not None else set())

    def span_of(self, division: str) -> str | None:
        """The span in which a division is read; None where it is out of reach."""
        return self.own.get(division, self.other)


def reach_of(scopes: Iterable[Scope]) -> Reach:
    """A division is reached by the grants for it and by those for the whole city together."""
    given = tuple(scopes)
    city = [scope.schemes for scope in given if not scope.division]
    own = {
        division: _span([*city, *(scope.schemes for scope in given if scope.division == division)])
        for division in sorted({scope.division for scope in given if scope.division})
    }
    return Reach(_span(city) if city else None, own)


def _span(sets: Iterable[frozenset[str]]) -> str:
    """One text for each set of sets of schemes; a grant for all schemes makes the others say nothing."""
    given = set(sets)
    if frozenset() in given:
        return ALL_SCHEMES
    return _BETWEEN_SETS.join(sorted(_BETWEEN_SCHEMES.join(sorted(schemes)) for schemes in given))


def grants_of(span: str) -> tuple[Grant, ...]:
    """The span as grants for the whole city, to count by."""
    if span == ALL_SCHEMES:
        return (Grant(),)
    return tuple(Grant("", frozenset(part.split(_BETWEEN_SCHEMES))) for part in span.split(_BETWEEN_SETS))
