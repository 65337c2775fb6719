"""What a spreadsheet shows of a value by its number format: percent, decimals, thousands, dates, a unit behind."""

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "yyyy-mm-dd", 15: "yyyy-mm-dd",
    31: 'yyyy"年"m"月"d"日"',
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 49: "@", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The formats that have numbers only; those of dates by the habit of the language are shown in ISO form."""

_DIGITS = 15  # what a spreadsheet keeps of a number
_SKIPPED = re.compile(r"\[[^\]]*\]|_.|\*.")
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_NUMBER = re.compile(r"([#0?,]*[#0?])(?:\.([#0?]+))?(%?)")
_DATE_PARTS = re.compile(r"y+|m+|d+")


def shown(value: object, formats: Sequence[str], style: int) -> str:
    """The text of a cell as people see it."""
    code = formats[style] if style < len(formats) else "General"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, datetime | date):
        return _date(value, code)
    if isinstance(value, time | timedelta):
        return str(value)
    return "" if value is None else str(value)


def _number(value: float, code: str) -> str:
    if not math.isfinite(value):
        return str(value)
    exact = _exact(value)
    section = _section(code, negative=exact < 0)
    before, found, after = _parts(section)
    if found is None:
        return f"{exact:f}"
    most, least = len(found[2] or ""), (found[2] or "").count("0")
    number = (abs(exact) if ";" in code and exact < 0 else exact) * (100 if found[3] else 1)
    text = f"{number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP):{',' if ',' in found[1] else ''}f}"
    while most > least and text.endswith("0"):
        text, most = text[:-1], most - 1
    return f"{before}{text.rstrip('.') if not most else text}{found[3]}{after}"


def _exact(value: float) -> Decimal:
    """Without the noise that binary numbers carry beyond what a spreadsheet keeps."""
    number = Decimal(f"{value:.{_DIGITS}g}")
    return Decimal(int(number)) if number == int(number) else number.normalize()


def _section(code: str, *, negative: bool) -> str:
    sections = code.split(";")
    return sections[1] if negative and len(sections) > 1 else sections[0]


def _parts(section: str) -> tuple[str, re.Match[str] | None, str]:
    """What is put before the digits, how they are shown, and what is put behind; nothing for a format not known."""
    bare = _SKIPPED.sub("", section)
    found = _NUMBER.search(_QUOTED.sub(lambda match: "\x00" * len(match[0]), bare))
    if found is None:
        return "", None, ""
    before, after = (_literal(part) for part in (bare[: found.start()], bare[found.end() :]))
    if before is None or after is None:
        return "", None, ""
    return before, found, after


def _literal(part: str) -> str | None:
    """Fixed text of a format; None where it means something else, such as an exponent or a fraction."""
    rest = _QUOTED.sub("", part)
    if re.search(r"[A-DF-Za-z0#?/@E]", rest):
        return None
    return _QUOTED.sub(lambda match: match[1] or match[2] or "", part).strip()


def _date(value: date, code: str) -> str:
    """Years, months and days as the format writes them; hours only where there are some."""
    section = _SKIPPED.sub("", code.split(";", maxsplit=1)[0])
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(sep=" ")
    if "y" not in section.lower() and "m" not in section.lower():
        return value.strftime("%Y-%m-%d")
    plain = _QUOTED.sub(lambda match: match[1] or match[2] or "", section).replace("@", "").lower()
    return _DATE_PARTS.sub(lambda match: _date_part(value, match[0]), plain).strip()


def _date_part(value: date, part: str) -> str:
    number = {"y": value.year, "m": value.month, "d": value.day}[part[0]]
    if part[0] == "y":
        return f"{number:04}" if len(part) > 2 else f"{number % 100:02}"
    return f"{number:02}" if len(part) == 2 else str(number)
