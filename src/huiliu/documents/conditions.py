"""When a paragraph of the content is printed: a few tests on figures, texts and rows, all of which must hold."""

from collections.abc import Callable, Mapping
from typing import Any

from huiliu.documents import errors
from huiliu.kernel.figures import FigureBook

_Words = Mapping[str, Any]


def _has(name: str, figures: FigureBook, words: _Words) -> bool:
    return bool(words.get(name)) or (name in figures and figures[name].value is not None)


def _missing(name: str, figures: FigureBook, words: _Words) -> bool:
    return not _has(name, figures, words)


def _positive(name: str, figures: FigureBook, _: _Words) -> bool:
    value = figures[name].value if name in figures else None
    return value is not None and value > 0


def _zero(name: str, figures: FigureBook, _: _Words) -> bool:
    return name in figures and figures[name].value == 0


_TESTS: Mapping[str, Callable[[str, FigureBook, _Words], bool]] = {
    "has": _has,
    "missing": _missing,
    "positive": _positive,
    "zero": _zero,
}


def holds(when: Mapping[str, Any] | None, figures: FigureBook, words: _Words, where: str) -> bool:
    """Whether the paragraph is wanted; `when` maps a test (has, missing, positive, zero) to one name or several.

    A figure without a value is missing and neither positive nor zero; so is an empty list of rows.
    """
    for test, names in (when or {}).items():
        if test not in _TESTS:
            raise errors.bad_template(where, f"不认识的条件 {test}")
        for name in [names] if isinstance(names, str) else names:
            if not _TESTS[test](name, figures, words):
                return False
    return True
