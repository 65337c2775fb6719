"""Targets as people see them: filled in by finance, signed by control and leader, compared, on a screen and a phone."""

from contextlib import ExitStack

import pytest

from browser import OFFICE, PHONE, chromium, visitor
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.tests.form import begun, filled
from huiliu.kernel.clock import SystemClock

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NAMES = {"kuai": ("会国", "finance"), "he": ("何核", "control"), "ling": ("凌云", "leader")}


@pytest.fixture
def people(live_server, monkeypatch, require_tool, settings, tmp_path):
    """`people("he")`: a person of the office at a browser; at the end nothing went wrong and nothing outside."""
    require_tool("chromium", "chromium-browser", "google-chrome")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
    settings.HUILIU_HOME = tmp_path
    passwords = {
        name: user_create(username=name, display_name=label, post=post, actor=SYSTEM).password
        for name, (label, post) in NAMES.items()
    }
    seen = []
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())

        def sign_in(name):
            person = stack.enter_context(visitor(browser, live_server.url))
            person.sign_in(name, passwords[name])
            seen.append(person)
            return person

        yield sign_in
        for person in seen:
            assert person.errors == [] == person.outside


def fits(person, path) -> str:
    """The page's words; it is no wider than a phone or an office screen."""
    person.open(path)
    for width, height in (PHONE, OFFICE):
        person.page.set_viewport_size({"width": width, "height": height})
        assert person.overflow() == 0, (path, width)
    return person.page.inner_text("body")


def test_a_form_is_filled_in_signed_twice_and_followed_by_another(people):
    year = SystemClock().now().year
    version = filled(begun(year=year))
    page = f"/performance/targets/{version.pk}/"
    kuai = people("kuai")
    assert "没有发现问题" in fits(kuai, page)
    for path in ("/performance/targets/", "/performance/targets/new/", f"{page}rows/new/", f"{page}words/",
                 f"{page}uses/new/", f"{page}weights/", f"{page}figures/weight.total/"):  # fmt: skip
        fits(kuai, path)
    fits(kuai, f"{page}submit/")
    kuai.page.fill("[name=reason]", "年度目标")
    kuai.page.click("form button:has-text('提交审批')")
    kuai.page.wait_for_url(f"{kuai.base}{page}")
    for name in ("he", "ling"):
        person = people(name)
        fits(person, page)
        person.page.click("text=去办理")
        person.page.click("button[value=approved]")
        person.page.wait_for_load_state("load")
        assert "年度目标" in person.page.inner_text("body")
    assert "生效" in fits(kuai, page)
    kuai.page.click("text=另起一版")
    kuai.page.click("form button:has-text('起草')")
    kuai.page.wait_for_load_state("load")
    second = TargetVersion.objects.get(number=2)
    assert "两版内容相同" in fits(kuai, f"/performance/targets/{second.pk}/compare/")
