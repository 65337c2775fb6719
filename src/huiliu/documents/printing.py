"""Turns a segment into the characters that every output prints, and refuses what may not be printed."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from huiliu.documents import errors
from huiliu.documents.declared import KINDS, fits
from huiliu.documents.model import FigureRef, Line, Literal, Origin, Report, Segment, Text, lines
from huiliu.documents.numbers import typed_numbers
from huiliu.kernel.figures import Figure, FigureBook
from huiliu.kernel.money import format_wan

_MONEY_UNITS = frozenset({"元", "万元"})


def _bare(figure: Figure) -> str:
    number = figure.text()
    return number.rstrip("0").rstrip(".") if "." in number else number


def _short(figure: Figure) -> str:
    return _bare(figure) + figure.unit


def _stated(figure: Figure) -> str:
    return figure.text() if figure.value is None else _short(figure)


def _wan(figure: Figure) -> str:
    if figure.unit not in _MONEY_UNITS or figure.value is None:
        raise ValueError(figure.unit)
    return format_wan(figure.value * (Decimal(10_000) if figure.unit == "万元" else 1)) + "万元"


def _percent(figure: Figure) -> str:
    if figure.unit != "%":
        raise ValueError(figure.unit)
    return _short(figure)


# full 96.11分 · value 96.11 · short 20万元 · wan 15.76万元 · percent 78.8% · state 计算; cell and stated are value and
# short, bare is short without its unit, all three with the state word (不可复算) where there is no number
STYLES: Mapping[str, Callable[[Figure], str]] = {
    "full": Figure.with_unit,
    "value": Figure.text,
    "short": _short,
    "wan": _wan,
    "percent": _percent,
    "cell": Figure.text,
    "stated": _stated,
    "bare": _bare,
    "state": lambda figure: figure.state_label,
}
_WITHOUT_VALUE = frozenset({"cell", "stated", "bare", "state"})


def printed(segment: Segment, figures: FigureBook, where: str = "报告") -> str:
    """The characters of one segment; a figure is read from the book each time, so no second copy can differ."""
    match segment:
        case FigureRef():
            return _printed_figure(segment, figures, where)
        case Literal() | Text():
            return segment.text


def _printed_figure(reference: FigureRef, figures: FigureBook, where: str) -> str:
    if reference.figure_id not in figures:
        raise errors.unknown_figure(where, reference.figure_id)
    figure = figures[reference.figure_id]
    if reference.style not in STYLES:
        raise errors.bad_style(where, figure.id, reference.style)
    if figure.value is None and reference.style not in _WITHOUT_VALUE:
        raise errors.missing_value(where, figure.id, figure.state_label)
    try:
        return STYLES[reference.style](figure)
    except ValueError as error:
        raise errors.bad_style(where, figure.id, reference.style) from error


def check_report(report: Report) -> None:
    """Refuse the report at its first undeclared number, unknown or empty figure, or literal without a source.

    Every line is looked at, titles and table cells too; nothing is printed by any output before this has passed.
    """
    for place, line in lines(report):
        check_line(line, report.figures, str(place))


def check_line(line: Line, figures: FigureBook, where: str) -> None:
    """The same for one line; positions count the printed characters from 1.

    Neighbouring plain texts are judged together, so that cutting a number in two does not hide it.
    """
    for start, text in _texts(line, figures, where):
        for number in typed_numbers(text, opens=start == 0):
            raise errors.undeclared_number(where, start + number.start + 1, number.text)
    for segment in line:
        if isinstance(segment, Literal):
            _check_literal(segment, where)


def _texts(line: Line, figures: FigureBook, where: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    offset = 0
    previous_is_text = False
    for segment in line:
        words = printed(segment, figures, where)
        if isinstance(segment, Text):
            if previous_is_text:
                start, before = found.pop()
                found.append((start, before + words))
            else:
                found.append((offset, words))
        previous_is_text = isinstance(segment, Text)
        offset += len(words)
    return found


def _check_literal(literal: Literal, where: str) -> None:
    if literal.kind not in KINDS:
        raise errors.bad_literal(where, literal.kind, "类别未登记")
    if not literal.source.strip() or not literal.text.strip():
        raise errors.bad_literal(where, literal.kind, "内容或来源为空")
    if literal.origin is Origin.AUTHOR and not fits(literal.text, literal.kind):
        raise errors.bad_literal(where, literal.kind, "内容与类别不符，测算得出的数字不能声明为文字")
