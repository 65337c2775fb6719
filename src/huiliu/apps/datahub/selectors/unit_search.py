"""Units by number, credit code, name or pinyin: what was typed, what is wrong with it, the query that answers it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.datahub.selectors.by_pinyin import by_pinyin
from huiliu.apps.datahub.selectors.display import Cell, catalog, masked_row
from huiliu.apps.datahub.selectors.finding import Found, Question, found_at
from huiliu.apps.datahub.selectors.library import Look
from huiliu.apps.datahub.selectors.reach import UNITS
from huiliu.apps.datahub.selectors.search import HAN, NAME_MIN, TEXT_MAX, cleaned, refuse
from huiliu.kernel.identifiers import check_credit_code
from huiliu.kernel.pinyin import readings
from huiliu.web import tables as web
from huiliu.web.asof import asking

CREDIT_LENGTH = 18


class UnitKind(StrEnum):
    """What a unit is searched by; `auto` decides by the form of what was typed."""

    AUTO = "auto"
    UNIT_NO = "unit_no"
    CREDIT_CODE = "credit_code"
    NAME = "name"
    PINYIN = "pinyin"


UNIT_KIND_WORDS: Mapping[UnitKind, str] = {
    UnitKind.AUTO: "自动识别",
    UnitKind.UNIT_NO: "单位编码",
    UnitKind.CREDIT_CODE: "统一社会信用代码",
    UnitKind.NAME: "单位名称",
    UnitKind.PINYIN: "名称拼音",
}


@dataclass(frozen=True)
class UnitTerms:
    """A search ready to be run; what was typed stays out of `repr`."""

    kind: UnitKind
    value: str = field(repr=False)
    hints: tuple[str, ...] = ()


def read_unit_terms(kind: str, text: str) -> UnitTerms:
    """Normalise and check what was typed; SEARCH-001 says what is wrong in words that do not repeat it."""
    typed = cleaned(text)
    if not typed:
        raise refuse("没有输入查询内容", "请输入单位编码、统一社会信用代码、单位名称或名称拼音。")
    if len(typed) > TEXT_MAX:
        raise refuse("输入内容过长", f"请输入不超过 {TEXT_MAX} 个字符。")
    if kind not in set(UnitKind):
        raise refuse("查询方式不正确", "请选择页面上列出的一种。")
    return _READERS[_guess(typed) if kind == UnitKind.AUTO else UnitKind(kind)](typed)


def _guess(typed: str) -> UnitKind:
    plain = typed.replace(" ", "")
    if HAN.search(typed):
        return UnitKind.NAME
    if len(plain) == CREDIT_LENGTH and any(sign.isdigit() for sign in plain):
        return UnitKind.CREDIT_CODE
    return UnitKind.PINYIN if readings(typed) else UnitKind.UNIT_NO


def _read_number(typed: str) -> UnitTerms:
    return UnitTerms(UnitKind.UNIT_NO, typed.replace(" ", ""))


def _read_credit_code(typed: str) -> UnitTerms:
    """A wrong check character is only a hint: the library may hold the code just so."""
    check = check_credit_code(typed)
    hints = tuple(f"{problem}，请核对是否输错；以下按原样查询" for problem in check.problems)
    return UnitTerms(UnitKind.CREDIT_CODE, check.normalized, hints)


def _read_name(typed: str) -> UnitTerms:
    if len(typed) < NAME_MIN:
        raise refuse("单位名称至少输入两个字", "请输入单位名称中连续的两个以上的字。")
    return UnitTerms(UnitKind.NAME, typed)


def _read_pinyin(typed: str) -> UnitTerms:
    if not readings(typed):
        raise refuse("不能识别为名称拼音", "请输入单位名称开头的拼音或首字母，至少两个字母。")
    return UnitTerms(UnitKind.PINYIN, typed)


_READERS = {
    UnitKind.UNIT_NO: _read_number,
    UnitKind.CREDIT_CODE: _read_credit_code,
    UnitKind.NAME: _read_name,
    UnitKind.PINYIN: _read_pinyin,
}
# Brackets, letters and digits of a name narrow, as those that were typed are.
_WIDE, _NARROW = "".join(map(chr, range(0xFF01, 0xFF5F))), "".join(map(chr, range(0x21, 0x7F))).replace("'", "''")
_NAME = f"translate(unit_name, '{_WIDE}', '{_NARROW}')"
_WHERE: Mapping[UnitKind, str] = {
    UnitKind.UNIT_NO: "unit_no = $typed",
    UnitKind.CREDIT_CODE: "credit_code = $typed",
    UnitKind.NAME: f"contains({_NAME}, $typed)",
}
_SHOWN = "unit_no, unit_name, credit_code, unit_type, payment_state, division"
# Exact names first, then those that begin so, then those that hold it: names often begin with the city.
_ORDER = f"{_NAME} <> $typed, NOT starts_with({_NAME}, $typed), length(unit_name), unit_name, unit_no"


def units_at(seen: Look, terms: UnitTerms, scopes: Sequence[Scope]) -> Found:
    """At most fifty units of the day that was asked for, by what is within reach today, and whether there are more."""
    if "unit" not in seen.snap.tables:
        return [], False
    matching, values = _matching(terms)
    return found_at(seen, Question(UNITS, _SHOWN, _ORDER, matching, values), scopes)


def _matching(terms: UnitTerms) -> tuple[str, dict[str, Any]]:
    if terms.kind is UnitKind.PINYIN:
        return by_pinyin(terms.value, "unit", "unit_name")
    return _WHERE[terms.kind], {"typed": terms.value}


@dataclass(frozen=True)
class UnitHit:
    """One line of a search."""

    key: str
    cells: Mapping[str, Cell]


def unit_hits(rows: Sequence[Mapping[str, Any]], keys: Mapping[str, str]) -> list[UnitHit]:
    """Search rows as masked lines, in the order given; `keys` maps unit numbers to address keys."""
    table = catalog().tables["unit"]
    return [UnitHit(keys[row["unit_no"]], masked_row(table, row)) for row in rows]


HIT_COLUMNS = (
    web.Column("unit_name", "单位名称"),
    web.Column("unit_no", "单位编码"),
    web.Column("credit_code", "统一社会信用代码", missing="未填", optional=True),
    web.Column("unit_type", "单位类型", missing="未填", optional=True),
    web.Column("payment_state", "缴费状态", missing="未填"),
    web.Column("division", "行政区划", missing="未填", optional=True),
)


def unit_hits_table(found: Sequence[UnitHit], kind: UnitKind, day: date | None = None) -> web.Table:
    """Search lines as a page's table; the name opens the unit on the same day."""
    hint = "请核对输入；新参保的单位要等下一个批次入库后才能查到。"
    return web.Table(HIT_COLUMNS, [_hit_row(h, day) for h in found], f"按{UNIT_KIND_WORDS[kind]}没有找到单位", hint)


def _hit_row(hit: UnitHit, day: date | None) -> dict[str, Any]:
    shown: dict[str, Any] = {name: cell.full or None for name, cell in hit.cells.items()}
    link = asking(reverse("datahub:unit_detail", args=(hit.key,)), day)
    return shown | {"unit_name": web.Cell(shown["unit_name"], link=link)}
