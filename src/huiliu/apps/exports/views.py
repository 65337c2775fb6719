"""导出记录: one's own exports, all of them for internal control, one with its downloads, and the file itself."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.exports import selectors
from huiliu.apps.exports.forms import ExportForm
from huiliu.apps.exports.models import Export
from huiliu.apps.exports.services import SOURCES, Asked, Download, export_ask, export_download
from huiliu.apps.exports.services.asking import limit_of_rows
from huiliu.kernel.clock import TZ
from huiliu.web.access import page
from huiliu.web.asof import AsOfChoice
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

PER_PAGE = 50
QUERY = Crumb("查询")
LIST = Crumb("导出记录", "exports:export_list")
COLUMNS = (
    Column("at", "申请时间", "time"),
    Column("title", "名称"),
    Column("format", "格式", "code", optional=True),
    Column("rows", "行数", "int", optional=True),
    Column("state", "状态", "verdict"),
    Column("until", "到期", "time", optional=True),
    Column("downloads", "下载次数", "int", optional=True),
)
DOWNLOADS = (Column("at", "时间", "time"), Column("user", "下载人"), Column("address", "地址", missing="未知"))
FIELDS = {
    "PURPOSE-002": "matter",
    "PURPOSE-003": "case_number",
    "EXPORT-003": "format",
    "EXPORT-004": "format",
    "EXPORT-010": "is_encrypted",
}


@require_safe
@page("query.export")
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own exports."""
    return _list(request, "导出记录", selectors.exports(request.user), everybody=False)


@require_safe
@page("query.view_exports")
def export_all(request: HttpRequest) -> HttpResponse:
    """Everybody's exports, for internal control: the records, never the files."""
    return _list(request, "全部导出记录", selectors.exports(), everybody=True)


