"""The public edition of a report's content: paragraphs and columns about internal checks are not in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from huiliu.documents.compose import Content

_NAME = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_.+-]*)")


def public_content(content: Content, hidden: Sequence[str], headings: Sequence[str]) -> Content:
    """The same content without every paragraph that refers to something hidden or asks whether it is there.

    `headings` go as they are written; `hidden` are names, or beginnings of names that end in a point. Of a table only
    the columns go, and what stands under them in its totals; a table of hidden rows goes whole.
    """
    sections = []
    for section in content["sections"]:
        shown = [block for block in section["blocks"] if block.get("heading") not in headings]
        blocks = [_without(block, hidden) for block in shown if not _is_hidden(block, hidden)]
        sections.append({**section, "blocks": blocks})
    return {**content, "sections": sections}


def _is_hidden(block: Mapping[str, Any], hidden: Sequence[str]) -> bool:
    apart = {"columns", "totals"} if "table" in block else set()
    told = {name: value for name, value in block.items() if name not in apart}
    return any(_matches(name, hidden) for name in (*_referred(told), *_asked(told)))


def _without(block: Mapping[str, Any], hidden: Sequence[str]) -> Mapping[str, Any]:
    if "table" not in block:
        return block
    kept = [at for at, column in enumerate(block["columns"]) if not _mentions(column["cell"], hidden)]
    columns = [block["columns"][at] for at in kept]
    totals = [[row[at] for at in kept] for row in block.get("totals", ())]
    return {**block, "columns": columns, **({"totals": totals} if totals else {})}


def _mentions(template: str, hidden: Sequence[str]) -> bool:
    return any(_matches(name, hidden) for name in _NAME.findall(template))


def _referred(value: Any) -> Iterator[str]:
    """Names that templates refer to, however deep they stand."""
    match value:
        case str():
            yield from _NAME.findall(value)
        case Mapping():
            for inner in value.values():
                yield from _referred(inner)
        case list():
            for inner in value:
                yield from _referred(inner)


def _asked(block: Mapping[str, Any]) -> Iterator[str]:
    """Names of rows, and those that `when` asks for."""
    lists = block.get("lists", {}).values()
    yield from (str(one[key]) for one in (block, *lists) for key in ("rows", "each") if key in one)
    for names in block.get("when", {}).values():
        yield from [names] if isinstance(names, str) else names


def _matches(name: str, hidden: Sequence[str]) -> bool:
    return any(name == one or (one.endswith(".") and name.startswith(one)) for one in hidden)
