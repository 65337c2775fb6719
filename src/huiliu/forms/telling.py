"""A reading told to people and to programs: what was read with its place, and what was not, with the reason."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from huiliu.forms.grid import joined
from huiliu.forms.reading import Reading


def as_data(reading: Reading) -> dict[str, Any]:
    """Places, texts and paths; the table itself is what the paths of `cells` make up."""
    return {
        "file": reading.table.file,
        "project": reading.table.project,
        "cells": [asdict(cell) for cell in reading.cells],
        "labels": [asdict(label) for label in reading.labels],
        "unread": [asdict(cell) for cell in reading.unread],
    }


def render_reading(reading: Reading) -> str:
    """For a console: one line each, what was not read gathered by its reason."""
    return "\n".join(_lines(reading))


def _lines(reading: Reading) -> Iterator[str]:
    table = reading.table
    yield f"{table.file} {table.project}".rstrip()
    yield f"  读入 {len(reading.cells)} 项，认出标签 {len(reading.labels)} 格，没有读入 {len(reading.unread)} 格"
    for cell in reading.cells:
        yield f"  {cell.path} = {joined(cell.text)}（{cell.place}）"
    for why, cells in groupby(sorted(reading.unread, key=lambda cell: cell.why), key=lambda cell: cell.why):
        yield f"  没有读入：{why}"
        yield from (f"    {cell.place}：{joined(cell.text)}" for cell in cells)
