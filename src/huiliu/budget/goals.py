"""What monitoring follows of a target: its promise, what was measured of it so far, and where that leads."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

AT_LEAST, AT_MOST, EXACTLY, RANGE, QUALITATIVE = "≥", "≤", "=", "range", "qualitative"


@dataclass(frozen=True)
class Reading:
    """What was measured on a day; `record` is the id of the row behind it, `note` what people read of it.

    `unit` is its own where that is not the target's; `factor` is how many of the target's unit one of its is.
    """

    on: date
    value: Decimal
    record: str
    note: str = ""
    link: str = ""
    digest: str = ""
    unit: str = ""
    factor: Decimal = Decimal(1)


@dataclass(frozen=True)
class Goal:
    """One target row as monitoring follows it.

    `kind` is ≥, ≤, =, range (from `value` to `upper`) or qualitative (no number: not followed). `grows`: the measured
    value adds up over the year (times, people); otherwise it is a level (a rate, a price). `places` is how many
    decimals the target is stated with. `post` answers for it.
    """

    code: str
    label: str
    kind: str
    value: Decimal | None
    unit: str = ""
    upper: Decimal | None = None
    places: int = 2
    grows: bool = False
    money_dependent: bool = False
    is_cost: bool = False
    purpose: str = ""
    post: str = "finance"
    readings: tuple[Reading, ...] = ()

    @property
    def is_followed(self) -> bool:
        """Whether there is a number to compare with."""
        return self.kind != QUALITATIVE and self.value is not None

    def latest(self, today: date) -> Reading | None:
        """The last reading up to a day (inclusive), of one day the one entered last."""
        ordered = sorted((one for one in self.readings if one.on <= today), key=lambda one: one.on)
        return ordered[-1] if ordered else None
