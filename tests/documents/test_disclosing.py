"""What is made public: numbers by literal expectation, nothing beyond the allow-list, the rest refused."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pypdfium2
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from lxml import html
from python_calamine import CalamineWorkbook

from browser import ARGUMENTS, OFFICE, PHONE, chromium_path
from documents.evaluations import file_2024, file_of
from huiliu.catalog.disclosure import content as catalog_content
from huiliu.catalog.disclosure import layouts
from huiliu.documents.disclosing.money import Paid
from huiliu.documents.disclosing.package import Package, package, package_files
from huiliu.documents.disclosing.public import MASKED, passages
from huiliu.documents.disclosing.rules import public_rules
from huiliu.documents.disclosing.scanning import NAME, PERSONAL, Scanner
from huiliu.documents.disclosing.statement import Disclosure, DisclosureContent, DisclosureInput, disclosure_of
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.fonts import FontSet, find_fonts
from huiliu.documents.model import Literal, Origin, Paragraph, Table
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import FigureBook, Record

pytestmark = pytest.mark.slow

ITEMS = (Paid("30213 维修（护）费", 127_600_00, 8), Paid("30214 租赁费", 30_000_00, 1))
IDENTITY, PHONE_NUMBER, CARD = "11010519491231002X", "13800138000", "6222021234567890128"
PERSON = "欧阳青山"
NARRATIVE = {
    "unit.work": "自评由办公室组织，各科室填报。",
    "unit.measures": ("严格执行预算", "按额度调整目标"),
    "unit.supervision": "审计组在一次检查中提出整改意见。",
}


@cache
def fonts() -> FontSet:
    return find_fonts()


def content(occasion: str, profile: str = "gd-heyuan-2024") -> DisclosureContent:
    told = catalog_content(occasion)
    return DisclosureContent(**told, layouts=layouts(told["statement"], profile))


def asked(occasion: str = "final", **changes: Any) -> DisclosureInput:
    plain = DisclosureInput(
        occasion, date(2025, 9, 10), "合成-决批〔2025〕1号", date(2025, 9, 1), ITEMS, monitored=2, people=(PERSON,)
    )
    return replace(plain, **changes)


def written(file: EvaluationFile, **changes: Any) -> EvaluationFile:
    """The same evaluation with other words of the unit."""
    return evaluation_file(file.assessment, replace(file.given, **changes))


@cache
def final() -> Disclosure:
    return disclosure_of(content("final"), written(file_2024(), narrative=NARRATIVE), asked())


@cache
def made() -> Package:
    return package(final(), fonts())


@cache
def members() -> Mapping[str, bytes]:
    with ZipFile(io.BytesIO(made().content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def page_text() -> str:
    return str(html.fromstring(members()["index.html"]).find("body").text_content())


def docx_text(content: bytes) -> str:
    return "".join(node.text or "" for node in docx.Document(io.BytesIO(content)).element.body.iter("{*}t"))


def pdf_text(content: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content)]
    return "".join("".join(pages).split())


def test_the_prose_of_all_outputs_says_what_the_ledger_says() -> None:
    sentences = (
        "年初预算20.00万元，调整后预算20.00万元，全年支出15.76万元。",
        "支出占调整后预算的78.80%。",
        "财政部门下达额度15.76万元，支出占下达额度的100.00%。",
        "调整后预算中有4.24万元没有下达额度。",
        "年终结账尚未登记，结转和收回的数额没有资料。",
        "预算执行中留存监控记录2次。",
        "设三级指标14项，其中4项没有留存可供核对的记录。",
        "本年度部门决算由合成-决批〔2025〕1号批复，批复日期为2025年9月1日。",
    )
    page = page_text()
    word = docx_text(members()["statement.docx"])
    printed = pdf_text(members()["statement.pdf"])
    for sentence in sentences:
        assert sentence in page, sentence
        assert sentence in word, sentence
        assert sentence in printed, sentence


def test_the_tables_are_in_yuan_and_numbers_in_the_workbook() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(members()["tables.xlsx"]))
    assert book.sheet_names[:3] == [
        "表1 项目支出情况表",
        "表2 按支出事项的支出情况表",
        "表3 按部门预算支出经济分类的支出情况表",
    ]
    money = {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python()[2:]}
    assert money == {
        "年初预算": 200000.00,
        "追加指标": 0.0,
        "追减指标": 0.0,
        "上年结转": 0.0,
        "调整后预算": 200000.00,
        "下达额度": 157600.00,
        "未下达额度": 42400.00,
        "净拨付（支出数）": 157600.00,
        "指标结余": 42400.00,
    }
    items = {row[0]: row[1] for row in book.get_sheet_by_index(2).to_python()[2:]}
    assert items == {"30213 维修（护）费": 127600.00, "30214 租赁费": 30000.00, "合计": 157600.00}
    cells = [cell.text_content() for cell in html.fromstring(members()["index.html"]).iter("td")]
    assert {"200,000.00", "157,600.00", "42,400.00", "127,600.00"} <= set(cells)


def test_every_number_of_the_statement_has_its_figure() -> None:
    trace = json.loads(members()["data.json"])["statement"]
    by_figure = {one["figure"]: one["text"] for one in trace["occurrences"] if one["kind"] == "figure"}
    assert by_figure["yuan.quota.unissued"] == "42,400.00"
    told = trace["figures"]["yuan.quota.unissued"]
    assert (told["value"], told["unit"], told["inputs"]) == ("42400", "元", ["quota.unissued"])
    targets = {node.get("id") for node in html.fromstring(members()["index.html"]).iter() if node.get("id")}
    links = [node.get("href") for node in html.fromstring(members()["index.html"]).iter("a")]
    assert [link for link in links if link.startswith("#") and link[1:] not in targets] == []


def test_tables_of_the_whole_unit_are_named_and_not_made_up() -> None:
    rows = {row[1]: row for row in _table("公开表格目录")}
    assert rows["公开01表"] == ["收入支出决算总表", "公开01表", "须由财务决算系统出具", "无"]
    assert rows["公开03表"][3] == "本项目的“项目支出”一项，见本材料表1的支出数"
    assert len(rows) == 10


def _table(caption: str) -> list[list[str]]:
    tables = html.fromstring(members()["index.html"]).iter("table")
    found = next(one for one in tables if caption in one.find("caption").text_content())
    return [[cell.text_content() for cell in row] for row in found.find("tbody")]


def test_the_list_holds_every_file_with_its_digests() -> None:
    assert made().digest == f"sm3:{sm3(made().content)}"
    told = json.loads(members()["files.json"])["files"]
    assert {one["name"] for one in told} == set(members()) - {"files.json"}
    for one in told:
        body = members()[one["name"]]
        assert (one["size"], one["sha256"]) == (len(body), hashlib.sha256(body).hexdigest())
    with ZipFile(io.BytesIO(made().content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2025, 9, 10, 0, 0, 0)}


def test_the_page_stands_alone_and_is_built_for_everybody() -> None:
    page = html.fromstring(members()["index.html"])
    assert page.get("lang") == "zh-CN"
    assert page.findall(".//script") == page.findall(".//link") == page.findall(".//img") == []
    assert not [node for node in page.iter() for name in node.attrib if name.startswith("on")]
    links = [node.get("href") for node in page.iter("a")]
    assert not [link for link in links if ":" in link or link.startswith("/")]
    assert {link for link in links if not link.startswith("#")} == set(members()) - {"index.html", "files.json"}
    assert b"url(" not in members()["index.html"]
    assert b"@import" not in members()["index.html"]
    levels = [int(node.tag[1]) for node in page.iter("h1", "h2", "h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    for table in page.iter("table"):
        assert table.find("caption").text_content().strip()
        assert all(head.get("scope") in ("row", "col") for head in table.iter("th"))
        for row in table.iter("tr"):
            assert len(row)


def test_only_what_the_allow_list_names_goes_out() -> None:
    book = FigureBook()
    for figure in file_2024().book.values():
        told = Record("funds.event:1", f"付给{PERSON}，账号 {CARD}，见 合同扫描件.pdf", figure.value)
        book.add(replace(figure, records=(*figure.records, told)))
    bare = written(file_2024(), narrative=NARRATIVE)
    draft = replace(bare.assessment.lines[0], kind="version", label="尚未批准的版本", total="version.3.total.computed")
    book.add(replace(book["total.declared"], id="version.3.total.computed"))
    file = replace(bare, book=book, assessment=replace(bare.assessment, lines=(*bare.assessment.lines, draft)))
    found = disclosure_of(content("final"), file, asked())
    files, _ = package_files(found, fonts())
    assert files == members()  # made once more, and not one byte tells of the records
    everything = _everything(files)
    for inside in (PERSON, CARD, "合同扫描件", "审计组", "funds.event", "EV-MON-001", "负责人", "填报人："):
        assert inside not in everything, inside
    assert "自评由办公室组织" in everything
    trace = json.loads(files["data.json"])["statement"]["figures"]
    assert all(figure["records"] == [] for figure in trace.values())


def _everything(files: Mapping[str, bytes]) -> str:
    """Every readable text of the files, joined."""
    parts = [files[name].decode() for name in files if name.endswith((".html", ".json"))]
    parts += [pdf_text(files[name]) for name in files if name.endswith(".pdf")]
    for name in files:
        if name.endswith((".docx", ".xlsx")):
            with ZipFile(io.BytesIO(files[name])) as archive:
                parts += [archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml")]
    return "\n".join(parts)


def test_the_report_goes_out_without_what_internal_checks_say() -> None:
    printed = pdf_text(members()["attachments/heyuan-2024-report.pdf"])
    assert "绩效自评报告" in printed
    assert "严格执行预算" in printed
    for inside in ("系统核对", "单位的答复", "佐证（条）", "差异", "审计组"):
        assert inside not in printed, inside
    found = final().attached
    assert found is not None
    assert "项目支出绩效自评报告" in page_text()


def test_before_the_year_only_targets_and_the_budget_go_out() -> None:
    found = disclosure_of(content("budget"), file_2024(), asked("budget", reply_no="合成-批复〔2024〕1号"))
    words = json.dumps([str(section) for section in found.report.sections], ensure_ascii=False)
    assert [form.name for form in found.forms] == ["项目支出绩效目标申报表"]
    assert "payment.net" not in words
    assert "item.08.score" not in words
    assert "authority.initial" in words
    assert "待单位填写" not in words
    printed = str([part for form in found.forms for part in form.parts])
    assert "照录报告" not in printed


@pytest.mark.parametrize("profile", ["national", "sichuan", "hubei", "national-cost"])
def test_other_forms_are_attached_without_names_and_telephones(profile: str) -> None:
    found = disclosure_of(content("final", profile), file_of(profile), asked(paid=()))
    assert len(found.forms) == 2
    for form in found.forms:
        assert "电话" not in form.words(form.foot)
        assert "负责人" not in form.words(form.foot)
        assert "示例市社会保险基金管理局" in form.words(form.foot)


PLANTED = {
    IDENTITY: PERSONAL,
    "联系 138 0013 8000": PERSONAL,
    f"{CARD[:4]}-{CARD[4:8]}-{CARD[8:12]}-{CARD[12:16]}-{CARD[16:]}": PERSONAL,
    "１３８００１３８０００": PERSONAL,
    "账号：2008 0216 0920 0012": "银行账号",
    "0762-3388123": "固定电话",
    "zhang@heyuan.example": "电子邮箱",
    "10.12.3.45": "网络地址",
    "db01.internal": "内部主机名",
    "https://gateway.example:8443/t1": "带端口的内部网址",
    "D:\\回流\\数据": "文件存放路径",
    "/data/huiliu/inbox": "文件存放路径",
    "Oracle 11.2": "系统软件版本",
    "付款凭证3号.pdf": "佐证文件名",
    "见 EV-MON-001": "内部核对结果",
    "联系人：李某": "责任人、联系人姓名或电话",
    PERSON: NAME,
}


def _planted(place: str, words: str) -> tuple[EvaluationFile, DisclosureInput]:
    told = f"合成{words}。"
    given = file_2024().given
    match place:
        case "payee":
            return file_2024(), asked(paid=(replace(ITEMS[0], name=told), ITEMS[1]))
        case "reply":
            return file_2024(), asked(reply_no=told)
        case "use":
            uses = (replace(given.uses[0], name=told), *given.uses[1:])
            return written(file_2024(), uses=uses), asked()
        case "remark":
            return written(file_2024(), reasons={"08": told}), asked()
        case "objective":
            return written(file_2024(), objective=told), asked()
    return written(file_2024(), narrative={"unit.measures": ("严格执行预算", told)}), asked()


EVERYWHERE = [(place, IDENTITY) for place in ("payee", "reply", "use", "remark", "objective")]


@pytest.mark.parametrize(("place", "words"), [*EVERYWHERE, *(("narrative", words) for words in PLANTED)])
def test_what_must_not_be_public_is_refused_wherever_a_person_wrote_it(place: str, words: str) -> None:
    file, given = _planted(place, words)
    with pytest.raises(HuiliuError) as refusal:
        disclosure_of(content("final"), file, given)
    assert refusal.value.code == "DISC-001"
    assert PLANTED[words] in refusal.value.message
    assert words not in refusal.value.message + json.dumps(dict(refusal.value.facts), ensure_ascii=False)


def test_every_file_is_looked_through_too() -> None:
    whole = final().report
    planted = Literal(f"手机 {PHONE_NUMBER}", "名称", "测试", Origin.SYSTEM)
    first = whole.sections[0]
    blocks = [
        replace(block, rows=(*block.rows, ((planted,), (), ()))) if isinstance(block, Table) and at == 6 else block
        for at, block in enumerate(first.blocks)
    ]
    section = replace(first, blocks=(*blocks, Paragraph((planted,))))
    report = replace(whole, sections=(section, *whole.sections[1:]))
    with pytest.raises(HuiliuError) as refusal:
        package_files(replace(final(), report=report, forms=(), attached=None), fonts())
    files = {place.split()[0] for place in refusal.value.facts["places"]}
    assert files == {"index.html", "statement.pdf", "statement.docx", "tables.xlsx", "data.json"}
    assert PHONE_NUMBER not in str(refusal.value)


@cache
def scanner() -> Scanner:
    return Scanner(public_rules(catalog_content("final")["public"]), ("高明", PERSON))


@st.composite
def identities(draw: st.DrawFn) -> str:
    """A number with a date of birth and a check character, worked out here once more from the standard."""
    born = draw(st.dates(date(1930, 1, 1), date(2020, 12, 31)))
    body = f"{draw(st.integers(110000, 659000))}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    total = sum(int(digit) * pow(2, 17 - at, 11) for at, digit in enumerate(body))
    return body + "10X98765432"[total % 11]


MOBILES = st.builds(lambda second, rest: f"1{second}{rest:09d}", st.integers(3, 9), st.integers(0, 10**9 - 1))
PROSE = st.text(alphabet="经办核对后按规定办理，项目资金由单位使用。", max_size=12)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawn(st.one_of(identities(), MOBILES), PROSE, PROSE, st.sampled_from(["", " ", "-", "　"]))
def test_any_number_of_a_person_is_found_however_it_is_cut(number: str, before: str, after: str, mark: str) -> None:
    cut = mark.join((number[:6], number[6:10], number[10:]))
    assert PERSONAL in scanner().kinds(f"{before}{cut}{after}")


AMOUNTS = st.decimals(0, 99_999_999, places=2).map(lambda value: f"{value:,.2f}")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@drawn(st.lists(AMOUNTS, min_size=1, max_size=6), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_amounts_days_and_digests_are_no_numbers_of_persons(amounts: list[str], day: date) -> None:
    digest = hashlib.sha256("".join(amounts).encode()).hexdigest()
    assert scanner().kinds(f"{day.isoformat()} {' '.join(amounts)} 元") == ()
    assert scanner().kinds(f"SM3 {digest}") == ()
    assert scanner().kinds(str(Decimal(amounts[0].replace(",", "")) / 394 * 13)) == ()
    assert scanner().kinds("、".join(f"{amount}元" for amount in amounts)) == ()


def test_a_short_name_inside_ordinary_words_stops_only_what_people_wrote() -> None:
    assert scanner().kinds("效率提高明显") == ()
    assert scanner().kinds("效率提高明显", is_written=True) == (NAME,)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("详询138.0013.8000。", PERSONAL),
        ("详询008613800138000。", PERSONAL),
        ("详询电话3388123。", "固定电话"),
        ("传真：8812 3456", "固定电话"),
        (f"由{PERSON[0]} {PERSON[1:]}负责", NAME),
        (f"由{PERSON[0]}\u200b{PERSON[1:]}负责", NAME),
        ("摘自秘密★一年的文件", "密级或内部标志"),
        ("内部资料，不得外传", "密级或内部标志"),
    ],
)
def test_numbers_and_names_in_disguise_do_not_go_out(words: str, kind: str) -> None:
    assert kind in scanner().kinds(words, is_written=True)


@pytest.mark.parametrize("words", ["拨打社保热线电话12333", "电话回访3260人次", "系统供机关内部使用", "保守工作秘密"])
def test_ordinary_words_go_out(words: str) -> None:
    assert scanner().kinds(words, is_written=True) == ()


def test_a_passage_marked_as_not_public_is_taken_out_and_its_reason_stays_inside() -> None:
    file = written(file_2024(), narrative={"unit.measures": ("严格执行预算", f"请与{PERSON}联系")})
    masked = {"unit.measures:2": "涉及个人", "reason:01": "内部原因"}
    known = passages(file, public_rules(catalog_content("final")["public"]))
    assert "unit.measures:2" in known
    masked.pop("reason:01") if "reason:01" not in known else None
    found = disclosure_of(content("final"), file, asked(masked=masked))
    words = "".join(str(section) for section in found.report.sections)
    assert MASKED in words
    assert PERSON not in words
    assert "涉及个人" not in words
    for wrong in ({"unit.supervision:1": "x"}, {"unit.measures:2": " "}):
        with pytest.raises(HuiliuError, match="DISC-002"):
            disclosure_of(content("final"), file, asked(masked=wrong))


def test_a_ledger_changed_after_the_evaluation_is_refused() -> None:
    with pytest.raises(HuiliuError, match="DISC-003"):
        disclosure_of(content("final"), file_2024(), asked(paid=(replace(ITEMS[0], fen=127_600_01), ITEMS[1])))


def test_rules_that_lack_a_part_are_refused() -> None:
    told = dict(catalog_content("final")["public"])
    for broken in ({**told, "narrative": []}, {**told, "refused": [{"kind": "x", "pattern": "("}]}):
        with pytest.raises(HuiliuError, match="DISC-004"):
            public_rules(broken)


@pytest.mark.slow
def test_a_browser_shows_it_at_both_widths_and_asks_for_nothing(tmp_path: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    for name, body in members().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(body)
    address = (tmp_path / "index.html").as_uri()
    asked_for: list[str] = []
    told: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        for width, height in (OFFICE, PHONE):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.on("request", lambda request: asked_for.append(request.url))
            page.on("console", lambda message: told.append(message.text))
            page.on("pageerror", lambda error: told.append(str(error)))
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            printed = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert asked_for == [address, address]
    assert told == []
    document = pypdfium2.PdfDocument(printed)
    sizes = {tuple(round(side / 72 * 25.4) for side in document[at].get_size()) for at in range(len(document))}
    assert sizes == {(210, 297)}
    assert "15.76万元" in pdf_text(printed)
