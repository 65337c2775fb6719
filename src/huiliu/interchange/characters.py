"""Characters that a document cannot hold, or that the editions of GB 18030 place differently."""

import re
from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import escape

REPLACEMENT = "\ufffd"
_ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff"
# 2000, 2005 and 2022 gave these another code each time, so that a reader of another edition takes one for the other;
# XML names them by number, which no encoding touches.
_MOVED = (
    "\u1e3f\u9fb4-\u9fbb\ue78d-\ue796\ue7c7\ue816-\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855"
    "\ue864\ufe10-\ufe19\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe"
)
ILLEGAL = re.compile(f"[{_ILLEGAL}]")
MOVED = re.compile(f"[{_MOVED}]")
_ODD = re.compile(f"[{_ILLEGAL}{_MOVED}]")
_MARKED = re.compile(f"[&<>\r{_MOVED}]")

Row = tuple[str | None, ...]


class Cleaner:
    """Puts U+FFFD where a character is illegal in XML, and counts cells by element: replaced ones, and moved codes."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.replaced: Counter[str] = Counter()
        self.moved: Counter[str] = Counter()

    def rows(self, block: Sequence[Row]) -> list[Row]:
        """The same rows, legal; a row without any such character costs one search."""
        return [self._row(row) if _ODD.search("".join(filter(None, row))) else row for row in block]

    def _row(self, row: Row) -> Row:
        cells: list[str | None] = []
        for name, cell in zip(self._names, row, strict=True):
            if cell is not None and MOVED.search(cell):
                self.moved[name] += 1
            if cell is not None and ILLEGAL.search(cell):
                self.replaced[name] += 1
                cells.append(ILLEGAL.sub(REPLACEMENT, cell))
            else:
                cells.append(cell)
        return tuple(cells)


def marked(text: str) -> bool:
    """Whether a legal text needs `escaped` at all."""
    return _MARKED.search(text) is not None


def escaped(text: str) -> str:
    """A legal text as XML holds it; a carriage return would else be read back as a line feed."""
    return MOVED.sub(lambda found: f"&#{ord(found[0])};", escape(text, {"\r": "&#13;"}))
