"""The score sheet of one target version: every row's figures entered into one book, each with its expression."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from huiliu.kernel.figures import COMPUTED, DECLARED, MANUAL, Figure, FigureBook, Record
from huiliu.scoring.actuals import enter_actual
from huiliu.scoring.assessment import Declared, RowAssessed, Version
from huiliu.scoring.measured import NOT_MEASURED, Measured, exact
from huiliu.scoring.profile import ROUNDINGS, Profile
from huiliu.scoring.rules import Worked, completion, filled, is_far_beyond, plain
from huiliu.scoring.standing import Standing, is_cost, standing
from huiliu.scoring.targets import TargetRow
from huiliu.scoring.weights import is_execution, with_execution


@dataclass(frozen=True)
class Look:
    """How a figure is printed and what it is; without a rounding rule it stays exact."""

    unit: str = "分"
    places: int = 2
    state: str = COMPUTED
    rounding: str = ""


POINTS = Look()


class Sheet:
    """Writes one version into the book; figures of another version than the assessed one carry a prefix."""

    def __init__(
        self, book: FigureBook, profile: Profile, version: Version, values: Mapping[str, Measured], prefix: str = ""
    ) -> None:
        self.book, self.profile, self.version, self.values, self.prefix = book, profile, version, values, prefix
        self.all = with_execution(version.rows, profile)
        self.rows: list[RowAssessed] = []

    @property
    def bounded(self) -> list[RowAssessed]:
        """Rows that count, or may once more is measured."""
        return [row for row in self.rows if row.state != "not_applicable" or row.least is not None]

    @property
    def applied(self) -> list[RowAssessed]:
        """Rows that count."""
        return [row for row in self.rows if row.state != "not_applicable"]

    def score_rows(self, declared: Mapping[str, Declared]) -> None:
        """Enter every actual value, then every row."""
        actuals = {row.code: self._actual(row) for row in self.all}
        self.rows = [self._row(row, actuals, declared.get(row.code)) for row in self.all]

    def put(self, name: str, label: str, worked: Worked, inputs: Iterable[str], look: Look = POINTS) -> str:
        """Enter a figure that its expression gives again; without a value it stays so. Returns its id."""
        value = None if worked.value is None else exact(worked.value)
        rounding, source = look.rounding or f"不舍入，显示保留{look.places}位小数", f"评分方案 {self.profile.id}"
        names = tuple(dict.fromkeys(inputs))
        figure = Figure(
            self.prefix + name, self._label(label), value, look.unit, look.places, worked.formula, names, rounding,
            source, look.state, worked.expression,
        )  # fmt: skip
        return self.book.add(figure).id

    def nothing(self, name: str, label: str, why: str, inputs: Iterable[str], look: Look = POINTS) -> str:
        """Enter a figure that has no value for a reason that no expression shows."""
        record = Record(f"missing:{self.prefix}{name}", why, None)
        names = tuple(dict.fromkeys(inputs))
        figure = Figure(
            self.prefix + name, self._label(label), None, look.unit, look.places, why, names, "无",
            self.version.label, look.state, records=(record,),
        )  # fmt: skip
        return self.book.add(figure).id

    def rounded_look(self, state: str = COMPUTED, what: str = "每项") -> Look:
        """Points rounded once by the profile."""
        rule = f"{what}{ROUNDINGS[self.profile.rounding]}一次，保留{self.profile.places}位小数"
        return Look(places=self.profile.places, state=state, rounding=rule)

    def rounded(self, points: Fraction, limit: Fraction) -> Fraction:
        """Points by the profile's rounding, never above the limit."""
        return min(Fraction(self.profile.rounded(exact(points))), limit)

    def rounding(self, inner: str, limit: str) -> str:
        """The expression of `rounded`."""
        name = "round" if self.profile.rounding == "half_up" else self.profile.rounding
        return f"min({limit}, {name}({inner}, {self.profile.places}))"

    def _label(self, label: str) -> str:
        return f"{self.version.label}：{label}" if self.prefix else label

    def _actual(self, row: TargetRow) -> str:
        rate = f"basis.{self.profile.execution_basis}.rate"
        if is_execution(row) and rate in self.book:
            return rate
        return enter_actual(self.book, row, self.values.get(row.code, NOT_MEASURED))

    def _kept(self, name: str, label: str, value: Decimal | None, row: TargetRow, unit: str) -> str:
        """Enter what stands in the target row itself."""
        own = row in self.version.rows
        source = self.version.label if own else f"评分方案 {self.profile.id}"
        link, digest = self.version.links.get(row.code, ""), self.version.digests.get(row.code, "")
        record = Record(f"{'target' if own else 'profile'}:{self.prefix}{row.code}", source, value, link, digest)
        figure = Figure(
            self.prefix + name, self._label(label), value, unit, 2, "按目标申报表" if own else "评分方案规定", (),
            "不舍入", source, MANUAL if own else COMPUTED, records=(record,),
        )  # fmt: skip
        return self.book.add(figure).id

    def _row(self, row: TargetRow, actuals: Mapping[str, str], said: Declared | None) -> RowAssessed:
        key, actual, paired = f"item.{row.code}", actuals[row.code], self._paired(row, actuals)
        measured = self.values.get(row.code, NOT_MEASURED)
        at = standing(row, self.profile, measured, self.book[actual], paired)
        weight = self._kept(f"{key}.weight", f"{row.level3} 分值", row.weight, row, "分")
        names = {"actual": actual, **self._target(key, row, at)} | ({"paired": paired.id} if paired is not None else {})
        reach = self._reach(key, row, at, names)
        completed = self._completion(key, row, at, reach)
        points = self._points(key, row, at, (weight, completed))
        return RowAssessed(
            row, at.state, at.why, at.level, weight, names.get("target"), actual, reach, completed, *points,
            *self._declared(key, row, points[1], said), *self._bounds(key, row, at, weight),
            is_far_beyond(at.goal, at.reach.value, self.profile),
        )  # fmt: skip

    def _paired(self, row: TargetRow, actuals: Mapping[str, str]) -> Figure | None:
        """The output that a cost buys; one judged to be reached without a percentage needs no guard."""
        if not row.paired_output or not is_cost(row):
            return None
        level = self.profile.level(self.values.get(row.paired_output, NOT_MEASURED).level)
        figure = self.book[actuals[row.paired_output]]
        judged = figure.value is None and level is not None and level != self.profile.qualitative[-1]
        return None if judged else figure

    def _target(self, key: str, row: TargetRow, at: Standing) -> dict[str, str]:
        """The bounds the row promises, by the words of its expression."""
        if at.goal.is_rate or at.goal.kind == "qualitative":
            return {}
        names = {"target": self._kept(f"{key}.target", f"{row.level3} 目标值", row.value, row, row.unit)}
        if at.goal.kind == "range":
            names["upper"] = self._kept(f"{key}.upper", f"{row.level3} 目标值上限", row.upper, row, row.unit)
        return names

    def _reach(self, key: str, row: TargetRow, at: Standing, names: Mapping[str, str]) -> str:
        name, label, look = f"{key}.reach", f"{row.level3} 达成度", Look("%", state=at.figure_state)
        if at.blocked:
            return self.nothing(name, label, at.why, names.values(), look)
        expression = filled(at.reach.expression, {word: f"{{{one}}}" for word, one in names.items()})
        worked = Worked(at.reach.value, expression, at.why or at.reach.formula)
        return self.put(name, label, worked, names.values(), look)

    def _completion(self, key: str, row: TargetRow, at: Standing, reach: str) -> str:
        done = completion(at.goal, at.reach.value, self.profile)
        worked = Worked(done.value, filled(done.expression, {"reach": f"{{{reach}}}"}), done.formula)
        look = Look("%", state=at.figure_state)
        return self.put(f"{key}.completion", f"{row.level3} 计分完成率", worked, [reach], look)

    def _points(self, key: str, row: TargetRow, at: Standing, inputs: tuple[str, str]) -> tuple[str, str]:
        """The unrounded score and the rounded one."""
        weight, done = (self.book[name] for name in inputs)
        limit = Fraction(weight.value or 0)
        whole = None if done.value is None else limit * Fraction(done.value) / 100
        worked = Worked(whole, f"{{{weight.id}}} * {{{done.id}}} / 100", "分值 × 计分完成率")
        kept = self.put(
            f"{key}.exact", f"{row.level3} 未舍入得分", worked, inputs, Look(places=4, state=at.figure_state)
        )
        points = None if whole is None else self.rounded(whole, limit)
        worked = Worked(points, self.rounding(f"{{{kept}}}", f"{{{weight.id}}}"), "未舍入得分按方案舍入一次")
        look = self.rounded_look(at.figure_state)
        return kept, self.put(f"{key}.score", f"{row.level3} 计算得分", worked, [kept, weight.id], look)

    def _bounds(self, key: str, row: TargetRow, at: Standing, weight: str) -> tuple[str | None, str | None]:
        """What a row that is not measured, or pending, earns at least and at most; any other needs no bounds."""
        if at.state != "unmeasured" and not at.is_pending:
            return None, None
        limit = Fraction(self.book[weight].value or 0)
        ids = []
        for name, label, share in (("least", "下限", at.low), ("most", "上限", at.high)):
            expression = self.rounding(f"{{{weight}}} * {plain(share)} / 100", f"{{{weight}}}")
            worked = Worked(self.rounded(limit * share / 100, limit), expression, f"分值 × {plain(share)}%")
            ids.append(self.put(f"{key}.{name}", f"{row.level3} 得分{label}", worked, [weight], self.rounded_look()))
        return ids[0], ids[1]

    def _declared(self, key: str, row: TargetRow, score: str, said: Declared | None) -> tuple[str | None, str | None]:
        """What the unit states, and how far it is from the computed score."""
        if said is None:
            return None, None
        record = said.record or Record(f"declared:{row.code}", "自评得分", said.points)
        name, label, why = f"{self.prefix}{key}.declared", f"{row.level3} 自评得分", said.reason or "单位自评"
        stated = Figure(
            name, label, said.points, "分", 2, why, (), "照录，不舍入", "单位自评", DECLARED, records=(record,)
        )  # fmt: skip
        self.book.add(stated)
        return stated.id, self.difference(f"{key}.difference", f"{row.level3} 得分差异", (stated.id, score))

    def difference(self, name: str, label: str, ids: tuple[str, str]) -> str:
        """Declared less computed; without a value while one of them has none."""
        declared, computed = (self.book[one] for one in ids)
        known = declared.value is not None and computed.value is not None
        apart = Fraction(declared.value or 0) - Fraction(computed.value or 0) if known else None
        worked = Worked(apart, f"{{{declared.id}}} - {{{computed.id}}}", "自评得分 − 计算得分")
        return self.put(name, label, worked, ids, Look(state=computed.state))
