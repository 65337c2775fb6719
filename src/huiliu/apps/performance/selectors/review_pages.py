"""Tables of the review page: all scores side by side, documents, draws; and a figure's way down."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from huiliu.apps.control.selectors.wording import person_label
from huiliu.apps.performance.models import Origin, Review, SpotCheck, SpotRow, Verdict
from huiliu.apps.performance.selectors import assessment_pages as scores
from huiliu.apps.performance.selectors import reviews as selectors
from huiliu.apps.performance.selectors import spot_checks
from huiliu.apps.performance.selectors.evaluations import Headline
from huiliu.apps.performance.selectors.record_links import amount_of, link_of, said_of
from huiliu.apps.performance.selectors.reviews import Beside
from huiliu.kernel.figures import Figure, Record
from huiliu.scoring.assessment import Assessment, RowAssessed
from huiliu.scoring.reviews import BODIES, TOTAL, Reviewed
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

STATES = {Verdict.AGREES: "pass", Verdict.DIFFERS: "fail", Verdict.UNPROVED: "warn"}
NOT_REVIEWED = "未复核"
OWN = ("review.", "matters.")
DOCUMENTS = (
    Column("body", "复核方", "code"),
    Column("name", "复核单位"),
    Column("day", "复核日期", "date"),
    Column("number", "文号"),
    Column("document", "文书"),
    Column("state", "情况", "verdict"),
)
DRAWS = (
    Column("day", "抽取日期", "date"),
    Column("rows", "抽中的指标"),
    Column("by", "抽取人", optional=True),
    Column("state", "结果", "verdict"),
)
LOOKED = (
    Column("row", "抽中的指标"),
    Column("evidence", "有佐证", "code", missing="—", optional=True),
    Column("state", "结果", "verdict"),
    Column("words", "说明", missing="还没有核对"),
    Column("by", "核对人", missing="—", optional=True),
    Column("act", "核对", missing=""),
    Column("matter", "整改", missing=""),
)
LOTS = (Column("position", "签序", "int"), Column("row", "指标"), Column("lot", "签号"))


def address(found: Beside, name: str = "detail", *more: Any) -> str:
    """A page of the project's year."""
    targets = found.found.targets
    return reverse(f"performance:review_{name}", args=(targets.project, targets.year, *more))


def cell(found: Beside, name: str | None, word: str = NOT_REVIEWED) -> Cell:
    """A figure of either book, opening its trace; a word where there is none."""
    if name is None:
        return Cell(word)
    if name.startswith(OWN):
        figure = found.book[name]
        return Cell(figure.text(), link=address(found, "figure", name), title=figure.state_label)
    assert found.found.result is not None
    return scores.figure_cell(found.found, found.found.result, name) or Cell(word)


def heads(found: Beside, result: Assessment) -> list[tuple[Headline, str]]:
    """Totals and grades of all sides."""
    shown = [one for one in scores.heads(found.found, result) if one[0].figure.id.startswith("total.")]
    for one in found.given:
        name, label = one.points.get(TOTAL), BODIES[one.body]
        if name:
            head = Headline(f"{label}复核总分", found.book[name], f"等级 {one.grade}")
            shown.append((head, address(found, "figure", name)))
        if gap := one.differences.get(TOTAL):
            shown.append((Headline(f"{label}复核减自评", found.book[gap]), address(found, "figure", gap)))
    return shown


def row_table(found: Beside, result: Assessment) -> Table:
    """Every row: computed, declared, what each body gave, how far that is from the declared score, and why."""
    columns = [Column("row", "指标"), Column("score", "计算得分", "figure"), Column("declared", "自评得分", "figure")]
    for one in found.given:
        columns.append(Column(one.body, f"{BODIES[one.body]}复核", "figure"))
        columns.append(Column(f"{one.body}.gap", "减自评", "figure"))
        columns.append(Column(f"{one.body}.why", "理由", missing="—", optional=True))
    rows = [_row(found, result, row) for row in result.rows]
    totals: dict[str, Any] = {"row": "合计", "score": cell(found, "total.computed"),
                              "declared": cell(found, "total.declared")}  # fmt: skip
    for one in found.given:
        totals |= _side(found, one, TOTAL)
    return Table(columns, rows, empty="目标没有指标", totals=totals)


def _row(found: Beside, result: Assessment, row: RowAssessed) -> dict[str, Any]:
    told: dict[str, Any] = {
        "row": Cell(row.row.level3, link=scores.address(found.found, "row", row.row.code)),
        "score": cell(found, row.score),
        "declared": cell(found, row.declared, "未填报"),
    }
    for one in found.given:
        told |= _side(found, one, row.row.code)
    return told


def _side(found: Beside, one: Reviewed, row: str) -> dict[str, Any]:
    gap = one.differences.get(row)
    return {
        one.body: cell(found, one.points.get(row)),
        f"{one.body}.gap": cell(found, gap, "—"),
        f"{one.body}.why": one.reasons.get(row) or None,
    }


