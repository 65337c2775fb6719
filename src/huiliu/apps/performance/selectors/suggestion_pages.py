"""The table of what a year's result proposes for the next, each with its number and what was said to it."""

from typing import Any

from django.urls import reverse

from huiliu.apps.control.selectors.wording import person_label
from huiliu.apps.performance.selectors.assessment_pages import figure_cell
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.apps.performance.selectors.suggestions import Proposed, proposed
from huiliu.scoring.suggestions import SUBJECTS
from huiliu.web.tables import Cell, Column, Table

COLUMNS = (
    Column("subject", "对象", "code", optional=True),
    Column("text", "建议"),
    Column("figure", "所据数字", "figure"),
    Column("state", "决定", "verdict"),
    Column("reason", "理由", missing="—", optional=True),
)
ACT = Column("act", "办理", missing="")


def suggestion_table(found: Assessed, *, may_answer: bool) -> Table:
    """What is proposed; the result is worked out when the page is opened."""
    columns = (*COLUMNS, ACT) if may_answer else COLUMNS
    rows = [_row(found, one) for one in proposed(found)]
    hint = "目标全部完成、资金全部支出的年度没有建议。"
    return Table(columns, rows, empty="没有建议", hint=hint)


def _row(found: Assessed, one: Proposed) -> dict[str, Any]:
    told, targets = one.suggestion, found.targets
    assert found.result is not None
    link = reverse("performance:suggestion_answer", args=(targets.project, targets.year, told.key))
    return {
        "subject": SUBJECTS[told.subject],
        "text": Cell(told.text, title=told.label),
        "figure": figure_cell(found, found.result, told.figure, unit=True),
        "state": _state(one),
        "reason": f"{one.kept.reason}（{person_label(one.kept.by)}）" if one.kept else None,
        "act": Cell("决定", link=link),
    }


def _state(one: Proposed) -> Cell:
    if one.kept is None:
        return Cell("待决定", state="none")
    word = "采纳" if one.kept.is_accepted else "不采纳"
    if one.is_open:
        return Cell(f"{word}后数字已变化，须重新决定", state="warn")
    return Cell(word, state="pass" if one.kept.is_accepted else "none")
