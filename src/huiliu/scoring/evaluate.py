"""The evaluation of one table: every figure recomputed where it can be, declared beside computed, with its trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from huiliu.kernel.figures import (
    COMPUTED,
    DECLARED,
    IMPLIED,
    NOT_APPLICABLE,
    UNCHECKABLE,
    Figure,
    FigureBook,
)
from huiliu.scoring.exchange import Indicator, Table
from huiliu.scoring.findings import Case, Finding, find
from huiliu.scoring.funds import total_of
from huiliu.scoring.parts import full_total, is_execution_rate, plain, scored_beside
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile
from huiliu.scoring.score import Scored, budget_execution, score
from huiliu.scoring.values import Value

_ONCE = "每项四舍五入一次，保留{}位小数"
_EXACT = "不舍入，显示保留{}位小数"
_SUM = "已舍入各项相加，不再舍入"
_BASES = {"full_year": "全年预算数", "initial": "年初预算数", "issued": "下达额度", "received": "到位资金"}


@dataclass(frozen=True)
class RowResult:
    """One indicator: the row, what was recomputed, and the ids of its figures (None where there is no such figure)."""

    row: Indicator
    scored: Scored
    weight: str
    completion: str
    score: str
    declared: str
    implied: str | None


@dataclass(frozen=True)
class LevelResult:
    """One first level and the ids of its sums."""

    name: str
    weight: str
    score: str
    declared: str


@dataclass(frozen=True)
class Sensitivity:
    """The total if the execution rate were taken of another printed budget: ids of its figures, and the grade."""

    basis: str
    rate: str
    score: str
    total: str
    grade: str


@dataclass(frozen=True)
class EvaluationResult:
    """Everything pages and documents print of one evaluation; numbers only as ids into `book`."""

    table: Table
    profile: Profile
    book: FigureBook
    rows: tuple[RowResult, ...]
    levels: tuple[LevelResult, ...]
    grade: str
    grade_printed: str
    sensitivity: tuple[Sensitivity, ...]
    findings: tuple[Finding, ...]

    def __getitem__(self, figure_id: str) -> Figure:
        return self.book[figure_id]


def evaluate(table: Table, profile: Profile) -> EvaluationResult:
    """Recompute a table by a profile. What is not printed stays without a value: nothing is filled in."""
    desk = _Desk(table, profile)
    desk.money()
    rows = tuple(desk.row(row) for row in table.indicators)
    used = [row for row in rows if not row.row.unused]
    levels = desk.levels(used)
    desk.totals(used)
    desk.counts(used)
    declared = desk.book["total.declared"].value
    return EvaluationResult(
        table=table,
        profile=profile,
        book=desk.book,
        rows=rows,
        levels=levels,
        grade="" if declared is None else desk.grade(declared),
        grade_printed=table.grade,
        sensitivity=tuple(desk.sensitivity()),
        findings=find(Case(table, profile, phrases())),
    )


class _Desk:
    """Writes the figures of one table into one book."""

    def __init__(self, table: Table, profile: Profile) -> None:
        self.table, self.profile, self.book = table, profile, FigureBook()
        self.source = table.source or table.file
        self.once, self.places = _ONCE.format(profile.places), profile.places
        self.execution: tuple[str, str] | None = None

    def declared(self, figure_id: str, label: str, cell: Value, unit: str, places: int) -> str:
        number = cell.amount(unit) if unit.endswith("元") else cell.number
        formula = f"报告列示“{cell.raw}”" if cell.printed else "报告未列示"
        rounding = "照印，不舍入"
        self.book.add(Figure(figure_id, label, number, unit, places, formula, (), rounding, self.source, DECLARED))
        return figure_id

    def computed(  # noqa: PLR0913 - one argument per field of the trace
        self,
        figure_id: str,
        label: str,
        value: Decimal | None,
        *,
        unit: str,
        places: int,
        formula: str,
        inputs: Sequence[str],
        rounding: str = "",
        state: str = COMPUTED,
    ) -> str:
        """Enter a figure made of others; without a rounding rule of its own it stays exact."""
        rounding = rounding or _EXACT.format(places)
        source = f"评分方案 {self.profile.id}；{self.source}"
        self.book.add(Figure(figure_id, label, value, unit, places, formula, tuple(inputs), rounding, source, state))
        return figure_id

    def points(self, figure_id: str, label: str, value: Decimal | None, formula: str, inputs: Sequence[str]) -> str:
        """Enter points rounded once by the profile."""
        return self.computed(
            figure_id, label, value, unit="分", places=self.places, formula=formula, inputs=inputs, rounding=self.once
        )

    def money(self) -> None:
        """Amounts as printed, what was not issued, and the rate on each printed budget."""
        budget = self.table.budget
        cells = {
            "initial": (total_of(budget, "initial"), "年初预算数"),
            "full_year": (total_of(budget, "full_year"), "全年预算数"),
            "issued": (budget.issued, "下达额度"),
            "received": (budget.received, "到位资金"),
            "executed": (total_of(budget, "executed"), "全年执行数"),
        }
        for name, (cell, label) in cells.items():
            self.declared(f"budget.{name}", label, cell, budget.unit, 2)
        self.declared("spent", "支出", self.table.spent, budget.unit, 2)
        self._gap(budget.unit)
        spending = "budget.executed" if self.book["budget.executed"].value is not None else "spent"
        for name in _BASES:
            self._rate(name, spending)

    def _gap(self, unit: str) -> None:
        whole = "budget.full_year" if self.book["budget.full_year"].value is not None else "budget.initial"
        budget, issued = self.book[whole].value, self.book["budget.issued"].value
        gap = None if budget is None or issued is None else budget - issued
        share = None if gap is None or not budget else gap * 100 / budget
        formula, inputs = "预算 − 下达额度", (whole, "budget.issued")
        self.computed("budget.gap", "未下达金额", gap, unit=unit, places=2, formula=formula, inputs=inputs)
        formula, inputs = "未下达金额 ÷ 预算", ("budget.gap", whole)
        self.computed("budget.gap_share", "未下达比例", share, unit="%", places=1, formula=formula, inputs=inputs)

    def _rate(self, name: str, spending: str) -> None:
        spent, base = self.book[spending].value, self.book[f"budget.{name}"].value
        if base is None:
            return
        rate = None if spent is None or base <= 0 else spent * 100 / base
        state = NOT_APPLICABLE if base <= 0 else COMPUTED
        formula = f"{self.book[spending].label} ÷ {_BASES[name]}"
        inputs, label = (spending, f"budget.{name}"), f"支出率（按{_BASES[name]}）"
        self.computed(f"rate.{name}", label, rate, unit="%", places=2, formula=formula, inputs=inputs, state=state)

    def row(self, row: Indicator) -> RowResult:
        scored, key = score(row, self.profile), f"item.{row.position}"
        weight = self.declared(f"{key}.weight", f"{row.level3} 分值", row.weight, "分", 2)
        completion = self._completion(key, row, scored)
        points = self._row_points(key, row, scored, (weight, completion))
        declared = self.declared(f"{key}.declared", f"{row.level3} 自评得分", row.score, "分", 2)
        implied = self._implied(key, row, weight, declared) if scored.points is None else None
        if self.execution is None and is_execution_rate(row, phrases()):
            self.execution = weight, declared
        return RowResult(row, scored, weight, completion, points, declared, implied)

    def _completion(self, key: str, row: Indicator, scored: Scored) -> str:
        figure_id, label = f"{key}.completion", f"{row.level3} 完成率"
        if row.completion.percent is not None or scored.completion is None:
            cell = row.completion
            number, formula = cell.percent, f"报告列示“{cell.raw}”" if cell.printed else "报告未列示"
            state = DECLARED if number is not None else UNCHECKABLE
            self.book.add(Figure(figure_id, label, number, "%", 2, formula, (), "照印，不舍入", self.source, state))
            return figure_id
        formula = f"实际 {row.actual.raw} 对目标 {row.target.raw}"
        return self.computed(figure_id, label, scored.completion, unit="%", places=2, formula=formula, inputs=())

    def _row_points(self, key: str, row: Indicator, scored: Scored, inputs: Sequence[str]) -> str:
        figure_id, label = f"{key}.score", f"{row.level3} 复算得分"
        if scored.points is not None:
            exact = plain(scored.exact or Decimal(0))
            return self.points(figure_id, label, scored.points, f"分值 × 完成率（不超过分值）= {exact}", inputs)
        why, places = scored.why_not, self.places
        return self.computed(
            figure_id, label, None, unit="分", places=places, formula=why, inputs=(), rounding="无", state=UNCHECKABLE
        )

    def _implied(self, key: str, row: Indicator, weight: str, declared: str) -> str | None:
        points, full = row.score.number, row.weight.number
        if points is None or not full:
            return None
        label, formula = f"{row.level3} 由得分推算的完成率", "自评得分 ÷ 分值；由得分反推，不能证明得分"
        return self.computed(
            f"{key}.implied", label, points * 100 / full,
            unit="%", places=2, formula=formula, inputs=(declared, weight), state=IMPLIED,
        )  # fmt: skip

    def add_up(self, figure_id: str, label: str, ids: Sequence[str], what: str) -> str:
        """A sum of figures; without a value if one of them has none."""
        values = [self.book[name].value for name in ids]
        known = [value for value in values if value is not None]
        complete = len(known) == len(values)
        formula = f"{what}：{' + '.join(self.book[name].text() for name in ids) or '无此类项'}"
        return self.computed(
            figure_id, label, sum(known, Decimal(0)) if complete else None,
            unit="分", places=self.places, formula=formula, inputs=ids,
            rounding=_SUM, state=COMPUTED if complete else UNCHECKABLE,
        )  # fmt: skip

    def levels(self, rows: Sequence[RowResult]) -> tuple[LevelResult, ...]:
        results = []
        for n, name in enumerate(dict.fromkeys(row.row.level1 for row in rows), 1):
            inside, key = [row for row in rows if row.row.level1 == name], f"level.{n}"
            results.append(
                LevelResult(
                    name,
                    self.add_up(f"{key}.weight", f"{name} 分值", [row.weight for row in inside], "各项分值相加"),
                    self.add_up(f"{key}.score", f"{name} 复算得分", [row.score for row in inside], "各项复算得分相加"),
                    self.add_up(
                        f"{key}.declared", f"{name} 自评得分", [row.declared for row in inside], "各项自评得分相加"
                    ),
                )
            )
        return tuple(results)

    def totals(self, rows: Sequence[RowResult]) -> None:
        """Sums over all items: weights, declared, and the points that can and cannot be recomputed."""
        weights, declared = [row.weight for row in rows], [row.declared for row in rows]
        beside = self._beside()
        if beside:
            weights, declared = [*weights, beside[0]], [*declared, beside[1]]
        self.add_up("total.weight", "分值合计", weights, "各项分值相加")
        self.add_up("total.declared", "自评得分合计", declared, "各项自评得分相加")
        self.declared("total.printed", "报告所列总分", self.table.total, "分", 2)
        checked = [row.score for row in rows if row.scored.points is not None]
        unchecked = [row.declared for row in rows if row.scored.points is None]
        self.add_up("total.recomputed", "可复算得分", checked, "可复算各项得分相加")
        self.add_up("total.unchecked", "不可复算的自评得分", unchecked, "不可复算各项的自评得分相加")

    def _beside(self) -> tuple[str, str] | None:
        beside = scored_beside(self.table, phrases())
        if beside is None:
            return None
        self.execution = (
            self.declared("execution.weight", "预算执行率 分值", beside.weight, "分", 2),
            self.declared("execution.declared", "预算执行率 自评得分", beside.score, "分", 2),
        )
        return self.execution

    def counts(self, rows: Sequence[RowResult]) -> None:
        """Indicators, complete and incomplete ones, and the share of each completion band."""
        reached = [self._reached(row) for row in rows]
        ids = [row.completion if self.book[row.completion].value is not None else row.implied for row in rows]
        inputs = [name for name in ids if name is not None]
        known, full = all(value is not None for value in reached), len(rows)
        complete = sum(1 for value in reached if value is not None and value >= 100)
        for name, label, number in (
            ("indicators", "指标个数", full),
            ("complete", "完成指标个数", complete),
            ("incomplete", "未完成指标个数", full - complete),
        ):
            value = Decimal(number) if known or name == "indicators" else None
            formula = f"按完成率 100% 计数{self._note(rows)}"
            self.computed(
                f"count.{name}",
                label,
                value,
                unit="个",
                places=0,
                formula=formula,
                inputs=inputs,
                rounding="计数，无舍入",
            )
        self._shares(known, full, complete)
        for n, (label, number) in enumerate(self._bands([value for value in reached if value is not None]), 1):
            share, name = Decimal(number) * 100 / full if known and full else None, f"完成率{label}的指标占比"
            self.computed(f"band.{n}", name, share, unit="%", places=0, formula=f"{number} ÷ {full}{self._note(rows)}",
                          inputs=inputs)  # fmt: skip

    def _note(self, rows: Sequence[RowResult]) -> str:
        implied = sum(1 for row in rows if row.implied and self.book[row.completion].value is None)
        return f"；其中 {implied} 项的完成率由得分推算" if implied else ""

    def _shares(self, known: bool, full: int, complete: int) -> None:
        for name, label, number in (("complete", "完成", complete), ("incomplete", "未完成", full - complete)):
            share = Decimal(number) * 100 / full if known and full else None
            ids, formula = (f"count.{name}", "count.indicators"), f"{number} ÷ {full}"
            figure_id, text = f"count.{name}_share", f"{label}指标占比"
            self.computed(figure_id, text, share, unit="%", places=0, formula=formula, inputs=ids)

    def _reached(self, row: RowResult) -> Decimal | None:
        completion = self.book[row.completion].value
        return completion if completion is not None or row.implied is None else self.book[row.implied].value

    def _bands(self, reached: Sequence[Decimal]) -> list[tuple[str, int]]:
        bounds = self.profile.bands
        labels = [f"{bounds[0]}%（含）以上"]
        labels += [f"{low}%（含）至{high}%" for high, low in pairwise(bounds)]
        labels.append(f"{bounds[-1]}%以下")
        counted = [sum(1 for bound in bounds if value < bound) for value in reached]
        return [(label, counted.count(n)) for n, label in enumerate(labels)]

    def sensitivity(self) -> list[Sensitivity]:
        """What the total becomes if the execution rate were scored on another printed budget than the profile's."""
        total = self.book["total.declared"].value
        if self.execution is None or total is None or any(self.book[name].value is None for name in self.execution):
            return []
        bases = [name for name in _BASES if name != self.profile.execution_basis and f"rate.{name}" in self.book]
        return [line for name in bases if (line := self._on_basis(name, self.execution, total)) is not None]

    def _on_basis(self, name: str, execution: tuple[str, str], total: Decimal) -> Sensitivity | None:
        weight, declared = (self.book[figure].value or Decimal(0) for figure in execution)
        spent, base = (self.book[figure].value for figure in self.book[f"rate.{name}"].inputs)
        if spent is None or base is None:
            return None
        scored = budget_execution(weight, spent, base, self.profile)
        if scored.points is None:
            return None
        key, label = f"sensitivity.{name}", _BASES[name]
        formula = f"分值 × 支出率 = {plain(scored.exact or Decimal(0))}"
        inputs = (execution[0], f"rate.{name}")
        points = self.points(f"{key}.score", f"支出率得分（按{label}）", scored.points, formula, inputs)
        changed = total - declared + scored.points
        formula, sum_inputs = "自评得分合计 − 该项自评得分 + 该项按此口径得分", ("total.declared", execution[1], points)
        whole = self.computed(
            f"{key}.total", f"总分（支出率按{label}）", changed,
            unit="分", places=self.places, formula=formula, inputs=sum_inputs, rounding=_SUM,
        )  # fmt: skip
        return Sensitivity(label, f"rate.{name}", points, whole, self.grade(changed))

    def grade(self, points: Decimal) -> str:
        """The grade of points out of the table's own full total."""
        full = full_total(self.table)
        return self.profile.grade(points * self.profile.total / full) if full > 0 else ""
