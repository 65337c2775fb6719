"""Finds numbers typed into prose: digits of any script, percent signs, and Chinese numerals used as quantities."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Words in which a numeral is not a quantity. Everything else with a numeral is refused, so a missing word costs the
# author a rewording, while a word too many would let an unsourced figure through.
FIXED_WORDS = (
    "统一",
    "一致",
    "一般",
    "一并",
    "一定",
    "一律",
    "一体化",
    "进一步",
    "逐一",
    "一级指标",
    "二级指标",
    "三级指标",
    "“一上”",
    "“二上”",
    "“一下”",
    "“二下”",
    "（万元）",
    "（％）",
    "四舍五入",
    "零分",
    "单位：万元",
    "零余额账户",
    "上半年",
    "下半年",
)
# Signs and words of quantity that Unicode does not call numeric.
QUANTITY_SIGNS = frozenset("%％‰‱٪两俩半倍")
# Formal numerals that are mostly parts of words (参照, 队伍, 大陆): a quantity only beside another numeral.
_MOSTLY_WORDS = frozenset("参伍什拾陆漆陌")
_FIXED = re.compile("|".join(map(re.escape, FIXED_WORDS)))


@dataclass(frozen=True)
class TypedNumber:
    """One run of numeral characters in plain text; `start` counts characters from 0."""

    start: int
    text: str


def is_numeral(character: str) -> bool:
    """Digits of every script and width, Roman and circled numbers, fractions, 十, 百, 万, 零 …, percent signs."""
    return character in QUANTITY_SIGNS or unicodedata.numeric(character, None) is not None


def typed_numbers(text: str) -> Iterator[TypedNumber]:
    """Every run of numerals outside the fixed words; `15.76` is one run, since a point between digits belongs to it."""
    covered = {place for match in _FIXED.finditer(text) for place in range(*match.span())}
    start: int | None = None
    for place, character in enumerate(text + " "):
        inside = place not in covered and is_numeral(character) and not _part_of_word(text, place)
        if start is None and inside:
            start = place
        elif start is not None and not inside and not _joins(text, place):
            yield TypedNumber(start, text[start:place])
            start = None


def _part_of_word(text: str, place: int) -> bool:
    around = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
    return text[place : place + 1] in _MOSTLY_WORDS and not any(map(is_numeral, around))


def _joins(text: str, place: int) -> bool:
    """Whether the mark at this place only separates two numerals, as in 15.76 or 1,234."""
    return text[place : place + 1] in {".", ",", "．", "，", "点"} and any(map(is_numeral, text[place + 1 : place + 2]))
