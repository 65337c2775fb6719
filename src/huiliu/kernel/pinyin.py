"""Names by pinyin: which Chinese signs a typed syllable or initial may stand for, every reading of a sign counted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

MOST_SIGNS = 6  # of a name
MOST_READINGS = 32  # of one typed text: `xian` is xian, xi an, and more with initials


@cache
def _signs() -> Mapping[str, frozenset[str]]:
    """Syllable without tone (ü is v) → the signs that may be read so."""
    # Here: half a second of every process that starts, most of which look up no name.
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    found: defaultdict[str, set[str]] = defaultdict(set)
    for point, readings in PINYIN_DICT.items():
        for reading in readings.split(","):
            found[convert(reading, Style.NORMAL, strict=False).replace("ü", "v")].add(chr(point))
    return {syllable: frozenset(signs) for syllable, signs in found.items() if syllable.isascii()}


@cache
def _syllables() -> Mapping[str, frozenset[str]]:
    """Sign → the syllables it may be read as."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for syllable, signs in _signs().items():
        for sign in signs:
            found[sign].add(syllable)
    return {sign: frozenset(syllables) for sign, syllables in found.items()}


def sounding_alike(sign: str) -> frozenset[str]:
    """Signs that share a reading with this one, whatever the tone; itself at least."""
    return frozenset({sign}).union(*(_signs()[syllable] for syllable in _syllables().get(sign, ())))


@cache
def signs_read(part: str) -> frozenset[str]:
    """Signs read as a whole syllable; for an initial (`z`, `zh`) those whose reading begins with it."""
    whole = _signs().get(part)
    if whole and not is_initial(part):
        return whole
    return frozenset().union(*(signs for syllable, signs in _signs().items() if syllable.startswith(part)))


def is_initial(part: str) -> bool:
    """One letter that begins a syllable, or zh, ch, sh. `a`, `e` and `o` are syllables too and count as initials."""
    return part in {"zh", "ch", "sh"} or (len(part) == 1 and any(syllable[0] == part for syllable in _signs()))


def readings(typed: str) -> list[tuple[str, ...]]:
    """Every way to read letters as initials and whole syllables, a part for each sign, fewest signs first.

    Spaces and apostrophes part signs. Empty for what is no pinyin, and for fewer than two letters.
    """
    words = typed.lower().replace("'", " ").replace("’", " ").replace("ü", "v").split()
    if sum(map(len, words)) < 2 or not all(word.isascii() and word.isalpha() for word in words):
        return []
    found: list[tuple[str, ...]] = [()]
    for word in words:
        found = [done + more for done in found for more in _parts(word, MOST_SIGNS - len(done))][: MOST_READINGS * 4]
    return sorted(found, key=len)[:MOST_READINGS]


def _parts(word: str, most: int) -> Iterator[tuple[str, ...]]:
    """Readings of one word in at most so many parts, long parts first."""
    if not word:
        yield ()
        return
    for length in range(min(len(word), 6), 0, -1) if most else ():
        head = word[:length]
        if head in _signs() or is_initial(head):
            for rest in _parts(word[length:], most - 1):
                yield (head, *rest)
