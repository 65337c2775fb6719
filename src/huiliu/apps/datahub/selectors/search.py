"""What was typed into the search box: which kind it is, what is wrong with it, and the query that answers it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.by_pinyin import by_pinyin
from huiliu.apps.datahub.selectors.finding import Found, Question, found_at, found_in
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import PERSONS, Rows
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.identifiers import IdentifierKind, check_bank_card, check_resident_id, spellings
from huiliu.kernel.pinyin import readings

NAME_MIN = 2
ID_LENGTHS = (15, 18)
TEXT_MAX = 60
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})  # private-use signs stay: rare characters of names may stand there
_QUOTES = "'’‘`\""  # a spreadsheet's mark for text comes along when a cell is copied
_ID_TAIL = re.compile(r"[0-9]{4,6}|[0-9]{3,5}X")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_MOBILE_TAIL = re.compile(r"[0-9]{4,11}")
_ACCOUNT = re.compile(r"[0-9]{8,32}")
_ID_FORM = re.compile(r"[0-9]{15}|[0-9]{17}[0-9X]|[A-Z]{3}[0-9]{12}")


class Kind(StrEnum):
    """What is searched by; `auto` decides by the form of what was typed."""

    AUTO = "auto"
    ID_NUMBER = "id_number"
    PERSON_NO = "person_no"
    NAME = "name"
    TAIL = "tail"
    PINYIN = "pinyin"
    ACCOUNT = "account"


KIND_WORDS: Mapping[Kind, str] = {
    Kind.AUTO: "自动识别",
    Kind.ID_NUMBER: "证件号码",
    Kind.PERSON_NO: "人员编码",
    Kind.NAME: "姓名",
    Kind.TAIL: "号码末几位",
    Kind.PINYIN: "姓名拼音",
    Kind.ACCOUNT: "银行账号",
}


@dataclass(frozen=True)
class Terms:
    """A search ready to be run; the terms themselves stay out of `repr`, so that no log can show them."""

    kind: Kind
    values: tuple[str, ...] = field(repr=False)
    hints: tuple[str, ...] = ()


def read_terms(kind: str, text: str) -> Terms:
    """Normalise and check what was typed; SEARCH-001 says what is wrong in words that do not repeat it."""
    typed = cleaned(text)
    if not typed:
        raise refuse("没有输入查询内容", "请输入证件号码、人员编码、姓名、姓名拼音或号码末几位。")
    if len(typed) > TEXT_MAX:
        raise refuse("输入内容过长", f"请输入不超过 {TEXT_MAX} 个字符。")
    if kind not in set(Kind):
        raise refuse("查询方式不正确", "请选择页面上列出的一种。")
    chosen = _guess(typed) if kind == Kind.AUTO else Kind(kind)
    return _READERS[chosen](typed)


def cleaned(text: str) -> str:
    """Full-width signs made narrow; without the invisible ones that come along when text is copied from a chat."""
    normal = unicodedata.normalize("NFKC", text)
    seen = "".join(sign for sign in normal if sign.isspace() or unicodedata.category(sign) not in _INVISIBLE)
    return " ".join(seen.split()).strip(_QUOTES).strip()


def _guess(typed: str) -> Kind:
    if HAN.search(typed):
        return Kind.NAME
    plain = typed.replace(" ", "").upper()
    if _ID_TAIL.fullmatch(plain) or _MOBILE.fullmatch(plain):
        return Kind.TAIL
    if readings(typed):
        return Kind.PINYIN
    return Kind.ID_NUMBER if _ID_FORM.fullmatch(plain) else Kind.PERSON_NO


def _read_id(typed: str) -> Terms:
    """Both spellings of a resident number; a wrong check digit is only a hint, since the library may hold just that."""
    check = check_resident_id(typed.replace(" ", ""))
    if check.kind is IdentifierKind.UNKNOWN:
        raise refuse(check.problems[0], "请核对证件号码；姓名和人员编码请改选查询方式。")
    hints = tuple(f"{problem}，请核对是否输错；以下按原样查询" for problem in check.problems)
    return Terms(Kind.ID_NUMBER, spellings(check), hints)


def _read_person_no(typed: str) -> Terms:
    return Terms(Kind.PERSON_NO, (typed.replace(" ", ""),))


def _read_name(typed: str) -> Terms:
    name = typed.replace(" ", "") if HAN.search(typed) else typed
    if len(name) < NAME_MIN:
        raise refuse("姓名至少输入两个字", "请输入完整姓名，或姓名开头的两个以上的字。")
    return Terms(Kind.NAME, (name,))


def _read_tail(typed: str) -> Terms:
    """The end of an identity number (4 to 6 signs) or of a mobile number (4 digits up to all): at least four."""
    plain = typed.replace(" ", "").upper()
    if not (_ID_TAIL.fullmatch(plain) or _MOBILE_TAIL.fullmatch(plain)):
        raise refuse("号码末几位应为 4 位以上数字", "请输入证件号码的末 4 至 6 位，或手机号码的末 4 位以上。")
    return Terms(Kind.TAIL, (plain,))


def _read_pinyin(typed: str) -> Terms:
    if not readings(typed):
        raise refuse("不能识别为姓名拼音", "请输入姓名开头的拼音或首字母，至少两个字母，例如 zhangxm、zxm。")
    return Terms(Kind.PINYIN, (typed,))


def _read_account(typed: str) -> Terms:
    """The whole account; nothing less is ever taken."""
    check = check_bank_card(typed)
    if not _ACCOUNT.fullmatch(check.normalized):
        raise refuse("银行账号应为 8 至 32 位数字", "请输入完整的银行卡号或账号；只记得末几位时请改用其他方式查询。")
    wrong = "银行卡号校验位不符" in check.problems
    return Terms(Kind.ACCOUNT, (check.normalized,), ("银行卡号校验位不符，请核对是否输错；以下按原样查询",) * wrong)


_READERS = {
    Kind.ID_NUMBER: _read_id,
    Kind.PERSON_NO: _read_person_no,
    Kind.NAME: _read_name,
    Kind.TAIL: _read_tail,
    Kind.PINYIN: _read_pinyin,
    Kind.ACCOUNT: _read_account,
}


def refuse(message: str, hint: str) -> HuiliuError:
    """SEARCH-001, in words that do not repeat what was typed."""
    return HuiliuError(code="SEARCH-001", message=message, hint=hint)


_SHOWN = "person_no, name, id_number, sex, born_on, retired, division"
_ORDER = "length(name), name, person_no"  # exact names first
_WHERE: Mapping[Kind, str] = {
    Kind.ID_NUMBER: "list_contains($values, id_number) OR list_contains($values, social_no)",
    Kind.PERSON_NO: "person_no = $values[1]",
    Kind.ACCOUNT: "bank_account = $values[1]",
    Kind.NAME: "starts_with(name, $values[1])",
    Kind.TAIL: """ends_with(mobile, $values[1]) OR (length($values[1]) <= 6
                  AND (ends_with(id_number, $values[1]) OR ends_with(social_no, $values[1])))""",
}


def _matching(terms: Terms) -> tuple[str, dict[str, Any]]:
    """The condition of a search with its parameters; what was typed is only ever a parameter."""
    if terms.kind is Kind.PINYIN:
        return by_pinyin(terms.values[0])
    return _WHERE[terms.kind], {"values": list(terms.values)}


def find_at(seen: Look, terms: Terms, scopes: Sequence[Scope]) -> Found:
    """At most LIMIT persons of the day that was asked for, within reach today, and whether there are more."""
    return found_at(seen, _question(terms), scopes)


def find_by(seen: Look, matching: str, values: Mapping[str, Any], scopes: Sequence[Scope]) -> Found:
    """The same by a condition of another selector's making."""
    return found_at(seen, Question(PERSONS, _SHOWN, _ORDER, matching, values), scopes)


def find(snap: Rows, terms: Terms, scopes: Sequence[Scope]) -> Found:
    """At most LIMIT persons within reach, exact names first, and whether there are more of them."""
    return found_in(snap, _question(terms), scopes)


def _question(terms: Terms) -> Question:
    return Question(PERSONS, _SHOWN, _ORDER, *_matching(terms))
