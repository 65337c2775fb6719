"""The running product in a real Chromium: office screen and phone, light and dark, nothing from outside."""

import os
import subprocess
import sys
import time
import urllib.request

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from support.migrated import place

pytestmark = pytest.mark.slow
PAGES = ("/", "/datahub/nights/", "/accounts/users/", "/password/")
MAKE = """
import django
django.setup()
from django.conf import settings
settings.HOME.create().mark_demo()
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
print(user_create(username="control", display_name="陈稽核", post="control", actor=SYSTEM).password)
"""


@pytest.fixture
def served(home, free_port, require_tool):
    """(address, password of the account `control`) of an empty installation served by granian."""
    require_tool("chromium", "chromium-browser", "google-chrome")
    environment = {**os.environ, "HUILIU_HOME": str(home), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)
    place(home)
    made = subprocess.run([sys.executable, "-c", MAKE], env=environment, capture_output=True, text=True, check=True)
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--port",
            str(free_port),
            "huiliu.config.wsgi:application",
        ],
        env=environment,
    )
    base = f"http://127.0.0.1:{free_port}"
    try:
        _wait(base)
        yield base, made.stdout.strip().splitlines()[-1]
    finally:
        server.terminate()
        server.wait(20)


def _wait(base: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(base + "/healthz", timeout=2).close()
        except OSError:  # refused, or slow to answer
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the web process did not answer")


def test_pages_fit_the_window_and_stay_at_home(served):
    base, password = served
    with chromium() as browser:
        for size in (OFFICE, PHONE):
            for dark in (False, True):
                with visitor(browser, base, size, dark=dark) as person:
                    person.sign_in("control", password)
                    for path in PAGES:
                        person.open(path)
                        assert person.overflow() == 0, (path, size)
                        assert person.page.locator("h1").count() == 1, path
                    assert person.errors == []
                    assert person.outside == []


def test_a_table_too_wide_for_a_phone_stands_as_cards(served):
    base, password = served
    with chromium() as browser, visitor(browser, base, PHONE) as person:
        person.sign_in("control", password)
        person.open("/accounts/users/")
        assert person.page.locator(".hl-cards td[data-label]").count() > 0
        assert person.page.locator(".hl-cards thead").is_hidden()
        box = person.page.locator(".hl-table-box").first
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") == 0
        person.page.set_viewport_size({"width": 1366, "height": 768})
        person.page.wait_for_selector(".hl-table-box:not(.hl-cards) thead")


def test_choosing_a_file_writes_into_no_other_field(served):
    base, password = served
    form = '<form><p><input type="text" name="unit" value="甲局"></p><p><input type="file" name="paper"></p></form>'
    with chromium() as browser, visitor(browser, base) as person:
        person.sign_in("control", password)
        person.open("/password/")
        person.page.evaluate("form => document.querySelector('#main').insertAdjacentHTML('beforeend', form)", form)
        person.page.wait_for_timeout(100)
        person.page.set_input_files(
            "input[name=paper]", {"name": "复核.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
        )
        assert person.page.input_value("input[name=unit]") == "甲局"
        assert person.errors == []


def test_everything_can_be_reached_by_keyboard(served):
    base, password = served
    with chromium() as browser, visitor(browser, base) as person:
        person.open("/login/")
        assert person.page.evaluate("document.activeElement.name") == "username"
        person.page.keyboard.type("control")
        person.page.keyboard.press("Tab")
        person.page.keyboard.type(password)
        person.page.keyboard.press("Enter")
        person.page.wait_for_url(base + "/")
        person.page.get_by_role("link", name="账户").focus()
        person.page.keyboard.press("Enter")
        person.page.wait_for_url(base + "/accounts/users/")
        assert person.page.title() == "账户 - 回流"


def test_the_menu_opens_on_a_phone_and_leads_out(served):
    base, password = served
    with chromium() as browser, visitor(browser, base, PHONE) as person:
        person.sign_in("control", password)
        person.page.get_by_role("button", name="打开菜单").click()
        person.page.get_by_text("陈稽核").click()
        person.page.get_by_role("button", name="退出登录").click()
        person.page.wait_for_url(base + "/login/")
        person.open("/accounts/users/")
        assert "/login/?next=" in person.page.url
