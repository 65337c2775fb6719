"""What a department or the treasury gives beside the unit's own score: points, differences and totals as figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.kernel.figures import COMPUTED, MANUAL, Figure, FigureBook, Record
from huiliu.scoring.assessment import Assessment

TOTAL = "total"
BODIES: Mapping[str, str] = {"department": "主管部门", "treasury": "财政部门"}


@dataclass(frozen=True)
class ReviewedScore:
    """Points given for a row (its code) or for the whole (`total`), the reason, and where they were written down."""

    row: str
    points: Decimal
    reason: str
    record: Record


@dataclass(frozen=True)
class Review:
    """What one body gives; `body` is a key of BODIES."""

    body: str
    scores: Sequence[ReviewedScore]


@dataclass(frozen=True)
class Reviewed:
    """Ids of one body's figures by row code, `total` among them where there is a whole; and its grade."""

    body: str
    points: Mapping[str, str]
    differences: Mapping[str, str]
    reasons: Mapping[str, str]
    grade: str
    items: str = ""


def reviewed(result: Assessment, reviews: Sequence[Review], book: FigureBook) -> list[Reviewed]:
    """Enter each body's points and their distance from the declared ones into the book, which holds the assessment's.

    A whole that the body does not state is the sum of its rows, if it gave points for each; else there is none. Where
    it states one and gives every row, `items` is their sum.
    """
    return [_one(result, review, book) for review in reviews]


def _one(result: Assessment, review: Review, book: FigureBook) -> Reviewed:
    places = result.profile.places
    labels = {row.row.code: row.row.level3 for row in result.rows} | {TOTAL: "总分"}
    given = {one.row: one for one in review.scores if one.row in labels}
    points = {row: book.add(_points(review.body, labels[row], one, places)).id
              for row, one in given.items()}  # fmt: skip
    is_whole = all(row.row.code in points for row in result.rows)
    parts = [book[points[one.row.code]] for one in result.rows] if is_whole else []
    items = book.add(_sum(review.body, parts, places)).id if parts else ""
    if items and TOTAL not in points:
        points[TOTAL], items = items, ""
    own = {row.row.code: row.declared for row in result.rows} | {TOTAL: "total.declared"}
    differences = {
        row: book.add(_difference(labels[row], book[name], book[declared], places)).id
        for row, name in points.items()
        if (declared := own[row]) is not None
    }
    whole = book[points[TOTAL]].value if TOTAL in points else None
    grade = "" if whole is None else result.profile.grade(whole)
    return Reviewed(review.body, points, differences, {row: one.reason for row, one in given.items()}, grade, items)


def _points(body: str, label: str, one: ReviewedScore, places: int) -> Figure:
    name = f"{label} {BODIES[body]}复核得分"
    return Figure(
        f"review.{body}.{one.row}", name, one.points, "分", places, "按复核文书登记", (), "不舍入", "复核文书",
        MANUAL, records=(one.record,),
    )  # fmt: skip


def _sum(body: str, parts: Sequence[Figure], places: int) -> Figure:
    value = sum((one.value for one in parts if one.value is not None), Decimal(0))
    expression = " + ".join(f"{{{one.id}}}" for one in parts)
    named = (f"review.{body}.items", f"{BODIES[body]}复核各项合计", "各项复核得分相加")
    return _worked(named, value, expression, parts, places)


def _difference(label: str, points: Figure, declared: Figure, places: int) -> Figure:
    known = points.value is not None and declared.value is not None
    value = points.value - declared.value if known else None  # type: ignore[operator]
    body = BODIES[points.id.split(".")[1]]
    named = (f"{points.id}.difference", f"{label} {body}复核减自评", "复核得分 − 自评得分")
    return _worked(named, value, f"{{{points.id}}} - {{{declared.id}}}", (points, declared), places)


def _worked(
    named: tuple[str, str, str], value: Decimal | None, expression: str, parts: Sequence[Figure], places: int
) -> Figure:
    figure_id, label, formula = named
    inputs = tuple(one.id for one in parts)
    return Figure(figure_id, label, value, "分", places, formula, inputs, "不舍入", "复核与自评", COMPUTED, expression)
