"""The whole line in a real Chromium: from the refused night to the downloaded report, by people at their posts."""

import csv
import gzip
import json
import re
from contextlib import ExitStack

import pytest

from browser import OFFICE, PHONE, chromium, chromium_path, visitor

pytestmark = pytest.mark.slow

# Words in Latin letters that belong to the product or to a standard; anything longer in lower case is untranslated.
KNOWN = {"heyuan", "contribution", "benefit", "payment", "person", "enrolment", "unit", "death", "record", "inbox",
         "run", "night", "evaluation", "show", "sm3", "json", "csv", "gz", "datahub", "rows", "operations", "control",
         "sum", "it", "clerk", "finance", "leader", "gd", "full", "increment", "manifest",
         "lake", "compare", "source", "zhangxm", "cashier", "checker", "sysadmin", "secadmin", "auditor"}  # fmt: skip


@pytest.fixture(scope="module")
def product(require_tool, request):
    require_tool("chromium", "chromium-browser")
    assert chromium_path()
    return request.getfixturevalue("demo")


@pytest.fixture(scope="module")
def browser(product):
    with chromium() as opened:
        yield opened


@pytest.fixture
def at(browser, product):
    """`at("control", PHONE)`: a person signed in at a post; at the end nothing went wrong and nothing went outside."""
    with ExitStack() as stack:
        people = []

        def sign(post, size=OFFICE):
            person = stack.enter_context(visitor(browser, product.address, size))
            person.sign_in(post, product.accounts[post])
            people.append(person)
            return person

        yield sign
        for person in people:
            assert person.errors == []
            assert person.outside == []


def someone_paid_after_death(product):
    """The first labelled person, from the simulated events: number, ID number and name as the first night delivered."""
    labels = json.loads((product.home / "labels.json").read_text("utf-8"))["paid_after_death"]
    number = labels[0]["person_no"]
    for batch in sorted((product.home / "inbox").iterdir()):
        for file in batch.glob("person*"):
            raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            table = json.loads((batch / "manifest.json").read_text("utf-8"))["tables"]["person"]
            for row in csv.DictReader(raw.decode(table["encoding"]).splitlines()):
                if row["AAC001"] == number:
                    return number, row["AAC002"], row["AAC003"], labels
    raise AssertionError("the labelled person was never delivered")


def test_workbench_says_what_happened_and_which_data_is_in_use(at):
    person = at("clerk")
    text = person.page.inner_text("main, #main, body")
    assert "已拒收" in text
    assert "2025-03-30" in text
    assert "合成数据" in text


def test_refused_night_shows_expected_and_actual_rows(at):
    person = at("it")
    person.open("/")
    person.page.click("text=夜间批次")
    person.page.click("td.dh-day-fail[title^='2025-03-31'] a")
    person.page.wait_for_load_state()
    text = person.page.inner_text("body")
    assert "行数" in text
    assert re.search(r"人员缴费明细|contribution", text)
    assert "应为" in text
    assert "实为" in text


def test_search_person_masked_with_audit_row(at, product):
    number, id_number, name, _ = someone_paid_after_death(product)
    clerk = at("clerk")
    clerk.page.fill("#quick-search", id_number)
    clerk.page.press("#quick-search", "Enter")
    clerk.page.wait_for_load_state()
    assert id_number not in clerk.page.url
    listed = clerk.page.content()
    assert number in listed
    assert name[0] + "*" in listed
    assert name not in listed.replace(name[0] + "*", "")
    clerk.page.click(f"a:has-text('{name[0]}*'), tr:has-text('{number}') a")
    clerk.page.wait_for_load_state()
    person_page = clerk.page.content()
    assert number not in clerk.page.url
    assert f"{id_number[:3]}****{id_number[-4:]}" in person_page
    assert id_number not in person_page
    assert "数据截至" in person_page
    assert "缴费" in person_page

    auditor = at("auditor")
    auditor.page.click("text=审计")
    auditor.page.wait_for_load_state()
    audit = auditor.page.inner_text("body")
    assert "查看人员" in audit
    assert "查询人员" in audit
    assert id_number not in audit
    assert name not in audit


