"""A project's year as its people see it: from the first authority to the close, on a screen and a phone."""

from contextlib import ExitStack
from datetime import datetime

import pytest
from django.test import Client

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NAMES = {"kuai": "finance", "fu": "finance", "chu": "cashier", "ling": "leader"}
BASE = "/funds/jia-it/2024/"
FORMS = (
    "rename/", "close/", "record/request/", "drafts/", "drafts/new/", "decisions/new/", "imports/", "imports/new/",
    "imports/mappings/contracts/",
)  # fmt: skip


@pytest.fixture
def people(live_server, monkeypatch, require_tool, settings, tmp_path):
    """`people["chu"]`: a person at a browser, signed in; at the end nothing went wrong and nothing outside."""
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    settings.HUILIU_HOME = tmp_path
    settings.HUILIU_CLOCK = FixedClock(datetime(2024, 12, 31, 12, 0, tzinfo=TZ))
    with ExitStack() as stack:
        browser, found = stack.enter_context(chromium()), {}
        for name, post in NAMES.items():
            client = Client()
            client.force_login(user_create(username=name, display_name=name, post=post, actor=SYSTEM).user)
            found[name] = stack.enter_context(visitor(browser, live_server.url))
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            found[name].page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        yield found
        for person in found.values():
            assert person.errors == [] == person.outside


def fits(person, path) -> str:
    """The page's words; it is no wider than a phone or an office screen."""
    person.open(path)
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (path, width)
    return person.page.inner_text("body")


def send(person, path="", /, **fields) -> str:
    """Open a form, fill it in, press its button, and read the answer."""
    if path:
        person.open(path)
    for name, value in fields.items():
        field = person.page.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    person.page.locator("form .hl-actions button").first.click()
    person.page.wait_for_load_state("load")
    return person.page.inner_text("body")


def sign(person, address) -> None:
    person.open(address)
    person.page.click("button[value=approved]")
    person.page.wait_for_load_state("load")


def test_a_year_from_its_authority_to_its_close(people):
    kuai, fu, chu, ling = people.values()
    assert "还没有登记项目" in fits(kuai, "/funds/")
    project = {"code": "jia-it", "name": "信息化维护", "agency": "甲市社会保险基金管理局", "department": "甲市人社局"}
    send(kuai, "/funds/new/", **project, year="2024", nature="经常性项目", mode="零余额账户（有额度）")
    send(kuai, f"{BASE}purposes/new/", code="upkeep", label="设备维护")
    day = {"day": "2024-10-08"}
    send(kuai, f"{BASE}record/initial/", day="2024-01-20", amount="200000", number="文1")
    assert "超过调整后指标" in send(kuai, f"{BASE}record/quota/", **day, amount="200000.01", number="通知1")
    send(kuai, amount="157600", number="通知1")
    wanted = {"payee": "甲公司", "item": "30213", "purpose": "设备维护", "reason": "合同约定"}
    asked = send(kuai, f"{BASE}record/request/", **day, amount="60000", **wanted)
    assert "已提交审批" in asked
    request, event = kuai.page.locator("a:has-text('打开申请')").get_attribute("href"), kuai.page.url
    for person in (fu, ling):
        sign(person, request)
    assert "待拨付" in fits(chu, "/funds/requests/")
    chu.page.goto(event)
    chu.page.click("a:has-text('拨付')")
    assert "当日尚未审核" in send(chu, day="2024-12-30", amount="60000.01", number="Z1")
    assert "超过核定" in send(chu, day="2024-12-31")
    assert "已记录" in send(chu, amount="60000", number="Z1")
    payment = chu.page.url.removeprefix(chu.base)
    fits(chu, payment)
    send(chu, f"{BASE}pay/refund/?for={payment.split('/')[-2]}", day="2024-12-31", amount="600", number="T1")
    send(kuai, f"{BASE}record/voucher/?for={payment.split('/')[-2]}", day="2024-12-31", amount="60000", number="记1")
    assert "记账凭证" in fits(kuai, payment)
    for path in FORMS:
        fits(kuai, BASE + path)
    fits(kuai, f"{BASE}figures/rate.execution/")
    assert "不能大于" in send(kuai, f"{BASE}close/", amount="140600.01", reason="年终结账")
    send(kuai, amount="42400", reason="年终结账")
    close = kuai.page.url.removeprefix(kuai.base)
    assert "下列 1 笔请拨没有付清" in fits(ling, close)
    sign(ling, close)
    page = fits(kuai, BASE)
    for text in ("已结账", "29.70", "结转下年", "42,400.00"):
        assert text in page, text
    assert "以前年度的支付退回" in fits(chu, payment)
    assert "不能再登记追加指标" in send(kuai, f"{BASE}record/add/", day="2024-12-31", amount="1", number="文9")
