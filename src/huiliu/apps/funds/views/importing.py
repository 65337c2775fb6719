"""Bringing in exports: the year's files, sending one, its preview, writing it, and how each kind is read."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.services import actor_of
from huiliu.apps.control.forms.fields import attempt
from huiliu.apps.funds import services
from huiliu.apps.funds.import_forms import BESIDE, ImportForm, MappingForm
from huiliu.apps.funds.models import ImportFile, ProjectYear
from huiliu.apps.funds.selectors.importing import import_of, imports_of, mappings, rows_of
from huiliu.apps.funds.services.importing import Preview, writes_with
from huiliu.apps.funds.views import import_tables as tables
from huiliu.apps.funds.views.common import ask, crumbs, found_year
from huiliu.apps.funds.views.import_figures import event_link, import_figures, shown_first
from huiliu.budget.import_matching import NEW
from huiliu.budget.reconcile import FINE
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import Figure, FigureBook, Record
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.trace import Step

FORM = ["GET", "HEAD", "POST"]


def _list(year: ProjectYear) -> Crumb:
    return Crumb("导入与对账", reverse("funds:import_list", args=(year.project.code, year.year)))


def _file(name: str, year: int, number: int) -> ImportFile:
    file = import_of(found_year(name, year), number)
    if file is None:
        raise Http404
    return file


@page("funds.view")
@require_safe
def import_list(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """The year's files and the kinds of export."""
    found, known = found_year(name, year), mappings()
    may = has_permission(request.user, "funds.import")
    context = {
        "year": found,
        "files": tables.file_table(imports_of(found), known),
        "mappings": tables.mapping_table(found, known, may=may),
        "may": may,
    }
    return render_page(request, "funds/import_list.html", context, title="导入与对账", crumbs=crumbs(found))


@page("funds.import")
@require_http_methods(FORM)
def import_new(request: HttpRequest, name: str, year: int) -> HttpResponse:
    """Send a file; its preview follows."""
    found, sent = found_year(name, year), (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, mappings=mappings())
    made = attempt(form, lambda: _send(request, form, found), BESIDE) if sent else None
    if made is not None:
        return redirect("funds:import_detail", name, year, made.pk)
    return ask(request, form, "上传导出文件", "上传并预览", found)


def _send(request: HttpRequest, form: ImportForm, year: ProjectYear) -> ImportFile:
    file = form.cleaned_data["file"]
    sent = services.Sent(form.cleaned_data["code"], file.file, file.name)
    return services.import_upload(year=year, sent=sent, user=request.user, actor=actor_of(request))


@page("funds.view")
@require_safe
def import_detail(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """What each row of a file is or would be; a statement beside the ledger."""
    file = _file(name, year, number)
    rows = rows_of(file)
    preview, problem = (None, None) if rows else _preview(file)
    book = import_figures(file, rows, preview)
    headline = [(figure, tables.figure_link(file, figure.id)) for figure in shown_first(book)]
    context: dict[str, Any] = {"file": file, "year": file.year, "rows": rows, "problem": problem, "headline": headline}
    if rows:
        context["written"] = tables.written_table(rows, file, book)
    if preview is not None:
        context |= _shown(preview, file, book)
        context["may_write"] = preview.ready and has_permission(request.user, writes_with(preview.mapping))
    way = (*crumbs(file.year), _list(file.year))
    return render_page(request, "funds/import_detail.html", context, title=file.name, crumbs=way)


def _preview(file: ImportFile) -> tuple[Preview | None, HuiliuError | None]:
    """The preview, or why there is none: bytes that are gone, a sheet that another version read."""
    try:
        return services.import_preview(file), None
    except HuiliuError as error:
        return None, error


def _shown(preview: Preview, file: ImportFile, book: FigureBook) -> dict[str, Any]:
    found: dict[str, Any] = {
        "preview": preview,
        "standing": _standing(preview),
        "problems": tables.problem_table(preview),
        "left": tables.left_table(preview),
    }
    if preview.mapping.writes:
        return {**found, "proposed": tables.row_table(preview, file, book)}
    return {**found, "pairs": tables.pair_table(preview.pairs, file, book)}


def _standing(preview: Preview) -> tuple[str, str, str]:
    """State, word and a sentence."""
    if preview.blocked:
        return "fail", "不能导入", "有看不懂或与台账不符的行；改好后重新上传，台账没有改动。"
    if not preview.mapping.writes:
        differs = any(pair.state not in FINE for pair in preview.pairs)
        return ("warn", "有差异", "有不符的行，请逐笔核实。") if differs else ("pass", "相符", "逐笔相符。")
    if not preview.count(NEW):
        return "none", "没有新的行", "文件中的行都已在台账中，不需要导入。"
    post = "财务出纳岗" if writes_with(preview.mapping) == "funds.pay" else "财务会计岗"
    return "warn", "待确认", f"由{post}确认后，新增的行一并记入台账。"


@page("funds.view")
@require_safe
def import_figure(request: HttpRequest, name: str, year: int, number: int, figure_id: str) -> HttpResponse:
    """A figure of a comparison down to its rows."""
    file = _file(name, year, number)
    rows = rows_of(file)
    book = import_figures(file, rows, None if rows else services.import_preview(file))
    if figure_id not in book:
        raise Http404
    figure = book[figure_id]
    back = reverse("funds:import_detail", args=tables.place_of(file))
    context = {"figure": figure, "steps": (_step(book, figure, file),), "back": back}
    way = (*crumbs(file.year), _list(file.year), Crumb(file.name, back))
    return render_page(request, "funds/figure_detail.html", context, title=figure.label, crumbs=way)


def _step(book: FigureBook, figure: Figure, file: ImportFile) -> Step:
    below = [_step(book, book[one], file) for one in figure.inputs]
    below += [_record(row, figure, file) for row in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, tables.figure_link(file, figure.id), below=below)


def _record(row: Record, figure: Figure, file: ImportFile) -> Step:
    """A row of the file with the file's seal; an event opens its own page."""
    kind, _, number = row.id.partition(":")
    link = row.link or (event_link(file, number) if kind == "funds.event" else "")
    value = "" if row.value is None else f"{row.value:,f}{figure.unit}"
    return Step(row.label, value, link=link, digest=row.digest or file.digest)


@page("funds.view")
@require_POST
def import_write(request: HttpRequest, name: str, year: int, number: int) -> HttpResponse:
    """Write a file into the ledger, all of it or nothing."""
    file = _file(name, year, number)
    try:
        count = services.import_write(file=file, user=request.user, actor=actor_of(request))
    except HuiliuError as error:
        messages.error(request, f"{error.message}。{error.hint}")
    else:
        messages.success(request, f"已记入台账 {count} 个事件。")
    return redirect("funds:import_detail", name, year, number)


@page("funds.import")
@require_http_methods(FORM)
def import_mapping(request: HttpRequest, name: str, year: int, code: str) -> HttpResponse:
    """How a kind of export is read."""
    found, mapping = found_year(name, year), mappings().get(code)
    if mapping is None:
        raise Http404
    form = MappingForm(request.POST or None, mapping=mapping)
    if request.method == "POST" and attempt(form, lambda: _save(request, form)):
        messages.success(request, "对应关系已保存，从下一个上传的文件起使用。")
        return redirect("funds:import_list", name, year)
    return ask(request, form, f"对应关系：{mapping.label}", "保存", found)


def _save(request: HttpRequest, form: MappingForm) -> Any:
    given: dict[str, Any] = {"user": request.user, "actor": actor_of(request)}
    return services.mapping_save(code=form.mapping.code, content=form.content(), **given)
