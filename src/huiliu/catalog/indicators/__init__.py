"""Performance indicators, one pair of files each, and how a printed name finds its indicator."""

import re
import unicodedata
from collections.abc import Iterable

from huiliu.scoring.indicator import Indicator

_SPACE = re.compile(r"\s+")


def indicator_named(printed: str, found: Iterable[Indicator]) -> Indicator | None:
    """The indicator that forms print under a name, whatever the width of its signs; None where nothing measures it."""
    wanted = _plain(printed)
    return next((one for one in found if wanted in map(_plain, (one.label, *one.names))), None)


def _plain(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))
