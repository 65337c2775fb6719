"""Target rows, measurements and money for tests of assessments."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from huiliu.kernel.figures import MEASURED, Figure, FigureBook, Record, agrees
from huiliu.scoring.assessment import Assessment
from huiliu.scoring.measured import Measured
from huiliu.scoring.targets import TargetRow


def target(code: str, kind: str = "≥", value: str | None = "100", weight: str = "100", **more: Any) -> TargetRow:
    """A row of 产出 unless `level1` says otherwise."""
    level1, level2 = more.pop("level1", "产出指标"), more.pop("level2", "数量指标")
    upper = Decimal(more.pop("upper")) if "upper" in more else None
    number = None if value is None else Decimal(value)
    name = more.pop("name", f"事项{code}")
    return TargetRow(code, level1, level2, name, kind, number, upper, weight=Decimal(weight), **more)


def measured(value: str | None, **more: Any) -> Measured:
    """A value that is one record."""
    if value is None:
        return Measured(None, **more)
    return Measured(Decimal(value), records=(Record("measurement:1", "测量记录", Decimal(value)),), **more)


def money(initial: str, adjusted: str, issued: str | None, paid: str) -> FigureBook:
    """The four figures of the ledger that scoring reads, in 万元."""
    book = FigureBook()
    for name, value in (
        ("authority.initial", initial),
        ("authority.adjusted", adjusted),
        ("quota.issued", issued),
        ("payment.net", paid),
    ):
        number = None if value is None else Decimal(value)
        record = Record(f"event:{name}", "台账事项", number)
        book.add(Figure(name, name, number, "万元", 2, "", (), "不舍入", "台账", MEASURED, records=(record,)))
    return book


def shown(assessment: Assessment, *ids: str) -> list[str]:
    """Figures as printed."""
    return [assessment[name].text() for name in ids]


def untrue(book: Mapping[str, Figure]) -> list[str]:
    """Ids of figures that their trace does not give again."""
    return [name for name, figure in book.items() if not agrees(figure, book)]
