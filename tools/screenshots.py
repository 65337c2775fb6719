"""`python -m tools.screenshots ADDRESS PASSWORD`: the pictures of the README, from a running demo, seen by control."""

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"


def main(address: str, password: str) -> None:
    """Take each picture at the size of an office screen; the refused night is the newest."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
    from browser import chromium, visitor  # type: ignore[import-not-found]

    IMAGES.mkdir(exist_ok=True)
    with chromium() as browser, visitor(browser, address) as person:
        person.sign_in("control", password)
        shoot(person, "workbench")
        person.open("/datahub/nights/")
        person.page.click("td.dh-day-fail a")
        person.page.wait_for_load_state()
        shoot(person, "night")
        person.open("/performance/evaluations/heyuan-2024/")
        shoot(person, "evaluation")


def shoot(person: Any, name: str) -> None:
    """One picture of what a Visitor of tests/browser.py sees without scrolling."""
    person.page.wait_for_timeout(300)
    person.page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:])
