"""Amounts as exact decimals in yuan or whole fen; a binary float never holds money here."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from huiliu.kernel.errors import HuiliuError

_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)
_AMOUNT = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_WAN = Decimal(10_000)


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Round a half away from zero (四舍五入), as the printed reports do; Python's own default is half to even."""
    return value.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def to_fen(yuan: Decimal) -> int:
    """Whole fen, exactly: an amount below one fen is an error and never rounded away."""
    if not yuan.is_finite() or (fen := yuan.scaleb(2, context=_WIDE)) != fen.to_integral_value():
        raise HuiliuError(
            code="MONEY-001",
            message="金额不是整数分，无法记账",
            hint="请先按规定舍入到分，再记入台账。",
            facts={"decimal_places": -int(yuan.as_tuple().exponent) if yuan.is_finite() else None},
        )
    return int(fen)


def from_fen(fen: int) -> Decimal:
    """Yuan with two decimal places."""
    return Decimal(fen).scaleb(-2, context=_WIDE)


def parse_amount(text: str) -> Decimal:
    """Read `1,234.50` or `-1234.5` as yuan, exactly as written; a unit, `1e3` or an empty cell is refused."""
    cleaned = text.strip()
    if not _AMOUNT.fullmatch(cleaned):
        raise HuiliuError(
            code="MONEY-002",
            message="金额写法不正确",
            hint="请写成阿拉伯数字，例如 1234.50 或 1,234.50，不带单位。",
            facts={"length": len(text)},
        )
    return Decimal(cleaned.replace(",", ""))


def format_yuan(yuan: Decimal) -> str:
    """`1234.5` → `1,234.50`."""
    return f"{round_half_up(yuan):,.2f}"


def format_wan(yuan: Decimal) -> str:
    """Yuan shown in 万元 with two places: `157600` → `15.76`."""
    return f"{round_half_up(_WIDE.divide(yuan, _WAN)):,.2f}"


def apportion(total: int, weights: Sequence[Decimal]) -> list[int]:
    """Divide whole fen in proportion so that the parts add up to the total: largest remainder (Hamilton).

    Ties go to the earlier position. A negative total (a refund) is divided like its opposite. Weights are ≥ 0 and not
    all 0; no weights divide only a total of 0.
    """
    whole = sum(map(Fraction, weights), Fraction(0))
    if any(weight < 0 for weight in weights) or (whole == 0 and (weights or total)):
        raise HuiliuError(
            code="MONEY-003",
            message="无法分摊：权重为负或合计为零",
            hint="请检查分摊依据，每项不小于 0，且至少一项大于 0。",
            facts={"weights": len(weights)},
        )
    if total < 0:
        return [-part for part in apportion(-total, weights)]
    exact = [total * Fraction(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for position in by_remainder[: total - sum(parts)]:
        parts[position] += 1
    return parts
