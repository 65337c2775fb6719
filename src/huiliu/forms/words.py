"""The table of words.yaml: which column a heading names, which label a cell is."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from huiliu.forms.grid import plain
from huiliu.kernel.yamls import load_yaml

_BRACKET = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[、.](?!\d))")
_COLON = re.compile(r"[:：]+$")


class Words:
    """Patterns by kind; within a kind the earlier one is preferred."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._groups = {name: _compiled(part) for name, part in data.items() if isinstance(part, dict)}
        self._lists = {name: _pattern(part) for name, part in data.items() if isinstance(part, list)}

    def kind(self, group: str, text: str) -> str | None:
        """The kind of a heading or label, with or without the brackets behind it."""
        found = self.ranked(group, text)
        return found[0] if found else None

    def ranked(self, group: str, text: str) -> tuple[str, int] | None:
        """The kind and how much it is preferred among the words of this kind (0 first)."""
        for form in forms(text):
            for name, patterns in self._groups[group].items():
                for rank, pattern in enumerate(patterns):
                    if pattern.fullmatch(form):
                        return name, rank
        return None

    def says(self, name: str, text: str) -> bool:
        """Whether the text as a whole is one of a list."""
        return any(self._lists[name].fullmatch(form) for form in forms(text))


def forms(text: str) -> tuple[str, ...]:
    """The text as it is compared: whole, then without colon and number, then without what stands in brackets."""
    whole = plain(text)
    short = _COLON.sub("", _NUMBERED.sub("", whole))
    return tuple(dict.fromkeys(form for form in (whole, short, plain(_COLON.sub("", _BRACKET.sub("", short)))) if form))


def _compiled(part: Mapping[str, Iterable[str]]) -> dict[str, list[re.Pattern[str]]]:
    return {name: [re.compile(pattern) for pattern in patterns] for name, patterns in part.items()}


def _pattern(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.DOTALL)


@cache
def words() -> Words:
    """The table shipped with the reader."""
    return Words(load_yaml(Path(__file__).with_name("words.yaml")))
