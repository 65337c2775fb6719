"""Templates of agencies and bureaus, DOCX and XLSX, filled in place: bytes in, bytes out, everything else kept."""

from dataclasses import dataclass
from typing import Any

from lxml import etree

from huiliu.documents import template_errors as errors
from huiliu.documents.model import FigureRef
from huiliu.documents.template_docx import fill_docx
from huiliu.documents.template_package import Package
from huiliu.documents.template_words import TemplateData, Written
from huiliu.documents.template_xlsx import fill_xlsx
from huiliu.documents.trace import detail_of, traced_figures
from huiliu.kernel.figures import FigureBook

FORMAT = "huiliu-template-trace/1"
_FILLERS = {"docx": fill_docx, "xlsx": fill_xlsx}
_NOT_LOOKED_AT = "sharedStrings.xml"  # a filled cell keeps its text itself; what it pointed to stays unread
_UNFILLED = {
    "comments": "批注",
    "docProps": "文件属性",
    "workbook.xml": "名称管理器或工作表名称",
    "worksheets": "单元格以外的设置",
}


@dataclass(frozen=True)
class Filled:
    """A filled template: `kind` docx or xlsx, and all that was written into it, in order."""

    kind: str
    content: bytes
    written: tuple[Written, ...]
    figures: FigureBook

    def trace(self) -> dict[str, Any]:
        """As plain data: each figure with what it was made of, and each place where one or a literal stands."""
        occurrences = [
            {"text": one.text, **detail_of(one.item, self.figures), "where": {"words": one.where}}
            for one in self.written
        ]
        return {"format": FORMAT, "figures": traced_figures(occurrences, self.figures), "occurrences": occurrences}


@dataclass(frozen=True)
class Name:
    """A name that a template may use: in which list ("" for everywhere), what it is, and how it reads."""

    list_name: str
    name: str
    label: str
    sample: str


def fill_template(content: bytes, data: TemplateData) -> Filled:
    """Fill a DOCX or XLSX.

    DOC-020 … DOC-023 and DOC-025 name the cell or paragraph that cannot be filled, DOC-024 and UPL-005 … UPL-012 a file
    that is no template; then nothing is written at all.
    """
    package = Package(content)
    try:
        written = tuple(_FILLERS[package.kind](package, data))
    except (KeyError, ValueError, etree.XMLSyntaxError) as error:
        hint = "请用 Word、WPS 或表格软件打开后另存，再上传。"
        raise errors.not_a_template("它的内部结构与格式标准不符", hint) from error
    _refuse_left_over(package)
    return Filled(package.kind, package.written(), written, data.figures)


def known_names(data: TemplateData) -> tuple[Name, ...]:
    """Every name a template may use with these data, texts first, then figures, then the columns of each list."""
    texts = [Name("", name, "文字", _sample(cell, data)) for name, cell in data.texts.items()]
    figures = [Name("", one.id, one.label, one.with_unit()) for one in data.figures.values()]
    columns = [
        Name(list_name, name, _label(cell, data), _sample(cell, data))
        for list_name, rows in data.rows.items()
        for name, cell in (rows[0] if rows else {}).items()
    ]
    return (*texts, *figures, *columns)


def _label(cell: Any, data: TemplateData) -> str:
    return data.figures[cell.figure_id].label if isinstance(cell, FigureRef) else "文字"


def _sample(cell: Any, data: TemplateData) -> str:
    parts = cell if isinstance(cell, tuple) else (cell,)
    return "".join(
        data.figures[one.figure_id].with_unit() if isinstance(one, FigureRef) else one.text
        for one in parts
        if one is not None
    )


def _refuse_left_over(package: Package) -> None:
    for name, content in package.parts.items():
        if b"{{" in content and name.endswith((".xml", ".vml")) and not name.endswith(_NOT_LOOKED_AT):
            kind = next((words for key, words in _UNFILLED.items() if key in name), "程序不填写的地方")
            raise errors.bad_markup(f"文件的{kind}（{name}）", "这里的占位符不会被填写")
