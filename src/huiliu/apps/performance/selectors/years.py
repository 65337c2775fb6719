"""A project's years side by side: what is known of each, and the rows of their targets followed from year to year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huiliu.apps.performance.models import TargetSet
from huiliu.apps.performance.selectors import board as boards
from huiliu.apps.performance.selectors import reviews, targets
from huiliu.apps.performance.selectors.board import Board
from huiliu.apps.performance.selectors.measurements import rows_measured
from huiliu.apps.performance.selectors.measuring_again import year_book
from huiliu.apps.performance.selectors.reviews import Beside
from huiliu.kernel.figures import FigureBook
from huiliu.scoring.assessment import RowAssessed


@dataclass(frozen=True)
class Year:
    """One year: scores of all sides, the board (None where the ledger does not know the year), counts of its rows."""

    targets: TargetSet
    beside: Beside
    board: Board | None
    counts: FigureBook

    @property
    def why(self) -> str:
        """What is missing and why, in words; empty where all is there."""
        money = "" if self.board else "项目台账没有登记这个年度，没有资金数字。"
        return " ".join(part for part in (self.beside.found.refusal, money) if part)


@dataclass(frozen=True)
class Followed:
    """A row over the years by year; its name is that of the newest."""

    name: str
    rows: dict[int, RowAssessed]


def projects() -> list[tuple[TargetSet, list[int]]]:
    """Every project with the newest of its targets, and its years, newest first."""
    found: dict[str, tuple[TargetSet, list[int]]] = {}
    for one in targets.sets():
        found.setdefault(one.project, (one, []))[1].append(one.year)
    return list(found.values())


def years_of(project: str, today: date) -> list[Year]:
    """All years of a project, the oldest first; empty where it has none."""
    return [_year(one, today) for one in reversed(targets.sets().filter(project=project))]


def _year(one: TargetSet, today: date) -> Year:
    found = reviews.find(one.project, one.year, today)
    assert found is not None
    version = found.found.version
    counts = year_book(version, rows_measured(version)) if version else FigureBook()
    return Year(one, found, boards.board(one.project, one.year, today), counts)


def followed(found: Sequence[Year]) -> list[Followed]:
    """Rows that are the same over the years: by name, else by code where no row of that year has the name."""
    kept: list[tuple[str, Followed]] = []
    for year in found:
        rows = year.beside.found.result.rows if year.beside.found.result else ()
        names = {row.row.level3 for row in rows}
        for row in rows:
            at = _before(kept, row, year.targets.year, names)
            one = Followed(row.row.level3, {**(kept[at][1].rows if at is not None else {}), year.targets.year: row})
            if at is None:
                kept.append((row.row.code, one))
            else:
                kept[at] = (row.row.code, one)
    return [one for _, one in kept]


def _before(kept: Sequence[tuple[str, Followed]], row: RowAssessed, year: int, names: set[str]) -> int | None:
    free = [(at, code, one) for at, (code, one) in enumerate(kept) if year not in one.rows]
    named = [at for at, _, one in free if one.name == row.row.level3]
    coded = [at for at, code, one in free if code == row.row.code and one.name not in names]
    return next(iter((*named, *coded)), None)
