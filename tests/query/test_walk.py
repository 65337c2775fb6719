"""Asking as people do it, in a real Chromium: pick codes, list, count across, open a figure's list, keep the query."""

from datetime import datetime

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base(town, live_server, monkeypatch, require_tool, settings):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    settings.HUILIU_CLOCK = FixedClock(datetime.now(TZ))
    return live_server.url


def fits(person) -> None:
    """No page is wider than an office screen or a phone."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)


def press(person, name: str) -> None:
    person.page.click(f"button[name={name}]")
    person.page.wait_for_load_state("load")


def test_from_a_topic_to_a_list_to_figures_and_back(base):
    password = user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM).password
    with chromium() as browser, visitor(browser, base) as person:
        page = person.page
        person.sign_in("wang", password)
        person.open("/query/topics/")
        fits(person)
        page.click("text=每笔待遇支付明细一行")
        page.wait_for_load_state("load")
        fits(person)
        page.select_option("[name=c0-item]", "pay_state")
        assert page.locator("[name=c0-operator] option:not([disabled])").count() == 5  # what a code takes
        page.select_option("[name=c0-operator]", "among")
        page.select_option("select[name=c0-value]", ["1", "2"])
        fits(person)
        press(person, "run")
        assert "共 4 行，2 人" in page.inner_text("#content")
        assert "1 已支付、2" in page.inner_text(".qr-words")
        fits(person)
        page.click("summary")
        assert page.locator("select[name=c0-value] option:checked").count() == 2
        page.check("[name=mode][value=statistics]")
        page.select_option("select[name=group] >> nth=0", "benefit_month")
        page.select_option("select[name=group] >> nth=1", "insurance_type")
        page.check("[name=across]")
        page.select_option("select[name=measure] >> nth=0", "distinct:person_no")
        page.select_option("select[name=measure] >> nth=1", "sum:amount")
        page.fill("[name=name]", "按月按险种")
        press(person, "keep")
        assert "方案已保存" in page.inner_text("body")
        assert page.locator("canvas.chart").evaluate("canvas => Boolean(Chart.getChart(canvas))")
        fits(person)
        page.click("tfoot .qr-drill >> nth=1")
        page.wait_for_load_state("load")
        assert "名单（由统计数字展开）" in page.inner_text("#content")
        person.open("/query/saved/")
        fits(person)
        page.click("text=按月按险种")
        page.wait_for_load_state("load")
        assert page.is_checked("[name=across]")
        assert (person.errors, person.outside) == ([], [])
