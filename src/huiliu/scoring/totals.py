"""Sums over a score sheet: levels, totals, and the total on another budget; rescaled where rows do not apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from huiliu.kernel.figures import COMPUTED, NOT_APPLICABLE, FigureBook
from huiliu.scoring.assessment import BASES, LevelAssessed, Line, RowAssessed
from huiliu.scoring.profile import Profile
from huiliu.scoring.rules import Worked, completion, filled, plain
from huiliu.scoring.sheet import Look, Sheet
from huiliu.scoring.standing import goal_of
from huiliu.scoring.targets import levels_of


@dataclass(frozen=True)
class Total:
    """Ids of the totals; `least` and `most` bound `computed` while something is not measured."""

    computed: str
    least: str
    most: str
    declared: str

    def grade(self, profile: Profile, book: FigureBook, name: str) -> str:
        """The grade of one of them; empty without a value."""
        points = book[getattr(self, name)].value
        return "" if points is None else profile.grade(points)


def levels(sheet: Sheet) -> tuple[LevelAssessed, ...]:
    """Sums by first level; rows that do not apply are left out of the points and kept in the weight."""
    result = []
    for number, name in enumerate(levels_of(row.row for row in sheet.rows), 1):
        inside, key = [row for row in sheet.rows if row.row.level1 == name], f"level.{number}"
        applied = [row for row in inside if row.state != "not_applicable"] or inside
        stated = [row.declared for row in inside if row.declared is not None or row.state != "not_applicable"]
        result.append(
            LevelAssessed(
                name,
                _sum(sheet, f"{key}.weight", f"{name} 分值", [row.weight for row in inside], 2),
                _sum(sheet, f"{key}.score", f"{name} 计算得分", [row.score for row in applied], sheet.profile.places),
                _sum(sheet, f"{key}.declared", f"{name} 自评得分", stated, 2),
            )
        )
    return tuple(result)


def totals(sheet: Sheet) -> Total:
    """All sums over the sheet; a total is taken out of the weights that apply."""
    applied, places = sheet.applied, sheet.profile.places
    missing = [row for row in applied if row.state == "unmeasured"]
    _sum(sheet, "total.weight", "分值合计", [row.weight for row in sheet.rows], 2)
    _whole(sheet, "total.applicable", "适用指标分值", [row.weight for row in applied])
    _whole(sheet, "total.missing", "未测量指标分值", [row.weight for row in missing])
    _sum(sheet, "total.items", "各项得分合计", [row.score for row in applied or sheet.rows], places)
    weights = [row.weight for row in applied]
    computed = _scaled(sheet, "total.computed", "计算总分", [row.score for row in applied], weights)
    return Total(
        computed,
        _bound(sheet, "least", "计算总分下限"),
        _bound(sheet, "most", "计算总分上限"),
        _declared_total(sheet, computed),
    )


def _bound(sheet: Sheet, name: Literal["least", "most"], label: str) -> str:
    """The total if everything that is not measured turned out worst, or best.

    A row that later turns out not to apply moves the total between the two, so they hold for it as well.
    """
    ids = [getattr(row, name) or row.score for row in sheet.bounded]
    return _scaled(sheet, f"total.{name}", label, ids, [row.weight for row in sheet.bounded])


def on_basis(sheet: Sheet, name: str) -> Line | None:
    """The total with the execution rate on another budget; None where no row is scored by the ledger's rate."""
    own = f"basis.{sheet.profile.execution_basis}.rate"
    mine = next((row for row in sheet.rows if row.actual == own), None)
    if mine is None:
        return None
    label, rate = BASES[name][0], sheet.book[f"basis.{name}.rate"]
    if rate.value is None:
        return Line("basis", label, None, None, "", f"{rate.label}没有数字")
    score = _on_rate(sheet, name, mine, rate.id)
    others = [row for row in sheet.applied if row != mine]
    ids, weights = [score, *(row.score for row in others)], [mine.weight, *(row.weight for row in others)]
    total = sheet.book[_scaled(sheet, f"sensitivity.{name}.total", f"总分（执行率按{label}）", ids, weights)]
    if total.value is None:
        return Line("basis", label, score, total.id, "", why_no_total(sheet))
    return Line("basis", label, score, total.id, sheet.profile.grade(total.value))


