"""Two checks of the same units' tables, the later against the earlier: what was mended, what is new, what stays."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from huiliu.scoring.checked import Checked, CheckedTable, PlacedFinding
from huiliu.scoring.findings import SEVERITIES

Fate = Literal["new", "stays", "mended"]
FATES: Mapping[Fate, str] = {"new": "新出现", "mended": "已改正", "stays": "仍在"}


@dataclass(frozen=True)
class Change:
    """A finding and what became of it; `table` is the later one, of a mended finding the earlier one."""

    fate: Fate
    table: CheckedTable
    finding: PlacedFinding


@dataclass(frozen=True)
class Compared:
    """`added` and `absent` are tables that only the later or only the earlier check holds: nothing is said of them.

    Of a table that was read another time the findings are matched by code and place in the table.
    """

    changes: tuple[Change, ...]
    added: tuple[CheckedTable, ...]
    absent: tuple[CheckedTable, ...]

    def count(self, fate: Fate) -> int:
        """How many findings came to that."""
        return sum(1 for change in self.changes if change.fate == fate)


def compared(earlier: Checked, later: Checked) -> Compared:
    """Tables are the same by unit, project and year; of several of one kind, all findings are looked at together."""
    before, after = _grouped(earlier.tables), _grouped(later.tables)
    changes = [change for key in after if key in before for change in _changes(before[key], after[key])]
    order: list[Fate] = list(FATES)
    severities: list[str] = list(SEVERITIES)
    changes.sort(key=lambda change: (order.index(change.fate), severities.index(change.finding.severity)))
    added = tuple(table for key, tables in after.items() if key not in before for table in tables)
    absent = tuple(table for key, tables in before.items() if key not in after for table in tables)
    return Compared(tuple(changes), added, absent)


def _grouped(tables: Iterable[CheckedTable]) -> dict[tuple[str, ...], list[CheckedTable]]:
    found: defaultdict[tuple[str, ...], list[CheckedTable]] = defaultdict(list)
    for table in tables:
        found[tuple("".join(text.split()) for text in (table.unit, table.project, table.year))].append(table)
    return dict(found)


def _changes(before: list[CheckedTable], after: list[CheckedTable]) -> Iterable[Change]:
    left = Counter(_key(one) for table in before for one in table.findings)
    for table in after:
        for one in table.findings:
            stays = left[_key(one)] > 0
            left[_key(one)] -= stays
            yield Change("stays" if stays else "new", table, one)
    for table in before:
        for one in table.findings:
            if left[_key(one)] > 0:
                left[_key(one)] -= 1
                yield Change("mended", table, one)


def _key(one: PlacedFinding) -> tuple[str, str]:
    return one.code, one.where
