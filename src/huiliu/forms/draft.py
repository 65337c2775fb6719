"""What has been understood of one table so far: its data, and for every cell what it is."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from huiliu.forms.grid import Cell, joined
from huiliu.scoring.values import YUAN, Value, from_text

POINTS = frozenset({"", "分"})
SHARES = frozenset({"", "分", "%"})
COUNTED = frozenset({"", "个", "项", "条", "%"})
MONEY = frozenset({"", *YUAN})
PERCENT = frozenset({"", "%"})
_MADE_UP = re.compile(r"[①-⓿⑴-⒛¹²³⁰⁴-⁹₀-₉½¼¾⅓⅔]")
_FAULT = re.compile(r"#[A-Z0-9/]+[!?]?")
_DOUBTED = re.compile(r"同上|同左|待[核定补填].{0,4}|[?？]+|[\dOolI.]*(?:\d[OolI]|[Oo]\d)[\dOolI.]*\D{0,2}")
_HEDGED = re.compile(r"\d.*(?:待核|待定|暂估|估计|左右|[?？])|(?:约|大约|近)\d")
_TO_FILL = re.compile(
    r"[(（【]?(?:待|由|请|此处)由?(?:本|各)?(?:单位|部门|填报人)?(?:补充|另行)?填(?:写|报|列|入)?(?:内容|说明)?[)）】。]?"
)
_SHORT = 14
_LARGEST_FRACTION = 2  # up to here a bare number is taken as a fraction, as spreadsheets store a percentage
_UNIT = re.compile(r"亿元|百万元|千元|万元|(?<![千万亿])元")


@dataclass(frozen=True)
class CellRead:
    """A cell that went into the table under a path of the exchange format, such as `indicators[0].score`.

    `head[主管部门]` is what stands above a table that the format does not hold.
    """

    path: str
    place: str
    text: str


@dataclass(frozen=True)
class Label:
    """A heading, label, title or note that was recognised."""

    place: str
    text: str


@dataclass(frozen=True)
class Unread:
    """A cell that did not go into the table, and why."""

    place: str
    text: str
    why: str


@dataclass
class Draft:
    """The table in the making. A cell is read, else named as not read, else a label; never two of these."""

    data: dict[str, Any] = field(default_factory=lambda: {"budget": {"rows": {}}, "indicators": [], "statements": []})
    units: dict[str, Cell] = field(default_factory=dict)
    department: tuple[Cell, str] | None = None
    pieces: list[Unread] = field(default_factory=list)
    _reads: dict[Cell, list[str]] = field(default_factory=dict)
    _unread: dict[Cell, str] = field(default_factory=dict)
    _labels: set[Cell] = field(default_factory=set)

    def read(self, cell: Cell, path: str) -> None:
        """The cell went into the table under a path; it may do so under several."""
        paths = self._reads.setdefault(cell, [])
        if path not in paths:
            paths.append(path)

    def forget(self, path: str) -> None:
        """Take back what was read under a path: it is not in the table after all."""
        for cell, paths in list(self._reads.items()):
            paths[:] = [one for one in paths if not one.startswith(f"{path}.")]
            if not paths:
                del self._reads[cell]

    def unread(self, cell: Cell, why: str) -> None:
        """The cell did not go in, and why; the first reason stays."""
        self._unread.setdefault(cell, why)

    def label(self, cell: Cell) -> None:
        """The cell is a heading, label, title or note."""
        self._labels.add(cell)

    def known(self, cell: Cell) -> bool:
        """Whether it is settled what the cell is."""
        return cell in self._reads or cell in self._unread or cell in self._labels

    def is_label(self, cell: Cell) -> bool:
        """Whether the cell was recognised as one of the form's own."""
        return cell in self._labels and cell not in self._reads

    def is_unread(self, cell: Cell) -> bool:
        """Whether the cell was named as not read."""
        return cell in self._unread

    def number(self, cell: Cell, path: str, units: frozenset[str]) -> str | None:
        """The text of a cell that must hold a plain number or print that it is empty; else it is named unread."""
        problem = why_no_number(cell.text, units)
        if problem:
            self.unread(cell, problem)
            return None
        self.read(cell, path)
        return joined(cell.text)

    def whys(self) -> list[tuple[Cell, str]]:
        """Every cell that was named as not read, and why."""
        return list(self._unread.items())

    def paths(self) -> list[str]:
        """Every path that something was read under."""
        return [path for paths in self._reads.values() for path in paths]

    def unfilled(self, cell: Cell) -> bool:
        """Whether words only say that somebody is still to write here; such a cell is named as not read."""
        found = _TO_FILL.fullmatch("".join(cell.text.split())) is not None
        if found:
            self.unread(cell, "还没有填写")
        return found

    def state(self, cell: Cell, about: str, text: str) -> None:
        """Keep a passage as a statement, unless it is still to be written."""
        if self.unfilled(cell):
            return
        self.data["statements"].append({"about": about, "text": text})
        self.read(cell, f"statements[{len(self.data['statements']) - 1}].text")

    def unit_of(self, cell: Cell) -> str:
        """The unit of money that a label or heading names; it is kept as one the block is printed in."""
        unit = money_unit(cell.text)
        if unit:
            self.units.setdefault(unit, cell)
        return unit

    def cells(self, shown: list[Cell]) -> tuple[tuple[CellRead, ...], tuple[Label, ...], tuple[Unread, ...]]:
        """Every cell in exactly one of three lists, in the order of the print."""
        reads = [CellRead(path, cell.place, cell.text) for cell in shown for path in self._reads.get(cell, ())]
        others = [cell for cell in shown if cell not in self._reads]
        labels = [Label(cell.place, cell.text) for cell in others if cell in self._labels and cell not in self._unread]
        left = [cell for cell in others if cell in self._unread or cell not in self._labels]
        unread = [Unread(c.place, c.text, self._unread.get(c, "看不出这一格属于哪一栏")) for c in left]
        return tuple(reads), tuple(labels), (*unread, *self.pieces)


