"""The cell formats of a workbook, and copies of them that differ in how a text or a day is written, no other way."""

import copy
from typing import Any

from lxml import etree

TEXT = 49  # the number format @
_DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # built in, with Chinese ones
_DAY_CODE = "yyyy\\-mm\\-dd"
_FIRST_OWN = 164


def parser() -> etree.XMLParser:
    """Reads no entity and fetches nothing; `check_upload` let no document type pass before."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


class Styles:
    """xl/styles.xml as far as cells point into it; without one there is one format, and no copy can be made."""

    def __init__(self, source: bytes | None) -> None:
        self.root: Any = etree.fromstring(source, parser()) if source else None
        self._formats: Any = None if self.root is None else self._child("cellXfs")
        self._made: dict[tuple[int, int], int] = {}
        self._day = 0

    def text(self, style: int) -> int:
        """The format with its texts kept as they are, when somebody goes into the cell and leaves it again."""
        return self._with(style, TEXT)

    def day(self, style: int) -> int:
        """The format, if it writes days; else its copy that does."""
        if self._formats is None or self._is_day(self._number_format(style)):
            return style
        return self._with(style, self._day_format())

    def written(self) -> bytes:
        """The part, with the copies."""
        found: bytes = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        return found

    def _with(self, style: int, number_format: int) -> int:
        if self._formats is None or style >= len(self._formats):
            return style
        if self._number_format(style) == number_format:
            return style
        key = (style, number_format)
        if key not in self._made:
            made = copy.deepcopy(self._formats[style])
            made.set("numFmtId", str(number_format))
            made.set("applyNumberFormat", "1")
            self._formats.append(made)
            self._formats.set("count", str(len(self._formats)))
            self._made[key] = len(self._formats) - 1
        return self._made[key]

    def _number_format(self, style: int) -> int:
        return int(self._formats[style].get("numFmtId", "0")) if style < len(self._formats) else 0

    def _is_day(self, number_format: int) -> bool:
        if number_format < _FIRST_OWN:
            return number_format in _DAYS
        known = self._child("numFmts")
        codes = (
            []
            if known is None
            else [one.get("formatCode", "") for one in known if one.get("numFmtId") == str(number_format)]
        )
        return any("y" in code.lower() or "年" in code for code in codes)

    def _day_format(self) -> int:
        if not self._day:
            known = self._child("numFmts")
            if known is None:
                known = etree.SubElement(self.root, self._tag("numFmts"))
                self.root.insert(0, known)
            taken = [int(one.get("numFmtId", "0")) for one in known]
            self._day = max([_FIRST_OWN - 1, *taken]) + 1
            etree.SubElement(known, self._tag("numFmt"), numFmtId=str(self._day), formatCode=_DAY_CODE)
            known.set("count", str(len(known)))
        return self._day

    def _child(self, name: str) -> Any:
        return self.root.find(self._tag(name))

    def _tag(self, name: str) -> str:
        return f"{{{etree.QName(self.root).namespace}}}{name}"
