"""Names of sheets out of names of units: what a spreadsheet takes, each one of its own."""

import re
from collections.abc import Iterable

from huiliu.documents.listing import xml_text

MOST = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_RESERVED = {"history"}


def sheet_names(units: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """A sheet's name for each unit, at most 31 signs (as UTF-16 counts them), unlike all others whatever the case."""
    used = {*_RESERVED, *(name.casefold() for name in taken)}
    names: dict[str, str] = {}
    for unit in units:
        names[unit] = _free(_plain(unit), used)
        used.add(names[unit].casefold())
    return names


def _plain(unit: str) -> str:
    return _cut(_FORBIDDEN.sub("_", " ".join(xml_text(unit).split())), MOST).strip("' ") or "单位"


def _free(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free.casefold() in used:
        number += 1
        tail = f"({number})"
        free = _cut(name, MOST - len(tail)) + tail
    return free


def _cut(text: str, most: int) -> str:
    """The beginning of a text; a sign outside the basic plane counts twice in a spreadsheet."""
    kept, size = [], 0
    for sign in text:
        size += 2 if ord(sign) > 0xFFFF else 1
        if size > most:
            break
        kept.append(sign)
    return "".join(kept)
