"""The disclosure as one page for a website: it stands alone, asks for nothing outside, and runs no script."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from lxml import html
from lxml.builder import E

from huiliu.documents.disclosing.statement import Disclosure
from huiliu.documents.html import report_html_blocks
from huiliu.documents.model import FigureRef, Line
from huiliu.documents.printed_forms.grid import Form, GridCell
from huiliu.documents.trace import figure_ids

Node = Any
_FORMATS = {"html": "网页", "pdf": "PDF", "docx": "Word 文档", "xlsx": "Excel 表格", "json": "机器可读数据（JSON）"}


@dataclass(frozen=True)
class FileLine:
    """One file of the package: name, what it is, size in bytes, digests."""

    name: str
    label: str
    size: int
    sm3: str
    sha256: str

    @property
    def format(self) -> str:
        """What people call the format."""
        return _FORMATS[self.name.rpartition(".")[2]]


@cache
def _style() -> str:
    return files("huiliu.documents.disclosing").joinpath("page.css").read_text(encoding="utf-8")


def page_of(disclosure: Disclosure, listed: Sequence[FileLine]) -> bytes:
    """index.html; equal input gives equal bytes."""
    report = disclosure.report
    blocks = report_html_blocks(report)
    title = _words(blocks[0]["segments"])
    sections = list(_sections(blocks[1:]))
    attached = [_attached(number, form) for number, form in enumerate(disclosure.forms, 1)]
    parts = [*sections, *attached, _files(listed), _sources(disclosure)]
    style = E.style(_style())
    head = E.head(
        E.meta(charset="utf-8"),
        E.meta(name="viewport", content="width=device-width, initial-scale=1"),
        E.title(title.replace("\n", "")),
        style,
    )
    lines = [piece for line in title.split("\n") for piece in (E.br(), line)][1:]
    body = E.body(
        E.header(E.h1(*lines), E.p(f"生成日期：{report.dated.isoformat()}", **{"class": "by"})),
        E.nav(E.ol(*(E.li(E.a(name, href=f"#{key}")) for key, name, _ in parts)), **{"aria-label": "目录"}),
        E.main(*(E.section(*nodes, id=key) for key, _, nodes in parts)),
        E.footer(
            E.p(
                "表格金额单位为元，保留两位小数；正文和表单金额单位为万元。页面中的数字可点开查看来源。",
                **{"class": "note"},
            )
        ),
    )
    page: bytes = html.tostring(E.html(head, body, lang="zh-CN"), doctype="<!DOCTYPE html>", encoding="utf-8")
    return page + b"\n"


Part = tuple[str, str, list[Node]]


def _sections(blocks: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    """The parts of the statement: key, title, and what stands under it."""
    current: Part | None = None
    for block in blocks:
        if block["kind"] == "heading" and block["level"] == 1:
            if current:
                yield current
            number = sum(1 for one in blocks[: blocks.index(block)] if one.get("level") == 1) + 1
            name = block["number"] + _words(block["segments"])
            current = (f"part-{number}", name, [E.h2(name)])
        elif current:
            current[2].extend(_block(block))
    if current:
        yield current


def _block(block: Mapping[str, Any]) -> Iterator[Node]:
    match block["kind"]:
        case "heading":
            yield E(f"h{block['level'] + 1}", block["number"] + _words(block["segments"]))
        case "table":
            yield _table(block)
            if block["note"]:
                yield E.p(*_segments(block["note"]), **{"class": "note"})
        case "note":
            yield E.p(*_segments(block["segments"]), **{"class": "note"})
        case _:
            yield E.p(*_segments(block["segments"]))


def _table(block: Mapping[str, Any]) -> Node:
    caption = f"{block['number']} {_words(block['segments'])}"
    head = E.tr(*(E.th(*_segments(one["segments"]), scope="col", **_look(one)) for one in block["heads"]))
    rows = [
        E.tr(
            E.th(*_segments(row[0]["segments"]), scope="row", **_look(row[0])),
            *(E.td(*_segments(cell["segments"]), **_look(cell)) for cell in row[1:]),
        )
        for row in block["rows"]
    ]
    return _wide(E.table(E.caption(caption), E.thead(head), E.tbody(*rows)), caption)


def _wide(table: Node, label: str) -> Node:
    """A frame that can be moved sideways, by keyboard too."""
    return E.div(table, role="region", tabindex="0", **{"class": "wide", "aria-label": label})


def _look(cell: Mapping[str, Any]) -> dict[str, str]:
    return {"class": cell["align"]} if cell["align"] in ("right", "center") else {}


def _segments(segments: Sequence[Mapping[str, str]]) -> list[Node]:
    return [
        E.a(one["text"], href=one["href"], **{"class": "figure"}) if one["kind"] == "figure" else one["text"]
        for one in segments
    ]


def _words(segments: Sequence[Mapping[str, str]]) -> str:
    return "".join(one["text"] for one in segments)


def _attached(number: int, form: Form) -> Part:
    name = f"附件{number} {form.name}"
    bodies = []
    for part in form.parts:
        rows: list[list[GridCell]] = [[] for _ in range(part.height)]
        for cell in part.cells:
            rows[cell.row].append(cell)
        bodies.append(E.tbody(*(E.tr(*(_cell(form, cell, row) for cell in row)) for row in rows)))
    caption = form.words(form.title) + form.words(form.subtitle)
    whole = sum(form.widths)
    columns = E.colgroup(*(E.col(style=f"width:{width / whole:.2%}") for width in form.widths))
    table = E.table(E.caption(caption), columns, *bodies, **{"class": "form"})
    below = [E.p(form.words(line), **{"class": "note"}) for line in (form.foot, *form.notes)]
    return (f"attachment-{number}", name, [E.h2(name), _wide(table, name), *below])


def _cell(form: Form, cell: GridCell, row: Sequence[GridCell]) -> Node:
    look = {"class": cell.align} if cell.align in ("right", "center") else {}
    spans = {name: str(span) for name, span in (("rowspan", cell.rows), ("colspan", cell.columns)) if span > 1}
    words = _line(form, cell.line)
    if not cell.is_label:
        return E.td(*words, **look, **spans)
    scope = "row" if any(not one.is_label for one in row) or cell.rows > 1 else "col"
    return E.th(*words, scope=scope, **look, **spans)


def _line(form: Form, line: Line) -> list[Node]:
    return [
        E.a(form.words((one,)), href=f"#figure-{one.figure_id}", **{"class": "figure"})
        if isinstance(one, FigureRef)
        else form.words((one,))
        for one in line
    ]


def _files(listed: Sequence[FileLine]) -> Part:
    name = "文件清单"
    heads = ("文件", "内容", "格式", "字节数", "校验值")
    rows = [
        E.tr(
            E.th(E.a(one.name, href=one.name), scope="row"),
            E.td(one.label),
            E.td(one.format),
            E.td(f"{one.size:,}", **{"class": "right"}),
            E.td(f"SM3 {one.sm3}", E.br(), f"SHA-256 {one.sha256}", **{"class": "digest"}),
        )
        for one in listed
    ]
    head = E.thead(E.tr(*(E.th(words, scope="col") for words in heads)))
    table = E.table(E.caption("本材料的文件和校验值"), head, E.tbody(*rows), **{"class": "files"})
    return ("files", name, [E.h2(name), _wide(table, name)])


def _sources(disclosure: Disclosure) -> Part:
    """Every figure printed in the statement or a form, and what it was made of."""
    from huiliu.documents.printed_forms.trace import figure_ids as of_form

    report, name = disclosure.report, "数字来源"
    wanted = {*figure_ids(report), *(one for form in disclosure.forms for one in of_form(form))}
    rows = [
        E.tr(
            E.th(figure.label, scope="row"),
            E.td(figure.with_unit(), **{"class": "right"}),
            E.td(figure.formula),
            E.td(figure.source),
            E.td(figure.state_label),
            id=f"figure-{figure.id}",
        )
        for figure in report.figures.values()
        if figure.id in wanted
    ]
    head = E.thead(E.tr(*(E.th(words, scope="col") for words in ("数字", "数值", "算式", "来源", "状态"))))
    table = E.table(E.caption("每个数字怎样得来"), head, E.tbody(*rows), **{"class": "sources"})
    return ("sources", name, [E.h2(name), E.details(E.summary(f"展开 {len(rows)} 个数字"), _wide(table, name))])
