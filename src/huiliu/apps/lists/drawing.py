"""Answers and earlier look-ups as tables of the page."""

from typing import Any

from django.urls import reverse

from huiliu.apps.exports.selectors import standing_of
from huiliu.apps.lists.models import ListLookUp
from huiliu.apps.lists.selectors import look_ups
from huiliu.apps.lists.services import ShownList
from huiliu.apps.lists.services.answering import values
from huiliu.kernel.masking import mask
from huiliu.topics.lists import PERSON, Answer, Verdict
from huiliu.web.tables import Cell, Column, Table

TONES = {Verdict.FOUND: "pass", Verdict.MISSING: "none", Verdict.SEVERAL: "warn", Verdict.WRONG: "fail"}
OWN = (
    Column("row", "行", "int"),
    Column("sent", "号码", "masked"),
    Column("verdict", "结果", "verdict"),
    Column("said", "号码还原和说明"),
)
ASKED = (
    Column("at", "提出时间", "time"),
    Column("rows", "行数", "int"),
    Column("found", "找到", "int", missing="—"),
    Column("missing", "未找到", "int", missing="—"),
    Column("several", "不唯一", "int", missing="—", optional=True),
    Column("wrong", "号码有误", "int", missing="—", optional=True),
    Column("repaired", "已还原", "int", missing="—", optional=True),
    Column("state", "状态", "verdict"),
)
PLAIN = frozenset({"money", "int", "rate", "date"})


def answers_table(shown: ShownList) -> Table:
    """One line for each row of the list, in its order; numbers stay masked, the row in the file tells them apart."""
    kinds = [(f"c{number}", column) for number, column in enumerate(shown.columns)]
    asked = [
        Column(name, c.label, "masked" if c.masked else c.kind if c.kind in PLAIN else "text", missing="")
        for name, c in kinds
    ]
    rows = [_line(shown, number, answer) for number, answer in enumerate(shown.answers)]
    return Table((*OWN, *asked), rows, empty="名单是空的")


def _line(shown: ShownList, number: int, answer: Answer) -> dict[str, Any]:
    sent = shown.uploaded.rows[number][shown.uploaded.column]
    key = shown.keys.get(answer.person[PERSON]) if answer.person else None
    link = reverse("datahub:person_detail", args=(key,)) if key else ""
    said = "；".join(part for part in (answer.repairs, answer.remark) if part)
    cells = {f"c{place}": value for place, value in enumerate(values(shown.columns, answer))}
    return {
        "row": shown.uploaded.first_row + number,
        "sent": mask("id_number", "" if sent is None else str(sent)),
        "verdict": Cell(answer.verdict.label, link=link, state=TONES[answer.verdict]),
        "said": said,
        **cells,
    }


def look_ups_table(user: Any) -> Table:
    """What somebody asked last, each leading to its export."""
    rows = [_asked(found, user) for found in look_ups(user)]
    return Table(ASKED, rows, empty="还没有生成过结果文件", hint="填好名单和用途后点“生成结果文件”，完成后在这里下载。")


def _asked(found: ListLookUp, user: Any) -> dict[str, Any]:
    assert found.export is not None  # only such are listed
    standing = standing_of(found.export, user)
    link = reverse("exports:export_detail", args=(found.export.key,))
    return {
        "at": found.asked_at,
        "rows": found.rows,
        "found": found.found,
        "missing": found.missing,
        "several": found.several,
        "wrong": found.wrong,
        "repaired": found.repaired,
        "state": Cell(standing.word, link=link, state=standing.tone),
    }
