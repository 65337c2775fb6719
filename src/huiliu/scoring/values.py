"""Values as a table prints them: the number, its unit and operator where they are understood, the raw text always."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["absent", "blank", "number", "range", "text"]

_BLANK = re.compile(r"[-—–―─/\\*]*|无|暂无|空|不适用|N/A", re.IGNORECASE)
_CURRENCY = re.compile(r"^(?:¥|RMB|人民币)(?=[\d-])")
_UNIT_NAMES = {"百分比": "%", "百分之": "%", "percent": "%", "人民币元": "元"}
# Longest first: "不低于" before "低于", "大于等于" before "大于".
_PREFIXES = {
    "大于或等于": "≥", "大于等于": "≥", "不少于": "≥", "不低于": "≥", "不小于": "≥", "至少": "≥", ">=": "≥", "=>": "≥",
    "≥": "≥", "≧": "≥", "⩾": "≥", "小于或等于": "≤", "小于等于": "≤", "不超过": "≤", "不高于": "≤", "不大于": "≤",
    "不多于": "≤", "至多": "≤", "<=": "≤", "=<": "≤", "≤": "≤", "≦": "≤", "⩽": "≤", "大于": ">", "高于": ">",
    "超过": ">", ">": ">", "小于": "<", "低于": "<", "少于": "<", "<": "<", "等于": "=", "==": "=", "=": "=",
}  # fmt: skip
_SUFFIXES = {
    "(含)以上": "≥", "及以上": "≥", "或以上": "≥", "以上(含)": "≥", "以上": "≥", "(含)以下": "≤", "及以下": "≤",
    "以下(含)": "≤", "以下": "≤", "以内": "≤", "之内": "≤", "内": "≤",
}  # fmt: skip
_VERBS = re.compile(r"(?:已?完成|达到|达|实际|共计|累计|共)(?=[\d≥≤<>=])")
_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(rf"({_NUMBER})([^\d]{{0,12}})")
_PERCENT_FIRST = re.compile(rf"百分之({_NUMBER})")
_RANGE = re.compile(rf"({_NUMBER})([^\d]{{0,4}}?)(?:-|~|—|–|至|到)({_NUMBER})([^\d]{{0,8}})")
_SLIP = re.compile(r"[.\-]|[OoIl|][\d.OoIl|%]*$")  # 1O, 9.O, 8-: signs typed for digits, not units
_CALENDAR = re.compile(r"[年月日号点时]|季度|季")
_DIGITS = 30

YUAN = {"元": Decimal(1), "千元": Decimal(1_000), "万元": Decimal(10_000), "万": Decimal(10_000),
        "百万元": Decimal(1_000_000), "亿元": Decimal(100_000_000), "亿": Decimal(100_000_000)}  # fmt: skip
"""How many yuan one unit of money is."""


@dataclass(frozen=True)
class Value:
    """One cell: `number` is None unless the whole cell was understood; `places` are its printed decimals.

    Of a range `number` is the lower bound and `upper` the higher one. `kind` absent: not printed at all (null);
    blank: printed empty or as a dash; text: printed and not a number, kept word for word.
    """

    raw: str = ""
    kind: Kind = "absent"
    number: Decimal | None = None
    unit: str = ""
    operator: str = ""
    places: int = 0
    upper: Decimal | None = None

    @property
    def printed(self) -> bool:
        """Whether the cell says anything."""
        return self.kind not in ("absent", "blank")

    @property
    def percent(self) -> Decimal | None:
        """The number as a percentage; a bare number up to 2 is a fraction as spreadsheets store it (0.98, 1)."""
        if self.number is None or self.unit not in ("", "%"):
            return None
        return self.number * 100 if not self.unit and abs(self.number) <= 2 else self.number

    @property
    def percent_places(self) -> int:
        """Printed decimals of `percent`: "97.8%" has one, 0.978 has one."""
        return max(0, self.places - 2) if self.percent != self.number else self.places

    def amount(self, unit: str) -> Decimal | None:
        """The number in the given unit of money; a cell without a unit of money is in that unit already."""
        if self.number is None:
            return None
        own, wanted = YUAN.get(self.unit), YUAN.get(unit)
        return self.number if own is None or wanted is None else self.number * own / wanted

    def amount_places(self, unit: str) -> int:
        """Printed decimals of `amount` in that unit."""
        amount = self.amount(unit)
        if amount is None or self.number is None or amount == self.number or not amount or not self.number:
            return self.places
        return self.places + (self.number / amount).adjusted()


ABSENT = Value()


def from_number(number: Decimal) -> Value:
    """A number as JSON writes it; trailing zeros of the print are lost there."""
    plain = f"{number:f}"
    return Value(raw=plain, kind="number", number=Decimal(plain), places=_places(plain))


def from_text(text: str) -> Value:
    """Read "≥95%", "1,234.5", "2座", "15.76万元", "80%-90%"; what is not understood stays text, never half a number.

    Full-width digits and signs are read like half-width ones. Dates ("12月底前", "2024年") are text.
    """
    clean = _VERBS.sub("", "".join(unicodedata.normalize("NFKC", text).split()), count=1)
    if _BLANK.fullmatch(clean):
        return Value(raw=text.strip(), kind="blank")
    operator, rest = _prefix(_CURRENCY.sub("", clean))
    if not operator and (between := _range(text, rest)):
        return between
    if percent := _PERCENT_FIRST.fullmatch(rest):
        rest = f"{percent[1]}%"
    match = _PLAIN.fullmatch(rest)
    if not match or len(match[1]) > _DIGITS:
        return Value(raw=text.strip(), kind="text")
    behind, rest = _suffix(match[2])
    operator, unit = operator or behind, _unit(rest)
    if unit is None or _is_date(match[1], unit, operator):
        return Value(raw=text.strip(), kind="text")
    return Value(text.strip(), "number", _decimal(match[1]), unit, operator, _places(match[1]))


def _prefix(clean: str) -> tuple[str, str]:
    for words, operator in _PREFIXES.items():
        if clean.startswith(words):
            return operator, clean.removeprefix(words)
    return "", clean


def _suffix(unit: str) -> tuple[str, str]:
    for words, operator in _SUFFIXES.items():
        if unit.endswith(words):
            return operator, unit.removesuffix(words)
    return "", unit


def _unit(text: str) -> str | None:
    """The unit without brackets; None when it is more than a unit, such as a second clause, or a digit mistyped."""
    bare = text.strip("()[]【】")
    bare = _UNIT_NAMES.get(bare, bare)
    return None if _SLIP.match(bare) or re.search(r"[,;。、:()+=<>≥≤?!]|左右|余|多|近|约", bare) else bare


def _is_date(number: str, unit: str, operator: str) -> bool:
    if operator or not _CALENDAR.match(unit):
        return False
    return not (unit in ("年", "季度", "时") and len(number) < 3)


def _range(text: str, clean: str) -> Value | None:
    match = _RANGE.fullmatch(clean)
    if not match or len(match[0]) > _DIGITS or (match[2] and match[2] != match[4]):
        return None
    unit = _unit(match[4])
    low, high = _decimal(match[1]), _decimal(match[3])
    if unit is None or _CALENDAR.match(unit) or low > high:
        return None
    places = max(_places(match[1]), _places(match[3]))
    return Value(text.strip(), "range", low, unit, "", places, high)


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _places(text: str) -> int:
    return len(text.partition(".")[2])