def _list(request: HttpRequest, title: str, found: Any, *, everybody: bool) -> HttpResponse:
    listed = Paginator(found.prefetch_related("downloads"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [_row(export, request.user) for export in listed]
    columns = (*COLUMNS[:1], Column("by", "导出人"), *COLUMNS[1:]) if everybody else COLUMNS
    table = Table(columns, rows, empty="还没有导出", hint="在查询页面点“导出”，写明用途后由后台生成。")
    may = has_permission(request.user, selectors.VIEW_ALL)
    context = {"table": table, "listed": listed, "may_view_all": may, "everybody": everybody}
    return render_page(request, "exports/export_list.html", context, title=title, crumbs=(QUERY,))


def _row(export: Export, user: Any) -> dict[str, Any]:
    standing = selectors.standing_of(export, user)
    return {
        "at": export.asked_at,
        "by": export.applicant.display_name,
        "title": Cell(export.title, link=reverse("exports:export_detail", args=(export.key,))),
        "format": export.get_format_display(),
        "rows": export.asked_rows if export.rows is None else export.rows,
        "state": Cell(standing.word, state=standing.tone),
        "until": export.expires_at,
        "downloads": len(export.downloads.all()),
    }


@require_safe
@page("query.export")
def export_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One export: how far it is or how to get it, what is in it, who downloaded it."""
    export = selectors.export_seen(request.user, key)
    if export is None:
        raise Http404
    found = selectors.downloads_of(export)
    rows = [{"at": row.at, "user": row.user.display_name, "address": row.address} for row in found]
    context = {
        "export": export,
        "standing": selectors.standing_of(export, request.user),
        "pairs": _pairs(export),
        "may_download": selectors.may_download(export, request.user),
        "told": told_tables(export),
        "downloads": Table(DOWNLOADS, rows, empty="还没有人下载"),
    }
    return render_page(request, "exports/export_detail.html", context, title=export.title, crumbs=(QUERY, LIST))


TOLD = (
    Column("number", "表", "code"),
    Column("name", "名称"),
    Column("rows", "行数", "int"),
    Column("sums", "金额合计", missing=""),
)


def told_tables(export: Export) -> Table | None:
    """Rows and sums of an export in a prescribed form, table by table."""
    tables = export.told.get("tables")
    totals = {"name": "合计", "rows": export.rows, "number": "", "sums": ""}
    return Table(TOLD, tables, empty="没有表", totals=totals) if tables else None


def _pairs(export: Export) -> list[tuple[str, Any]]:
    source = SOURCES.get(export.kind)
    split = source.splits.get(export.split, export.split) if source else export.split
    columns = "、".join(f"{c['label']}（{c['level']}{'，完整' if c['full'] else ''}）" for c in export.columns)
    if source and source.write:  # its columns are whole tables
        columns = f"{len(export.columns)} 张表的全部列（完整）"
    told = [
        ("导出人", f"{export.applicant.display_name}（{export.applicant.username}）"),
        ("申请时间", f"{export.asked_at.astimezone(TZ):%Y-%m-%d %H:%M:%S}"),
        ("用途", selectors.purpose_of(export)),
        (
            "格式",
            f"{export.get_format_display()}{f'，{split}' if split else ''}{'，加密' if export.is_encrypted else ''}",
        ),
        ("申请时行数", f"{export.asked_rows:,}"),
        ("行数", f"{export.rows:,}" if export.rows is not None else ""),
        ("列（级别）", columns),
        ("数据截至", str(export.as_of or "")),
        ("文件名", export.file_name),
        ("大小", f"{export.size:,} 字节" if export.size is not None else ""),
        ("摘要", export.digest),
        ("到期", f"{export.expires_at.astimezone(TZ):%Y-%m-%d %H:%M}" if export.expires_at else ""),
    ]
    return [(name, value) for name, value in told if value]


@require_safe
@page("query.export")
def export_file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The file, for who asked for it; the record is written before a byte leaves."""
    if request.method == "HEAD":  # asks only whether it is there: nothing is handed out, nothing recorded
        return HttpResponse(status=405, headers={"Allow": "GET"})
    found = export_download(key=key, user=request.user, actor=actor_of(request))
    if found is None:
        raise Http404
    return file_answer(found)


def file_answer(found: Download) -> StreamingHttpResponse:
    """The file on its way."""
    answer = StreamingHttpResponse(found.blocks, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["Content-Length"] = str(found.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@dataclass(frozen=True)
class Offer:
    """A list that a page offers to export: source, title without personal data, parameters, and where the page is."""

    kind: str
    title: str
    crumbs: tuple[Crumb, ...]
    parameters: dict[str, Any] = field(default_factory=dict, repr=False)
    choice: AsOfChoice | None = None


def offered(request: HttpRequest, offer: Offer) -> HttpResponse:
    """The page that asks how and what for, for a view of any part; it must be allowed by `query.export`."""
    source = SOURCES[offer.kind]
    form = ExportForm(request.POST if request.method == "POST" else None, source, offer.parameters)
    if asked := attempt(form, lambda: _ask(request, form, offer), FIELDS):
        return asked_page(request, asked, offer)
    context = {"form": form, "source": source, "limit": limit_of_rows(settings.HUILIU_CLOCK), "choice": offer.choice}
    return render_page(request, "exports/export_new.html", context, title=f"导出{offer.title}", crumbs=offer.crumbs)


def _ask(request: HttpRequest, form: ExportForm, offer: Offer) -> Asked:
    wanted = form.wanted(offer.kind, offer.title, offer.parameters)
    return export_ask(user=request.user, wanted=wanted, actor=actor_of(request))


def asked_page(request: HttpRequest, asked: Asked, offer: Offer) -> HttpResponse:
    """On to the export; a password is shown first, this once."""
    if not asked.password:
        return redirect("exports:export_detail", asked.export.key)
    context = {"export": asked.export, "password": asked.password}
    answer = render_page(request, "exports/export_asked.html", context, title="请记下密码", crumbs=offer.crumbs)
    answer["Cache-Control"] = "no-store"
    return answer
