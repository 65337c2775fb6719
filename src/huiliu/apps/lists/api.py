"""批量查询 for programs: numbers in the body, a short list answered at once, a long one as a file to be fetched."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.datahub.api.shown import read_out
from huiliu.apps.exports.api import ExportIn, asked_out, by_caller, export_out
from huiliu.apps.lists import selectors, services
from huiliu.apps.lists.models import ListLookUp
from huiliu.apps.lists.services.answering import KIND, TITLE, values
from huiliu.documents.sheets import MOST_ROWS
from huiliu.documents.uploaded_list import UploadedList
from huiliu.kernel.listed_numbers import By
from huiliu.topics import ResultColumn
from huiliu.topics.lists import MOST_ITEMS, PERSON, Answer
from huiliu.web.api import Permitted
from huiliu.web.format import show

router = Router(tags=["批量查询"])
LOOK_UP = selectors.LOOK_UP
NO_NULL = r"^[^\x00]*$"
Text = Annotated[str, Field(max_length=64, pattern=NO_NULL)]
COLUMNS = Field(min_length=1, max_length=MOST_ITEMS, description="结果的列，见 lists/columns")


class ShowIn(Schema):
    """A short list to be answered at once."""

    model_config = ConfigDict(extra="forbid")

    numbers: list[Text] = Field(min_length=1, max_length=services.MOST_SHOWN, description="证件号码或人员编码")
    by: By = By.AUTO
    columns: list[Text] = COLUMNS
    matter: str = Field(max_length=32, pattern=NO_NULL, description="事由代码")
    case_number: str = Field(max_length=120, pattern=NO_NULL, description="案号")

    def new_list(self) -> services.NewList:
        """As the service takes it."""
        return new_list(self.numbers, self.by, self.columns, Purpose(self.matter, self.case_number))


class AskIn(ExportIn):
    """A list to be answered as a file; what was sent stands in it in full, so it has to be sealed."""

    numbers: list[Text] = Field(min_length=1, max_length=MOST_ROWS, description="证件号码或人员编码")
    by: By = By.AUTO
    columns: list[Text] = COLUMNS
    is_encrypted: bool = Field(True, description="加密压缩包；密码只在本次答复中给出")


def new_list(numbers: list[str], by: By, columns: list[str], purpose: Purpose) -> services.NewList:
    """The numbers as the rows of a list; texts, so none lost a zero."""
    uploaded = UploadedList(("号码",), [[number] for number in numbers], 0, keeps_zeros=True, first_row=1)
    return services.NewList(uploaded, by, columns, purpose)


@router.get("/lists/columns", auth=Permitted(LOOK_UP), summary="批量查询可选的列")
def column_list(request: HttpRequest) -> dict[str, Any]:
    """The columns that an answer may have, and one's own templates of them."""
    items = [{"name": name, "label": label} for name, label in selectors.offered()]
    kept = [{"name": found.name, "columns": found.columns} for found in selectors.templates(request.user)]
    return {"count": len(items), "items": items, "templates": kept}


@router.post("/lists/show", auth=Permitted(LOOK_UP), summary="批量查询（即时）")
def list_show(request: HttpRequest, wanted: ShowIn) -> dict[str, Any]:
    """Up to 200 numbers, answered in their order, masked; the numbers themselves are not repeated."""
    shown = services.list_show(user=request.user, wanted=wanted.new_list(), actor=actor_of(request))
    items = [_answer(shown, number, answer) for number, answer in enumerate(shown.answers, 1)]
    columns = [_column(column) for column in shown.columns]
    return {"as_of": read_out(shown.source), "counts": shown.counts, "columns": columns, "items": items}


@router.post("/lists", auth=Permitted(LOOK_UP), summary="批量查询（生成文件）")
def list_ask(request: HttpRequest, wanted: AskIn) -> dict[str, Any]:
    """Lay it down; poll `lists/{key}`, then fetch `exports/{export}/file`. The password is in this answer only."""
    export = by_caller(request, wanted.new(KIND, TITLE, {}))
    listed = new_list(wanted.numbers, wanted.by, wanted.columns, export.purpose)
    asked = services.list_ask(user=request.user, wanted=listed, export=export, actor=actor_of(request))
    found = ListLookUp.objects.get(export=asked.export)
    return {**_told(found), "export": asked_out(asked, request.user)}


@router.get("/lists", auth=Permitted(LOOK_UP), summary="我的批量查询")
def list_list(request: HttpRequest) -> dict[str, Any]:
    """One's own last ten, newest first."""
    items = [_with_export(found, request.user) for found in selectors.look_ups(request.user)]
    return {"count": len(items), "items": items}


@router.get("/lists/{key}", auth=Permitted(LOOK_UP), summary="一次批量查询")
def list_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """How far it is, and how many were found once it is answered."""
    found = selectors.look_up_of(request.user, key)
    if found is None:
        raise HttpError(404, "没有这次批量查询")
    return _with_export(found, request.user)


def _told(found: ListLookUp) -> dict[str, Any]:
    names = ("key", "by", "columns", "rows", "found", "missing", "several", "wrong", "repaired", "asked_at")
    return {name: getattr(found, name) for name in names}


def _with_export(found: ListLookUp, user: Any) -> dict[str, Any]:
    return {**_told(found), "export": export_out(found.export, user) if found.export else None}


def _column(column: ResultColumn) -> dict[str, Any]:
    return {name: getattr(column, name) for name in ("name", "label", "kind", "masked")}


def _answer(shown: services.ShownList, number: int, answer: Answer) -> dict[str, Any]:
    key = shown.keys.get(answer.person[PERSON]) if answer.person else None
    told = {"row": number, "verdict": answer.verdict.value, "verdict_label": answer.verdict.label}
    pairs = zip(shown.columns, values(shown.columns, answer), strict=True)
    cells = {column.name: show(_kind(column), value, "") for column, value in pairs}
    return {**told, "repairs": answer.repairs, "remark": answer.remark, "key": key, "cells": cells}


def _kind(column: ResultColumn) -> str:
    return column.kind if column.kind in ("money", "date") and not column.masked else "text"
