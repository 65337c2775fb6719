"""Templates as an agency would make them, and data to fill them with."""

import io
import zipfile

import xlsxwriter
from docx import Document

from documents.conftest import figure
from huiliu.documents.model import FigureRef, Literal, Origin
from huiliu.documents.templates import TemplateData
from huiliu.kernel.figures import FigureBook

AGENCY = "甲县社会保险基金管理中心"


def literal(text):
    return Literal(text, "名称", "测试资料", Origin.SOURCE)


def data(*scores, words=AGENCY):
    """Budget 20 万元, spent 15.76 万元, 78.8 %, one figure without a value, one indicator for each score."""
    book = FigureBook()
    book.add(figure("budget.initial", "20", "万元", state="declared"))
    book.add(figure("budget.executed", "15.76", "万元", state="declared"))
    book.add(figure("rate.budget", "78.8", "%", ("budget.executed", "budget.initial")))
    book.add(figure("paid.total", "157600.5", "元"))
    book.add(figure("score.safety", None, "分", state="uncheckable"))
    for number, score in enumerate(scores, 1):
        book.add(figure(f"item.{number}.score", score, "分"))
    rows = [
        {"level3": literal(f"指标{n}"), "score": FigureRef(f"item.{n}.score", "short"), "remark": ()}
        for n in range(1, len(scores) + 1)
    ]
    return TemplateData(book, {"agency": literal(words), "year": literal("2024")}, {"indicators": rows})


def workbook(write):
    """The bytes of a workbook that `write(book)` makes."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    write(book)
    book.close()
    return target.getvalue()


def score_sheet(book):
    """A form with merged cells, formats, formulas within, below and beside the loop row, names and checks of input."""
    sheet, sums = book.add_worksheet("自评表"), book.add_worksheet("汇总 表")
    book.add_worksheet("说明").write("A1", "不动的一页")
    money, share = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "0.0%", "bold": True})
    edge = book.add_format({"border": 1, "bg_color": "#FFF2CC"})
    sheet.merge_range("A1:D1", "{{agency}}{{year}}年自评表", edge)
    sheet.write("A2", "年初预算")
    sheet.write("B2", "{{budget.initial}}", money)
    sheet.write("C2", "{{rate.budget}}", share)
    sheet.write_formula("D2", "=B2*C2", money, 0)
    sheet.write("A3", "安全得分")
    sheet.write("B3", "{{score.safety}}")
    sheet.write("C3", "共{{budget.executed|short}}，占{{rate.budget|percent}}")
    sheet.write_formula("D3", "=1+1", None, 2)
    sheet.write("A4", "产出")
    sheet.merge_range("A5:A6", "合并", edge)
    sheet.write("B5", "{{#indicators}}{{level3}}", edge)
    sheet.write("C5", "{{score}}", money)
    sheet.write_formula("D5", "=C5*2", money, 0)
    sheet.write("E5", "{{remark}}{{/indicators}}", edge)
    sheet.set_row(4, 33)
    sheet.write_formula("C6", "=SUM(C5:C5)", money, 0)
    sheet.write_formula("D6", "=SUM(D4:D5)+C6+D3", money, 0)
    sheet.merge_range("B8:D8", "落款", edge)
    red = book.add_format({"font_color": "red"})
    sheet.conditional_format("C5:C6", {"type": "cell", "criteria": ">", "value": 5, "format": red})
    sheet.data_validation("E5", {"validate": "list", "source": ["是", "否"]})
    sheet.print_area("A1:E8")
    sheet.set_footer("&C{{agency}} 第&P页")
    book.define_name("得分", "=自评表!$C$5:$C$5")
    sums.write_formula("A1", "=自评表!C6", money, 0)
    sums.write_formula("A2", "=SUM(得分)", money, 0)
    sums.write_formula("A3", "=2+3", None, 5)


def letter(with_loop=True):
    """A letter with a placeholder cut into runs, a table with a loop row, header and footer."""
    document = Document()
    paragraph = document.add_paragraph("甲：")
    for piece, bold in (("{", False), ("{age", True), ("ncy}", False), ("}报告", False)):
        paragraph.add_run(piece).bold = bold
    document.add_paragraph("支出{{budget.executed|short}}，安全得分{{score.safety}}。")
    table = document.add_table(3, 3)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, ("指标", "得分", "备注"), strict=True):
        cell.text = text
    if with_loop:
        cells = table.rows[1].cells
        cells[0].text, cells[1].text, cells[2].text = (
            "{{#indicators}}{{level3}}",
            "{{score}}",
            "{{remark}}{{/indicators}}",
        )
    table.cell(2, 0).merge(table.cell(2, 1)).text = "合计{{rate.budget}}"
    document.sections[0].header.paragraphs[0].text = "{{agency}}"
    document.sections[0].footer.paragraphs[0].text = "{{year}}年"
    return saved(document)


def saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def parts(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repacked(content, **changes):
    """The file with parts changed or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, value in {**parts(content), **changes}.items():
            made.writestr(name, value)
    return target.getvalue()
