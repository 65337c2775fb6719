"""Where the values of a table in the exchange format's own JSON stand: every one has its path for a place."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from huiliu.forms.draft import MONEY, PERCENT, POINTS, SHARES, CellRead, Unread, why_doubtful, why_no_number
from huiliu.scoring.exchange import Table

_TEXTS = ("id", "agency", "project", "year", "completeness", "common_reason", "grade", "source")
_VALUES = ("spent", "total_weight", "total")
_ROW = ("level1", "level2", "level3", "target", "actual", "completion", "weight", "score", "reason")
_BUDGET = ("initial", "full_year", "issued", "received", "executed", "unit")
_FUND_ROW = ("initial", "full_year", "executed")
_COUNTS = ("indicators", "complete", "incomplete", "complete_share", "incomplete_share", "bands")
_KNOWN = {"": {*_TEXTS, *_VALUES, "notes", "payments"}, "budget": {*_BUDGET}, "counts": {*_COUNTS},
          "budget_indicator": {"weight", "rate", "score"}}  # fmt: skip

_DOUBTED = re.compile(r"indicators\[\d+\]\.(?:target|actual)")
_UNITS = tuple(
    (re.compile(pattern), units)
    for pattern, units in (
        (r"budget\.(?!unit)\w+|budget\.rows\[.*\]\.\w+|spent", MONEY),
        (r"indicators\[\d+\]\.weight|budget_indicator\.weight|total_weight", SHARES),
        (r"indicators\[\d+\]\.score|budget_indicator\.score|total", POINTS),
        (r"indicators\[\d+\]\.completion|budget_indicator\.rate", PERCENT),
    )
)
"""The units in which a number may be written at a path."""

Leaf = tuple[str, str, bool]
"""Path, text, and whether the format knows it."""


def json_cells(data: bytes, table: Table) -> tuple[tuple[CellRead, ...], tuple[Unread, ...]]:
    """What a JSON that was read as a table holds: what went into it, and what the format does not know."""
    whole: Mapping[str, Any] = json.loads(data.decode("utf-8-sig"), parse_float=str, parse_int=str)
    reads: list[CellRead] = []
    unread: list[Unread] = []
    for path, text, known in _leaves(whole, table):
        why = _why(path, text) if known else "交换格式没有这一项"
        if text.strip() and why:
            unread.append(Unread(path, text, why))
        elif text.strip():
            reads.append(CellRead(path, path, text))
    return tuple(reads), tuple(unread)


def _why(path: str, text: str) -> str:
    """Why the text is no number where one belongs. The table keeps it word for word, and as no number."""
    if _DOUBTED.fullmatch(path):
        return why_doubtful(text)
    units = next((units for pattern, units in _UNITS if pattern.fullmatch(path)), None)
    return "" if units is None else why_no_number(text, units)


def _leaves(whole: Mapping[str, Any], table: Table) -> Iterator[Leaf]:
    for key, item in whole.items():
        if key == "indicators":
            yield from _indicators(item or [], table)
        elif key == "statements":
            for number, said in enumerate(one for one in item or [] if one is not None):
                yield from _mapping(
                    said if isinstance(said, dict) else {"text": said}, f"statements[{number}]", {"about", "text"}
                )
        elif key in _KNOWN and isinstance(item, dict):
            rows = item.get("rows") or {} if key == "budget" else {}
            yield from _mapping({k: v for k, v in item.items() if k != "rows" or key != "budget"}, key, _KNOWN[key])
            for name, cells in rows.items():
                pairs = zip(_FUND_ROW, cells or [], strict=False)
                yield from ((f"budget.rows[{name}].{kind}", str(c), True) for kind, c in pairs if c is not None)
        else:
            yield from _flat(key, item, known=key in _KNOWN[""])


def _indicators(items: list[Any], table: Table) -> Iterator[Leaf]:
    """Rows that the format leaves out are named as such."""
    places = {row.position: number for number, row in enumerate(table.indicators)}
    for position, item in enumerate(items, 1):
        if isinstance(item, dict):
            kept = position in places
            path = f"indicators[{places[position]}]" if kept else f"indicators（第{position}项）"
            yield from _mapping(item, path, set(_ROW) if kept else set())


def _mapping(item: Mapping[str, Any], path: str, known: set[str]) -> Iterator[Leaf]:
    for key, value in item.items():
        yield from _flat(f"{path}.{key}", value, known=key in known)


def _flat(path: str, item: Any, *, known: bool) -> Iterator[Leaf]:
    if isinstance(item, dict):
        for key, value in item.items():
            yield from _flat(f"{path}.{key}", value, known=known)
    elif isinstance(item, list):
        for number, value in enumerate(item):
            yield from _flat(f"{path}[{number}]", value, known=known)
    elif item is not None:
        yield path, str(item), known
