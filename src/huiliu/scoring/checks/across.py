"""A self-evaluation against the target form of the same project: budget, targets and indicators as they were set."""

from collections.abc import Iterator, Mapping, Sequence

from huiliu.scoring.exchange import Indicator, Table
from huiliu.scoring.findings import Case, Hit, check
from huiliu.scoring.funds import Money, money, total_of
from huiliu.scoring.parts import plain
from huiliu.scoring.tolerance import BY_SHORTER, BY_WORDS, Fit, same_fit
from huiliu.scoring.values import YUAN, Value

_SAME_PROJECT = 2  # half of the names of one form stand in the other


def target_form(case: Case) -> Table | None:
    """The target form among the other tables that is of this table's project, unit and year; of several that say
    the same, as DOCX and PDF, any; of several that differ none.
    """
    if not _scores(case.table):
        return None
    found = [other for other in case.others if not _scores(other) and _same(case.table, other)]
    said = {tuple((_bare(row.name), _bare(row.target.raw)) for row in other.indicators) for other in found}
    return found[0] if len(said) == 1 else None


def _scores(table: Table) -> bool:
    rows = table.indicators
    return table.total.number is not None or any(row.score.printed or row.actual.printed for row in rows)


def _same(table: Table, other: Table) -> bool:
    """Equal project; unit and year equal wherever both print them. A table without targets says nothing."""
    if not table.project or _bare(table.project) != _bare(other.project):
        return False
    pairs = ((table.agency, other.agency), (table.year[:4], other.year[:4]))
    targets = any(row.target.printed for row in other.indicators)
    return targets and all(not one or not two or _bare(one) == _bare(two) for one, two in pairs)


@check(
    "EV-A01",
    "预算数与目标申报表不符",
    "warning",
    identity="年初预算数或全年预算数 = 同一项目目标申报表的资金总额",
    tolerance=BY_SHORTER,
)
def budget_against_targets(case: Case) -> Iterator[Hit]:
    """The budget that the target form was approved with is the initial one, or the adjusted one with new targets.

    The target form is read from the same file or folder; project, unit and year are the same.
    """
    form = target_form(case)
    planned = [one for one in (_total(form, "initial"), _total(form, "full_year")) if one] if form else []
    printed = [one for one in (_total(case.table, "initial"), _total(case.table, "full_year")) if one]
    if planned and printed and not any(_equal(one, other) for one in planned for other in printed):
        found = "、".join(f"{one.label} {plain(one.amount)}元" for one in printed)
        yield Hit(printed[0].label, f"目标申报表 {plain(planned[0].amount)}元", found)


def _total(table: Table | None, column: str) -> Money | None:
    """A total of the fund block, in 元."""
    if table is None:
        return None
    label = {"initial": "年初预算数", "full_year": "全年预算数"}[column]
    found = money(total_of(table.budget, column), label, table.budget)
    yuan = YUAN[table.budget.unit]
    return None if found is None else Money(label, found.amount * yuan, found.places - yuan.adjusted())


def _equal(one: Money, other: Money) -> bool:
    return same_fit(one.amount, one.places, other.amount, other.places) < Fit.HABIT


@check(
    "EV-A02",
    "目标值与目标申报表不符",
    "warning",
    identity="目标值 = 同一项目目标申报表中同名指标的目标值",
    tolerance=BY_WORDS,
)
def targets_as_set(case: Case) -> Iterator[Hit]:
    """A target is the one that was set: one changed for the evaluation needs the approval of the adjustment.

    An operator that only one of them prints is no difference; names that a form prints twice are left out.
    """
    form = target_form(case)
    known = _by_name(form.indicators) if form else {}
    for name, row in _by_name(case.table.indicators).items():
        planned = known.get(name)
        if planned is not None and planned.target.printed and row.target.printed and not _alike(planned, row):
            yield Hit(row.where, f"目标申报表 {planned.target.raw}", f"目标值 {row.target.raw}")


@check(
    "EV-A03",
    "目标申报表的指标没有自评",
    "warning",
    identity="目标申报表的每个指标都在自评表中",
    tolerance=BY_WORDS,
)
def indicators_as_set(case: Case) -> Iterator[Hit]:
    """No indicator that was set is left out of the evaluation; a form with mostly other names says nothing."""
    form = target_form(case)
    if form is None or not case.table.full:
        return
    names = {_bare(row.name) for row in case.table.indicators}
    missing = [row.name for row in form.indicators if row.target.printed and _bare(row.name) not in names]
    if missing and len(missing) * _SAME_PROJECT <= len(form.indicators):
        yield Hit("年度指标值", f"目标申报表的 {len(form.indicators)} 个指标", f"没有：{'、'.join(missing)[:80]}")


def _by_name(rows: Sequence[Indicator]) -> Mapping[str, Indicator]:
    names = [_bare(row.name) for row in rows]
    return {name: row for name, row in zip(names, rows, strict=True) if name and names.count(name) == 1}


def _alike(planned: Indicator, row: Indicator) -> bool:
    one, two = planned.target, row.target
    if "number" in (one.kind, two.kind) and one.kind == two.kind:
        signs = not one.operator or not two.operator or one.operator == two.operator
        return signs and _amount(one, two) == _amount(two, one)
    return _bare(one.raw) == _bare(two.raw)


def _amount(cell: Value, other: Value) -> tuple[object, str]:
    """The number and its unit; a bare one is in the unit of the other, money in 元."""
    unit = cell.unit or other.unit
    if cell.number is not None and unit in YUAN:
        return cell.number * YUAN[unit], "元"
    return cell.number, unit


def _bare(text: str) -> str:
    return "".join(text.split()).replace("（", "(").replace("）", ")")
