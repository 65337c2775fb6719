"""导出记录 for programs: one's own, how far each is, and its file; other parts ask for theirs with `ExportIn`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from ninja import Field, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.services.purposes import Asked as Purpose
from huiliu.apps.exports import selectors
from huiliu.apps.exports.models import Export, Format
from huiliu.apps.exports.services import Asked, NewExport, export_ask, export_download
from huiliu.apps.exports.views import file_answer
from huiliu.apps.jobs.api import job_out
from huiliu.apps.jobs.services import job_cancel
from huiliu.web.api import PAGE, Page, Permitted, shows_key

router = Router(tags=["导出"])
NO_NULL = r"^[^\x00]*$"
FILE: dict[str, Any] = {"responses": {200: {"content": {"application/octet-stream": {}}}}}


class ExportIn(Schema):
    """How a list is written, and what for."""

    model_config = ConfigDict(extra="forbid")

    format: Format = Format.XLSX
    split: str = Field("", max_length=16, pattern=NO_NULL, description="拆分方式；空为不拆分")
    is_encrypted: bool = Field(False, description="加密压缩包；密码只在本次答复中给出")
    matter: str = Field(max_length=32, pattern=NO_NULL, description="事由代码")
    case_number: str = Field(max_length=120, pattern=NO_NULL, description="案号")

    def new(self, kind: str, title: str, parameters: Mapping[str, Any]) -> NewExport:
        """As the service takes it."""
        purpose, how = Purpose(self.matter, self.case_number), (str(self.format), self.split, self.is_encrypted)
        return NewExport(kind, title, purpose, parameters, *how)


@router.get("/exports", auth=Permitted("query.export"), summary="我的导出")
def export_list(request: HttpRequest, page: Page = 1) -> dict[str, Any]:
    """One's own, newest first."""
    return _page(request, selectors.exports(request.user), page)


@router.get("/exports/all", auth=Permitted("query.view_exports"), summary="全部导出记录")
def export_all(request: HttpRequest, page: Page = 1) -> dict[str, Any]:
    """Everybody's, for internal control: the records, never the files."""
    return _page(request, selectors.exports(), page)


@router.get("/exports/{key}", auth=Permitted("query.export"), summary="一项导出")
def export_detail(request: HttpRequest, key: str) -> dict[str, Any]:
    """How far it is, what is in it, who downloaded it."""
    export = selectors.export_seen(request.user, key)
    if export is None:
        raise HttpError(404, "没有这项导出")
    rows = [{"at": row.at, "by": row.user.get_username()} for row in selectors.downloads_of(export)]
    return {**export_out(export, request.user), "downloads": rows}


@router.get("/exports/{key}/file", auth=Permitted("query.export"), summary="下载导出文件", openapi_extra=FILE)
def export_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file, for who asked for it, until it expires; each download is recorded before a byte leaves."""
    found = export_download(key=key, user=request.user, actor=actor_of(request))
    if found is None:
        raise HttpError(404, "没有这个文件，或还没有生成、已到期")
    return file_answer(found)


@router.post("/exports/{key}/cancel", auth=Permitted("query.export"), summary="取消导出")
def export_cancel(request: HttpRequest, key: str) -> dict[str, Any]:
    """Stop the job of one's own export."""
    export = selectors.exports(request.user).filter(key=key).first()
    if export is None or export.job is None:
        raise HttpError(404, "没有这项导出，或它没有后台任务")
    job_cancel(number=export.job.pk, user=request.user, actor=actor_of(request))
    return export_out(selectors.exports(request.user).get(key=key), request.user)


def export_asked(request: HttpRequest, wanted: NewExport) -> dict[str, Any]:
    """Ask for an export, and what is told of it."""
    asked = export_ask(user=request.user, wanted=by_caller(request, wanted), actor=actor_of(request))
    return asked_out(asked, request.user)


def by_caller(request: HttpRequest, wanted: NewExport) -> NewExport:
    """The same, and whether a program with a key asks."""
    return replace(wanted, is_program=shows_key(request))


def asked_out(asked: Asked, user: Any) -> dict[str, Any]:
    """A new export; `password` stands in this answer and nowhere else."""
    return {**export_out(asked.export, user), "password": asked.password or None}


def export_out(export: Export, user: Any) -> dict[str, Any]:
    """One export as programs see it."""
    names = ("key", "title", "format", "is_encrypted", "asked_rows", "asked_at", "rows", "as_of", "snapshot", "columns")
    made = ("file_name", "size", "digest", "made_at", "expires_at")
    return {
        **{name: getattr(export, name) for name in (*names, *made)},
        "by": export.applicant.get_username(),
        "purpose": selectors.purpose_of(export),
        "state": export.state,
        "state_label": selectors.standing_of(export, user).word,
        "may_download": selectors.may_download(export, user),
        "request": export.request_id,
        "job": job_out(export.job) if export.job else None,
    }


def _page(request: HttpRequest, found: Any, page: int) -> dict[str, Any]:
    listed = Paginator(found, PAGE).get_page(page)
    items = [export_out(export, request.user) for export in listed]
    return {"count": listed.paginator.count, "page": listed.number, "items": items}
