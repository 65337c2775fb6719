"""Money of the tables: the evaluation's amounts in yuan, by purpose and by economic item, each a figure of figures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from huiliu.documents.disclosing import errors
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, FigureBook, recomputed
from huiliu.kernel.money import from_fen

LINES = (
    ("authority.initial", "年初预算"),
    ("authority.added", "追加指标"),
    ("authority.cut", "追减指标"),
    ("authority.carried", "上年结转"),
    ("authority.adjusted", "调整后预算"),
    ("quota.issued", "下达额度"),
    ("quota.unissued", "未下达额度"),
    ("payment.net", "净拨付（支出数）"),
    ("balance.authority", "指标结余"),
    ("close.carried", "结转下年"),
    ("close.lapsed", "收回注销"),
)
"""Lines of the project's money in printing order; one that the evaluation does not hold is left out."""
BUDGET_LINES = ("authority.initial", "authority.carried")
_LEDGER, _PROGRAM = "项目台账", "由本材料换算"


@dataclass(frozen=True)
class Paid:
    """What was paid under one economic item, refunds taken off, in fen; `count` is the number of rows added."""

    name: str
    fen: int
    count: int


@dataclass(frozen=True)
class PurposeLine:
    """One purpose: name and the ids of what was planned and what was paid."""

    name: str
    planned: str | None
    paid: str | None


def in_yuan(book: FigureBook, names: Iterable[str]) -> dict[str, str]:
    """Figures in 元 beside those in 万元: id → id; what the book does not hold is left out."""
    return {name: _yuan(book, name) for name in names if name in book}


def _yuan(book: FigureBook, name: str) -> str:
    wan, own = book[name], f"yuan.{name}"
    if own in book:
        return own
    if wan.unit == "元":
        return name
    blank = Figure(
        own, wan.label, None, "元", 2, f"{wan.label}（万元） × 一万", (name,), "不舍入", _PROGRAM, COMPUTED,
        f"{{{name}}} * 10000",
    )  # fmt: skip
    value = recomputed(blank, book)
    exact = None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
    return book.add(replace(blank, value=exact, state=COMPUTED if exact is not None else wan.state)).id


def purposes(book: FigureBook, file: EvaluationFile) -> list[PurposeLine]:
    """Purposes that were planned or paid for, in the order of the target form; others have nothing to tell."""
    planned = {use.code: (use.name, f"use.{use.code}") for use in file.given.uses}
    codes = [*planned, *(code for code in _paid(book) if code not in planned)]
    found = []
    for code in codes:
        paid = f"purpose.{code}.paid"
        name, plan = planned.get(code, ("", None))
        value = book[paid].value if paid in book else None
        if plan or value:
            label = name or book[paid].label.rpartition("：")[0]
            found.append(PurposeLine(label, plan, _yuan(book, paid) if paid in book else None))
    return found


def _paid(book: Mapping[str, Figure]) -> Iterator[str]:
    for name in book:
        if name.startswith("purpose.") and name.endswith(".paid"):
            yield name.removeprefix("purpose.").removesuffix(".paid")


def classes(book: FigureBook, paid: Sequence[Paid]) -> list[tuple[str, str]]:
    """Economic items with their figures; DISC-003 where they do not add up to what the evaluation says was paid."""
    found = []
    for number, one in enumerate(paid, 1):
        figure = Figure(
            f"class.{number}.paid", f"{one.name}：净拨付", from_fen(one.fen), "元", 2, f"台账中 {one.count} 笔相加", (),
            "不舍入", _LEDGER, MEASURED,
        )  # fmt: skip
        found.append((one.name, book.add(figure).id))
    if found:
        total = _sum(book, "class.total", [name for _, name in found])
        if book[total].value != book[_yuan(book, "payment.net")].value:
            raise errors.sums_differ()
    return found


def _sum(book: FigureBook, name: str, parts: Sequence[str]) -> str:
    values = [book[part].value for part in parts]
    total = None if None in values else sum((value for value in values if value is not None), Decimal(0))
    formula = " + ".join(book[part].label for part in parts)
    expression = " + ".join(f"{{{part}}}" for part in parts)
    state = COMPUTED if total is not None else NOT_APPLICABLE
    figure = Figure(name, "净拨付合计", total, "元", 2, formula, tuple(parts), "不舍入", _PROGRAM, state, expression)
    return book.add(figure).id
