"""How people write numbers, targets and money into forms."""

from collections.abc import Callable
from decimal import Decimal

from forms.truth import CENT, Row

WIDE = str.maketrans("0123456789%.", "０１２３４５６７８９％．")
WORDS = {"≥": "不低于", "≤": "不超过", "=": ""}
Spelling = Callable[[Row], str]


def plain(number: Decimal, places: int | None = None) -> str:
    """Without trailing zeros, or with fixed places."""
    if places is not None:
        return f"{number:.{places}f}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wide(text: str) -> str:
    """With full-width digits, as an input method left in the wrong mode writes them."""
    return text.translate(WIDE)


def wan(yuan: Decimal, places: int = 2) -> str:
    """Yuan in 万元."""
    return f"{yuan / 10_000:.{places}f}"


def yuan(amount: Decimal) -> str:
    """Yuan and cents with separators."""
    return f"{amount:,.2f}"


def percent(share_in_percent: Decimal) -> str:
    """97.75%, 100%: two places at most."""
    return plain(share_in_percent.quantize(CENT)) + "%"


def with_sign(row: Row) -> str:
    """≥95%."""
    if row.target is None:
        return row.target_words
    if row.upper is not None:
        return f"{plain(row.target)}-{plain(row.upper)}{row.unit}"
    return f"{row.sign}{plain(row.target)}{row.unit}"


def in_words(row: Row) -> str:
    """不低于95%, 不超过36000元, 35台."""
    if row.target is None or row.upper is not None:
        return with_sign(row).replace("-", "～") if row.upper is not None else row.target_words
    return f"{WORDS[row.sign]}{plain(row.target)}{row.unit}"


def behind(row: Row) -> str:
    """95%以上, 2小时以内, and 100% where nothing can be above it."""
    if row.target is None or row.upper is not None or row.sign == "=" or (row.unit == "%" and row.target == 100):
        return in_words(row)
    return f"{plain(row.target)}{row.unit}{'（含）以上' if row.sign == '≥' else '以内'}"


def drawn_apart(row: Row) -> str:
    """≥ 95 ％ with blanks, full-width digits and 百分比 in turn, as different hands fill in one form."""
    text = with_sign(row)
    if row.target is None or row.upper is not None:
        return text
    if row.sign == "≥" and row.unit == "%":
        return f"≥{plain(row.target)}百分比"
    return wide(text) if len(row.name) % 2 else f"{row.sign} {plain(row.target)} {row.unit}"


def done(row: Row) -> str:
    """97.8%."""
    return row.actual_words if row.actual is None else f"{plain(row.actual)}{row.unit}"


def dated(row: Row) -> str:
    """A day alone where a day was the target: 2024年10月3日."""
    return done(row).removesuffix("完成") if row.sign == "日期" and row.share == 1 else done(row)


def done_to_a_tenth(row: Row) -> str:
    """97.8%, 100.0%: a share with one place, as its cell is formatted."""
    return f"{row.actual:.1f}%" if row.actual is not None and row.unit == "%" else done(row)


def bare(row: Row) -> str:
    """97.8, where the unit stands in a column of its own."""
    return row.actual_words if row.actual is None else plain(row.actual)
