"""What a template's text asks for: placeholders and loop marks found in it, looked up and printed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from huiliu.documents import template_errors as errors
from huiliu.documents.compose import Cell, ReportData, Row, line_of
from huiliu.documents.listing import xml_text
from huiliu.documents.model import FigureRef, Literal, Text
from huiliu.documents.printing import STYLES
from huiliu.kernel.figures import Figure, FigureBook

MOST_ROWS = 20_000  # of one list

_TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
_NUMBER_STYLES = frozenset({None, "value", "cell", "wan"})
_WAN = Decimal(10_000)
_MONEY = {"元": _WAN, "万元": Decimal(1)}


@dataclass(frozen=True)
class TemplateData:
    """What templates are filled with: figures, texts by name, rows by the name of their list."""

    figures: FigureBook
    texts: Mapping[str, Cell] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    asked: "list[Asked] | None" = field(default=None, compare=False, repr=False)
    """Where one is given, every placeholder that is looked up is put down in it."""

    @classmethod
    def of_report(cls, data: ReportData) -> "TemplateData":
        """The same names as the report has; the unit's own paragraphs are texts by their name."""
        told = {name: line_of(data, f"{{{{{name}}}}}", f"单位填写的 {name}") for name in data.narrative}
        return cls(data.figures, {**data.texts, **told}, data.rows)


@dataclass(frozen=True)
class Asked:
    """A placeholder that was looked up: where, in which list ("" outside of loops), and what was found."""

    where: str
    list_name: str
    name: str
    style: str | None
    cell: Cell


@dataclass(frozen=True)
class Written:
    """One thing that was filled in: where it stands in the filled file, how it reads, and what it is."""

    where: str
    text: str
    item: FigureRef | Literal


@dataclass(frozen=True)
class Token:
    """`{{name|style}}` at `start` … `end` of a text; `mark` is # or / for the beginning and end of a loop."""

    start: int
    end: int
    name: str
    style: str | None
    mark: str = ""


@dataclass(frozen=True)
class Number:
    """What a cell with nothing but a figure gets: the printed number itself, or None for a word in its place."""

    value: Decimal | None
    figure: Figure
    style: str


def tokens(text: str, where: str) -> tuple[Token, ...]:
    """Every placeholder of a text; DOC-022 for brackets that are left over."""
    if "{{" not in text and "}}" not in text:
        return ()
    if "{{" in (rest := _TOKEN.sub("", text)) or "}}" in rest:
        raise errors.bad_markup(where, "括号 {{ }} 没有成对")
    return tuple(_token(match, where) for match in _TOKEN.finditer(text))


def _token(match: re.Match[str], where: str) -> Token:
    inside = match[1].replace("｜", "|").strip()
    mark = inside[:1] if inside[:1] in ("#", "/") else ""
    name, *styles = (part.strip() for part in inside.removeprefix(mark).split("|"))
    if not name or len(styles) > (0 if mark else 1):
        raise errors.bad_markup(where, f"看不懂“{match[0][:60]}”")
    return Token(match.start(), match.end(), name, styles[0] if styles else None, mark)


def without(text: str, found: Sequence[Token]) -> str:
    """A text without its placeholders."""
    for token in reversed(found):
        text = text[: token.start] + text[token.end :]
    return text


def looped(found: Sequence[Token], where: str) -> str | None:
    """The list that the texts of one row run over, None for a plain row; DOC-022 for marks that do not fit."""
    marks = [token for token in found if token.mark]
    if not marks:
        return None
    if len(marks) != 2 or [token.mark for token in marks] != ["#", "/"] or marks[0].name != marks[1].name:
        raise errors.bad_markup(where, f"循环“{marks[0].name[:60]}”没有在同一行里成对开始和结束")
    return marks[0].name


