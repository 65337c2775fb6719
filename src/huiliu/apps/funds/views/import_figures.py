"""Numbers of a file that was brought in: rows and amounts, each with the rows of the file or the events behind it."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.urls import reverse

from huiliu.apps.funds.models import ImportFile, ImportRow, Outcome
from huiliu.apps.funds.services.importing import Preview
from huiliu.apps.funds.views.import_tables import place_of
from huiliu.budget.events import REFUND
from huiliu.budget.import_matching import KNOWN, NEW, REFUSED
from huiliu.budget.reconcile import STATES, Pair, reconciled_figures
from huiliu.kernel.figures import MEASURED, Figure, FigureBook, Record
from huiliu.kernel.money import from_fen

ROWS, YUAN = "行", "元"
SOURCE = "导入文件"


def import_figures(file: ImportFile, rows: Sequence[ImportRow], preview: Preview | None) -> FigureBook:
    """Every number of the page of a file: as written, as it would be written, or beside the ledger."""
    if rows:
        return _written(file, rows)
    if preview is None:
        return FigureBook()
    return _proposed(file, preview) if preview.mapping.writes else _compared(file, preview)


def shown_first(book: FigureBook) -> list[Figure]:
    """The figures at the head of the page: none of single rows, and of no rows only that nothing is new."""
    plain = [figure for name, figure in book.items() if not name.startswith(("row.", "event."))]
    return [one for one in plain if one.value or one.unit != ROWS or one.id == "rows.new"]


def _written(file: ImportFile, rows: Sequence[ImportRow]) -> FigureBook:
    book = FigureBook()
    for outcome in Outcome:
        found = [one for one in rows if one.outcome == outcome]
        _add(book, f"rows.{outcome}", str(outcome.label), [_kept(file, one) for one in found], ROWS)
    new = [one for one in rows if one.outcome == Outcome.NEW]
    _add(book, "amount.new", "新增金额", [_event(file, one.event_id, one.event.amount_fen) for one in new if one.event])
    for number, event in {one.event_id: one.event for one in rows if one.event}.items():
        _add(book, f"event.{number}", event.get_kind_display(), [_event(file, number, event.amount_fen)])
    return book


def _proposed(file: ImportFile, preview: Preview) -> FigureBook:
    book, unread = FigureBook(), {problem.row for problem in preview.reading.problems}
    for state, label in ((NEW, "新增"), (KNOWN, "台账已有"), (REFUSED, "与台账不符")):
        found = [one.row.row for one in preview.proposals if one.state == state]
        _add(book, f"rows.{state}", label, [_line(file, number, Decimal(1)) for number in found], ROWS)
    for name, label, numbers in (
        ("unread", "看不懂", sorted(unread)),
        ("left_out", "不导入", [number for number, _ in preview.reading.left_out]),
    ):
        _add(book, f"rows.{name}", label, [_line(file, number, Decimal(1)) for number in numbers], ROWS)
    new = [one.row for one in preview.proposals if one.state == NEW]
    _add(book, "amount.new", "新增金额", [_line(file, row.row, from_fen(row.amount)) for row in new])
    for one in preview.proposals:
        row = one.row
        _add(book, f"row.{row.row}", f"第 {row.row} 行金额", [_line(file, row.row, from_fen(row.amount))])
    return book


def _compared(file: ImportFile, preview: Preview) -> FigureBook:
    """Totals and differences, how many rows stand how, and both sides of each pair."""
    book = reconciled_figures(preview.pairs)
    for state, label in STATES.items():
        found = [_side(file, pair) for pair in preview.pairs if pair.state == state]
        _add(book, f"rows.{state}", label, found, ROWS)
    for pair in preview.pairs:
        if pair.line is not None:
            row, amount = pair.line.row, from_fen(pair.line_fen)
            _add(book, f"row.{row}", f"对账单第 {row} 行金额", [_line(file, row, amount)])
    # Several lines may make up one event: it is told once, whole.
    for event in {pair.event.id: pair.event for pair in preview.pairs if pair.event}.values():
        fen = -event.amount if event.kind == REFUND else event.amount
        _add(book, f"event.{event.id}", f"{event.label} 金额", [_event(file, event.id, fen)])
    return book


def _add(book: FigureBook, name: str, label: str, rows: Iterable[Record], unit: str = YUAN) -> None:
    records = tuple(rows)
    value = sum((one.value or Decimal(0) for one in records), Decimal(0))
    formula = "逐行计数" if unit == ROWS else f"{len(records)} 行相加"
    places = 0 if unit == ROWS else 2
    # No row is a known nothing: the expression says so.
    expression = "" if records else "0"
    book.add(Figure(name, label, value, unit, places, formula, (), "不舍入", SOURCE, MEASURED, expression, records))


def _line(file: ImportFile, number: int, value: Decimal) -> Record:
    link = reverse("funds:import_detail", args=place_of(file))
    return Record(f"import.row:{number}", f"文件第 {number} 行", value, link, file.digest)


def _kept(file: ImportFile, row: ImportRow) -> Record:
    link = reverse("funds:import_detail", args=place_of(file))
    return Record(f"funds.import_row:{row.pk}", f"文件第 {row.row} 行", Decimal(1), link, file.digest)


def _event(file: ImportFile, number: int | str | None, fen: int) -> Record:
    return Record(f"funds.event:{number}", f"资金事件 {number}", from_fen(fen), event_link(file, number))


def _side(file: ImportFile, pair: Pair) -> Record:
    """A pair as one row: the line of the statement, or the event where there is no line."""
    if pair.line is not None:
        return _line(file, pair.line.row, Decimal(1))
    number = pair.event.id if pair.event else ""
    return Record(f"counted.event:{number}", f"资金事件 {number}", Decimal(1), event_link(file, number))


def event_link(file: ImportFile, number: int | str | None) -> str:
    """Where an event of the file's year is shown."""
    code, year, _ = place_of(file)
    return reverse("funds:event_detail", args=(code, year, int(number or 0)))
