"""A project's years side by side as JSON: the figures of each year's money, scores, reviews and matters."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.selectors import years as selectors
from huiliu.apps.performance.selectors.reviews import CLOSED, OPEN
from huiliu.apps.performance.selectors.year_pages import FINDINGS, MONEY
from huiliu.apps.performance.selectors.years import Year
from huiliu.kernel.figures import FigureBook
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_evaluation")


@router.get("/years/{project}", auth=VIEW, summary="一个项目的各年度：资金、得分、复核、整改")
def year_list(request: HttpRequest, project: str) -> list[dict[str, Any]]:
    """Every year, the oldest first; null for what is not there, with `why` in words."""
    found = selectors.years_of(project, settings.HUILIU_CLOCK.now().date())
    if not found:
        raise HttpError(404, "没有这个项目的绩效目标")
    return [_year(one) for one in found]


def _year(one: Year) -> dict[str, Any]:
    result, money = one.beside.found.result, one.board.book if one.board else FigureBook()
    return {
        "year": one.targets.year,
        "why": one.why,
        "money": _values(money, [name for name, _ in (*MONEY, *FINDINGS)]),
        "scores": _values(one.beside.book, ["total.computed", "total.least", "total.most", "total.declared"]),
        "reviewed": told(one.beside.given),
        "grade": result.grade if result else "",
        "grade_declared": result.grade_declared if result else "",
        "rows": _values(one.counts, ["count.rows", "count.known", "count.open"]),
        "matters": _values(one.beside.book, [OPEN, CLOSED]),
    }


def _values(book: FigureBook, names: list[str]) -> dict[str, Any]:
    """Exact values by id; null where there is none."""
    return {name: told(book[name].value) if name in book else None for name in names}
