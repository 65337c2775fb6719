"""The first days of a real office: three administrators, then accounts, posts, and a clerk who may search."""

import re
import time
from contextlib import ExitStack

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from e2e.product import up
from huiliu.apps.accounts import one_time

pytestmark = pytest.mark.slow
CHOSEN = "Huiliu-2025-qidong"
PEOPLE = {"he": "何核", "ling": "凌云", "wang": "王芳"}
PASSWORD = re.compile(r"\b\w{4}(?:-\w{4}){3}\b")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\0IEND\xaeB`\x82"


@pytest.fixture(scope="module")
def office(tmp_path_factory, require_tool):
    require_tool("chromium", "chromium-browser", "google-chrome")
    with up(tmp_path_factory.mktemp("office") / "home", "--empty", "--division", "441600") as running:
        yield running


@pytest.fixture
def arrive(office):
    """`arrive("he", password)`: the first sign-in of a person, up to the workbench; at the end nothing went wrong."""
    with ExitStack() as stack:
        browser, people = stack.enter_context(chromium()), []

        def first_sign_in(username, given):
            person = stack.enter_context(visitor(browser, office.address))
            people.append(person)
            person.open("/login/")
            press(person, username=username, password=given)
            assert person.page.url.endswith("/password/")
            press(person, old=given, new=CHOSEN, again=CHOSEN)
            if person.page.url.endswith("/totp/"):
                secret = person.page.inner_text("#totp-secret")
                press(person, code=one_time.code_of(secret, int(time.time()) // 30))
                person.page.click("text=已保存，进入工作台")
            person.page.wait_for_url(office.address + "/")
            return person

        yield first_sign_in
        for person in people:
            assert person.errors == [] == person.outside


def press(person, **fields) -> str:
    """Fill the form of the page, press its main button, and read the answer."""
    for name, value in fields.items():
        field = person.page.locator(f"[name='{name}']")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)
    person.page.locator("button.hl-button-main").first.click()
    person.page.wait_for_load_state("load")
    return person.page.inner_text("body")


def sign_all(person) -> None:
    """Agree to everything that waits for this person."""
    person.open("/control/requests/")
    waiting = [link.get_attribute("href") for link in person.page.query_selector_all("#main tbody a")]
    assert waiting
    for address in dict.fromkeys(waiting):
        person.open(address)
        person.page.click("button[value=approved]")
        person.page.wait_for_load_state("load")
        assert "已办理：同意" in person.page.inner_text("body")


def first_steps(person) -> str:
    person.open("/")
    return person.page.inner_text("section:has(h2:has-text('启用步骤'))")


def test_from_three_administrators_to_a_clerk_who_may_search(office, arrive):
    sun, shen = (arrive(name, office.accounts[name]) for name in ("sysadmin", "secadmin"))
    assert "还没有稽核内控岗、单位领导" in first_steps(sun)
    passwords = {}
    for username, name in PEOPLE.items():
        sun.open("/control/accounts/new/")
        passwords[username] = PASSWORD.search(press(sun, username=username, display_name=name, reason="启用"))[0]
    assert "待核准 3 项" in first_steps(shen)
    shen.page.click("section:has(h2:has-text('启用步骤')) >> text=去办理")
    sign_all(shen)

    first_steps(sun)
    sun.page.click("section:has(h2:has-text('启用步骤')) a[href='/control/plan/']")
    sun.page.wait_for_load_state("load")
    press(sun, people="10", counties="0")
    sun.page.click("text=安排人员")
    sun.page.wait_for_load_state("load")
    press(sun, **{"control-1": "何核（he） 没有岗位", "leader-1": "凌云（ling） 没有岗位"})
    assert "已提交 2 项，未能提交 0 项" in press(sun, reason="任职文件")
    sign_all(shen)

    wang, he, ling = (arrive(name, passwords[name]) for name in ("wang", "he", "ling"))
    wang.page.click("text=申请岗位")
    wang.page.wait_for_load_state("load")
    assert "可由何核办理" in press(wang, post="业务经办岗", reason="经办岗空缺")
    wang.page.set_input_files("[type=file]", {"name": "任职文件.png", "mimeType": "image/png", "buffer": PNG})
    wang.page.click("text=上传")
    wang.page.wait_for_load_state("load")
    assert "任职文件.png" in wang.page.inner_text("body")
    for person in (he, ling, shen):
        sign_all(person)

    wang.open("/")
    wang.page.fill("#quick-search", "90000001")
    wang.page.press("#quick-search", "Enter")
    wang.page.wait_for_load_state("load")
    assert "尚无已发布的数据" in wang.page.inner_text("body")
    sun.open("/")
    assert "启用步骤" not in sun.page.inner_text("body")
    for person, size in ((wang, PHONE), (sun, OFFICE)):
        person.page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        assert person.overflow() == 0
