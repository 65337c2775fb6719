"""Internal control as people see it: from an application to the grant, a leaver, and the wizard of posts."""

from contextlib import ExitStack

import pytest
from django.contrib.auth import get_user_model

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NAMES = {
    "sun": ("孙建国", "sysadmin"), "shen": ("沈安", "secadmin"), "an": ("安宁", "secadmin"), "he": ("何核", "control"),
    "ling": ("凌云", "leader"), "wang": ("王芳", "clerk"), "lan": ("蓝天", "it"),
}  # fmt: skip


@pytest.fixture
def base(live_server, monkeypatch, require_tool, settings, tmp_path):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    settings.HUILIU_HOME = tmp_path
    return live_server.url


@pytest.fixture
def people(base):
    """`people("he")`: a person of the office at a browser; at the end nothing went wrong and nothing outside."""
    passwords = {
        name: user_create(username=name, display_name=label, post=post, actor=SYSTEM).password
        for name, (label, post) in NAMES.items()
    }
    seen = []
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())

        def sign_in(name):
            person = stack.enter_context(visitor(browser, base))
            person.sign_in(name, passwords[name])
            seen.append(person)
            return person

        yield sign_in
        for person in seen:
            assert person.errors == [] == person.outside


def send(person, /, **fields) -> str:
    """Fill the form of the page, press its button, and read the answer."""
    for name, value in fields.items():
        field = person.page.locator(f"[name={name}]")
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    person.page.locator("form .hl-actions button").first.click()
    person.page.wait_for_load_state("load")
    return person.page.inner_text("body")


def number_of(name) -> str:
    return str(get_user_model().objects.get(username=name).pk)


def fits(person) -> None:
    """No page is wider than a phone or an office screen."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)


def test_four_people_take_a_request_from_submission_to_grant(people):
    wang = people("wang")
    wang.open("/control/requests/new/post/")
    fits(wang)
    said = send(wang, person=number_of("wang"), post="checker", reason="复核岗空缺")
    assert "申请已提交" in said
    assert "可由何核办理" in said
    address = wang.page.url.removeprefix(wang.base)
    for name, step in (("he", "内控审核"), ("ling", "领导核准"), ("shen", "系统赋权")):
        person = people(name)
        assert "待我办理" in person.page.inner_text("body")
        person.open("/control/requests/")
        fits(person)
        person.page.click("table.hl-table tbody a")
        person.page.wait_for_load_state("load")
        assert f"办理：{step}" in person.page.inner_text("body")
        fits(person)
        person.page.click("button[value=approved]")
        person.page.wait_for_load_state("load")
    wang.open(address)
    text = wang.page.inner_text("body")
    assert "已通过" in text
    for who in ("何核", "凌云", "沈安"):
        assert who in text
    wang.open("/control/delegations/")
    fits(wang)


def test_a_leaver_is_cleaned_up(people):
    wang, sun = people("wang"), people("sun")
    wang.open("/control/requests/new/post/")
    send(wang, person=number_of("wang"), post="checker", reason="复核岗空缺")
    sun.open("/accounts/users/")
    fits(sun)
    sun.page.click(f"a[href$='/control/accounts/{number_of('wang')}/leave/']")
    sun.page.wait_for_load_state("load")
    text = sun.page.inner_text("body")
    for word in ("业务经办岗", "岗位授权 业务复核岗", "将同时结束", "不能再启用"):
        assert word in text
    fits(sun)
    assert "撤销岗位 1 项，撤回申请 1 项" in send(sun, reason="退休")
    wang.open("/control/requests/")
    assert "/login/" in wang.page.url


def test_the_wizard_leads_from_a_number_to_requests(people):
    sun = people("sun")
    sun.open("/control/plan/")
    fits(sun)
    assert "会计与出纳须分设" in send(sun, people="10", counties="0")
    fits(sun)
    sun.page.click("text=安排人员")
    sun.page.wait_for_load_state("load")
    fits(sun)
    wang = number_of("wang")
    said = send(sun, **{"checker-1": wang, "finance-1": wang})
    assert "财务会计岗与此人现任业务经办岗不相容" in said
    fits(sun)
    said = send(sun, **{"finance-1": ""})
    assert "首次授权" in said
    fits(sun)
    said = send(sun, reason="任职文件")
    assert "已提交 1 项，未能提交 0 项" in said
    fits(sun)