def test_looking_back_and_what_each_night_changed(at, product):
    """The search of a past day leads to that day's person; every page says that it is not the newest."""
    number, *_ = someone_paid_after_death(product)
    clerk = at("clerk")
    clerk.open("/datahub/persons/")
    clerk.page.fill("input[name=text]", number)
    clerk.page.select_option("select[name=as_of]", "2025-03-22")
    clerk.page.click("form.dh-search button[type=submit]")
    assert "历史数据 截至 2025-03-22，不是最新" in clerk.page.inner_text("body")
    clerk.page.click(f"tr:has-text('{number}') a")
    clerk.page.wait_for_selector(".dh-person")
    assert clerk.page.url.endswith("?as_of=2025-03-22")
    assert "历史数据 截至 2025-03-22，不是最新" in clerk.page.inner_text("body")
    clerk.page.click("text=回到最新")
    clerk.page.wait_for_load_state()
    assert "历史数据" not in clerk.page.inner_text("body")
    clerk.page.click("text=变更历史")
    clerk.page.wait_for_selector(".dh-commit")
    assert "新增" in clerk.page.inner_text("body")
    assert number not in clerk.page.url


def test_suspicions_are_those_of_the_simulated_events(at, product):
    *_, labels = someone_paid_after_death(product)
    control = at("control")
    control.page.click("text=疑点")
    control.page.wait_for_load_state()
    text = control.page.inner_text("body")
    people = {label["person_no"] for label in labels}
    assert f"共 {len(people)} 条" in text
    control.page.click("table.hl-table tbody tr a >> nth=0")
    control.page.wait_for_load_state()
    detail = control.page.inner_text("body")
    assert "死亡人员" in detail
    assert "待遇支付明细" in detail
    assert "线索" in detail


def test_evaluation_report_trace_and_download(at):
    leader = at("leader")
    leader.page.click("text=已报自评表")
    leader.page.wait_for_load_state()
    leader.page.click("table.hl-table tbody a >> nth=0")
    leader.page.wait_for_load_state()
    text = leader.page.inner_text("body")
    for figure in ("96.11", "36.11", "78.80", "93.57", "81.02", "不可复算"):
        assert figure in text
    with leader.page.expect_download() as started:
        leader.page.click("a:has-text('下载 PDF')")
    assert started.value.path().read_bytes().startswith(b"%PDF-")
    leader.page.click("a:has-text('阅读报告')")
    leader.page.wait_for_load_state()
    assert "其他需要说明的问题" in leader.page.inner_text("body")
    leader.page.click("a.pf-figure >> nth=0")
    leader.page.wait_for_load_state()
    assert "sm3:" in leader.page.inner_text("body")


PAGES = {
    "control": ["/", "menu:夜间批次", "/datahub/nights/list/", "/datahub/nights/running/", "menu:核对", "menu:隔离区",
                "menu:人员", "menu:疑点", "menu:自评办理", "menu:已报自评表", "menu:账户",
                "menu:岗位权限", "menu:复核", "menu:保存期限",
                "/performance/evaluations/heyuan-2024/", "/performance/evaluations/heyuan-2024/report/"],
}  # fmt: skip


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_every_page_fits_and_is_chinese(at, size):
    person = at("control", size)
    menu = person.page.query_selector_all("#nav-sidebar a, nav a, aside a")
    links = {link.text_content().strip(): link.get_attribute("href") for link in menu}
    for page in PAGES["control"]:
        address = page
        if page.startswith("menu:"):
            word = page.removeprefix("menu:")
            address = next(href for text, href in links.items() if text.endswith(word))
        person.open(address)
        assert person.overflow() == 0, address
        # An icon is a word drawn by its font.
        person.page.evaluate("document.querySelectorAll('.material-symbols-outlined').forEach(icon => icon.remove())")
        words = set(re.findall(r"\b[a-z]{4,}\b", person.page.inner_text("body")))
        assert words <= KNOWN, (address, words - KNOWN)
