"""Joins the reviewed content of a report with the data of one evaluation; the result is a checked Report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from huiliu.documents import errors
from huiliu.documents.conditions import holds
from huiliu.documents.layout import chinese_number
from huiliu.documents.model import (
    Addressee,
    Bar,
    Block,
    Chart,
    FigureRef,
    Heading,
    Line,
    Literal,
    Note,
    Origin,
    Paragraph,
    Report,
    Section,
    Segment,
    Signature,
    Table,
    TableColumn,
    Text,
)
from huiliu.documents.printing import check_report
from huiliu.documents.prose import Reference, parse
from huiliu.kernel.figures import FigureBook

Cell = FigureRef | Literal | Line | None
Row = Mapping[str, Cell]
Content = Mapping[str, Any]
_ENUMERATED = {"joined": "；", "ordinals": True}


@dataclass(frozen=True)
class ReportData:
    """What an evaluation gives a report: figures, texts and rows; a Cell of None means that nothing was stated.

    `narrative` holds the unit's own paragraphs as templates, several under one name become one sentence counted
    一是、二是; they obey the same rule on numbers as the content.
    `made_on` goes into the files' metadata; without `signed_on` the report is a draft, unsigned.
    """

    key: str
    year: str
    made_on: date
    figures: FigureBook
    texts: Mapping[str, Cell]
    rows: Mapping[str, Sequence[Row]]
    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    signed_on: date | None = None


@dataclass(frozen=True)
class _Scope:
    """Where names are looked up: the row in hand, the block's lists, then narrative, texts and figures."""

    data: ReportData
    where: str
    row: Row = field(default_factory=dict)
    lists: Mapping[str, Line] = field(default_factory=dict)

    def fill(self, template: str) -> Line:
        return tuple(segment for token in parse(template, self.where) for segment in self._segments(token))

    def _segments(self, token: Text | Literal | Reference) -> Iterable[Segment]:
        if not isinstance(token, Reference):
            return (token,)
        if token.name in self.lists:
            return self.lists[token.name]
        if token.name in self.data.narrative:
            return self._narrated(token.name)
        return self._cell(token)

    def _narrated(self, name: str) -> Line:
        words = self.data.narrative[name]
        scope = _Scope(self.data, f"{self.where}（单位填写的 {name}）")
        if isinstance(words, str):
            return scope.fill(words)
        return (*_joined({"items": words, **_ENUMERATED}, scope), Text("。"))

    def _cell(self, token: Reference) -> Line:
        cell = self.row[token.name] if token.name in self.row else self._shared(token)
        if cell is None:
            raise errors.missing_value(self.where, token.name, "未填写")
        if isinstance(cell, FigureRef) and token.style:
            return (FigureRef(cell.figure_id, token.style),)
        if token.style:
            raise errors.bad_style(self.where, token.name, token.style)
        return cell if isinstance(cell, tuple) else (cell,)

    def _shared(self, token: Reference) -> Cell:
        if token.name in self.data.texts:
            return self.data.texts[token.name]
        if token.name in self.data.figures:
            return FigureRef(token.name)
        raise errors.unknown_figure(self.where, token.name)


def filled(template: str, data: ReportData, where: str, row: Row | None = None) -> Line:
    """One template filled from a row and the data, for documents that are no report; refusals name `where`."""
    return _Scope(data, where, row or {}).fill(template)


def compose(content: Content, data: ReportData) -> Report:
    """Build and check the report; raises HuiliuError DOC-001 … DOC-006 naming the part and paragraph."""
    scope = _Scope(data, "报告标题")
    report = Report(
        key=data.key,
        title=_title(_required(content, "title", "报告内容"), scope),
        agency=scope.fill(_required(content, "agency", "报告内容")),
        year=data.year,
        sections=tuple(_section(raw, data) for raw in _required(content, "sections", "报告内容")),
        figures=data.figures,
        dated=data.made_on,
        is_landscape=bool(content.get("landscape", False)),
    )
    check_report(report)
    return report


def line_of(data: ReportData, template: str, where: str) -> Line:
    """One line of the report's language, filled with its data; for documents that are laid out by somebody else."""
    return _Scope(data, where).fill(template)


def _title(rows: Sequence[str], scope: _Scope) -> Line:
    """The title's lines as the author divides them: a long title is to break where the sense does."""
    line: list[Segment] = []
    for words in rows:
        line += [Text("\n")] if line else []
        line += scope.fill(words)
    return tuple(line)


