"""The full view as people see it: asked for a purpose once, shown under a banner, back behind the mask at a click."""

from datetime import datetime

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.datahub.tests.town import ZHANG, ZHANG_ID
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base(town, live_server, monkeypatch, require_tool, settings):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    now = datetime.now(TZ)
    settings.HUILIU_CLOCK = FixedClock(now)
    return live_server.url


def fits(person) -> None:
    """No page is wider than an office screen or a phone."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)


def press(person, words: str) -> None:
    person.page.click(f"button:has-text('{words}')")
    person.page.wait_for_load_state("load")


def test_a_purpose_opens_the_full_view_and_its_end_closes_it(base):
    password = user_create(username="wang", display_name="王敏", post="clerk", level="L4", actor=SYSTEM).password
    with chromium() as browser, visitor(browser, base) as person:
        person.sign_in("wang", password)
        person.open("/datahub/persons/")
        person.page.fill("input[name=text]", ZHANG)
        press(person, "查询")
        assert "今日已查询 1 次，每日不超过 300 次" in person.page.inner_text("#content")
        fits(person)
        person.page.click("text=张*")
        person.page.wait_for_load_state("load")
        fits(person)
        press(person, "查看完整信息")
        assert "说明查看事由" in person.page.inner_text("h1")
        fits(person)
        person.page.select_option("select[name=matter]", label="信访答复")
        person.page.fill("input[name=case_number]", ZHANG_ID)
        press(person, "查看完整信息")
        assert "案号中含有证件号码" in person.page.inner_text("form.dh-purpose")
        fits(person)
        person.page.fill("input[name=case_number]", "信访〔2025〕12号")
        press(person, "查看完整信息")
        assert ZHANG_ID in person.page.inner_text(".dh-person")
        assert "王敏（wang）" in person.page.inner_text(".dh-watermark >> nth=0")
        assert "还有 30 分钟" in person.page.inner_text(".hl-banner")
        fits(person)
        person.page.click("text=返回脱敏页面")
        person.page.wait_for_load_state("load")
        assert ZHANG_ID not in person.page.content()
        press(person, "结束")
        assert person.page.locator(".hl-banner").count() == 0
        assert (person.errors, person.outside) == ([], [])
