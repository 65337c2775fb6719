"""How the columns of an export are read: which heading is which field, in which unit, date form and sign."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huiliu.budget.errors import refused
from huiliu.kernel.errors import HuiliuError

AUTHORITY, PLAN, QUOTA, PAYMENT, STATEMENT = "authority", "plan", "quota", "payment", "statement"
CONTRACT = "contract"
TARGETS: Mapping[str, str] = {
    AUTHORITY: "指标",
    PLAN: "用款计划",
    QUOTA: "下达额度",
    CONTRACT: "合同",
    PAYMENT: "支付和退款",
    STATEMENT: "对账单（只核对，不记账）",
}
"""What a file holds. A statement (对账单) of the bank or the treasury is compared with the ledger and never written."""

FIELDS: Mapping[str, str] = {
    "day": "日期",
    "amount": "金额",
    "out": "支出金额",
    "into": "收入金额",
    "number": "文号（凭证号）",
    "month": "计划月份",
    "word": "业务类型",
    "payee": "收款人",
    "item": "经济分类",
    "purpose": "支出事项",
    "request": "请拨（申请单）号",
    "due": "应付日期",
    "original": "原支付凭证号",
    "project": "项目",
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    AUTHORITY: ("day", "amount", "number", "word"),
    PLAN: ("day", "amount", "month"),
    QUOTA: ("day", "amount", "number"),
    CONTRACT: ("day", "amount", "number", "payee", "due"),
    PAYMENT: ("day", "amount", "number", "payee", "item"),
    STATEMENT: ("day",),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    AUTHORITY: ("initial", "add", "cut", "carryover"),
    PLAN: (),
    QUOTA: ("quota", "withdraw"),
    CONTRACT: (),
    PAYMENT: ("payment", "refund"),
    STATEMENT: (),
}
"""What a word in the column 业务类型 may mean: the kind of event; "withdraw" is a quota taken back."""

WORD_LABELS: Mapping[str, str] = {
    "initial": "年初指标",
    "add": "追加指标",
    "cut": "追减指标",
    "carryover": "上年结转指标",
    "quota": "额度到账",
    "withdraw": "额度收回",
    "payment": "支付",
    "refund": "退款",
}
UNITS: Mapping[str, str] = {"yuan": "元", "wan": "万元"}
DATE_FORMS: Mapping[str, str] = {
    "iso": "2024-10-08",
    "slash": "2024/10/8",
    "dot": "2024.10.8",
    "chinese": "2024年10月8日",
    "compact": "20241008",
}
POSITIVE, REVERSES, OUT_POSITIVE, OUT_NEGATIVE = "positive", "negative_reverses", "out_positive", "out_negative"
SIGNS: Mapping[str, str] = {
    POSITIVE: "金额都大于零",
    REVERSES: "负数表示追减、收回或退款",
    OUT_POSITIVE: "正数为支出，负数为收入",
    OUT_NEGATIVE: "负数为支出，正数为收入",
}
SIGNS_OF: Mapping[str, tuple[str, ...]] = {
    AUTHORITY: (POSITIVE, REVERSES),
    PLAN: (POSITIVE,),
    QUOTA: (POSITIVE, REVERSES),
    CONTRACT: (POSITIVE,),
    PAYMENT: (POSITIVE, REVERSES),
    STATEMENT: (OUT_POSITIVE, OUT_NEGATIVE),
}
_BRACKETS = str.maketrans("〔〕[]【】{}", "()()()()")


@dataclass(frozen=True)
class ImportMapping:
    """One kind of export; `columns` gives the headings of each field, `words` what a word in 业务类型 means."""

    code: str
    label: str
    target: str
    source: str
    verified: bool
    columns: Mapping[str, tuple[str, ...]]
    unit: str
    sign: str
    dates: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields without which a heading row is none; a statement has one amount, or a column each way."""
        if self.target != STATEMENT:
            return NEEDED[self.target]
        return (*NEEDED[STATEMENT], *(("amount",) if "amount" in self.columns else ("out", "into")))

    @property
    def writes(self) -> bool:
        """Whether rows become events; a statement is only compared."""
        return self.target != STATEMENT


