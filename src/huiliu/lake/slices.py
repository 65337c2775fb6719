"""A relation in key ranges of a size that the engine sorts and groups well, however many there are.

DuckDB spills what does not fit into its memory limit, but needs more of that the more has spilled: a sort of twenty
times the limit ends for want of memory. A slice takes twice the limit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from huiliu.lake.engine import Engine, identifier

_TIMES = 2  # what a slice may take, by the memory limit
_ROW, _CELL = 32, 16  # bytes that a row and a cell take besides their text
_AT_MOST = 40  # bytes of a cell that are taken for granted where rows are few, so that nobody has to look
_SAMPLE = 50_000  # rows by which the cuts are found


@dataclass(frozen=True)
class Slice:
    """One part: a condition on the relation's columns, with the values that it names."""

    condition: str = "true"
    values: Mapping[str, Any] = field(default_factory=dict)


def slices(engine: Engine, relation: str, key: Sequence[str], held: Sequence[str], rows: int) -> list[Slice]:
    """Parts of the `rows` of a relation in the order of `key`, by what the columns `held` take in memory.

    Rows without a key are in none of them, unless there is only one. The cuts are keys of a sample that is the same
    every time; they are bound to statements, never written into them.
    """
    room = engine.memory * _TIMES
    if rows * (_ROW + len(held) * _AT_MOST) <= room:
        return [Slice()]
    cuts = _cuts(engine, relation, key, held, rows // _SAMPLE + 1, room)
    return [_between(key, low, high) for low, high in zip([None, *cuts], [*cuts, None], strict=True)]


def _cuts(
    engine: Engine, relation: str, key: Sequence[str], held: Sequence[str], step: int, room: int
) -> list[tuple[Any, ...]]:
    """The first key of every part but the first; each sampled row stands for `step` rows like it."""
    keys = ", ".join(map(identifier, key))
    cells = [f"coalesce(strlen(CAST({identifier(name)} AS VARCHAR)), 0) + {_CELL}" for name in held]
    size = " + ".join([str(_ROW), *cells])
    present = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in key)
    sample = f"SELECT {keys}, {size} AS _size FROM {relation} WHERE hash({keys}) % {step} = 0 AND {present}"
    part = f"(sum(_size) OVER (ORDER BY {keys}) - _size) * {step} // {room}"
    found = engine.run(
        f"SELECT DISTINCT ON (_part) {keys} FROM (SELECT *, {part} AS _part FROM ({sample})) ORDER BY _part, {keys}"
    )
    return found[1:]


def _between(key: Sequence[str], low: tuple[Any, ...] | None, high: tuple[Any, ...] | None) -> Slice:
    parts = [*_limits("low", ">", key, low), *_limits("high", "<", key, high)]
    values = {
        f"{side}_{at}": value for side, cut in (("low", low), ("high", high)) for at, value in enumerate(cut or ())
    }
    return Slice(" AND ".join(parts) or "true", values)


def _limits(side: str, sign: str, key: Sequence[str], cut: tuple[Any, ...] | None) -> Iterator[str]:
    """At or above the lower cut, below the upper one; the first column by itself, by which files are passed over."""
    if cut is None:
        return
    names = [identifier(name) for name in key]
    yield f"{names[0]} {sign}= ${side}_0"
    inner = "true" if side == "low" else "false"
    for at in reversed(range(len(names))):
        inner = f"({names[at]} {sign} ${side}_{at} OR ({names[at]} = ${side}_{at} AND {inner}))"
    yield inner