def money_unit(text: str) -> str:
    """The unit of money a label names; empty where it names none."""
    found = _UNIT.search("".join(text.split()))
    return found[0] if found else ""


def in_percent(text: str | None, heading: str) -> str | None:
    """A bare number as small as a fraction with the sign of its heading: 1.50 under 完成率（％） is no 150 %."""
    value = value_of(text or "")
    small = value.number is not None and not value.unit and 0 < abs(value.number) <= _LARGEST_FRACTION
    return f"{text}%" if small and "%" in unicodedata.normalize("NFKC", heading) else text


def in_unit(text: str | None, unit: str) -> str | None:
    """A bare number with the unit that its heading or label names."""
    value = value_of(text or "")
    return f"{text}{unit}" if value.kind == "number" and not value.unit else text


def is_odd(text: str) -> bool:
    """Whether it holds signs that only look like digits, such as the mark of a footnote (8①)."""
    return _MADE_UP.search(text) is not None


def value_of(text: str) -> Value:
    """The text as the exchange format understands it."""
    return from_text(joined(text))


def why_doubtful(text: str) -> str:
    """Why a text that may be words cannot be taken: it was meant as a number and is none; empty where it can."""
    if _FAULT.fullmatch(text.strip()):
        return "公式出错，没有数字"
    kind = value_of(text).kind
    if is_odd(text) and kind == "number":
        return "数字后面带有注码，没有采用"
    short = "".join(text.split())
    doubted = _DOUBTED.fullmatch(short) or (len(short) <= _SHORT and _HEDGED.search(short))
    return "不是确定的数字，没有采用" if kind == "text" and doubted else ""


def why_no_number(text: str, units: frozenset[str]) -> str:
    """Why a cell holds no plain number in one of the units; empty where it does, or prints that it is empty."""
    value = value_of(text)
    if value.kind == "blank":
        return ""
    if _FAULT.fullmatch(text.strip()):
        return "公式出错，没有数字"
    if value.kind != "number" or value.operator or is_odd(text):
        return "不是单纯的数字，没有采用"
    if unicodedata.normalize("NFKC", value.unit) not in units:
        return f"数字后面的“{value.unit}”不是这一栏的单位，没有采用"
    return ""