def mapping_of(code: str, data: Mapping[str, Any]) -> ImportMapping:
    """A mapping out of plain data; FUND-080 saying what is wrong with it."""
    known = {"label", "target", "source", "verified", "columns", "unit", "sign", "dates", "words"}
    target = data.get("target")
    if set(data) - known or target not in TARGETS or not data.get("label"):
        raise _wrong("须有名称和文件内容，且没有多余的项目")
    columns = {name: _texts(texts, name) for name, texts in _part(data, "columns").items()}
    words = {name: _texts(texts, name) for name, texts in _part(data, "words").items()}
    found = ImportMapping(
        code,
        str(data["label"]),
        str(target),
        str(data.get("source", "")),
        data.get("verified", True) is True,
        columns,
        str(data.get("unit")),
        str(data.get("sign")),
        tuple(str(form) for form in data.get("dates") or ()),
        words,
    )
    _check(found)
    return found


def plain(mapping: ImportMapping) -> dict[str, Any]:
    """The mapping as plain data, as `mapping_of` reads it."""
    return {
        "label": mapping.label,
        "target": mapping.target,
        "source": mapping.source,
        "verified": mapping.verified,
        "columns": {name: list(texts) for name, texts in mapping.columns.items()},
        "unit": mapping.unit,
        "sign": mapping.sign,
        "dates": list(mapping.dates),
        "words": {name: list(texts) for name, texts in mapping.words.items()},
    }


def folded(text: str) -> str:
    """A text as it is compared: one width, no spaces, one kind of bracket, small letters."""
    one_width = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    return "".join(one_width.split()).casefold()


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name) or {}
    if not isinstance(part, Mapping):
        raise _wrong(f"{name} 须逐项列出")
    return part


def _texts(texts: Any, name: str) -> tuple[str, ...]:
    if not isinstance(texts, list | tuple) or not texts or not all(isinstance(text, str) for text in texts):
        raise _wrong(f"{FIELDS.get(name, WORD_LABELS.get(name, name))}须至少写一种文字")
    found = tuple(dict.fromkeys(text.strip() for text in texts))
    if not all(found):
        raise _wrong(f"{FIELDS.get(name, WORD_LABELS.get(name, name))}中有空白的文字")
    return found


def _check(mapping: ImportMapping) -> None:
    _check_choices(mapping)
    missing = [FIELDS[name] for name in mapping.needed if name not in mapping.columns]
    if missing:
        raise _wrong(f"没有写明这些栏目的表头：{'、'.join(missing)}")
    if mapping.target == STATEMENT and {"amount", "out"} <= set(mapping.columns):
        raise _wrong("对账单的金额或者是一栏，或者收入、支出各一栏，不能同时写")
    _check_once(mapping.columns, FIELDS, "表头")
    _check_once(mapping.words, WORD_LABELS, "业务类型")
    absent = [WORD_LABELS[name] for name in WORDS[mapping.target] if "word" in mapping.columns and not mapping.words]
    if absent:
        raise _wrong(f"有业务类型一栏，就要写明哪些文字表示{'、'.join(absent)}")


def _check_choices(mapping: ImportMapping) -> None:
    if set(mapping.columns) - set(FIELDS) or set(mapping.words) - set(WORDS[mapping.target]):
        raise _wrong("有不认识的栏目或业务类型")
    if mapping.unit not in UNITS:
        raise _wrong("金额单位须为元或万元")
    if mapping.sign not in SIGNS_OF[mapping.target]:
        said = "；".join(SIGNS[sign] for sign in SIGNS_OF[mapping.target])
        raise _wrong(f"{TARGETS[mapping.target]}的正负号须从这些中选择：{said}")
    if not mapping.dates or set(mapping.dates) - set(DATE_FORMS):
        raise _wrong(f"日期写法须从这些中选择：{'、'.join(DATE_FORMS.values())}")


def _check_once(texts: Mapping[str, tuple[str, ...]], labels: Mapping[str, str], what: str) -> None:
    """One text means one thing."""
    owner: dict[str, str] = {}
    for name, of_name in texts.items():
        for text in of_name:
            other = owner.setdefault(folded(text), name)
            if other != name:
                raise _wrong(f"{what}“{text}”同时写在{labels[other]}和{labels[name]}")


def _wrong(problem: str) -> HuiliuError:
    return refused("080", f"导入对应关系有误：{problem}", "请改正后再保存；可参照产品自带的对应关系。")
