"""数据截至: the day a page's data speaks of, and how well that day is proved."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class AsOf:
    """Business date T, proof level A, B or C, and its Chinese word."""

    day: date
    level: str
    word: str
