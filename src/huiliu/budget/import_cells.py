"""Cells of an export as amounts, days and texts: exact, or said to be unclear; nothing is guessed."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from huiliu.budget.import_mapping import UNITS, folded
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import parse_amount, to_fen

Cell = str | int | float | None
LARGEST = 10**15  # fen, as the ledger's own limit
_DIGITS = 15  # a spreadsheet keeps so many; what a longer number once was is not known any more
_SCALE: Mapping[str, int] = {"yuan": 0, "wan": 4}
_FORMS: Mapping[str, str] = {
    "iso": r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?",
    "slash": r"(\d{4})/(\d{1,2})/(\d{1,2})",
    "dot": r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
    "chinese": r"(\d{4})年(\d{1,2})月(\d{1,2})日",
    "compact": r"(\d{4})(\d{2})(\d{2})",
}
_MOMENT = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})[ T]\d{2}:\d{2}(?::\d{2})?")
_MONTHS = (r"(\d{4})(?:年|[-/.])(\d{1,2})月?", r"(\d{4})(\d{2})", r"(\d{4})-(\d{2})-01(?:00:00:00)?")
_UNIT = re.compile(r"(万元|元)$")
_GUARDED = re.compile(r"""="(.*)"|'(.+)""", re.DOTALL)
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_SIGN = re.compile(r"^([¥￥])")


class UnclearError(Exception):
    """A cell that does not say clearly what it should; `what` and `hint` repeat no content."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class Covered(str):
    """A cell that a merged area hides: it holds nothing, and what stands for it cannot be told."""

    __slots__ = ()


def unguarded(cell: Cell) -> Cell:
    """A cell of a text file without what kept a spreadsheet from taking it for a number: ="001", '001, a tab."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    found = _GUARDED.fullmatch(text)
    return (found[1] or found[2] or None) if found else text or None


def is_empty(cell: Cell) -> bool:
    """Whether nothing stands there."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def text_of(cell: Cell, most: int = 64) -> str:
    """The text as it stands, a whole number in digits; a number with decimals is no text."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        raise UnclearError("号码或文字被存成了小数或过长的数字，末尾几位可能已经丢失", "请把这一列设为文本后重新导出。")
    text = str(cell).strip()
    if _ROUNDED.fullmatch(text):
        raise UnclearError("号码写成了科学计数法，末尾几位已经丢失", "请把这一列设为文本后重新导出。")
    if len(text) > most:
        raise UnclearError(f"文字超过 {most} 个字", "请核对这一格是否对应正确的栏目。")
    return text


def fen_of(cell: Cell, unit: str) -> int:
    """Whole fen of a cell in yuan or 万元; a binary float counts as the decimal it is shown as, if that is certain."""
    amount = _decimal(cell, unit).scaleb(_SCALE[unit])
    try:
        fen = to_fen(amount)
    except HuiliuError:
        raise UnclearError("金额不是整数分", "请在原表中按分四舍五入（ROUND 到两位小数）后重新导出。") from None
    if abs(fen) >= LARGEST:
        raise UnclearError("金额过大", "请核对金额和单位。")
    return fen


def _decimal(cell: Cell, unit: str) -> Decimal:
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        # The shortest decimal that gives this float: what the spreadsheet held, as long as it has no more digits
        # than a spreadsheet keeps. 0.1 + 0.2 has seventeen and is refused.
        found = Decimal(repr(cell))
        if not found.is_finite() or len(found.normalize().as_tuple().digits) > _DIGITS:
            raise UnclearError(
                "金额是算出来的小数，不能确定到分", "请在原表中按分四舍五入（ROUND 到两位小数）后重新导出。"
            )
        return found
    return _of_text(str(cell), unit)


def _of_text(cell: str, unit: str) -> Decimal:
    text = _SIGN.sub("", folded(cell))
    said = _UNIT.search(text)
    if said and said[1] != UNITS[unit]:
        raise UnclearError(f"金额写明了单位{said[1]}，对应关系中是{UNITS[unit]}", "请统一金额的单位。")
    try:
        return parse_amount(_UNIT.sub("", text))
    except HuiliuError:
        raise UnclearError("金额写法看不懂", "请写成数字，例如 1234.50；负数前写减号，不用括号。") from None


def day_of(cell: Cell, forms: tuple[str, ...]) -> date:
    """A day in one of the forms; a cell that a spreadsheet holds as a day comes in ISO form, which is always one."""
    if isinstance(cell, float) or (isinstance(cell, int) and "compact" not in forms):
        raise UnclearError("日期是一个数字，不是日期", "请把这一列设为日期格式后重新导出。")
    text = "" if cell is None else str(cell).strip()
    moment = _MOMENT.fullmatch(text)
    text = moment[1] if moment else text
    for form in dict.fromkeys(("iso", *forms)):
        found = re.fullmatch(_FORMS[form], text, re.ASCII)
        if found:
            return _day(found)
    raise UnclearError("日期写法不在约定之内", "请改为 2024-10-08 这样的写法，或在对应关系中增加日期写法。")


def _day(found: re.Match[str]) -> date:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise UnclearError("没有这一天", "请核对日期。") from None


def month_of_cell(cell: Cell, year: int) -> int:
    """YYYYMM of `2024-10`, `202410`, `2024年10月`; of `10月` or `10` in the year of the ledger."""
    if isinstance(cell, float):
        raise UnclearError("月份是小数", "请写成 2024-10 或 10月。")
    text = folded(str(cell))
    alone = re.fullmatch(r"(\d{1,2})月?", text, re.ASCII)
    whole = next(filter(None, (re.fullmatch(form, text, re.ASCII) for form in _MONTHS)), None)
    found = (year, int(alone[1])) if alone else (int(whole[1]), int(whole[2])) if whole else (0, 0)
    if not 1 <= found[1] <= 12:
        raise UnclearError("月份写法看不懂", "请写成 2024-10 或 10月。")
    return found[0] * 100 + found[1]
