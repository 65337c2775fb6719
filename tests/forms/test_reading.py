"""The reader against forms it was not made for: what is printed is read, and what is not read is named."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from forms.compare import compare
from forms.concluded import concluded
from forms.layouts import LAYOUTS
from forms.layouts.layout import Layout
from forms.layouts.page import Printed
from forms.truth import random_truth
from huiliu.forms.reading import Reading, read
from huiliu.scoring.values import from_text
from support.scale import Scale

pytestmark = pytest.mark.slow

SCRIBBLED = 3
LEAST = Fraction(99, 100)
PLACELESS = re.compile(r"budget\.rows\[.+\]\.(?!initial|full_year|executed)\w+")
"""What a form prints and the exchange format has no place for: what came in of one source of money."""


@dataclass(frozen=True)
class Verdict:
    """Cells read right of all cells; `silent`: what is wrong without being named."""

    right: int
    cells: int
    silent: tuple[str, ...]


def closed_up(text: str) -> str:
    return "".join(text.split())


def judge(layout: Layout, printed: Sequence[Printed], readings: Sequence[Reading]) -> Verdict:
    assert len(readings) == len(printed), f"{layout.name}: {len(readings)} tables read of {len(printed)}"
    named = {closed_up(cell.text) for reading in readings for cell in reading.unread}
    right = cells = 0
    silent: list[str] = []
    for each, reading in zip(printed, readings, strict=True):
        held = {path: text for path, text in each.expected.items() if not PLACELESS.fullmatch(path)}
        outcome = compare(replace(each, expected=held), concluded(reading))
        right, cells = right + outcome.right, cells + outcome.cells
        lost = {path: each.expected[path] for path in (*outcome.missing, *({*each.expected} - {*held}))}
        silent += [f"{path} is not {each.expected[path]}" for path in outcome.wrong]
        silent += [f"{path} is nowhere printed" for path in outcome.invented]
        silent += [f"{path}: {text} is not named" for path, text in lost.items() if closed_up(text) not in named]
        silent += [f"{text} is not named" for text in each.unreadable if closed_up(text) not in named]
    return Verdict(right, cells, tuple(f"{layout.name}: {one}" for one in silent))


def judged(layout: Layout, seeds: Iterable[int], folder: Path) -> Verdict:
    """All files together."""
    verdicts = []
    for seed in seeds:
        truth = random_truth(seed)
        verdicts.append(judge(layout, layout.printed(truth), read(layout.build(truth, folder))))
    silent = tuple(one for verdict in verdicts for one in verdict.silent)
    return Verdict(sum(v.right for v in verdicts), sum(v.cells for v in verdicts), silent)


def holds(verdict: Verdict) -> bool:
    return not verdict.silent and verdict.right >= LEAST * verdict.cells > 0


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_is_read_and_what_is_not_is_named(layout: Layout, tmp_path: Path) -> None:
    verdict = judged(layout, [SCRIBBLED], tmp_path)
    assert holds(verdict), verdict


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_many_evaluations_of_a_layout(layout: Layout, tmp_path: Path, scale: Scale) -> None:
    verdict = judged(layout, range(10, 10 + scale("readings")), tmp_path)
    assert holds(verdict), verdict


@cache
def national() -> tuple[Layout, tuple[Printed, ...]]:
    return LAYOUTS[0], LAYOUTS[0].printed(random_truth(SCRIBBLED))


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return read(LAYOUTS[0].build(random_truth(SCRIBBLED), tmp_path))[0]


def test_another_total_a_lost_cell_and_an_invented_one_are_seen(reading: Reading) -> None:
    layout, printed = national()
    first, *others = reading.table.indicators
    absent = replace(first, weight=replace(first.weight, raw=""))
    invented = replace(first, completion=from_text("100%"))
    faults = [
        replace(reading, table=replace(reading.table, total=from_text("12.34"))),
        replace(reading, table=replace(reading.table, indicators=(absent, *others))),
        replace(reading, table=replace(reading.table, indicators=(invented, *others))),
        replace(reading, unread=()),
    ]
    assert holds(judge(layout, printed, [reading]))
    assert [bool(judge(layout, printed, [fault]).silent) for fault in faults] == [True] * 4
