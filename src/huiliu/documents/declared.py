"""What a person may declare by hand under each kind: words, dates and numbered documents, never what was measured."""

import re

from huiliu.documents.numbers import is_amount, is_numeral

KINDS = frozenset({"文号", "日期", "术语", "名称", "条款", "引文", "编号"})
_MEASURES = (
    "万|亿|千元|元|角|%|个|家|场|次|人|台|套|件|户|项|条|笔|份|张|册|辆|倍|成|天|小时|分钟|分(?!公司|局|中心|类|级)"
)
_DIGITS, _HAN = r"\d[\d,，]*(?:[.．点]\d+)?", "〇零一二两三四五六七八九十百千"
# 一件事 and 三项制度 are names: a Chinese numeral alone measures nothing.
_MEASURED = re.compile(rf"(?<!第)(?<![\d.A-Za-z+-])(?:{_DIGITS}|[{_HAN}][{_HAN}点万]+)\s*(?:多|余)?(?:{_MEASURES})")
_NUMBERED = re.compile(
    rf"[〔\[(（【]\d{{4}}[〕\])）】]|(?:19|20)\d\d年?|(?:第|字|-|〕|\]|）|\))?[A-Za-z-]*[\d{_HAN}]+(?:-\d+)*号"
)
_CLAUSE = re.compile(rf"第[\d{_HAN}]+(?:条|款|项|章|节|目|编|部分)(?:之[\d{_HAN}]+)?")
_PART = re.compile(rf"([\d{_HAN}]+)([年月日])")
_DATE_SIGNS = frozenset("年月日至、-— ")


def fits(words: str, kind: str) -> bool:
    """Whether the words are of the kind they are declared as; a bare amount, count or rate fits none."""
    letters = any(sign.isalpha() and not is_numeral(sign) for sign in words)
    match kind:
        case "日期":
            return letters and all(sign in _DATE_SIGNS or is_numeral(sign) for sign in words) and _is_day(words)
        case "文号":
            return "号" in words and not _rest(_NUMBERED, words)
        case "条款":
            return _CLAUSE.match(words) is not None and not _rest(_CLAUSE, words)
    if not letters or set(words) & set("%％‰") or words.rstrip().endswith(("元", "分")):
        return False
    return kind == "引文" or not (_MEASURED.search(words) or is_amount(words))


def _rest(known: re.Pattern[str], words: str) -> bool:
    """Whether a number is left once the known ones are taken out."""
    return any(map(is_numeral, known.sub("", words)))


def _is_day(words: str) -> bool:
    """A year has four signs, a month and a day stand in the calendar: 100年 and 一百二十日 are lengths of time."""
    most = {"月": 12, "日": 31}
    for number, unit in _PART.findall(words):
        if unit == "年" and len(number) != 4:
            return False
        if unit in most and not 1 <= _value(number) <= most[unit]:
            return False
    return True


def _value(number: str) -> int:
    """A number up to 99, in digits or in Chinese; 0 for what is none."""
    if number.isdecimal():
        return int(number)
    tens, ten, ones = number.rpartition("十")
    digits = {sign: value for value, sign in enumerate("〇一二三四五六七八九")}
    parts = [digits.get(part, -1) if part else None for part in (tens, ones)]
    if -1 in parts or (not ten and len(number) > 1):
        return 0
    return ((parts[0] or 1) * 10 if ten else 0) + (parts[1] or 0)