@dataclass(frozen=True)
class Scope:
    """Where names are looked up: the row in hand first. `blank` stands for a list without rows: all is left empty."""

    data: TemplateData
    row: Row | None = None
    blank: frozenset[str] | None = None
    list_name: str = ""

    def rows(self, name: str, where: str) -> list["Scope"]:
        """One scope for each row of a list; an empty list keeps one row, left blank."""
        if name not in self.data.rows:
            raise errors.unknown_name(where, name, self.data.rows, list_name=True)
        if len(self.data.rows[name]) > MOST_ROWS:
            raise errors.too_much(where, f"名单有 {len(self.data.rows[name]):,} 行，最多 {MOST_ROWS:,} 行")
        scopes = [Scope(self.data, row, list_name=name) for row in self.data.rows[name]]
        return scopes or [Scope(self.data, {}, frozenset(), name)]

    def number(self, text: str, where: str) -> Number | None:
        """The number to be written where a text is one figure and nothing else; None where it is to be printed."""
        found = [token for token in tokens(text, where) if not token.mark]
        if len(found) != 1 or self._is_blank(found[0]) or without(text, tokens(text, where)).strip():
            return None
        held = self._cell(found[0], where)
        cell = held[0] if isinstance(held, tuple) and len(held) == 1 else held
        if not isinstance(cell, FigureRef) or found[0].style not in _NUMBER_STYLES:
            return None
        style = found[0].style or "value"
        figure = self._figure(FigureRef(cell.figure_id, style), found[0], where)
        return Number(_value(figure, style), figure, style)

    def printed(self, token: Token, where: str) -> Iterator[tuple[str, FigureRef | Literal | None]]:
        """The pieces of one placeholder as they read, each with what it is; plain words are nothing to be traced."""
        if token.mark or self._is_blank(token):
            return
        cell = self._cell(token, where)
        if token.style is not None and not isinstance(cell, FigureRef):
            raise errors.bad_style(where, token.name, token.style, "：它不是数字")
        for segment in cell if isinstance(cell, tuple) else (cell,):
            if isinstance(segment, FigureRef):
                reference = FigureRef(segment.figure_id, token.style or segment.style)
                yield _words(self._figure(reference, token, where), reference.style), reference
            elif segment is not None:
                yield xml_text(segment.text), None if isinstance(segment, Text) else segment

    def _is_blank(self, token: Token) -> bool:
        """In a list without rows: a name that is not shared must be one of its columns, which nobody can tell."""
        return self.blank is not None and token.name not in self.data.texts and token.name not in self.data.figures

    def _cell(self, token: Token, where: str) -> Cell:
        cell = self._held(token, where)
        if self.data.asked is not None:
            inside = self.list_name if self.row is not None and token.name in self.row else ""
            self.data.asked.append(Asked(where, inside, token.name, token.style, cell))
        return cell

    def _held(self, token: Token, where: str) -> Cell:
        if self.row is not None and token.name in self.row:
            return self.row[token.name]
        if token.name in self.data.texts:
            return self.data.texts[token.name]
        if token.name in self.data.figures:
            return FigureRef(token.name)
        known = [*(self.row or ()), *self.data.texts, *self.data.figures]
        raise errors.unknown_name(where, token.name, known)

    def _figure(self, reference: FigureRef, token: Token, where: str) -> Figure:
        if reference.figure_id not in self.data.figures:
            raise errors.unknown_name(where, reference.figure_id, self.data.figures)
        figure = self.data.figures[reference.figure_id]
        wrong_unit = (reference.style == "wan" and figure.unit not in _MONEY) or (
            reference.style == "percent" and figure.unit != "%"
        )
        if reference.style not in STYLES or wrong_unit:
            raise errors.bad_style(where, token.name, reference.style, f"（单位是{figure.unit}）" if wrong_unit else "")
        return figure


def _words(figure: Figure, style: str) -> str:
    """As the report prints it; without a number its word, whatever the style."""
    if figure.value is None and style != "state":
        return figure.text()
    return STYLES[style](figure)


def words_of(cell: Cell, style: str | None, figures: FigureBook) -> str:
    """A whole cell as it reads."""
    parts = cell if isinstance(cell, tuple) else (cell,)
    return "".join(
        _words(figures[one.figure_id], style or one.style) if isinstance(one, FigureRef) else one.text
        for one in parts
        if one is not None
    )


def _value(figure: Figure, style: str) -> Decimal | None:
    """Rounded as it is printed everywhere else, so that a form's own sums add up what its reader sees."""
    if figure.value is None:
        return None
    value, places = figure.value, figure.places
    if style == "wan" and figure.unit == "元":
        value, places = value / _WAN, 2
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)