def contradictions(found: Beside) -> list[str]:
    """Bodies whose stated whole is not the sum of the rows they gave."""
    return [
        f"{BODIES[one.body]}复核总分 {found.book[one.points[TOTAL]].text()}，各项合计 {found.book[one.items].text()}"
        for one in found.given
        if one.items and found.book[one.items].value != found.book[one.points[TOTAL]].value
    ]


def document_table(kept: Iterable[Review], *, may_correct: bool) -> Table:
    """Every review that was recorded, also those corrected since."""
    columns = (*DOCUMENTS, Column("act", "更正", missing="")) if may_correct else DOCUMENTS
    rows = [_document(one) for one in kept]
    hint = "稽核内控岗收到主管部门或财政部门的复核意见后在这里登记。"
    return Table(columns, rows, empty="还没有复核", hint=hint)


def _document(one: Review) -> dict[str, Any]:
    state, word = ("pass", "有效") if selectors.stands(one) else ("none", "作废" if one.is_void else "已更正")
    link = reverse("performance:review_correct", args=(one.pk,)) if selectors.stands(one) else ""
    return {
        "body": one.get_body_display(),
        "name": one.body_name,
        "day": one.reviewed_on,
        "number": one.document_no,
        "document": Cell(one.document_name, reverse("performance:review_document", args=(one.pk,)),
                         title=one.document_digest),
        "state": Cell(f"{word}（{one.reason}）" if one.reason else word, state=state),
        "act": Cell("更正", link=link) if link else None,
    }  # fmt: skip


def draw_table(draws: Iterable[SpotCheck]) -> Table:
    """Draws by lot with what came of them."""
    rows = [_draw(one) for one in draws]
    return Table(DRAWS, rows, empty="还没有抽查", hint="稽核内控岗按天抽取，抽中的指标逐项核对佐证。")


def _draw(spot: SpotCheck) -> dict[str, Any]:
    seen = [spot_checks.outcome(row) for row in spot_checks.looked_at(spot)]
    open_ones = sum(one is None for one in seen)
    words = [f"{label} {count} 项" for verdict, label in Verdict.choices
             if (count := sum(one is not None and one.verdict == verdict for one in seen))]  # fmt: skip
    words += [f"待核对 {open_ones} 项"] if open_ones else []
    worst = "fail" if any(one and one.verdict == Verdict.DIFFERS for one in seen) else "warn"
    is_fine = all(one is not None and one.verdict == Verdict.AGREES for one in seen)
    names = "、".join(row.label for row in spot_checks.looked_at(spot))
    return {
        "day": Cell(spot.day, link=reverse("performance:spot_check", args=(spot.pk,))),
        "rows": names,
        "by": person_label(spot.drawn_by),
        "state": Cell("，".join(words), state="pass" if is_fine else worst),
    }


def looked_table(spot: SpotCheck, *, may_look: bool) -> Table:
    """The rows that were drawn, each with what was seen."""
    rows = [_looked(spot, row, may_look=may_look) for row in spot_checks.looked_at(spot)]
    return Table(LOOKED, rows, empty="没有抽中的指标")


def _looked(spot: SpotCheck, row: SpotRow, *, may_look: bool) -> dict[str, Any]:
    seen, targets = spot_checks.outcome(row), spot.target_set
    link = reverse("performance:assessment_row", args=(targets.project, targets.year, row.row))
    told: dict[str, Any] = {"row": Cell(f"{row.row} {row.label}", link=link)}
    told["act"] = Cell("登记", link=reverse("performance:spot_look", args=(row.pk,))) if may_look else None
    if seen is None:
        return {**told, "state": Cell("待核对", state="none")}
    if may_look and seen.verdict != Verdict.AGREES:
        given = {"origin": Origin.SPOT, "source": row.row, "matter": f"{row.label}：{seen.words}"}
        place = reverse("performance:rectification_new", args=(targets.project, targets.year))
        told["matter"] = Cell("交办整改", link=f"{place}?{urlencode(given)}")
    return {
        **told,
        "evidence": "有" if seen.has_evidence else "没有",
        "state": Cell(seen.get_verdict_display(), state=STATES[Verdict(seen.verdict)]),
        "words": seen.words,
        "by": f"{person_label(seen.by)}",
    }


def lot_table(spot: SpotCheck) -> Table:
    """Every row that took part with its lot."""
    rows = [{"position": row.position + 1, "row": f"{row.row} {row.label}", "lot": row.lot} for row in spot.rows.all()]
    return Table(LOTS, rows, empty="没有指标")


def trace(found: Beside, name: str) -> Step:
    """A figure down to its records."""
    return _step(found, found.book[name])


def _step(found: Beside, figure: Figure) -> Step:
    below = [_step(found, found.book[name]) for name in figure.inputs]
    below += [_record(found, one, figure) for one in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    link = cell(found, figure.id).link
    return Step(figure.label, figure.with_unit(), detail, link, below=tuple(below))


def _record(found: Beside, one: Record, figure: Figure) -> Step:
    targets = found.found.targets
    link = link_of(one, targets.project, targets.year, found.found.version)
    return Step(one.label, amount_of(one, figure), said_of(one), link, one.digest)
