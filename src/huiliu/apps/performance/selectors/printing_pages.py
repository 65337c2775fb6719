"""Tables of the pages on which forms and templates are printed, and a figure's way down to its records."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from huiliu.apps.performance.models import FormTemplate, TargetSet
from huiliu.apps.performance.selectors.filing_documents import REPORT
from huiliu.apps.performance.selectors.form_templates import Use
from huiliu.apps.performance.selectors.printing import Printable
from huiliu.apps.performance.selectors.record_links import amount_of, link_of, said_of
from huiliu.documents.compose import Content
from huiliu.documents.evaluation_templates import LISTS
from huiliu.documents.templates import Name
from huiliu.kernel.figures import Figure, Record
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

FORMATS = ("pdf", "docx", "xlsx", "json")


def address(targets: TargetSet, page: str = "form_list", *parts: object) -> str:
    """A page of a project's year."""
    return reverse(f"performance:{page}", args=(targets.project, targets.year, *parts))


def layout_table(shown: Printable, *, may_download: bool) -> Table:
    """Every form that fits, with its source, what is 待核, and its files."""
    targets = shown.found.targets
    columns = (
        Column("name", "表格"),
        Column("profile", "适用", optional=True),
        Column("source", "来源", optional=True),
        Column("unverified", "待核", "verdict"),
        *(Column(one, one.upper(), "code") for one in (FORMATS if may_download else ())),
    )
    rows = [*([_report(targets)] if shown.file else []), *(_layout(one, targets) for one in shown.layouts)]
    return Table(columns, rows, empty="没有适用的表格")


def _report(targets: TargetSet) -> dict[str, Any]:
    """The report in six parts, with its charts; filed, it is the one that was signed."""
    return {
        "name": "项目支出绩效自评报告",
        "profile": "各评分方案",
        "source": "公布的自评报告的六个部分",
        "unverified": Cell("无", state="pass"),
        **{end: Cell("下载", link=address(targets, "form_document", REPORT, end)) for end in FORMATS},
    }


def _layout(one: Content, targets: TargetSet) -> dict[str, Any]:
    waiting = [str(words) for words in one.get("unverified", ())]
    known = (
        Cell(f"{len(waiting)} 处待核", state="warn", title="；".join(waiting)) if waiting else Cell("无", state="pass")
    )
    return {
        "name": Cell(one["name"], link=address(targets, "form_detail", one["id"])),
        "profile": "本评分方案" if one.get("profile") else "各评分方案",
        "source": one["source"],
        "unverified": known,
        **{end: Cell("下载", link=address(targets, "form_document", one["id"], end)) for end in FORMATS},
    }


def fill_table(templates: Sequence[FormTemplate], targets: TargetSet, *, may_download: bool) -> Table:
    """The templates in use, each to be filled with this project's year."""
    columns = (
        Column("name", "模板"),
        Column("issuer", "制定单位"),
        Column("document_no", "文号", missing="无", optional=True),
        Column("version", "版本", "code", optional=True),
        *((Column("filled", "填好的表", "code"), Column("trace", "数字来源", "code")) if may_download else ()),
    )
    rows = [{**template_row(one), **fills(one, targets)} for one in templates]
    hint = "在“绩效 表格模板”中上传主管部门或财政部门发的 DOCX、XLSX 表格。"
    return Table(columns, rows, empty="没有在用的模板", hint=hint)


def template_row(one: FormTemplate) -> dict[str, Any]:
    """What a template is called and where it comes from."""
    return {
        "name": Cell(one.name, link=reverse("performance:template_detail", args=(one.pk,))),
        "issuer": one.get_issuer_display(),
        "document_no": one.document_no or None,
        "version": f"第 {one.version} 版",
    }


def fills(one: FormTemplate, targets: TargetSet) -> dict[str, Cell]:
    """Where the filled file and its trace are."""
    made = {end: address(targets, "template_document", one.pk, end) for end in (one.kind, "json")}
    return {"filled": Cell(one.kind.upper(), link=made[one.kind]), "trace": Cell("JSON", link=made["json"])}


