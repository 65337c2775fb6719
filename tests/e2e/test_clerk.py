"""A clerk's day in a real Chromium; with HUILIU_GUIDE set to a folder, its pictures are those of the clerk's guide."""

import io
import re
import zipfile
from collections import Counter, defaultdict
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
import pyzipper
import xlsxwriter
from python_calamine import CalamineWorkbook

from browser import OFFICE, chromium, chromium_path, visitor
from e2e.delivered import rows
from e2e.paper import picture
from e2e.product import up

pytestmark = pytest.mark.slow
LAST = "20250330"  # the last day that was published; the next night is refused
CASE = "GD-2025-0331"
PENSIONS = ("110", "120", "170")  # of employees, of public servants, of residents


@pytest.fixture(scope="module")
def product(tmp_path_factory, require_tool):
    require_tool("chromium", "chromium-browser")
    assert chromium_path()
    with up(tmp_path_factory.mktemp("clerk") / "home", "--persons", "600") as running:
        yield running


@pytest.fixture(scope="module")
def clerk(product):
    """The clerk's own browser, signed in once; at the end nothing went wrong and nothing went outside."""
    with ExitStack() as stack:
        person = stack.enter_context(visitor(stack.enter_context(chromium()), product.address, OFFICE))
        person.sign_in("clerk", product.accounts["clerk"])
        yield person
        assert person.errors == []
        assert person.outside == []


@pytest.fixture(scope="module")
def people(product):
    return rows(product.home, "person", LAST)


@pytest.fixture(scope="module")
def payments(product):
    return rows(product.home, "benefit_payment", LAST)


def search(person, text: str) -> str:
    """Search from wherever one is, by the key `/`; the text of the page of results."""
    person.page.keyboard.press("/")
    person.page.keyboard.insert_text(text)
    with person.page.expect_navigation():  # the page before is loaded too
        person.page.keyboard.press("Enter")
    return person.page.inner_text("body")


def open_person(person, number: str) -> str:
    person.open("/datahub/persons/")
    assert number in search(person, number)
    person.page.click(f"tr:has-text('{number}') a")
    person.page.wait_for_selector(".dh-person")
    return person.page.inner_text("#content")


def fetched(person, click: str) -> bytes:
    """A file that a click downloads."""
    with person.page.expect_download() as started:
        person.page.click(click)
    return Path(started.value.path()).read_bytes()


def exported(person, picture_name: str | None = None) -> bytes:
    """Wait on the page of an export until the worker has made it; the file."""
    link = person.page.locator("a:has-text('下载文件')")
    link.wait_for(timeout=90_000)
    if picture_name:
        picture(person, picture_name)
    return fetched(person, "a:has-text('下载文件')")


def purpose(person, matter: str = "业务核查") -> None:
    person.page.select_option("select[name=matter]", label=matter)
    person.page.fill("input[name=case_number]", CASE)


def sheet(raw: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name("数据").to_python()


def yuan(paid) -> str:
    """The sum of payments, as pages write it."""
    return f"{sum(Decimal(row['AAE019']) for row in paid):,.2f}"


def pensioner(payments):
    """Somebody who was paid each of the last months, and what they got in the last one."""
    months = Counter(row["AAC001"] for row in payments if row["AAE002"] >= "202501" and row["AAE088"] == "1")
    number = min(number for number, count in months.items() if count >= 6)
    return number, [row for row in payments if row["AAC001"] == number]


def test_one_person_and_one_unit(product, clerk, people, payments):
    number, paid = pensioner(payments)
    shown = open_person(clerk, number)
    identity = next(row for row in people if row["AAC001"] == number)
    assert identity["AAC003"] not in shown
    assert f"{identity['AAC003'][0]}*" in shown
    assert yuan([row for row in paid if row["AAE088"] == "1" and row["AAE140"] == paid[0]["AAE140"]]) in shown
    picture(clerk, "person")
    clerk.page.click("a:has-text('打印查询结果单')")
    purpose(clerk)
    picture(clerk, "result-sheet")
    raw = fetched(clerk, "button:has-text('生成 PDF')")
    printed = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(raw))
    assert "仅供内部核对" in printed
    assert identity["AAC002"] not in printed
    clerk.open("/datahub/units/")
    unit = rows(product.home, "unit", LAST)[0]
    assert unit["AAB001"] in search(clerk, unit["AAB004"])
    clerk.page.click(f"tr:has-text('{unit['AAB001']}') a")
    clerk.page.wait_for_load_state("load")
    assert "参保" in clerk.page.inner_text("#content")
    picture(clerk, "unit")


def test_search_in_the_ways_that_people_know(clerk, people):
    """By number with hints on typing errors, by the beginning of a name, by pinyin, by the last digits."""
    wanted = people[0]
    number, id_number, name = wanted["AAC001"], wanted["AAC002"], wanted["AAC003"]
    clerk.open("/datahub/persons/")
    assert number in search(clerk, id_number)
    assert id_number not in clerk.page.url
    same = [row["AAC001"] for row in people if row["AAC003"].startswith(name[:2])]
    shown = search(clerk, name[:2])
    assert all(each in shown for each in same[:20])
    picture(clerk, "search")
    assert number in search(clerk, id_number[-6:])
    wrong = id_number[:-1] + str((int(id_number[-1].replace("X", "0")) + 1) % 10)
    hint = search(clerk, wrong)
    assert "校验" in hint
    assert number in hint  # among those that are one slip of the keyboard away
    picture(clerk, "search-hint")


