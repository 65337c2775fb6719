"""What was done, as the text counts it, against the row that measures it."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.phrases import clauses
from huiliu.scoring.tolerance import BY_SHORTER, Fit, same_fit
from huiliu.scoring.values import from_text

_COUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(%|[\u4e00-\u9fff]{1,3})?")
_GOALS = re.compile(r"预期目标|(?:年度|总体|绩效)目标(?:[:：]|$)")


@check(
    "EV-X14",
    "文字所述完成数与实际完成值不同",
    "warning",
    identity="文字所述某指标的完成数 = 该指标的实际完成值（计量单位相同）",
    tolerance=BY_SHORTER,
)
def told_otherwise(case: Case) -> Iterator[Hit]:
    """A clause that speaks of one row, and counts in its unit, gives the number of that row.

    Clauses about plans, other years, parts and differences are left out, and so is a row of which another clause gives
    the number. A warning: only the name and the unit say that both mean the same.
    """
    rows = [row for row in case.table.indicators if row.actual.kind == "number" and not row.actual.operator]
    said: dict[int, list[tuple[str, bool]]] = {}
    for clause in clauses(case.table.statements):
        about = f"{clause.statement.about}：{clause.statement.text[:8]}"
        if _GOALS.search(about) or case.phrases.says("not_of_the_year", clause.text):
            continue
        for row in rows:
            numbers = _numbers(clause.text, row)
            if numbers and case.phrases.speaks_of(clause.text, row, case.table.indicators):
                said.setdefault(row.position, []).append((clause.text, any(_same(row, one) for one in numbers)))
    for row in rows:
        told = said.get(row.position, [])
        if told and not any(same for _, same in told):
            yield Hit(row.where, f"实际完成值 {row.actual.raw}", f"文字“{told[0][0][:40]}”")


def _numbers(text: str, row: Indicator) -> Sequence[tuple[Decimal, int]]:
    """The numbers of a clause that are printed in the row's unit, with their decimals."""
    unit = row.actual.unit or row.target.unit
    found = []
    for whole, fraction, behind in _COUNT.findall("".join(text.split())):
        value = from_text(f"{whole}{fraction}")
        if unit and value.number is not None and behind.startswith(unit) and not _WIDER.match(behind[len(unit) :]):
            found.append((value.number, value.places))
    return found


_WIDER = re.compile(r"[以左多余]|次(?=$)")


def _same(row: Indicator, told: tuple[Decimal, int]) -> bool:
    number = row.actual.number or Decimal(0)
    return same_fit(number, row.actual.places, *told) < Fit.BROKEN
