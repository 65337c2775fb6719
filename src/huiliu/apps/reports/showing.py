"""One month of a report as somebody reads it: the figures within reach beside last month's and last year's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huiliu.apps.reports import drawing
from huiliu.apps.reports.drawing import Compared, Row
from huiliu.apps.reports.selectors import Reading, may_list, reach, reading, sheet_of
from huiliu.apps.reports.spans import Reach
from huiliu.kernel.periods import format_month, months_add
from huiliu.topics import StandingReport
from huiliu.topics.standing_sheet import ALL

LAST, YEAR = 0, 1  # places in EARLIER
AGAINST = {
    "last": ("比上月", (LAST,)), "year": ("比去年同月", (YEAR,)), "both": ("都比", (LAST, YEAR)), "none": ("不比", ()),
}  # fmt: skip
DETAILS = {drawing.COUNTY: "到县区", drawing.TOWN: "到街道乡镇"}
EARLIER = (("比上月", -1), ("比去年同月", -12))


@dataclass(frozen=True)
class Shown:
    """The rows of a month, each figure with its changes in the order of `against`."""

    read: Reading
    rows: Sequence[Row]
    against: Sequence[Compared]
    hides: bool

    @property
    def report(self) -> StandingReport:
        """The report as it was when the month was made."""
        return self.read.report

    @property
    def total(self) -> Row | None:
        """The row of everything within reach."""
        return drawing.totals(self.rows)

    def kinds(self) -> list[tuple[str, str]]:
        """The values of the first kind, to choose a section by."""
        places = len(self.report.places)
        found = dict.fromkeys(row.key[places] for row in self.rows if self.report.kinds)
        return [(str(v), drawing.word(self.report, self.report.kinds[0], v)) for v in found if v not in (ALL, None)]

    def section(self, kind: str) -> list[Row]:
        """The rows of one value of the first kind; all without one."""
        places = len(self.report.places)
        return [row for row in self.rows if not kind or str(row.key[places]) == kind]


def shown(
    report: StandingReport, user: Any, month: int, *, number: int | None = None, detail: str = drawing.COUNTY
) -> Shown | None:
    """A month, the newest edition or that of a number; None where somebody has none to read."""
    within, lists = reach(user), may_list(user)
    read = reading(report, month, within, number)
    if read is None:
        return None
    against = [_earlier(report, within, lists, (label, months_add(month, back))) for label, back in EARLIER]
    return _drawn(read, against, within, (lists, detail))


def differences(report: StandingReport, user: Any, month: int, numbers: tuple[int, int]) -> Shown | None:
    """One edition of a month beside another of it; None where either is not there."""
    within, lists = reach(user), may_list(user)
    older, newer = (reading(report, month, within, number) for number in sorted(numbers))
    if older is None or newer is None:
        return None
    label = f"比第 {older.newest.number} 版"
    against = [Compared(label, "", sheet_of(older, within, may_list=lists), older.report)]
    return _drawn(newer, against, within, (lists, drawing.TOWN))


def _earlier(report: StandingReport, within: Reach, lists: bool, which: tuple[str, int]) -> Compared:
    """A whole month, or none: a part of one would be compared with a whole."""
    label, month = which
    read = reading(report, month, within)
    if read is None or not read.newest.is_complete:
        return Compared(label, f"{format_month(month)}（无报表）")
    return Compared(label, format_month(month), sheet_of(read, within, may_list=lists), read.report)


def _drawn(read: Reading, against: Sequence[Compared], within: Reach, how: tuple[bool, str]) -> Shown:
    lists, detail = how
    sheet = sheet_of(read, within, may_list=lists)
    return Shown(read, drawing.rows(read, sheet, against, detail=detail), against, bool(sheet.closed))
