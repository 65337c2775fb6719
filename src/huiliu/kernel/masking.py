"""The one mask of the product: by a column's level and kind, irreversible, closed whenever something is unknown."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

FULL = "****"


class Level(StrEnum):
    """How closely a column is guarded: L1 open, L2 internal within row scope, L3 personal, L4 sensitive."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


OPEN = frozenset({Level.L1, Level.L2})

# A town's name never holds these, a road, a village or a house number does: with one in the way less is shown.
_NOT_A_NAME = r"0-9０-９A-Za-zＡ-Ｚａ-ｚ\s路村号巷弄组栋幢座室社"
_PART = rf"[^{_NOT_A_NAME}]{{1,8}}?"
_COUNTY_PART = rf"镇?[^{_NOT_A_NAME}镇乡街小]{{1,8}}?"
_COUNTY = rf"(?:{_PART}(?:省|自治区|特别行政区))?(?:{_PART}(?:市|自治州|地区|盟))?{_COUNTY_PART}(?:县|区|市|旗)"
TO_COUNTY = _COUNTY  # as text, for the mask that queries apply
TO_TOWN = rf"{_COUNTY}{_PART}(?:街道|镇|乡|苏木)"
_TO_COUNTY, _TO_TOWN = re.compile(TO_COUNTY), re.compile(TO_TOWN)


def _ends(head: int, tail: int, text: str) -> str:
    """First and last characters; four or more must stay hidden, otherwise nothing is shown."""
    return f"{text[:head]}{FULL}{text[-tail:]}" if len(text) >= head + tail + len(FULL) else FULL


def _name(text: str) -> str:
    """The first character stands for the surname; of a name of one character nothing is shown."""
    return f"{text[0]}{'*' * min(len(text) - 1, 2)}" if len(text) > 1 else "*"


def _address(text: str) -> str:
    """To the town (镇、乡、街道), else to the county, else nothing."""
    found = _TO_TOWN.match(text) or _TO_COUNTY.match(text)
    return f"{found.group()}{FULL}" if found else FULL


_MASKS: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "id_number": lambda text: _ends(3, 4, text),
    "phone": lambda text: _ends(3, 4, text),
    "bank_account": lambda text: _ends(4, 4, text),
    "address": _address,
}


def mask(kind: str, value: object) -> str:
    """The masked form of a protected value; a kind without a form of its own (a date, a text, an amount) shows nothing.

    Name 李*, 李**; identity number and phone 3+4; bank account 4+4; address to the town. No value gives "". Four stars
    always, so that the length is not told either.
    """
    if value is None or value == "":
        return ""
    form = _MASKS.get(kind)
    text = unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""
    return form(text) if form and text else FULL


def is_open(level: str | None) -> bool:
    """L1 and L2 only; a level that is missing or unknown is protected."""
    return level in OPEN


def is_within(level: str | None, highest: str) -> bool:
    """Whether a column of `level` is shown in full to whoever may see up to `highest`; an unknown level never is."""
    known = set(Level)
    return is_open(level) or (level in known and highest in known and str(level) <= highest)


def shown(kind: str, level: str | None, value: Any) -> Any:
    """What a page without the right to full values may show: the value itself if its level is open, else its mask."""
    return value if is_open(level) else mask(kind, value)
