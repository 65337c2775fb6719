"""Numbers that name people, units and accounts: normalised, and what is wrong with them said without repeating them."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What a number looks like by its form; nothing here proves that it was ever issued."""

    RESIDENT = "resident"  # 居民身份证 18 位
    RESIDENT_15 = "resident_15"  # 第一代居民身份证 15 位
    RESIDENCE_PERMIT = "residence_permit"  # 港澳台居民居住证 81/82/83
    FOREIGN_PERMANENT = "foreign_permanent"  # 外国人永久居留身份证 18 位，9 开头
    FOREIGN_PERMANENT_15 = "foreign_permanent_15"  # 旧版：3 位字母加 12 位数字
    SOCIAL_LETTER = "social_letter"  # 字母开头的社会保障号码
    CREDIT_CODE = "credit_code"
    BANK_CARD = "bank_card"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class IdentifierCheck:
    """The outcome of one check; values that name a person stay out of `repr`, so that no log can show them.

    `problems` are Chinese and hold no part of the number. `rejects` is False for the kinds whose real issue is known to
    break its own standard: there a problem only warns.
    """

    kind: IdentifierKind
    normalized: str = field(repr=False)
    problems: tuple[str, ...] = ()
    warn_only: bool = False
    born_on: date | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)

    @property
    def ok(self) -> bool:
        """Nothing is wrong in form, check character or date."""
        return not self.problems

    @property
    def rejects(self) -> bool:
        """The number must not be accepted, as opposed to a warning."""
        return bool(self.problems) and not self.warn_only


_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_FIFTEEN = re.compile(r"[0-9]{15}")
_FOREIGN_15 = re.compile(r"[A-Z]{3}[0-9]{12}")
_LETTER_FIRST = re.compile(r"[A-Z][0-9A-Z]{0,31}")
_CREDIT = re.compile(rf"[{_CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{_CREDIT_ALPHABET}]{{10}}")
_CARD = re.compile(r"[0-9]{16,19}")


def _normalize(text: str) -> str:
    """Full-width forms, lower-case letters and outer spaces are habits of typing, not errors."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def resident_check_char(first17: str) -> str:
    """The 18th character by ISO 7064 MOD 11-2. Source: GB 11643-1999."""
    total = sum(weight * int(digit) for weight, digit in zip(_RESIDENT_WEIGHTS, first17, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def check_resident_id(text: str, today: date | None = None) -> IdentifierCheck:
    """Check an identity number of a person and give its 18-digit form where there is one.

    Knows the resident identity number (15 digits are turned into 18), residence permits of Hong Kong, Macao and Taiwan
    residents, and the permanent residence numbers of foreigners, new and old. The area code is not looked up: it may be
    abolished or of any province. With `today`, a birth date after it is a problem. Source: GB 11643-1999; for
    foreigners the form of 2023 (first digit 9, same check character).
    """
    number = _normalize(text)
    if _FIFTEEN.fullmatch(number):
        first17 = f"{number[:6]}19{number[6:]}"
        return _eighteen(first17 + resident_check_char(first17), IdentifierKind.RESIDENT_15, today)
    if _EIGHTEEN.fullmatch(number):
        return _eighteen(number, _kind_of(number), today)
    if _FOREIGN_15.fullmatch(number):
        return IdentifierCheck(IdentifierKind.FOREIGN_PERMANENT_15, number)
    return IdentifierCheck(IdentifierKind.UNKNOWN, number, (_form_problem(number),))


def _form_problem(number: str) -> str:
    if not number:
        return "证件号码为空"
    if len(number) not in (15, 18):
        return f"证件号码应为 18 位或 15 位，实为 {len(number)} 位"
    return "证件号码含有不应出现的字符"


def _kind_of(number: str) -> IdentifierKind:
    if number[0] == "9":
        return IdentifierKind.FOREIGN_PERMANENT
    return IdentifierKind.RESIDENCE_PERMIT if number[:2] in ("81", "82", "83") else IdentifierKind.RESIDENT


def _eighteen(number: str, kind: IdentifierKind, today: date | None) -> IdentifierCheck:
    born_on = _birth(number)
    found = {
        "地区码不能以 0 开头": number[0] == "0",
        "出生日期不存在": born_on is None,
        "出生日期晚于今天": born_on is not None and today is not None and born_on > today,
        "顺序码不能为 000": number[14:17] == "000",
        "校验码不符": resident_check_char(number[:17]) != number[17],
    }
    problems = tuple(problem for problem, present in found.items() if present)
    return IdentifierCheck(kind, number, problems, born_on=born_on, sex="1" if int(number[16]) % 2 else "2")


def _birth(number: str) -> date | None:
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born_on if born_on.year >= 1800 else None


def spellings(check: IdentifierCheck) -> tuple[str, ...]:
    """18 digits, and the 15-digit form for those born before 2000, under which old records may still stand."""
    number = check.normalized
    if check.kind in (IdentifierKind.RESIDENT, IdentifierKind.RESIDENT_15) and number[6:8] == "19":
        return number, number[:6] + number[8:17]
    return (number,)


def check_social_number(text: str, today: date | None = None) -> IdentifierCheck:
    """Check a social security number (AAC002): a first digit demands a valid 18-digit identity number.

    A first letter marks a number built from a country code, of which only the characters are checked.
    Source: GB/T 40217-2021, quality rule of AAC002.
    """
    number = _normalize(text)
    if number[:1].isalpha():
        bad = () if _LETTER_FIRST.fullmatch(number) else ("社会保障号码只能由字母和数字组成，且不超过 32 位",)
        return IdentifierCheck(IdentifierKind.SOCIAL_LETTER, number, bad)
    check = check_resident_id(number, today)
    if check.kind is not IdentifierKind.RESIDENT_15:
        return check
    problems = ("社会保障号码应为 18 位，现为 15 位旧号码", *check.problems)
    return IdentifierCheck(check.kind, check.normalized, problems, born_on=check.born_on, sex=check.sex)


def credit_check_char(first17: str) -> str:
    """The 18th character of a unified social credit code: weights 3^i mod 31. Source: GB 32100-2015."""
    total = sum(pow(3, i, 31) * _CREDIT_ALPHABET.index(char) for i, char in enumerate(first17))
    return _CREDIT_ALPHABET[-total % 31]


def check_credit_code(text: str) -> IdentifierCheck:
    """Check a unified social credit code; problems only warn, for registered codes that fail are known to exist."""
    code = _normalize(text)
    problems: tuple[str, ...] = ()
    if not _CREDIT.fullmatch(code):
        problems = ("统一社会信用代码应为 18 位数字和大写字母，且不含 I、O、S、V、Z",)
    elif credit_check_char(code[:17]) != code[17]:
        problems = ("统一社会信用代码校验码不符",)
    return IdentifierCheck(IdentifierKind.CREDIT_CODE, code, problems, warn_only=True)


def check_bank_card(text: str) -> IdentifierCheck:
    """Check a bank card number by length and Luhn digit; problems only warn, for a passbook account has neither."""
    number = re.sub(r"[ -]", "", _normalize(text))
    problems: tuple[str, ...] = ()
    if not _CARD.fullmatch(number):
        problems = ("不是 16 至 19 位数字的银行卡号，可能是存折或结算账户",)
    elif not _luhn(number):
        problems = ("银行卡号校验位不符",)
    return IdentifierCheck(IdentifierKind.BANK_CARD, number, problems, warn_only=True)


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + i % 2) for i, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
