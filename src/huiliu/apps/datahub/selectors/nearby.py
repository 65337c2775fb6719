"""What may have been meant where a search finds nobody: names that sound alike, numbers one slip away."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from huiliu.apps.datahub.selectors.by_pinyin import by_sound
from huiliu.apps.datahub.selectors.search import HAN, Kind, Terms
from huiliu.kernel.identifiers import check_resident_id
from huiliu.kernel.pinyin import MOST_SIGNS

_DIGITS = "0123456789"


@dataclass(frozen=True)
class Nearby:
    """Another condition to search by, and the words that say so above what it finds."""

    matching: str
    values: dict[str, Any] = field(repr=False)
    hint: str


def nearby(terms: Terms) -> Nearby | None:
    """For a whole Chinese name its sound; for a resident number with a wrong check character one slip of the hand."""
    if not terms.values:
        return None
    typed = terms.values[0]
    if terms.kind is Kind.NAME and len(typed) <= MOST_SIGNS and all(HAN.fullmatch(sign) for sign in typed):
        return Nearby(*by_sound(typed), "没有这个姓名；以下人员的姓名与所输的同音，请核对是哪几个字")
    if terms.kind is Kind.ID_NUMBER and terms.hints and (numbers := list(slips(typed))):
        sql = "id_number IN (SELECT unnest(string_split($near, ' ')))"
        hint = "没有这个号码；以下人员的号码与所输的只差一位，或相邻两位颠倒，请核对原件"
        return Nearby(sql, {"near": " ".join(numbers)}, hint)
    return None


def slips(number: str) -> Iterator[str]:
    """Valid numbers of 18 that one wrong sign, or two changed about, turns into this one."""
    if len(number) != 18:
        return
    for near in dict.fromkeys(_near(number)):
        if near != number and check_resident_id(near).ok:
            yield near


def _near(number: str) -> Iterator[str]:
    for place, sign in enumerate(number):
        yield from (number[:place] + other + number[place + 1 :] for other in _DIGITS)
        if place == 17:
            yield number[:17] + "X"
        elif place < 16:
            yield number[:place] + number[place + 1] + sign + number[place + 2 :]
