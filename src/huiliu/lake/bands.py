"""A number beside what it is compared with: within its band, outside, or so far outside that the night is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from huiliu.lake.records import Verdict

HUNDRED = 100
EDGES = ("refuse_below", "warn_below", "warn_above", "refuse_above")


@dataclass(frozen=True)
class Band:
    """Shares of the number compared with, in percent: between the warning edges all is well."""

    refuse_below: Decimal
    warn_below: Decimal
    warn_above: Decimal
    refuse_above: Decimal

    @classmethod
    def of(cls, kind: str, numbers: Mapping[str, Decimal]) -> "Band":
        """The four numbers named after a kind."""
        return cls(*(numbers[f"{kind}_{edge}"] for edge in EDGES))

    def verdict(self, actual: Decimal | int, before: Decimal | int, *, low: bool = True) -> Verdict:
        """`low` False: too little is not judged, for more may still come."""
        share = Decimal(actual) * HUNDRED
        if share > self.refuse_above * before or (low and share < self.refuse_below * before):
            return "fail"
        return "warn" if share > self.warn_above * before or (low and share < self.warn_below * before) else "pass"

    def words(self, verdict: Verdict) -> str:
        """The edges that were passed, or those that were kept."""
        edges = (self.refuse_below, self.refuse_above) if verdict == "fail" else (self.warn_below, self.warn_above)
        return f"{edges[0]}%～{edges[1]}%"


def percent(actual: Decimal | int, before: Decimal | int) -> str:
    """A share for people, one decimal."""
    return f"{Decimal(actual) * HUNDRED / Decimal(before):.1f}%"