def _section(raw: Content, data: ReportData) -> Section:
    title = _required(raw, "title", "报告内容的一个部分")
    blocks: list[Block] = []
    for number, block in enumerate(_required(raw, "blocks", f"“{title}”"), start=1):
        scope = _Scope(data, f"“{title}”模板第{number}段")
        if holds(block.get("when"), data.figures, {**data.texts, **data.rows, **data.narrative}, scope.where):
            blocks.extend(_blocks(block, scope))
    return Section(title, tuple(blocks))


def _blocks(raw: Content, scope: _Scope) -> Iterator[Block]:
    match raw:
        case {"heading": str(words)}:
            yield Heading(int(raw.get("level", 2)), scope.fill(words))
        case {"text": str(words), "each": str(rows)}:
            for row in _rows(scope, rows):
                yield Paragraph(_Scope(scope.data, scope.where, row).fill(words))
        case {"text": str(words)}:
            yield Paragraph(_with_lists(raw, scope).fill(words))
        case {"addressee": str(words)}:
            yield Addressee(scope.fill(words))
        case {"table": str()} | {"chart": str()}:
            yield _table(raw["table"], raw, scope) if "table" in raw else _chart(raw["chart"], raw, scope)
        case {"note": str(words)}:
            yield Note(_with_lists(raw, scope).fill(words))
        case {"signature": str(agency)}:
            if scope.data.signed_on is not None:
                yield Signature(scope.fill(agency), _day(scope.data.signed_on))
        case _:
            raise errors.bad_template(scope.where, f"不认识的写法 {'、'.join(map(str, raw))}")


def _with_lists(raw: Content, scope: _Scope) -> _Scope:
    lists = {name: _joined(spec, scope) for name, spec in raw.get("lists", {}).items()}
    return _Scope(scope.data, scope.where, lists=lists)


def _joined(spec: Content, scope: _Scope) -> Line:
    """A list within a sentence: one item a row, or the items given, with a mark between; `ordinals` sets 一是、二是."""
    if "rows" in spec:
        items = [_Scope(scope.data, scope.where, row).fill(spec["item"]) for row in _rows(scope, spec["rows"])]
    else:
        items = [_Scope(scope.data, scope.where).fill(item) for item in _required(spec, "items", scope.where)]
    mark = Text(spec.get("joined", "、"))
    ordinals = bool(spec.get("ordinals")) and len(items) > 1
    line: list[Segment] = []
    for number, item in enumerate(items, start=1):
        line += [mark] if line else []
        line += [_ordinal(number)] if ordinals else []
        line += item
    return tuple(line)


def _ordinal(number: int) -> Literal:
    return Literal(f"{chinese_number(number)}是", "编号", "按条目顺序生成", Origin.SYSTEM)


def _table(caption: str, raw: Content, scope: _Scope) -> Table:
    columns = _required(raw, "columns", scope.where)
    body = [
        tuple(_Scope(scope.data, scope.where, row).fill(column["cell"]) for column in columns)
        for row in _rows(scope, _required(raw, "rows", scope.where))
    ]
    body += [tuple(scope.fill(cell) for cell in row) for row in raw.get("totals", ())]
    return Table(
        caption=scope.fill(caption),
        columns=tuple(
            TableColumn(scope.fill(column["title"]), int(column["width"]), column.get("align", "left"))
            for column in columns
        ),
        rows=tuple(body),
        note=scope.fill(raw["note"]) if "note" in raw else (),
    )


def _chart(caption: str, raw: Content, scope: _Scope) -> Chart:
    series = _required(raw, "series", scope.where)
    rows = [_Scope(scope.data, scope.where, row) for row in _rows(scope, _required(raw, "rows", scope.where))]
    label = _required(raw, "label", scope.where)
    return Chart(
        caption=scope.fill(caption),
        series=tuple(scope.fill(one["name"]) for one in series),
        bars=tuple(Bar(row.fill(label), tuple(row.fill(one["value"]) for one in series)) for row in rows),
        note=scope.fill(raw["note"]) if "note" in raw else (),
    )


def _rows(scope: _Scope, name: str) -> Sequence[Row]:
    if name not in scope.data.rows:
        raise errors.unknown_figure(scope.where, name)
    return scope.data.rows[name]


def _day(signed_on: date) -> Line:
    words = f"{signed_on.year}年{signed_on.month}月{signed_on.day}日"
    return (Literal(words, "日期", "成文日期，生成文档时指定"),)


def _required(raw: Content, key: str, where: str) -> Any:
    if key not in raw:
        raise errors.bad_template(where, f"缺少 {key}")
    return raw[key]
