"""What a performance target is: one row of a 绩效目标申报表, the money it is promised for, and the sums of both."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from huiliu.kernel.figures import COMPUTED, MANUAL, UNCHECKABLE, Figure, FigureBook, Record
from huiliu.scoring.exchange import Indicator, Statement, Table
from huiliu.scoring.phrases import Phrases, uses_named

KINDS: Mapping[str, str] = {"≥": "不低于", "≤": "不高于", "=": "等于", "range": "区间", "qualitative": "定性"}
"""How an actual value meets the target: code → Chinese word. Empty stands for a form that does not say."""

RULES: Mapping[str, str] = {
    "direct": "直接赋分",
    "proportion": "按完成比例赋分",
    "levels": "按评判等级赋分",
    "satisfaction": "满意度赋分",
}
"""The four ways of giving points, named by 财预〔2021〕101号 (content 待核)."""

EXECUTION = "预算执行"
"""The first level that a form scores from its fund block, without a target row."""

_BRACKETED = re.compile(r"[(（]([^()（）]{1,12})[)）]\s*$")


@dataclass(frozen=True)
class TargetRow:
    """One indicator and what is promised of it; None and empty text mean that nothing is written there.

    `kind` is a key of KINDS. `value` is the bound, of a range the lower one, of which `upper` is the higher; both are
    inclusive. `wording` is the promise of a qualitative row. `measure` is a code of the registry of indicators,
    `formula` the words where there is none. `purpose` is the code of the 支出事项 that pays for it, `paired_output` the
    code of the output row that a cost buys. `money_dependent`: less money means less of it.
    """

    code: str
    level1: str
    level2: str
    level3: str
    kind: str = ""
    value: Decimal | None = None
    upper: Decimal | None = None
    unit: str = ""
    weight: Decimal | None = None
    rule: str = ""
    paired_output: str = ""
    money_dependent: bool = False
    measure: str = ""
    wording: str = ""
    basis: str = ""
    evidence: str = ""
    formula: str = ""
    purpose: str = ""

    @property
    def where(self) -> str:
        """How messages name the row."""
        return f"{self.code} {self.level3}".strip()

    @property
    def is_cost(self) -> bool:
        """Filed as a cost, whether the form has costs as a first level or under 产出."""
        return "成本" in self.level1 + self.level2

    @property
    def target(self) -> str:
        """The promise as printed: "≥ 95", "3 ~ 5", a qualitative row's words; empty where nothing is promised."""
        if self.kind == "qualitative":
            return self.wording
        if self.value is None:
            return ""
        if self.kind == "range":
            return f"{self.value:f} ~ {'' if self.upper is None else f'{self.upper:f}'}"
        return f"{self.kind} {self.value:f}".strip()


@dataclass(frozen=True)
class MoneyUse:
    """A 支出事项 that the money is asked for, and how much in yuan; None where the form does not say."""

    code: str
    name: str
    amount: Decimal | None = None


def rows_of_table(table: Table) -> tuple[TargetRow, ...]:
    """The promises of a printed self-evaluation table, as far as it prints them; rows are numbered as there."""
    return tuple(_row(indicator) for indicator in table.indicators)


def _row(printed: Indicator) -> TargetRow:
    target, bracketed = printed.target, _BRACKETED.search(printed.level3)
    unit = target.unit or printed.actual.unit or (bracketed.group(1) if bracketed else "")
    kind = "range" if target.kind == "range" else target.operator if target.operator in KINDS else ""
    is_words = target.kind == "text"
    return TargetRow(
        code=f"{printed.position:02d}",
        level1=printed.level1,
        level2=printed.level2,
        level3=printed.level3,
        kind="qualitative" if is_words else kind,
        value=target.number,
        upper=target.upper,
        unit=unit,
        weight=printed.weight.number,
        wording=target.raw if is_words else "",
    )


def uses_of_statements(statements: Iterable[Statement], phrases: Phrases) -> tuple[MoneyUse, ...]:
    """The uses that quoted sentences name (资金主要用于…), without amounts; numbered as they are named."""
    return tuple(MoneyUse(f"U{number:02d}", name) for number, name in enumerate(uses_named(statements, phrases), 1))


def levels_of(rows: Iterable[TargetRow]) -> tuple[str, ...]:
    """First levels in the order in which they first appear."""
    return tuple(dict.fromkeys(row.level1 for row in rows))


def target_figures(
    rows: Sequence[TargetRow],
    uses: Sequence[MoneyUse],
    links: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
) -> FigureBook:
    """Weights and money of a version: `weight.row.CODE`, `weight.level.N`, `weight.total`, `use.CODE`, `use.total`.

    `links` and `digests` by figure id of a row or use are where its record is opened, and what it was sealed with.
    """
    book = FigureBook()
    for row in rows:
        _add_entered(book, f"weight.row.{row.code}", f"{row.where}的权重", row.weight, "分", (links, digests))
    for number, level in enumerate(levels_of(rows), 1):
        ids = [f"weight.row.{row.code}" for row in rows if row.level1 == level]
        _add_sum(book, f"weight.level.{number}", f"{level}权重合计", ids, "分")
    if rows:
        _add_sum(book, "weight.total", "权重合计", [f"weight.row.{row.code}" for row in rows], "分")
    for use in uses:
        _add_entered(book, f"use.{use.code}", f"{use.name}所需资金", use.amount, "元", (links, digests))
    if uses:
        _add_sum(book, "use.total", "年度资金总额", [f"use.{use.code}" for use in uses], "元")
    return book


_Beside = tuple[Mapping[str, str] | None, Mapping[str, str] | None]


def _add_entered(book: FigureBook, name: str, label: str, value: Decimal | None, unit: str, beside: _Beside) -> None:
    """What a person wrote into the form; without a value it stays 未测量, never 0."""
    links, digests = beside
    record = Record(name, label, value, (links or {}).get(name, ""), (digests or {}).get(name, ""))
    book.add(
        Figure(name, label, value, unit, 2, "按申报表填写", (), "不舍入", "绩效目标申报表", MANUAL, records=(record,))
    )


def _add_sum(book: FigureBook, name: str, label: str, parts: Sequence[str], unit: str) -> None:
    """The sum of figures already in the book; 不可复算 while one of them has no value."""
    values = [book[part].value for part in parts]
    known = [value for value in values if value is not None]
    whole = len(known) == len(values)
    figure = Figure(
        name,
        label,
        sum(known, Decimal(0)) if whole else None,
        unit,
        2,
        "各项相加",
        tuple(parts),
        "不舍入",
        "绩效目标申报表",
        COMPUTED if whole else UNCHECKABLE,
        expression=" + ".join(f"{{{part}}}" for part in parts),
    )
    book.add(figure)
