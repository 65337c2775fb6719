"""The small language of report prose: `{{编号|写法}}` refers, `[[内容|类别|来源]]` declares, the rest is plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huiliu.documents import errors
from huiliu.documents.model import Literal, Text

_TOKEN = re.compile(r"\{\{(?P<reference>[^{}]*)\}\}|\[\[(?P<literal>[^\[\]]*)\]\]")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.+-]*")
_FOLDED = re.compile(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])")
_STRAY = re.compile(r"\{\{|\}\}|\[\[|\]\]")


@dataclass(frozen=True)
class Reference:
    """A name to be looked up: a figure, a text of the evaluation, a cell of the row in hand, or a list."""

    name: str
    style: str | None = None


Token = Text | Literal | Reference


def parse(template: str, where: str) -> tuple[Token, ...]:
    """Cut a template into tokens; spaces stay between Latin words only, since YAML folds a line's end into a space."""
    return tuple(_tokens(_FOLDED.sub("", template.strip()), where))


def _tokens(template: str, where: str) -> Iterator[Token]:
    end = 0
    for match in _TOKEN.finditer(template):
        yield from _text(template[end : match.start()], where)
        yield _reference(match["reference"], where) if match["literal"] is None else _literal(match["literal"], where)
        end = match.end()
    yield from _text(template[end:], where)


def _text(words: str, where: str) -> Iterator[Text]:
    if _STRAY.search(words):
        raise errors.bad_template(where, "括号 {{ }} 或 [[ ]] 没有成对")
    if words:
        yield Text(words)


def _reference(inside: str, where: str) -> Reference:
    name, *style = (part.strip() for part in inside.split("|"))
    if not _NAME.fullmatch(name) or len(style) > 1:
        raise errors.unknown_figure(where, inside.strip())
    return Reference(name, style[0] if style else None)


def _literal(inside: str, where: str) -> Literal:
    parts = [part.strip() for part in inside.split("|")]
    if len(parts) != 3 or not all(parts):
        raise errors.bad_literal(where, parts[1] if len(parts) > 1 else "", "要写明内容、类别和来源")
    words, kind, source = parts
    return Literal(words, kind, source)