def why_no_total(sheet: Sheet) -> str:
    """Why a sheet has no total."""
    return "有未测量的指标" if sheet.applied else "各项指标均不适用"


def _on_rate(sheet: Sheet, name: str, row: RowAssessed, rate: str) -> str:
    """The row's points by another rate."""
    reach, limit = Fraction(sheet.book[rate].value or 0), Fraction(row.row.weight or 0)
    done = completion(goal_of(row.row), max(Fraction(0), reach), sheet.profile)
    share = filled(done.expression, {"reach": f"max(0, {{{rate}}})"})
    points = sheet.rounded(limit * (done.value or 0) / 100, limit)
    expression = sheet.rounding(f"{{{row.weight}}} * ({share}) / 100", f"{{{row.weight}}}")
    label = f"{row.row.level3} 得分（按{BASES[name][0]}）"
    worked = Worked(points, expression, f"分值 × {done.formula}")
    return sheet.put(f"sensitivity.{name}.score", label, worked, [row.weight, rate], sheet.rounded_look())


def _sum(sheet: Sheet, name: str, label: str, ids: Sequence[str | None], places: int) -> str:
    """A sum of figures, without a value while one has none or is not there."""
    known = [one for one in ids if one is not None]
    if not known or len(known) < len(ids):
        return sheet.nothing(name, label, "尚未填齐", known)
    values = [sheet.book[one].value for one in known]
    added = sum((Fraction(value) for value in values if value is not None), Fraction(0))
    state = NOT_APPLICABLE if {sheet.book[one].state for one in known} == {NOT_APPLICABLE} else COMPUTED
    worked = Worked(None if None in values else added, _plus(known), "各项相加")
    return sheet.put(name, label, worked, known, Look(places=places, state=state, rounding="不再舍入"))


def _whole(sheet: Sheet, name: str, label: str, ids: Sequence[str]) -> str:
    """A sum of weights that is 0 where there are none."""
    if ids:
        return _sum(sheet, name, label, ids, 2)
    return sheet.put(name, label, Worked(Fraction(0), "0", "没有这样的指标"), ())


def _declared_total(sheet: Sheet, computed: str) -> str:
    """The declared points out of the weight of the rows that were declared; only what does not apply may lack."""
    said = [row for row in sheet.rows if row.declared is not None]
    ids = [row.declared for row in said if row.declared is not None]
    if not said or any(row.declared is None for row in sheet.applied):
        return sheet.nothing("total.declared", "自评总分", "自评得分尚未填齐", ids)
    declared = _scaled(sheet, "total.declared", "自评总分", ids, [row.weight for row in said])
    sheet.difference("total.difference", "总分差异", (declared, computed))
    return declared


def _scaled(sheet: Sheet, name: str, label: str, ids: Sequence[str], weights: Sequence[str]) -> str:
    """Points out of the weights that apply, rescaled to the full total and rounded by the profile."""
    full, values = Fraction(sheet.profile.total), [sheet.book[one].value for one in ids]
    points = sum((Fraction(value) for value in values if value is not None), Fraction(0))
    whole = sum((Fraction(sheet.book[one].value or 0) for one in weights), Fraction(0))
    limit = plain(sheet.profile.total)
    inner = f"({_plus(ids) or '0'}) * {limit} / ({_plus(weights) or '0'})"
    total = sheet.rounded(points * full / whole, full) if whole and None not in values else None
    formula = "各项得分相加" if whole == full else f"各项得分相加，按适用分值 {plain(whole)} 折算为 {limit}"
    look = sheet.rounded_look(COMPUTED if whole else NOT_APPLICABLE, "合计")
    return sheet.put(name, label, Worked(total, sheet.rounding(inner, limit), formula), [*ids, *weights], look)


def _plus(ids: Sequence[str]) -> str:
    return " + ".join(f"{{{one}}}" for one in ids)
