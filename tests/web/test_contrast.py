"""The colours of huiliu.css keep WCAG AA (4.5:1) for every text on every ground it stands on, light and dark."""

import re
from pathlib import Path

import pytest

import huiliu.web

CSS = (Path(huiliu.web.__file__).parent / "static" / "huiliu" / "huiliu.css").read_text("utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--hl-([\w-]+): (#[0-9a-f]{6})", CSS.split(head, 1)[1].split("}", 1)[0]))
    for head in (":root {", "html.dark {")
)
TEXTS = [(text, ground) for text in ("ink", "text", "muted", "blue") for ground in ("back", "soft")]
STATES = [(state, f"{state}-soft") for state in ("good", "warn", "bad", "none")]
PAIRS = [
    *TEXTS,
    *STATES,
    ("on-blue", "blue"),
    ("blue", "blue-soft"),
    ("bad", "back"),
    ("warn", "back"),
    ("good", "back"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_knows_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 4.5
