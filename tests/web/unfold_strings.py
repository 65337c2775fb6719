"""Every text that the installed skin (Unfold without the parts for libraries we refused) asks to have translated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import unfold
from django.utils.translation.template import templatize

ROOT = Path(unfold.__file__).parent
REFUSED = {"import_export", "simple_history", "guardian", "constance", "unfold_crispy"}
LITERAL = r"""((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*)+)"""
CALL = re.compile(rf"\b(?:n?gettext(?:_lazy|_noop)?|_)\(\s*{LITERAL}(?:,\s*{LITERAL},)?")


def messages() -> Iterator[tuple[str, str, str]]:
    """(file, msgid, plural or empty)."""
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in {".py", ".html"} or REFUSED & set(path.parts):
            continue
        text = path.read_text("utf-8")
        source = templatize(text) if path.suffix == ".html" else text
        for one, many in CALL.findall(source):
            yield str(path.relative_to(ROOT)), _text(one), _text(many) if many else ""


def _text(literals: str) -> str:
    """Neighbouring literals are one text."""
    return str(ast.literal_eval(f"({literals})"))
