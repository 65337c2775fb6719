"""A sheet of a workbook rewritten row by row: what is filled in is changed, everything else is written as it was."""

import re
from collections.abc import Collection, Generator, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from lxml import etree

from huiliu.documents.form_styles import Styles
from huiliu.documents.listing import guarded, xml_text

EXACT_DIGITS = 15  # a spreadsheet's numbers are exact to here
_DECLARED = re.compile(rb'\s+xmlns(:[\w.-]+)?="[^"]*"')
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WIDTH = "24"

Values = Mapping[int, Any]  # by column, from 0
Editing = Generator[int | None, Values | None, None]


def letters(place: int) -> str:
    """A column as people write it."""
    return (letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def place_of(reference: str) -> int:
    """The column of a reference like AB12."""
    place = 0
    for sign in reference.rstrip("0123456789"):
        place = place * 26 + ord(sign.upper()) - ord("A") + 1
    return place - 1


class SheetEditor:
    """One sheet being rewritten. `edit` yields the number of each wanted row and takes what is to be filled in."""

    def __init__(self, styles: Styles, wanted: Collection[int] = (), *, from_1904: bool = False) -> None:
        self.styles, self.wanted, self.from_1904 = styles, wanted, from_1904
        self.overwrites: Collection[int] = ()  # columns whose cells are changed though they hold something
        self.widened: int | None = None  # a column that is new
        self._styles_of_columns: list[tuple[int, int, int]] = []
        self._space = ""

    def edit(self, source: IO[bytes], target: IO[bytes]) -> Editing:
        """Copy `source` to `target`. Kept results of formulas go: they are computed anew when the book is opened."""
        events = iter(
            etree.iterparse(
                source,
                events=("start", "end"),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
        )
        _, root = next(events)
        self._space = f"{{{etree.QName(root).namespace}}}"
        opening = etree.tostring(root, encoding="UTF-8", with_tail=False)
        target.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + _opened(opening))
        for event, element in events:
            if event == "start" and element.getparent() is root and element.tag == self._tag("sheetData"):
                yield from self._rows(events, element, target)
            elif event == "end" and element.getparent() is root:
                self._other(element)
                target.write(_bare(element))
                _let_go(element)
        target.write(_closing(opening))

    def _rows(self, events: Iterator[Any], data: Any, target: IO[bytes]) -> Editing:
        opening, number = _bare(data, empty=True), 0
        target.write(_opened(opening))
        for event, element in events:
            if event == "end" and element is data:
                break
            if event == "end" and element.tag == self._tag("row"):
                number = int(element.get("r") or number + 1)
                self._forget(element)
                if number in self.wanted:
                    values = yield number
                    self._fill(element, number, values or {})
                target.write(_bare(element))
                _let_go(element)
        target.write(_closing(opening))

    def _forget(self, row: Any) -> None:
        for cell in row:
            kept = cell.find(self._tag("v"))
            if cell.find(self._tag("f")) is not None and kept is not None:
                cell.remove(kept)
                cell.attrib.pop("t", None)

    def _fill(self, row: Any, number: int, values: Values) -> None:
        cells = self._cells(row, number)
        row.attrib.pop("spans", None)
        for place, value in sorted(values.items()):
            cell = cells.get(place)
            if cell is None:
                if value in (None, ""):
                    continue
                cell = self._added(row, number, place, cells)
            if self._may_change(cell, place):
                self._write(cell, value)

    def _cells(self, row: Any, number: int) -> dict[int, Any]:
        """By column; a cell that does not say where it stands comes after the one before."""
        found, place = {}, -1
        for cell in row:
            if cell.tag == self._tag("c"):
                place = place_of(cell.get("r")) if cell.get("r") else place + 1
                cell.set("r", f"{letters(place)}{number}")
                found[place] = cell
        return found

    def _added(self, row: Any, number: int, place: int, cells: dict[int, Any]) -> Any:
        """A cell that was not there looks like its row, else like its column, a new column like its neighbour."""
        before = [known for known in cells if known < place]
        made = row.makeelement(self._tag("c"), {"r": f"{letters(place)}{number}"})
        style = self._style_for(row, place, cells[max(before)] if before else None)
        if style:
            made.set("s", str(style))
        if before:
            cells[max(before)].addnext(made)
        else:
            row.insert(0, made)
        cells[place] = made
        return made

    def _style_for(self, row: Any, place: int, neighbour: Any) -> int:
        if place == self.widened and neighbour is not None:
            return int(neighbour.get("s", "0"))
        if row.get("customFormat") in ("1", "true"):
            return int(row.get("s", "0"))
        return next((style for low, high, style in self._styles_of_columns if low <= place <= high), 0)

    def _may_change(self, cell: Any, place: int) -> bool:
        """A formula is never written over, anything else only in columns where that was asked for."""
        if cell.find(self._tag("f")) is not None:
            return False
        is_empty = not "".join(cell.itertext()).strip()
        return is_empty or place in self.overwrites

    def _write(self, cell: Any, value: Any) -> None:
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        style = int(cell.get("s", "0"))
        if isinstance(value, date) and not isinstance(value, datetime) and value.year > 1904:
            self._write_number(cell, str(self._serial(value)), self.styles.day(style))
        elif isinstance(value, int | Decimal) and not isinstance(value, bool) and _is_exact(value):
            self._write_number(cell, str(value), style)
        elif value not in (None, ""):
            text = xml_text(value)
            self._write_text(cell, text, self.styles.text(style) if guarded(text) != text else style)

    def _write_number(self, cell: Any, text: str, style: int) -> None:
        cell.set("s", str(style))
        etree.SubElement(cell, self._tag("v")).text = text

    def _write_text(self, cell: Any, text: str, style: int) -> None:
        cell.set("s", str(style))
        cell.set("t", "inlineStr")
        held = etree.SubElement(etree.SubElement(cell, self._tag("is")), self._tag("t"))
        held.text = text
        held.set(_SPACE, "preserve")

    def _serial(self, day: date) -> int:
        return (day - (date(1904, 1, 1) if self.from_1904 else date(1899, 12, 30))).days

    def _other(self, element: Any) -> None:
        """What stands around the rows: the columns' formats are read, and where the sheet ends is left to be found."""
        if element.tag != self._tag("cols"):
            return
        for column in element:
            low, high, style = (int(column.get(name, "0")) for name in ("min", "max", "style"))
            self._styles_of_columns.append((low - 1, high - 1, style))
        if self.widened is not None and all(high < self.widened for _, high, _ in self._styles_of_columns):
            place = str(self.widened + 1)
            etree.SubElement(element, self._tag("col"), min=place, max=place, width=_WIDTH, customWidth="1")

    def _tag(self, name: str) -> str:
        return f"{self._space}{name}"


def _let_go(element: Any) -> None:
    """Free what is written; the element itself may still get the text behind it."""
    element.clear(keep_tail=True)
    while element.getprevious() is not None:
        del element.getparent()[0]


def _is_exact(value: int | Decimal) -> bool:
    return len(str(value).lstrip("-").replace(".", "")) <= EXACT_DIGITS


def _opened(element: bytes) -> bytes:
    """The opening tag of an element without content."""
    return element.partition(b">")[0].rstrip(b"/") + b">"


def _closing(element: bytes) -> bytes:
    return b"</" + re.split(rb"[\s/>]", element[1:], maxsplit=1)[0] + b">"


def _bare(element: Any, *, empty: bool = False) -> bytes:
    """An element as text, without the names of spaces that the root says already."""
    if empty:
        shell = element.makeelement(element.tag, dict(element.attrib), nsmap=element.nsmap)
        text = etree.tostring(shell, encoding="UTF-8")
    else:
        text = etree.tostring(element, encoding="UTF-8", with_tail=False)
    head, sign, rest = text.partition(b">")
    told = element.getparent().nsmap
    if told == element.nsmap:
        head = _DECLARED.sub(b"", head)
    return bytes(head + sign + rest)
