"""A real Chromium for end-to-end tests: offline flags, and every console error and outside request written down."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from huiliu.apps.accounts import one_time

OFFICE = (1366, 768)
PHONE = (390, 844)
ARGUMENTS = (
    "--no-sandbox",
    "--lang=zh-CN",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
RECOVERY: dict[tuple[str, str], list[str]] = {}  # address and user name → codes not used yet
KNOWN_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def chromium_path() -> str | None:
    """The installed Chromium, by HUILIU_CHROMIUM or in the usual places; None where there is none."""
    named = os.environ.get("HUILIU_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return named or next((place for place in KNOWN_PLACES if os.path.exists(place)), None)  # noqa: PTH110


@dataclass
class Visitor:
    """A person at a browser: `page` to act with, and what went wrong or went outside while doing so."""

    page: Page
    base: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to an address of ours and wait until it is drawn."""
        self.page.goto(self.base + path, wait_until="load")
        self.page.wait_for_function("!document.documentElement.hasAttribute('x-cloak')")

    def sign_in(self, username: str, password: str) -> None:
        """Through the login page, as a person would; ends on the workbench, with a second factor where one is asked."""
        self.open("/login/")
        self.page.fill("input[name=username]", username)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(re.compile(re.escape(self.base) + r"/(totp/|login/code/.*)?$"))
        if self.page.url.endswith("/totp/"):
            self._enrol(username)
        elif "/login/code/" in self.page.url:
            self.page.fill("input[name=code]", RECOVERY[self.base, username].pop())
            self.page.click("button[type=submit]")
        self.page.wait_for_url(self.base + "/")

    def _enrol(self, username: str) -> None:
        """With the secret that is shown for typing; the recovery codes open the later ways in."""
        secret = self.page.inner_text("#totp-secret")
        self.page.fill("input[name=code]", one_time.code_of(secret, int(time.time()) // 30))
        self.page.click("form button[type=submit]:has-text('登记')")
        self.page.wait_for_selector(".hl-codes")
        RECOVERY[self.base, username] = self.page.locator(".hl-codes li").all_inner_texts()
        self.page.click("text=已保存，进入工作台")

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window once it is drawn whole; 0 is right."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        with suppress(PlaywrightTimeout):
            self.page.wait_for_function(f"document.readyState === 'complete' && {script} === 0", timeout=3000)
        return int(self.page.evaluate(script))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.base).netloc:
            self.outside.append(request.url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """One headless Chromium; raises where none is installed (`chromium_path()` is None)."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visitor(browser: Browser, base: str, size: tuple[int, int] = OFFICE, *, dark: bool = False) -> Iterator[Visitor]:
    """A fresh session in a window of one size; check `.errors` and `.outside` at the end."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    person = Visitor(context.new_page(), base.rstrip("/"))
    person.page.on("console", person._console)
    person.page.on("pageerror", lambda error: person.errors.append(str(error)))
    context.on("request", person._request)
    try:
        yield person
    finally:
        context.close()
