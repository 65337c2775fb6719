"""Numbers of persons as lists hold them: damage that can be undone is undone and named, any other is pointed out.

A repair only takes away what a spreadsheet or a copy added, so it never changes which person is meant. Digits that were
lost are not guessed. No word here repeats a number.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from huiliu.kernel.identifiers import IdentifierKind, check_resident_id, spellings


class By(StrEnum):
    """What the numbers of a list are; `auto` decides for each by its form."""

    AUTO = "auto"
    ID_NUMBER = "id_number"
    PERSON_NO = "person_no"


EXACT_DIGITS = 15  # what a spreadsheet keeps of a number
_EXACT = 10**EXACT_DIGITS
_FULL_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_QUOTES = "'’‘`\"“”"  # a spreadsheet's mark for text comes along when a cell is copied
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
# With its sign, or with its point: 4.41602E+17. A bare 4E5 may be somebody's number.
_EXPONENT = re.compile(r"(\d)(?:\.(\d+))?[eE]\+(\d{1,3})|(\d)\.(\d+)[eE](\d{1,3})")
_TAIL = re.compile(r"(\d+)\.0+")
_LETTER_FIRST = re.compile(r"[A-Z][0-9A-Z]{7,31}")  # a social security number made from a country code

LOST_CELL = f"单元格是数字，只保留前 {EXACT_DIGITS} 位，后面的数字已丢失，不能还原；请从原始材料重新录入为文本"
LOST_EXPONENT = "号码被表格软件改成科学计数法，后面的数字已丢失，不能还原；请从原始材料重新录入为文本"
LOST_TAIL = f"带小数的号码超过 {EXACT_DIGITS} 位，末几位可能已改变，不能还原；请从原始材料重新录入为文本"
NO_NUMBER = "是小数、负数或日期，不是号码"
STRANGE = "号码含有不应出现的字符"
EMPTY = "号码为空"
ZEROS = "末三位为 000，可能已被表格软件改动，请核对"


@dataclass(frozen=True)
class Listed:
    """One number as it can be looked up; the numbers stay out of `repr`, so that no log can show them.

    `ids` are the spellings of an identity or social security number, `number` is a person number. `stripped` is set
    where zeros in front may have been lost. `problem` says what is wrong if nothing is found, `note` what to look at.
    """

    ids: tuple[str, ...] = field(default=(), repr=False)
    number: str = field(default="", repr=False)
    stripped: str = field(default="", repr=False)
    repairs: tuple[str, ...] = ()
    problem: str = ""
    note: str = ""
    is_text: bool = False


def read_listed(value: object, by: By, *, is_text: bool = False) -> Listed:
    """A cell of a list as a number to look up; `is_text` says that its zeros in front cannot have been lost."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        text, repairs, problem = _of_number(value)
        is_text = False
    elif value is None or isinstance(value, str):
        text, repairs, problem = _of_text(value or "")
    else:
        text, repairs, problem = "", (), NO_NUMBER
    if problem:
        return Listed(repairs=repairs, problem=problem)
    return _read(text, by, repairs, is_text)


_Cleaned = tuple[str, tuple[str, ...], str]  # the text, what was repaired, what cannot be


def _of_number(value: float) -> _Cleaned:
    """Whole numbers up to fifteen digits are as they were; of longer ones the spreadsheet lost the end."""
    if math.isnan(value) or abs(value) >= _EXACT:
        return "", (), LOST_CELL
    if value < 0 or value != int(value):
        return "", (), NO_NUMBER
    return str(int(value)), ("数字单元格转为文本",), ""


def _of_text(typed: str) -> _Cleaned:
    """Step by step, so that each kind of damage is named."""
    repairs: list[str] = []
    text = typed
    for words, step in _STEPS:
        cleaned = step(text)
        if cleaned != text:
            repairs.append(words)
        text = cleaned
    if not text:
        return "", (), EMPTY
    if not text.isascii():
        return "", (), STRANGE
    return _unfolded(text, repairs)


def _seen(text: str) -> str:
    """Without spaces and the invisible signs that come along when text is copied from a chat."""
    return "".join(s for s in text if not s.isspace() and unicodedata.category(s) not in _INVISIBLE)


_STEPS = (
    ("全角转半角", lambda text: text.translate(_FULL_WIDTH)),
    ("去掉空格和不可见字符", _seen),
    ("去掉引号", lambda text: text.strip(_QUOTES)),
)


def _unfolded(text: str, repairs: list[str]) -> _Cleaned:
    """A number that a program wrote with an exponent or a decimal point, where all its digits are still there."""
    if found := _EXPONENT.fullmatch(text):
        first, rest, power = (part for part in _parts(found))
        digits, length = first + rest, int(power) + 1
        if len(digits) != length or length > EXACT_DIGITS:
            return "", (), LOST_EXPONENT
        return digits, (*repairs, "科学计数法还原"), ""
    if found := _TAIL.fullmatch(text):
        if len(found.group(1)) > EXACT_DIGITS:
            return "", (), LOST_TAIL
        return found.group(1), (*repairs, "去掉小数尾 .0"), ""
    return text, tuple(repairs), ""


def _parts(found: re.Match[str]) -> tuple[str, str, str]:
    groups = found.groups(default="")
    return (groups[0], groups[1], groups[2]) if groups[0] else (groups[3], groups[4], groups[5])


def _read(text: str, by: By, repairs: tuple[str, ...], is_text: bool) -> Listed:
    ids, problem, more = _as_id(text) if by is not By.PERSON_NO else ((), "", ())
    number = text if by is not By.ID_NUMBER else ""
    if by is By.AUTO and len(text) < EXACT_DIGITS:
        problem = ""  # too short for an identity number: a person number that is not there
    may_lack = number.isdigit() and len(number) <= EXACT_DIGITS and not number.startswith("0")
    note = ZEROS if len(text) == 18 and text.isdigit() and text.endswith("000") else ""
    return Listed(ids, number, number if may_lack else "", (*repairs, *more), problem, note, is_text)


def _as_id(text: str) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """The spellings to look for, what is wrong, what was repaired; a wrong one may be just what the library holds."""
    upper = text.upper()
    if _LETTER_FIRST.fullmatch(upper):
        return (upper,), "", ()
    check = check_resident_id(upper)
    problem = "；".join(check.problems)
    if check.kind is IdentifierKind.UNKNOWN:
        return (), problem, ()
    repairs = ("小写 x 改为大写",) if text != upper else ()
    more = ("15 位换算为 18 位",) if check.kind is IdentifierKind.RESIDENT_15 else ()
    return spellings(check), problem, (*repairs, *more)
