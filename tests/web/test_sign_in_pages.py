"""Signing in as people see it: lock-out, second factor, idle time-out, and sessions that are ended."""

from datetime import datetime, timedelta

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts import one_time
from huiliu.apps.accounts.services import api_key_create, user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
START = datetime(2025, 3, 31, 9, 0, tzinfo=TZ)


@pytest.fixture
def at(settings):
    """Moves the clock of the product, which runs in this process, to some seconds after nine."""

    def move(seconds: float) -> None:
        settings.HUILIU_CLOCK = FixedClock(START + timedelta(seconds=seconds))

    move(0)
    return move


@pytest.fixture
def base(at, live_server, monkeypatch, require_tool):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    return live_server.url


def make(username: str, post: str):
    return user_create(username=username, display_name="测试", post=post, actor=SYSTEM).password


def submit(person, **fields) -> None:
    """Fill the form of the page and press its main button."""
    for name, value in fields.items():
        person.page.fill(f"[name={name}]", value)
    person.page.click("button.hl-button-main")
    person.page.wait_for_load_state("load")


def fits(person) -> None:
    """No page is wider than an office screen or a phone."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)


def test_too_many_tries_lock_and_the_security_administrator_opens(base, at):
    password, admin = make("wang", "it"), make("zhao", "secadmin")
    with chromium() as browser, visitor(browser, base) as wang, visitor(browser, base) as zhao:
        wang.open("/login/")
        for _ in range(5):
            submit(wang, username="wang", password="wrong")
        submit(wang, username="wang", password=password)
        assert "已暂停登录" in wang.page.inner_text("[role=alert]")
        fits(wang)
        _enrol(zhao, "zhao", admin)
        zhao.open("/accounts/sign-in/")
        assert "锁定至" in zhao.page.inner_text("table")
        fits(zhao)
        zhao.page.click("text=解锁")
        fits(zhao)
        submit(zhao, purpose="本人来电核实")
        assert "已解除锁定" in zhao.page.inner_text("body")
        wang.sign_in("wang", password)
        assert zhao.errors == [] == zhao.outside + wang.outside


def _enrol(person, username: str, password: str) -> tuple[str, list[str]]:
    """Sign in and enrol by hand at the moment of the clock; the secret and the recovery codes."""
    person.open("/login/")
    submit(person, username=username, password=password)
    assert person.page.url.endswith("/totp/")
    fits(person)
    secret = person.page.inner_text("#totp-secret")
    submit(person, code=one_time.code_of(secret, one_time.step_of(START)))
    codes = person.page.locator(".hl-codes li").all_inner_texts()
    assert len(codes) == 10
    fits(person)
    return secret, codes


def test_a_second_factor_is_enrolled_asked_for_and_replaced_by_a_recovery_code(base, at):
    password = make("zhao", "secadmin")
    with chromium() as browser, visitor(browser, base) as person:
        secret, codes = _enrol(person, "zhao", password)
        person.open("/totp/")
        assert "未使用的恢复码：10 个" in person.page.inner_text("body")
        at(60)
        for typed in (one_time.code_of(secret, one_time.step_of(START) + 2), codes[0]):
            person.page.context.clear_cookies()
            person.open("/login/")
            submit(person, username="zhao", password=password)
            assert "/login/code/" in person.page.url
            fits(person)
            submit(person, code=typed)
            assert person.page.url == base + "/"
        assert person.errors == [] == person.outside


def test_an_idle_session_ends_and_the_login_page_says_why(base, at):
    password = make("wang", "it")
    with chromium() as browser, visitor(browser, base) as person:
        person.sign_in("wang", password)
        at(29 * 60)
        person.open("/sessions/")
        assert "本机" in person.page.inner_text("table >> nth=0")
        at(60 * 60)
        person.open("/sessions/")
        assert "/login/?next=/sessions/" in person.page.url
        assert "长时间未操作" in person.page.inner_text("[role=status]")
        fits(person)
        submit(person, username="wang", password=password)
        assert person.page.url == base + "/sessions/"
        assert "长时间未操作" in person.page.inner_text("body")
        fits(person)


def test_another_session_is_ended_from_the_list(base):
    password = make("wang", "it")
    with chromium() as browser, visitor(browser, base) as here, visitor(browser, base) as there:
        there.sign_in("wang", password)
        here.sign_in("wang", password)
        here.open("/sessions/")
        here.page.click("table >> nth=0 >> text=结束")
        here.page.wait_for_load_state("load")
        assert "会话已结束" in here.page.inner_text("body")
        there.open("/")
        assert "/login/" in there.page.url
        assert "本人结束" in there.page.inner_text("[role=status]")


def test_a_key_is_shown_once(base):
    password = make("wang", "it")
    with chromium() as browser, visitor(browser, base) as person:
        person.sign_in("wang", password)
        person.open("/keys/")
        person.page.check("input[value='datahub.view_nights']")
        submit(person, label="数据中台取批次状态")
        secret = person.page.inner_text("#api-secret")
        assert secret.startswith("hlk_")
        fits(person)
        person.open("/keys/")
        assert secret not in person.page.content()
        fits(person)
        assert person.errors == [] == person.outside


def test_the_lists_of_the_security_administrator_fit(base):
    from huiliu.apps.accounts.models import User

    make("wang", "it")
    admin = make("zhao", "secadmin")
    wanted = {"label": "数据中台取批次状态", "permissions": ["datahub.view_nights"], "networks": "10.44.1.0/24"}
    api_key_create(owner=User.objects.get(username="wang"), days=90, actor=SYSTEM, **wanted)
    with chromium() as browser, visitor(browser, base) as person:
        _enrol(person, "zhao", admin)
        for path in ("/accounts/keys/", "/accounts/sessions/", "/accounts/sign-in/"):
            person.open(path)
            fits(person)
        person.page.click("a:has-text('登录地址') >> nth=0")
        submit(person, networks="10.44.1.0", purpose="固定终端")
        fits(person)
        assert person.errors == [] == person.outside
