"""A month's report as people read it, in a real Chromium: made now, chosen, compared, opened to its list, taken out."""

from datetime import datetime

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.town import Site
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.reports.selectors import report_by_name
from huiliu.apps.reports.services import report_make
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base(town, live_server, monkeypatch, require_tool, settings, tmp_path):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    settings.HUILIU_CLOCK = FixedClock(datetime.now(TZ))

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    nights_refresh()
    report_make(report=report_by_name("pensions_paid"), month=202412)
    return live_server.url


def fits(person) -> None:
    """No page is wider than an office screen or a phone."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)


def press(person, words: str) -> None:
    person.page.click(f"#content button:has-text('{words}')")
    person.page.wait_for_load_state("load")


def test_from_the_list_of_reports_to_a_figure_and_its_list(base):
    password = user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM).password
    with chromium() as browser, visitor(browser, base) as person:
        page = person.page
        person.sign_in("wang", password)
        person.open("/reports/")
        fits(person)
        page.click("text=养老待遇发放 >> nth=0")
        page.wait_for_load_state("load")
        page.select_option("[name=month]", label="2025-01（未生成）")
        press(person, "查看")
        assert "这个月的报表还没有生成" in page.inner_text("#content")
        press(person, "现在生成")
        assert "等候执行" in page.inner_text(".hl-progress")
        fits(person)
        assert jobs_run() == 1
        person.open("/reports/pensions_paid/?month=202501")
        whole = page.locator(".rp-depth-0").first
        assert "2,861.35" in whole.inner_text()
        assert "+10.05%" in whole.inner_text()
        page.select_option("[name=detail]", "town")
        page.select_option("[name=against]", "both")
        press(person, "查看")
        assert "比去年同月：2024-01（无报表）" in page.inner_text("#content")
        fits(person)
        assert page.locator(".hl-table-tools button").first.inner_text() == "复制表格"
        page.select_option("[name=kind]", "110")
        press(person, "查看")
        assert page.locator("tbody tr").count() == 3  # the scheme's whole, 紫金, and its persons without a town
        page.locator(".rp-depth-1 .qr-drill").first.click()
        page.wait_for_load_state("load")
        assert "共 1 行，1 人" in page.inner_text("#content")
        person.open("/reports/pensions_paid/editions/?month=202501")
        fits(person)
        assert person.errors == []
        assert person.outside == []