def template_table(templates: Sequence[FormTemplate]) -> Table:
    """Every version, the newest of a name first."""
    columns = (
        Column("name", "模板"),
        Column("version", "版本", "code"),
        Column("issuer", "制定单位"),
        Column("document_no", "文号", missing="无", optional=True),
        Column("kind", "格式", "code", optional=True),
        Column("added_at", "登记时间", "time", optional=True),
        Column("state", "状态", "verdict"),
    )
    newest: dict[str, int] = {}
    for one in templates:
        newest.setdefault(one.name, one.version)
    rows = [
        {**template_row(one), "kind": one.kind.upper(), "added_at": one.added_at,
         "state": standing(one, is_newest=one.version == newest[one.name])}
        for one in templates
    ]  # fmt: skip
    hint = "把上级发的表格中要填的地方写上占位符，例如 {{project}}，存成 DOCX 或 XLSX 上传。"
    return Table(columns, rows, empty="还没有表格模板", hint=hint)


def standing(one: FormTemplate, *, is_newest: bool) -> Cell:
    """Whether a version is in use."""
    if one.retired_on:
        return Cell("已停用", state="none")
    return Cell("在用", state="pass") if is_newest else Cell("已有新版", state="none")


def use_table(uses: Sequence[Use], targets: TargetSet) -> Table:
    """What a template asks for, and what it prints of a project's year."""
    columns = (
        Column("written", "占位符", "code"),
        Column("label", "是什么"),
        Column("where", "位置", optional=True),
        Column("text", "现在填成"),
    )
    rows = [
        {"written": one.written, "label": one.label, "where": _where(one), "text": _text(one, targets)} for one in uses
    ]
    return Table(columns, rows, empty="模板里没有占位符", hint="这样的文件填出来与原件相同。")


def _where(one: Use) -> str:
    return f"{one.where} 等 {one.times} 处" if one.times > 1 else one.where


def _text(one: Use, targets: TargetSet) -> Cell:
    return Cell(one.text, link=address(targets, "form_figure", one.figure) if one.figure else "")


def year_table(one: FormTemplate, years: Sequence[TargetSet], *, may_download: bool) -> Table:
    """The projects' years that a template can be filled with."""
    columns = (
        Column("year", "项目和年度"),
        *((Column("filled", "填好的表", "code"), Column("trace", "数字来源", "code")) if may_download else ()),
    )
    page = reverse("performance:template_detail", args=(one.pk,))
    rows = [
        {"year": Cell(str(targets), link=f"{page}?against={targets.pk}"), **fills(one, targets)} for targets in years
    ]
    return Table(columns, rows, empty="还没有可以填的评价", hint="请先在“绩效 目标”中建立目标并办完审批。")


def name_table(names: Sequence[Name]) -> Table:
    """Names to copy, with what they are and how they read now."""
    columns = (
        Column("list", "循环", missing="—", optional=True),
        Column("written", "占位符", "code"),
        Column("label", "是什么"),
        Column("sample", "现在填成", missing="空"),
    )
    rows = [
        {"list": f"{one.list_name}（{LISTS[one.list_name][0]}）" if one.list_name else None,
         "written": f"{{{{{one.name}}}}}", "label": one.label, "sample": one.sample or None}
        for one in names
    ]  # fmt: skip
    return Table(columns, rows, empty="没有符合的编号", hint="换一个词再找，例如 得分、执行率、单位。")


def trace(shown: Printable, figure_id: str) -> Step | None:
    """A printed figure down to its records; None for an unknown id."""
    if shown.file is None or figure_id not in shown.file.book:
        return None
    return _step(shown, shown.file.book[figure_id])


def _step(shown: Printable, figure: Figure) -> Step:
    assert shown.file is not None
    below = [_step(shown, shown.file.book[name]) for name in figure.inputs]
    below += [_record(shown, record, figure) for record in figure.records]
    detail = f"{figure.state_label}：{figure.formula}；{figure.rounding}；来源：{figure.source}"
    link = address(shown.found.targets, "form_figure", figure.id)
    return Step(label=figure.label, value=figure.with_unit(), detail=detail, link=link, below=tuple(below))


def _record(shown: Printable, record: Record, figure: Figure) -> Step:
    targets = shown.found.targets
    link = link_of(record, targets.project, targets.year, shown.found.version)
    value = amount_of(record, figure)
    return Step(record.label, value, said_of(record), link, record.digest)
