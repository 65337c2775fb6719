"""Text that Office cuts into runs at will: placeholders are found across runs and filled in where they begin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from huiliu.documents.template_words import Scope, Token, Written, tokens

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_BARRIER = "\x1f"  # no placeholder reaches over a tab or a line break


@dataclass
class Runs:
    """The texts of one paragraph in reading order; `pieces` are their elements, None for a tab or a break."""

    pieces: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it, with a mark where a tab or a break stands."""
        return "".join(_BARRIER if piece is None else piece.text or "" for piece in self.pieces)

    def fill(self, scope: Scope, where: str) -> Iterator[Written]:
        """Put what every placeholder stands for in its place; the look is that of its first sign."""
        for token in reversed(found := tokens(self.text, where)):
            words = "".join(words for words, _ in scope.printed(token, where))
            self._replace(token, words)
        for token in found:
            for words, item in scope.printed(token, where):
                if item is not None:
                    yield Written(where, words, item)

    def _replace(self, token: Token, words: str) -> None:
        at = 0
        for piece in self.pieces:
            text = _BARRIER if piece is None else piece.text or ""
            first, last = max(token.start - at, 0), min(token.end - at, len(text))
            if piece is not None and first < last:
                piece.text = text[:first] + words + text[last:]
                piece.set(_SPACE, "preserve")
                words = ""
            at += len(text)


def local(element: Any) -> str:
    """The name of an element without its space; "" of a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def paragraphs(root: Any) -> Iterator[tuple[Any, Runs]]:
    """Every paragraph below (and at) an element with its own texts, those in text boxes apart from those around."""
    for paragraph in root.iter():
        if local(paragraph) == "p":
            yield paragraph, runs_of(paragraph)


def runs_of(paragraph: Any) -> Runs:
    """The texts of one paragraph, without those of text boxes in it."""
    return Runs(list(_pieces(paragraph)))


def _pieces(element: Any) -> Iterator[Any]:
    for child in element:
        name = local(child)
        if name == "t":
            yield child
        elif name in ("tab", "br", "cr", "ptab", "noBreakHyphen") and local(element) != "tabs":
            yield None
        elif name != "p" and not name.endswith("Pr"):
            yield from _pieces(child)


def break_lines(pieces: Sequence[Any]) -> None:
    """A line break within a filled text becomes the break that Word knows; a drawing's text stays on one line."""
    for piece in pieces:
        if piece is not None and "drawingml" in piece.tag:
            piece.text = " ".join((piece.text or "").splitlines())
        if piece is not None and "\n" in (piece.text or ""):
            first, *others = piece.text.split("\n")
            piece.text, after = first, piece
            for words in others:
                gap = piece.makeelement(f"{{{etree.QName(piece).namespace}}}br", {})
                more = piece.makeelement(piece.tag, {_SPACE: "preserve"})
                more.text = words
                after.addnext(gap)
                gap.addnext(more)
                after = more
