"""The quarantine as people use it: a reason, its rows, a request by one, a signature by another: the row is loaded."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.datahub.jobs import acts
from huiliu.apps.datahub.selectors import library
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.hearing import build
from huiliu.apps.datahub.tests.town import Site
from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def base(live_server, monkeypatch, require_tool, settings, tmp_path):
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    build(tmp_path)
    settings.HUILIU_CLOCK = FixedClock(datetime.now(TZ))
    settings.HOME = Site(tmp_path / "home")
    settings.HUILIU_CATALOG_ROOTS = (tmp_path / "catalog",)
    nights_refresh()
    yield live_server.url
    library().close()


def fits(person, name="") -> None:
    """No page is wider than an office screen or a phone."""
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (person.page.url, width)
        if name and (folder := os.environ.get("HUILIU_PICTURES")):
            person.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def press(person, words: str) -> None:
    person.page.click(f"button:has-text('{words}')")
    person.page.wait_for_load_state("load")


def follow(person, words: str) -> None:
    person.page.click(f"#content a:has-text('{words}')")
    person.page.wait_for_load_state("load")


def test_one_asks_another_agrees_and_the_row_is_loaded(base):
    posts = {"wang": "clerk", "fu": "checker"}
    known = {n: user_create(username=n, display_name=n, post=p, actor=SYSTEM).password for n, p in posts.items()}
    with chromium() as browser, visitor(browser, base) as person, visitor(browser, base) as other:
        person.sign_in("wang", known["wang"])
        person.open("/datahub/quarantine/")
        assert "3 行没有入库" in person.page.inner_text("#content")
        fits(person, "list")
        follow(person, "认定大于主张")
        press(person, "申请放行")
        assert "请填写理由" in person.page.inner_text("#content")
        fits(person, "rows")
        follow(person, "hearing.csv 第 1 条")
        assert "130.00" in person.page.inner_text(".dh-wrong >> nth=1")
        fits(person, "row")
        person.page.fill("textarea[name=reason]", "与听证笔录核对一致")
        press(person, "申请放行")
        assert "申请已提交" in person.page.inner_text("body")
        fits(person, "request")
        other.sign_in("fu", known["fu"])
        other.open("/control/requests/")
        other.page.click("table a")
        other.page.wait_for_load_state("load")
        fits(other, "approval")
        follow(other, "查看涉及的内容")
        assert "共 1 行仍在隔离区" in other.page.inner_text("#content")
        fits(other, "asked")
        other.page.go_back()
        other.page.fill("textarea[name=comment]", "已核对")
        press(other, "同意")
        assert "已通过" in other.page.inner_text("#content")
        assert "等候执行" in other.page.inner_text("#ct-act")
        fits(other, "waiting")
        with ThreadPoolExecutor(1) as worker:  # as the worker does it, while the page stands open
            worker.submit(acts).result()
        other.page.wait_for_selector("#ct-act:has-text('已在库中生效')")
        fits(other, "done")
        person.open("/datahub/quarantine/")
        assert "2 行没有入库" in person.page.inner_text("#content")
        person.open("/datahub/nights/")
        fits(person, "nights")
        person.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        person.open("/datahub/nights/?month=2025-03")
        last = person.page.locator(".dh-matrix td[data-text]").last.bounding_box()
        assert last["x"] + last["width"] <= PHONE[0], "the 31st, the only day with data, is in the window"
        person.open("/")
        fits(person, "home")
        assert (person.errors, person.outside, other.errors, other.outside) == ([], [], [], [])
    with library().open() as snap:
        assert [str(row["granted"]) for row in snap.rows("SELECT granted FROM hearing")] == ["130.00"]
