"""What a check expected and found, as people read it: short digests, operations in words, amounts with separators."""

import re
from decimal import Decimal

_DIGEST = re.compile(r"(sm3:|sha256:)([0-9a-f]{8})[0-9a-f]{40,}([0-9a-f]{8})")  # head and tail tell two apart
_OPERATIONS = re.compile(r"I ([0-9]+)，U ([0-9]+)，D ([0-9]+)")
_NUMBER = re.compile(r"-?[0-9]{4,}(\.[0-9]+)?")
_MEASURED = re.compile(r"(?<![0-9.])[0-9]{4,}(\.[0-9]+)?(?= [行元])")
_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
SUMS = frozenset({"control_sum", "closing_sum", "certificate_sum"})


def worded(text: str, *, code: str, counted: bool) -> str:
    """One side of a check. Only what is `counted` of a table is a number: a batch's numbers are codes, left alone.

    Sums are yuan and say so.
    """
    if counted and code in SUMS and _AMOUNT.fullmatch(text):
        return f"{Decimal(text):,} 元"
    if counted and _NUMBER.fullmatch(text):
        return f"{Decimal(text):,}"
    text = _OPERATIONS.sub(lambda found: "，".join(map(_operation, "增改删", found.groups())), text)
    text = _MEASURED.sub(lambda found: f"{Decimal(found[0]):,}", text)
    return _DIGEST.sub(r"\1\2…\3", text)


def _operation(word: str, count: str) -> str:
    return f"{word} {int(count):,}"
