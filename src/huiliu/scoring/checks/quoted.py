"""What was done, as the text counts it, against the row that measures it."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from huiliu.scoring.exchange import Indicator
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.phrases import clauses
from huiliu.scoring.tolerance import BY_SHORTER, Fit, same_fit
from huiliu.scoring.values import Value, from_text

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


_MONEY = re.compile(
    r"(?P<whole>截至年末|截至年底|全年|年度|本年|当年|项目|本项目)?(?:资金|共|累计|实际|合计)*"
    r"(?:(?P<spent>支出|执行|支付|使用|执行数)|(?P<given>年初预算|全年预算|预算安排|安排预算|下达额度|下达|到位)(?:数|金额)?)"
    r"(?:资金|金额|经费|数|额)?(?:共计|合计|共|为|是|了)*(?P<amount>\d[\d,]*(?:\.\d+)?)(?P<unit>万元|元)"
)


@check(
    "EV-X16",
    "文字所述金额与资金栏不同",
    "warning",
    identity="文字所述全年支出 = 资金栏的一个执行数；文字所述预算、下达、到位 = 资金栏的一个预算数、下达数、到位数",
    tolerance=BY_SHORTER,
)
def money_told_otherwise(case: Case) -> Iterator[Hit]:
    """A sentence that begins with what the project spent, or was given, tells an amount that the fund block prints.

    So does a clause that says so of the year or the project. Any line of the block may be meant; what is told behind
    the name of a part (差旅费预算六万元，支出五万元) is left out.
    """
    budget, table = case.table.budget, case.table
    spent = [budget.executed, table.spent, *(row.executed for row in budget.rows)]
    given = [budget.initial, budget.full_year, budget.issued, budget.received,
             *(cell for row in budget.rows for cell in (row.initial, row.full_year))]  # fmt: skip
    for clause in clauses(table.statements):
        found = _MONEY.match("".join(clause.text.split()))
        whole = found is not None and (
            found["whole"] or not clause.before or _MONEY.match("".join(clause.before.split()))
        )
        if found is None or not whole or case.phrases.says("not_meant", clause.text):
            continue
        told = from_text(found["amount"] + found["unit"])
        cells = [cell for cell in (spent if found["spent"] else given) if cell.number is not None]
        if cells and not any(_same_money(told, cell, budget.unit) for cell in cells):
            printed = "、".join(dict.fromkeys(cell.raw for cell in cells))
            yield Hit("报告文字", f"资金栏 {printed}（{budget.unit}）", f"“{clause.text[:40]}”")


def _same_money(told: Value, cell: Value, unit: str) -> bool:
    one, two = told.amount(unit), cell.amount(unit)
    if one is None or two is None:
        return False
    return same_fit(one, told.amount_places(unit), two, cell.amount_places(unit)) < Fit.BROKEN
