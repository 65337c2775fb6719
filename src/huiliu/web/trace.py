"""A figure's way down: formula, inputs, records, batch or voucher, digest."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """One level of a trace: what it is, its value as printed, where it comes from, and what lies under it."""

    label: str
    value: str = ""
    detail: str = ""
    link: str = ""
    digest: str = ""
    below: Sequence["Step"] = field(default_factory=tuple)