def test_a_list_of_numbers_becomes_a_workbook_in_the_same_order(clerk, people, tmp_path):
    """look-up by list: numbers with spaces, an apostrophe, one damaged beyond repair and one of nobody."""
    chosen = [row for row in people if row["AAC002"][-1].isdigit()][:3]
    ids = [row["AAC002"] for row in chosen]
    nobody = "11010519491231002X"
    path = tmp_path / "名单.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        listed = [ids[2], f" {ids[0][:6]} {ids[0][6:]}", f"'{ids[1]}", "4.49923197605010E+17", nobody]
        for at, cells in enumerate([("序号", "身份证号"), *enumerate(listed, 1)]):
            page.write_row(at, 0, cells)
    clerk.open("/lists/")
    clerk.page.set_input_files("input[name=file]", str(path))
    for name in ("person_no", "name", "town_name"):
        clerk.page.check(f"input[name=columns][value={name}]")
    purpose(clerk)
    picture(clerk, "list-look-up")
    clerk.page.click("button[value=show]")
    clerk.page.wait_for_load_state("load")
    shown = clerk.page.inner_text("#content")
    assert shown.index(chosen[2]["AAC001"]) < shown.index(chosen[0]["AAC001"]) < shown.index(chosen[1]["AAC001"])
    assert "科学计数法" in shown
    picture(clerk, "list-found")
    clerk.page.set_input_files("input[name=file]", str(path))
    purpose(clerk)
    clerk.page.click("button[value=file]")
    clerk.page.wait_for_load_state("load")
    password = clerk.page.inner_text("code")
    clerk.page.click("text=已记下，查看进度")
    raw = exported(clerk)
    with pytest.raises(RuntimeError, match="encrypted"):
        zipfile.ZipFile(io.BytesIO(raw)).read("批量查询结果.xlsx")
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        archive.setpassword(password.encode())
        found = sheet(archive.read("批量查询结果.xlsx"))
    text = ["|".join(map(str, row)) for row in found]
    assert [any(each["AAC001"] in line for line in text) for each in chosen] == [True] * 3
    places = [
        next(at for at, line in enumerate(text) if each["AAC001"] in line) for each in (chosen[2], chosen[0], chosen[1])
    ]
    assert places == [places[0], places[0] + 1, places[0] + 2]


def test_a_structured_query_with_figures_and_their_list(clerk, payments):
    month = [row for row in payments if row["AAE002"] == "202503"]
    clerk.open("/query/topics/")
    picture(clerk, "topics")
    clerk.page.click("a[href='/query/topics/benefit_payment/']")
    clerk.page.wait_for_load_state("load")
    clerk.page.select_option("[name=c0-item]", "benefit_month")
    clerk.page.select_option("[name=c0-operator]", label="等于")
    clerk.page.fill("input[name=c0-value]", "202503")
    clerk.page.check("[name=mode][value=statistics]")
    clerk.page.select_option("select[name=group] >> nth=0", "person_division")
    clerk.page.select_option("select[name=group] >> nth=1", "insurance_type")
    clerk.page.select_option("select[name=measure] >> nth=0", "distinct:person_no")
    clerk.page.select_option("select[name=measure] >> nth=1", "sum:amount")
    picture(clerk, "query")
    clerk.page.fill("[name=name]", "三月待遇按县区")
    clerk.page.click("button[name=keep]")
    clerk.page.wait_for_load_state("load")
    shown = clerk.page.inner_text("#content")
    assert f"{len({row['AAC001'] for row in month}):,}" in shown
    assert yuan(month) in shown
    picture(clerk, "query-result")


# What clerks list every month: topic, conditions, and the same of the delivered rows.
LISTS = {
    "payments": ("benefit_payment", [("paid_month", "等于", "202503"), ("pay_state", "等于", "1")],
                 lambda row: row["AAE208"] == "202503" and row["AAE088"] == "1"),
    "failed_payments": ("bank_return", [("returned_on", "大于等于", "20250101")],
                        lambda row: row["ZHL005"] >= "20250101"),
    "failed_payments_not_paid_again": ("bank_return", [("repaid_order_no", "为空", "")], lambda row: not row["ZHL006"]),
    "back_payments": ("benefit_payment", [("back_pay_type", "不为空", "")], lambda row: bool(row["AAA077"])),
    "certification_due": ("certification", [("next_due_on", "小于等于", "20250430"), ("is_newest", "等于", "是")],
                          lambda row: "" < row["AAC099"] <= "20250430"),
    "arrears": ("arrears", [("due_month", "大于等于", "202401")],
                lambda row: row["AAE078"] == "0" and row["AAE003"] >= "202401"),
}  # fmt: skip


