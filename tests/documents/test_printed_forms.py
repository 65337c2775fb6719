"""The forms of an evaluation: PDF, DOCX, XLSX and JSON print the same numbers, each a figure; nothing is made up."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from documents.evaluations import file_2024, file_of
from documents.reading import numbers_in, words
from huiliu.catalog.loader import HOME
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.fonts import FontSet, find_fonts
from huiliu.documents.printed_forms.grid import Form
from huiliu.documents.printed_forms.layout import form_of
from huiliu.documents.printed_forms.render import form_files, print_form
from huiliu.documents.printed_forms.trace import form_json
from huiliu.documents.printed_forms.xlsx import form_xlsx
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.assess import assess

pytestmark = pytest.mark.slow

OWN = ("national", "national-cost", "hubei", "sichuan")
COMMON = ("gd-heyuan-2024", "scores", "targets")
DECLARED = "declared"
SLOW = ("national-cost", "hubei", "targets")
EACH = [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in (*OWN, *COMMON)]
PAGE = re.compile(r"第 \d+ 页，共 \d+ 页")


def layout(name: str) -> dict[str, Any]:
    found: dict[str, Any] = load_yaml(HOME / "forms" / f"{'gd-heyuan-2024' if name == DECLARED else name}.yaml")
    return found


def evaluated(name: str) -> EvaluationFile:
    if name == DECLARED:
        return evaluation_file(file_2024().assessment, replace(file_2024().given, score="declared"))
    return file_of(name) if name in OWN else file_2024()


@cache
def fonts() -> FontSet:
    return find_fonts()


@cache
def form(name: str) -> Form:
    return form_of(layout(name), evaluated(name))


@cache
def made(name: str) -> Mapping[str, bytes]:
    """The four files by ending."""
    return {key.rpartition(".")[2]: content for key, content in form_files(form(name), fonts()).items()}


@cache
def workbook(name: str) -> bytes:
    """The workbook alone."""
    return form_xlsx(form(name))


def told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(made(name)["json"])
    return found


def around(data: dict[str, Any]) -> str:
    """What stands outside the grid."""
    return "\n".join([data["title"], data["subtitle"], data["corner"], data["foot"], *data["remarks"]])


def docx_cells(content: bytes) -> Iterator[str]:
    """The texts of the cells that are no continuation of a merged one, in order."""
    for cell in docx.Document(io.BytesIO(content)).element.body.iter("{*}tc"):
        merge = cell.find(".//{*}vMerge")
        if merge is None or "continue" not in merge.values():
            yield "".join(node.text or "" for node in cell.iter("{*}t"))


def xlsx_formulas(content: bytes) -> dict[str, tuple[str, str]]:
    """Address → formula and kept value, read from the file itself."""
    with ZipFile(io.BytesIO(content)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = {}
    for cell in sheet.iter("{*}c"):
        written = cell.find("{*}f")
        if written is not None:
            found[cell.get("r")] = (written.text, cell.findtext("{*}v"))
    return found


def cell_of(sheet: list[list[Any]], address: str) -> Any:
    letter, number = address[0], int(address[1:])
    return sheet[number - 1][ord(letter) - ord("A")]


def worked_out(formula: str, sheet: list[list[Any]]) -> float:
    """A formula by a few lines that know nothing of how it was written."""

    def summed(match: re.Match[str]) -> str:
        parts = []
        for one in match[1].split(","):
            first, _, last = one.partition(":")
            rows = range(int(first[1:]), int((last or first)[1:]) + 1)
            parts += [f"{first[0]}{row}" for row in rows]
        return f"({'+'.join(parts)})"

    text = re.sub(r"SUM\(([A-Z0-9:,]+)\)", summed, formula)
    text = re.sub(r"[A-L]\d+", lambda match: repr(cell_of(sheet, match[0])), text)
    return float(eval(text, {"MIN": min, "MAX": max, "ROUND": round}))


@pytest.mark.parametrize("name", EACH)
def test_all_four_outputs_print_the_same_numbers(name: str) -> None:
    data = told(name)
    cells, figures = data["cells"], data["figures"]
    # By figure: what stands in the JSON is what the figure says.
    numbers = 0
    for segment in (one for cell in cells for one in cell["segments"] if "figure" in one):
        figure = figures[segment["figure"]]
        if figure["value"] is None:
            assert segment["text"] in ("未测量", "不适用", "不可复算")
            continue
        shown = Decimal(re.sub(r"[^\d.-]", "", segment["text"].removesuffix(figure["unit"])))
        assert shown == Decimal(figure["value"]).quantize(Decimal(1).scaleb(-figure["places"]), ROUND_HALF_UP)
        numbers += 1
    assert numbers > 15
    # DOCX: the same cells in the same order.
    assert list(docx_cells(made(name)["docx"])) == [cell["text"] for cell in cells]
    # PDF: the same numbers as often, page numbers aside; every cell's words are there.
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(made(name)["pdf"])]
    printed = PAGE.sub("", "\n".join(pages).replace("\r\n", "\n"))
    expected = numbers_in(around(data)) + sum((numbers_in(cell["text"]) for cell in cells), numbers_in(""))
    assert numbers_in(printed) == expected
    # XLSX: a cell with one figure is its number; any other has the words.
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made(name)["xlsx"])).get_sheet_by_index(0).to_python()
    for cell in cells:
        value = cell_of(sheet, cell["address"])
        segments = [one for one in cell["segments"] if one["text"]]
        alone = figures[segments[0]["figure"]]["value"] if len(segments) == 1 and "figure" in segments[0] else None
        if alone is None:
            assert words(str(value)) == words(cell["text"]), cell["address"]
        else:
            assert value == pytest.approx(float(alone)), cell["address"]


@pytest.mark.parametrize("name", [*EACH, DECLARED])
def test_totals_are_formulas_that_give_the_kept_value(name: str) -> None:
    content, data = workbook(name), form_json(form(name), {}, [])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    formulas = xlsx_formulas(content)
    for address, (formula, kept) in formulas.items():
        assert worked_out(formula, sheet) == pytest.approx(float(kept)), (address, formula)
    weights = next(cell for cell in data["cells"] for one in cell["segments"]
                   if one.get("figure") in ("total.weight", "sum.weights"))  # fmt: skip
    assert "SUM(" in formulas[weights["address"]][0]
    assert float(formulas[weights["address"]][1]) in (100, 90)


def row(name: str, label: str) -> list[str]:
    """The texts of the cells that begin in the row of a label."""
    cells = form_json(form(name), {}, [])["cells"]
    at = next(cell["row"] for cell in cells if cell["text"] == label)
    return [cell["text"] for cell in cells if cell["row"] == at]


def test_the_national_form_of_a_small_year() -> None:
    assert row("national", "年度资金总额") == ["年度资金总额", "200.00", "205.00", "161.54", "10.00", "78.8%", "7.88"]
    # Carried money is not told apart in what was paid: that is not known, and not 0.
    assert row("national", "上年结转资金")[1:4] == ["未测量", "5.00", "未测量"]
    assert row("national", "T+1库维护次数")[-5:] == ["≥12次", "9次", "20.00", "15.00", "额度迟到，少维护三次"]
    assert row("national", "网络维护费")[-4:] == ["0元", "10.00", "不适用", "实际成本为零，不能视为节约"]
    assert row("national", "提高信息传送效率")[-5:-1] == ["明显提高", "达成（85%）", "15.00", "12.75"]
    assert row("national", "服务对象满意度")[-4:-1] == ["未测量", "10.00", "未测量"]
    assert row("national", "总分") == ["总分", "100.00", "未测量", "评价等级：中至良"]


def test_without_a_ledger_nothing_of_the_money_is_a_number() -> None:
    file = file_of("national")
    known = assess([row.row for row in file.beside_funds], {}, file.profile)
    blank = form_of(layout("national"), evaluation_file(known, file.given))
    texts = [blank.words(cell.line) for cell in blank.parts[1].cells if not cell.is_label]
    assert texts[:6] == ["未测量", "未测量", "未测量", "10.00", "未测量", "未测量"]
    assert set(texts[6:]) == {"未测量", "—"}


def test_merged_levels_and_repeated_heads() -> None:
    levels = {cell["text"]: cell["rows"] for cell in told("national")["cells"] if cell["column"] == 1}
    assert (levels["产出指标"], levels["效益指标"], levels["满意度指标"]) == (3, 2, 1)
    document = docx.Document(io.BytesIO(made("national")["docx"])).element.body
    assert len(list(document.iter("{*}tblHeader"))) == 1
    heads = [page.get_textpage().get_text_range().count("三级指标") for page in
             pypdfium2.PdfDocument(made("gd-heyuan-2024")["pdf"])]  # fmt: skip
    assert len(heads) >= 2
    assert heads[:2] == [1, 1]


def test_the_2024_form_and_its_scores() -> None:
    assert row("gd-heyuan-2024", "年度资金总额") == ["年度资金总额", "20.00", "20.00", "15.76", "15.76", "100%"]
    assert row("gd-heyuan-2024", "确保社保基金安全")[-5:-1] == ["98%", "98.00", "13.34", "13.07"]
    assert row("scores", "小计：效益") == ["小计：效益", "40.00", "36.11", "36.11", ""]
    declared = ["≥24次", "6次", "2.50", "0.63", "2.50", "1.87", "已计分", "1"]
    assert row("scores", "办公设备维护次数")[-9:-1] == declared
    assert row("targets", "合计") == ["合计", "200,000.00"]


def test_declared_points_are_printed_where_asked_for() -> None:
    printed = form(DECLARED)
    last = [printed.words(cell.line) for cell in printed.parts[3].cells][-3:]
    assert last == ["100.00", "96.11", "评价等级：优"]
    assert "单位自评的得分" in printed.words(printed.notes[0])
    total = next(cell["address"] for cell in form_json(printed, {}, [])["cells"] if cell["text"] == "96.11")
    formula, kept = xlsx_formulas(workbook(DECLARED))[total]
    assert formula.startswith("MIN(100,ROUND(")
    assert kept == "96.11"


def test_a_number_without_a_figure_is_refused() -> None:
    planted = deepcopy(layout("national"))
    planted["parts"][0]["rows"][0][1]["text"] = "共 15.76 万元"
    with pytest.raises(HuiliuError) as caught:
        form_of(planted, file_of("national"))
    assert caught.value.code == "DOC-001"
    planted["parts"][0]["rows"][0][1]["text"] = "{{item.none.score}}"
    with pytest.raises(HuiliuError) as caught:
        form_of(planted, file_of("national"))
    assert caught.value.code == "DOC-002"
    planted["parts"][0]["rows"][0][1] = {"text": "{{project}}", "columns": 6}
    with pytest.raises(HuiliuError) as caught:
        form_of(planted, file_of("national"))
    assert caught.value.code == "DOC-006"
    with pytest.raises(HuiliuError) as caught:
        form_of(layout("hubei"), file_of("national"))
    assert caught.value.code == "DOC-012"


def test_every_layout_says_where_it_is_from() -> None:
    files = sorted((HOME / "forms").glob("*.yaml"))
    assert len(files) == 7
    for path in files:
        found = load_yaml(path)
        assert found["in_force"]
        assert found["source"]
        assert "unverified" in found


def test_one_call_writes_four_files_and_equal_input_gives_equal_bytes(tmp_path: Any) -> None:
    printed = print_form(layout("national"), file_of("national"), tmp_path, fonts())
    assert sorted(printed.files) == ["docx", "json", "pdf", "xlsx"]
    assert {path.rpartition(".")[2]: (tmp_path / path).read_bytes() for path in printed.digests} == made("national")
    assert told("national")["documents"].keys() < printed.digests.keys()
