"""Long lists as files: columns, what must be said with the rows, and texts that no office program may change."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

MOMENT = "%Y-%m-%d %H:%M:%S"
LONGEST_NAME = 200  # bytes, without ending
LONGEST_PART = 60
# What a spreadsheet may take for a formula, full-width forms and white space before it included.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠|]")
# What it would turn into a number or a day: twelve digits or more, a zero in front, an exponent, digits with - or /.
_CHANGED = re.compile(r"\d{12,}|0\d+|\d+(\.\d+)?[eE][+-]?\d+|\d{1,4}[-/]\d{1,2}([-/]\d{1,4})?|\d{1,2}:\d{2}(:\d{2})?")
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class ListColumn:
    """A column as it is written; `level` says how its values are guarded, `is_full` that they are not masked."""

    label: str
    kind: str = "text"
    level: str = "L2"
    is_full: bool = False


@dataclass(frozen=True)
class Mark:
    """Who made the list, when and what for: on every sheet and page; `notes` say what the rows are."""

    by: str
    at: datetime
    purpose: str
    number: str
    notes: tuple[tuple[str, str], ...] = ()

    @property
    def line(self) -> str:
        """The watermark."""
        return f"{self.by} {self.at.strftime(MOMENT)} {self.purpose} 编号 {self.number}"

    def lines(self, title: str, rows: int | None = None) -> list[tuple[str, str]]:
        """What 说明 says, name and value; without `rows` the number is not told."""
        told = [("名称", title), ("导出人", self.by), ("导出时间", self.at.strftime(MOMENT)), ("用途", self.purpose)]
        count = [] if rows is None else [("行数", f"{rows:,}")]
        return [*told, ("编号", self.number), *count, *self.notes]


@dataclass(frozen=True)
class Head:
    """What every file of a list has: title, columns, mark."""

    title: str
    columns: Sequence[ListColumn]
    mark: Mark


class ListWriter(Protocol):
    """Rows in, a file out; `close` makes it whole. Rows come in blocks and are not kept."""

    def write(self, rows: Iterable[Sequence[Any]]) -> None: ...
    def close(self) -> None: ...


def guarded(text: str) -> str:
    """A text for a CSV cell: one apostrophe before what an office program would run or change.

    Reversible: whoever takes one apostrophe off every cell that begins with one has the texts as they were.
    """
    plain = text.replace("\x00", "")
    if plain.startswith("'") or _FORMULA.match(plain) or _CHANGED.fullmatch(plain):
        return f"'{plain}"
    return plain


def plain_text(value: Any) -> str:
    """A value as text: money with two decimals, days and moments in ISO form, None as nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case Decimal():
            return f"{value:.2f}"
        case datetime():
            return value.strftime(MOMENT)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def xml_text(value: Any) -> str:
    """`plain_text` without the signs that XML has no place for."""
    text = value if isinstance(value, str) else plain_text(value)
    return text if text.isprintable() else _NOT_IN_XML.sub("", text)  # nearly every cell is, and asking costs little


def file_name(*parts: str) -> str:
    """A name that every system takes; without anything usable it is 未填. One too long is cut in its first part.

    Systems count bytes, of which a Chinese sign has three: 255 for a name with its ending.
    """
    first, *others = [_in_names(part) for part in parts]
    rest = "".join(f"_{part}" for part in others)
    room = max(LONGEST_NAME - len(rest.encode()), 0)
    return f"{first.encode()[:room].decode(errors='ignore').rstrip(' .')}{rest}"


def _in_names(part: str) -> str:
    """Without what means something to a file system, turns the direction of writing, or cannot be seen."""
    seen = "".join(sign if sign.isprintable() else "" for sign in part)
    return _NOT_IN_NAMES.sub("", seen).strip(" .")[:LONGEST_PART] or "未填"