@pytest.mark.parametrize("need", LISTS)
def test_the_list_of(product, clerk, need):
    topic, conditions, wanted = LISTS[need]
    clerk.open(f"/query/topics/{topic}/")
    clerk.page.check("[name=mode][value=list]")
    for at, (item, operator, value) in enumerate(conditions):
        clerk.page.select_option(f"[name=c{at}-item]", item)
        clerk.page.select_option(f"[name=c{at}-operator]", label=operator)
        if value and clerk.page.locator(f"select[name=c{at}-value]").count():
            clerk.page.select_option(f"select[name=c{at}-value]", value)
        elif value:
            clerk.page.fill(f"input[name=c{at}-value]", value)
    clerk.page.click("button[name=run]")
    clerk.page.wait_for_load_state("load")
    delivered = rows(product.home, "contribution" if topic == "arrears" else topic, LAST)
    if need == "certification_due":  # who has certified again since is no longer due
        newest = {row["AAC001"]: row["AAC099"] for row in sorted(delivered, key=lambda row: row["AAC099"])}
        delivered = [row for row in delivered if row["AAC099"] == newest[row["AAC001"]]]
    found = [row for row in delivered if wanted(row)]
    assert found
    people = len({row["AAC001"] for row in found})
    assert f"共 {len(found):,} 行，{people:,} 人" in clerk.page.inner_text("#content")
    picture(clerk, f"list-{need.replace('_', '-')}")


@pytest.mark.parametrize("state", ["filled", "running"])
def test_duplicate_enrolment(product, clerk, state):
    """重复参保: in two pension schemes at once, which nobody of the demo city is; some were in one after another."""
    schemes = defaultdict(set)
    for row in rows(product.home, "enrolment", LAST):
        if (row["AAC008"] == "1" or state == "filled") and row["AAE140"] in PENSIONS:
            schemes[row["AAC001"]].add(row["AAE140"])
    clerk.open("/query/topics/enrolment/")
    clerk.page.select_option("[name=c0-item]", "state")
    clerk.page.select_option("[name=c0-operator]", label="不为空" if state == "filled" else "等于")
    if state == "running":
        clerk.page.select_option("select[name=c0-value]", "1")
    clerk.page.select_option("[name=c1-item]", "insurance_type")
    clerk.page.select_option("[name=c1-operator]", label="在列表中")
    clerk.page.select_option("select[name=c1-value]", list(PENSIONS))
    clerk.page.check("[name=mode][value=statistics]")
    clerk.page.select_option("select[name=group] >> nth=0", "person_no")
    clerk.page.select_option("select[name=measure] >> nth=0", "distinct:insurance_type")
    clerk.page.select_option("[name=m0-operator]", label="大于等于")
    clerk.page.fill("[name=m0-value]", "2")
    picture(clerk, "duplicate-enrolment")
    clerk.page.fill("[name=name]", "重复参保")
    clerk.page.click("button[name=keep]")
    clerk.page.wait_for_load_state("load")
    shown = clerk.page.inner_text("#content")
    wanted = {number for number, kinds in schemes.items() if len(kinds) > 1}
    assert bool(wanted) == (state == "filled")
    assert set(re.findall(r"449900\d{8}(?!\d)", shown)) == wanted


def test_the_monthly_reports(clerk, payments):
    """Persons and amounts paid in a month, by insurance and place, beside those of the month before."""
    paid = {
        month: [row for row in payments if row["AAE208"] == month and row["AAE088"] == "1"]
        for month in ("202501", "202502")
    }
    clerk.open("/reports/")
    picture(clerk, "reports")
    clerk.page.click("a:text-is('养老待遇发放')")
    clerk.page.wait_for_load_state("load")
    clerk.page.select_option("select[name=month]", "202502")
    clerk.page.click("button:has-text('查看')")
    clerk.page.wait_for_load_state("load")
    if not clerk.page.locator(".rp-edition").count():
        clerk.page.click("button:has-text('现在生成')")
        clerk.page.locator(".rp-edition").wait_for(timeout=90_000)
    shown = clerk.page.inner_text("#content")
    for month in paid.values():
        assert f"{len({row['AAC001'] for row in month}):,}" in shown
        assert yuan(month) in shown
    picture(clerk, "report")


def test_an_export_has_a_file_for_every_town(clerk, people):
    clerk.open("/datahub/persons/")
    clerk.page.click("a:has-text('导出人员名单')")
    clerk.page.wait_for_load_state("load")
    picture(clerk, "export")
    purpose(clerk)
    clerk.page.select_option("select[name=split]", label="按街道乡镇")
    clerk.page.select_option("select[name=format]", "csv")
    clerk.page.click("#content button[type=submit].hl-button-main")
    clerk.page.wait_for_load_state("load")
    raw = exported(clerk, "export-ready")
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist() if name.endswith(".csv")}
    towns = {town: f"人员名单_{town}.csv" for town in {row["AAF031"] for row in people}}
    assert set(towns.values()) <= texts.keys()
    held = {town: {row["AAC001"] for row in people if row["AAF031"] == town} for town in towns}
    for town, name in towns.items():
        assert set(re.findall(r"449900\d{8}(?!\d)", texts[name])) == held[town], town
