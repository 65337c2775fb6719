"""The actual values of an assessment as figures: measurements with their records, and rates from the ledger."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import (
    COMPUTED,
    NOT_APPLICABLE,
    UNCHECKABLE,
    WITHOUT_VALUE,
    Figure,
    FigureBook,
    Record,
    agrees,
)
from huiliu.scoring.assessment import BASES, PAID
from huiliu.scoring.measured import Measured, exact
from huiliu.scoring.profile import Profile
from huiliu.scoring.targets import TargetRow

_NAME = re.compile(r"\{([^{}]+)\}")


def enter_money(book: FigureBook, money: Mapping[str, Figure], profile: Profile) -> None:
    """The ledger's figures, and `basis.BASIS.rate` on every budget it has."""
    for figure in money.values():
        book.add(figure)
    for basis, (label, budget) in BASES.items():
        if PAID in book and budget in book:
            _enter_rate(book, basis, label, profile)


def _enter_rate(book: FigureBook, basis: str, label: str, profile: Profile) -> None:
    budget = BASES[basis][1]
    paid, whole = book[PAID].value, book[budget].value
    rate = None if paid is None or not whole else exact(Fraction(paid) * 100 / Fraction(whole))
    applies = whole != 0 and book[budget].state != NOT_APPLICABLE
    state = COMPUTED if rate is not None else UNCHECKABLE if applies else NOT_APPLICABLE
    book.add(
        Figure(
            f"basis.{basis}.rate",
            f"执行率（按{label}）",
            rate,
            "%",
            2,
            f"净支付 ÷ {label}",
            (PAID, budget),
            "不舍入，显示保留2位小数",
            f"项目台账；评分方案 {profile.id}",
            state,
            f"{{{PAID}}} / {{{budget}}} * 100",
        )
    )


def enter_actual(book: FigureBook, row: TargetRow, measured: Measured) -> str:
    """The figure `actual.CODE` with what it is made of; EV-ASSESS-003 where it is not what stands behind it."""
    key = f"actual.{row.code}"
    if key in book:
        return key
    inner = {figure.id: f"{key}.{figure.id}" for figure in measured.inputs}
    for figure in measured.inputs:
        _trusted(book, row, _placed(figure, inner))
    number = None if measured.state == NOT_APPLICABLE else measured.value
    figure = Figure(
        key,
        f"{row.level3} 实际完成值",
        number,
        measured.unit or row.unit,
        2,
        measured.formula or "各条记录相加",
        tuple(inner.values()),
        "不舍入，显示保留2位小数",
        measured.reason or "测量记录",
        measured.state,
        _renamed(measured.expression, inner),
        measured.records,
    )
    _trusted(book, row, figure if number is not None else _without_value(row, figure))
    return key


def _without_value(row: TargetRow, figure: Figure) -> Figure:
    """Not measured, or not applicable whatever was counted: the records stay as evidence and add nothing."""
    records = tuple(replace(record, value=None) for record in figure.records)
    nothing = Record(f"unmeasured:{row.code}", "尚无测量记录", None)
    return replace(figure, expression="", formula=WITHOUT_VALUE.get(figure.state, "未测量"),
                   records=records or (nothing,))  # fmt: skip


def _trusted(book: FigureBook, row: TargetRow, figure: Figure) -> None:
    book.add(figure)
    if not agrees(figure, book):
        raise _untraced(row)


def _placed(figure: Figure, inner: Mapping[str, str]) -> Figure:
    """A measurement's own figure under the row's name, so that two rows may bring figures of one id."""
    inputs = tuple(inner.get(name, name) for name in figure.inputs)
    return replace(figure, id=inner[figure.id], inputs=inputs, expression=_renamed(figure.expression, inner))


def _renamed(expression: str, inner: Mapping[str, str]) -> str:
    return _NAME.sub(lambda found: f"{{{inner.get(found[1], found[1])}}}", expression)


def _untraced(row: TargetRow) -> HuiliuError:
    return HuiliuError(
        code="EV-ASSESS-003",
        message=f"指标 {row.where} 的实际完成值与其记录不符",
        hint="实际完成值须等于所附记录之和，或由所列数字按算式得出；请核对测量记录。",
        facts={"row": row.code},
    )
