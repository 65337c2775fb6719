"""What a template's cell formats mean for what is filled in, and the copies of them that keep a text a text."""

import copy
import re

from huiliu.documents.form_styles import Styles

_BUILT_IN_PERCENT = frozenset({9, 10})
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class TemplateStyles(Styles):
    """xl/styles.xml; `changed` says that a copy was made."""

    changed = False

    def is_percent(self, style: int) -> bool:
        """Whether a cell so formatted shows a fraction as a percentage."""
        number_format = self._number_format(style) if self._formats is not None else 0
        if number_format in _BUILT_IN_PERCENT:
            return True
        known = self._child("numFmts") if self.root is not None else None
        codes = () if known is None else known
        code = next((one.get("formatCode", "") for one in codes if one.get("numFmtId") == str(number_format)), "")
        return "%" in _NOT_CODE.sub("", code)

    def quoted(self, style: int) -> int:
        """The format with the mark that its text is no formula, even when somebody goes into the cell."""
        if self._formats is None or style >= len(self._formats):
            return style
        key = (style, -1)
        if key not in self._made:
            made = copy.deepcopy(self._formats[style])
            made.set("quotePrefix", "1")
            self._formats.append(made)
            self._formats.set("count", str(len(self._formats)))
            self._made[key] = len(self._formats) - 1
            self.changed = True
        return self._made[key]
