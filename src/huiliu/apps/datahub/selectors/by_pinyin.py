"""The query that finds names by typed pinyin: one look at the names, whatever number of readings the letters have."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from huiliu.kernel.pinyin import readings, signs_read, sounding_alike

Reading = tuple[str, ...]
MOST_PARTS = 62  # one bit each of a BIGINT


def by_pinyin(typed: str, table: str = "person", column: str = "name") -> tuple[str, dict[str, Any]]:
    """Condition and parameters for names whose first signs may be read as typed, or that begin with the very letters.

    Each sign carries a bit for every syllable or initial it may stand for, so that a reading is a few comparisons.
    """
    found, bits = _known(readings(typed))
    masks = _masks(bits)
    places = range(1, max(map(len, found)) + 1)
    joins = " ".join(
        f"{'' if place == 1 else 'LEFT '}JOIN signs AS s{place} ON s{place}.sign = substr(p.{column}, {place}, 1)"
        for place in places
    )
    ways = " OR ".join(f"({_way(reading, bits)})" for reading in found)
    sql = f"""starts_with(lower({column}), $typed) OR {column} IN (
        WITH signs AS (
            SELECT unnest(string_split($signs, ' ')) AS sign,
                   unnest(string_split($masks, ' ')::BIGINT[]) AS mask)
        SELECT p.{column} FROM {table} AS p {joins} WHERE {ways})"""
    # As two texts: binding lists of ten thousand values takes the engine seconds.
    return sql, {"typed": typed.lower(), "signs": " ".join(masks), "masks": " ".join(map(str, masks.values()))}


def by_sound(name: str, column: str = "name") -> tuple[str, dict[str, Any]]:
    """Condition and parameters for other names of as many signs that sound alike, sign by sign."""
    alike = {f"sign{place}": " ".join(sorted(sounding_alike(sign))) for place, sign in enumerate(name, 1)}
    ways = [
        f"substr({column}, {place}, 1) IN (SELECT unnest(string_split(${parameter}, ' ')))"
        for place, parameter in enumerate(alike, 1)
    ]
    return f"length({column}) = {len(name)} AND {' AND '.join(ways)}", alike


def _known(found: Iterable[Reading]) -> tuple[list[Reading], dict[str, int]]:
    """Readings with the fewest signs first, as far as there are bits for their parts."""
    kept: list[Reading] = []
    bits: dict[str, int] = {}
    for reading in found:
        fresh = dict.fromkeys(part for part in reading if part not in bits)
        if len(bits) + len(fresh) <= MOST_PARTS:
            bits |= {part: 1 << (len(bits) + number) for number, part in enumerate(fresh)}
            kept.append(reading)
    return kept, bits


def _masks(bits: dict[str, int]) -> dict[str, int]:
    masks: defaultdict[str, int] = defaultdict(int)
    for part, bit in bits.items():
        for sign in signs_read(part):
            masks[sign] |= bit
    return masks


def _way(reading: Sequence[str], bits: dict[str, int]) -> str:
    return " AND ".join(f"(s{place}.mask & {bits[part]}) <> 0" for place, part in enumerate(reading, 1))
