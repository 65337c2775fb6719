"""Reading quoted statements: which clause speaks of which indicator, by declared words and shared names."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.exchange import Statement

_SENTENCE = re.compile(r"[。；;！!？?\n]")
_CLAUSE = re.compile(r"[，:：]|,(?!\d{3}(?!\d))")  # the comma of 1,860 parts nothing
_QUOTED = re.compile(r"[“\"「『《‘]([^”\"」』》’]{2,20})[”\"」』》’]")
_LATIN = re.compile(r"[A-Z][A-Z0-9+.\-]*[A-Z0-9+]")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_NOISE = re.compile(r"[\s“”\"'「」『』《》‘’、,，。;；:：·・.．~～—\-/／()（）%]")
_ENUMERATION = re.compile(r"[、和及以]|等")
_OWN_CHARACTERS = 3
_SHARED_BY_NAME = 2


class Named(Protocol):
    """An indicator, of which only the name is read here."""

    @property
    def level3(self) -> str:
        """Its own name."""


@dataclass(frozen=True)
class Clause:
    """One clause with its neighbours in its sentence, and the statement it stands in."""

    text: str
    before: str
    after: str
    statement: Statement


class Phrases:
    """The table of phrases.yaml with the matching it serves."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self._generic = sorted(data["generic"], key=len, reverse=True)
        self._suffixes = sorted(data["suffixes"], key=len, reverse=True)

    def words(self, name: str) -> tuple[str, ...]:
        """A list of the table."""
        return tuple(self._data[name])

    def groups(self, name: str) -> Mapping[str, list[str]]:
        """A table within the table: kind → words."""
        groups: Mapping[str, list[str]] = self._data[name]
        return groups

    @property
    def by_hand(self) -> list[Mapping[str, str]]:
        """What no check can decide: `what` and `why`."""
        items: list[Mapping[str, str]] = self._data["by_hand"]
        return items

    def says(self, name: str, text: str) -> str | None:
        """The first phrase of a list that stands in the text; a longer one is preferred."""
        hits = [phrase for phrase in self._data[name] if phrase in text]
        return max(hits, key=len) if hits else None

    def kinds(self, name: str, text: str) -> set[str]:
        """The kinds of a group whose words stand in the text."""
        return {kind for kind, words in self.groups(name).items() if any(word in text for word in words)}

    def own(self, text: str) -> str:
        """The text without generic words: what is left names a particular thing."""
        for word in self._generic:
            text = text.replace(word, " ")
        return "".join(text.split())

    def core(self, name: str) -> str:
        """What an indicator is about: its name without brackets and without how it is measured."""
        core = self.core_name(name)
        for suffix in self._suffixes:
            if core.endswith(suffix) and len(core) > len(suffix) + 1:
                return core.removesuffix(suffix)
        return core

    def core_name(self, name: str) -> str:
        """A name without brackets, spaces and signs."""
        return _NOISE.sub("", _BRACKETS.sub("", name))

    def core_of_rate(self, name: str) -> str:
        """A rate's name without brackets and without words that only say whose it is: 本年度项目预算执行率."""
        core = self.core_name(name)
        for word in self._data["execution_rate_prefixes"]:
            core = core.removeprefix(word)
        return core

    def not_done(self, statements: Iterable[Statement]) -> Iterator[tuple[Clause, str]]:
        """Clauses that say of something that it was not done, with the phrase that says so."""
        for clause in clauses(statements):
            phrase = self.says("not_done", clause.text)
            if phrase and not self.says("not_meant", clause.text) and not self._made_up(clause.after):
                yield clause, phrase

    def _made_up(self, after: str) -> bool:
        """Whether the next clause says that it was done later or in another way."""
        later = self.says("later", after) and self.says("done", after)
        return bool(later or self.says("instead", after))

    def meets(self, use: str, row: "Named") -> bool:
        """Whether a use of money and an indicator speak of one thing: a shared name, or two own characters in a row."""
        own_use, own_row = self.own(use), self.own(row.level3)
        pairs = (own_use[at : at + _SHARED_BY_NAME] for at in range(len(own_use) - 1))
        return bool(self.speaks_of(use, row, ())) or any(pair in own_row for pair in pairs)

    def speaks_of(self, text: str, row: "Named", others: Iterable["Named"]) -> str | None:
        """The name shared by a clause and an indicator: quoted, Latin, its whole core, or 3 characters of its own.

        What another indicator shares too ("市级网络平台") does not single this one out.
        """
        name, clause = _plain(row.level3), _plain(text)
        for token in [*_QUOTED.findall(unicodedata.normalize("NFKC", text)), *_LATIN.findall(clause)]:
            plain = _plain(token)
            if plain in name and (_LATIN.search(plain) or len(self.own(plain)) >= 2):
                return plain
        core = _plain(self.core(row.level3))
        if core in clause and len(self.own(core)) >= 2:
            return core
        shared = common_part(_NOISE.sub("", name), _NOISE.sub("", clause))
        elsewhere = any(shared in _NOISE.sub("", _plain(other.level3)) for other in others if other is not row)
        return shared if not elsewhere and len(self.own(shared)) >= _OWN_CHARACTERS else None


@cache
def phrases() -> Phrases:
    """The table shipped with the checks."""
    return Phrases(load_yaml(Path(__file__).with_name("phrases.yaml")))


def clauses(statements: Iterable[Statement]) -> Iterator[Clause]:
    """Every clause of every statement."""
    for statement in statements:
        for sentence in _SENTENCE.split(statement.text):
            texts = [text for text in _CLAUSE.split(sentence) if text]
            for text, before, after in zip(texts, ["", *texts], [*texts[1:], ""], strict=False):
                yield Clause(text, before, after, statement)


def uses_named(statements: Iterable[Statement], phrases: Phrases) -> Iterator[str]:
    """What the money was or is to be spent on, in the words of the statements (资金主要用于…)."""
    for clause in clauses(statements):
        phrase = phrases.says("spent_on", clause.text)
        if phrase:
            before, named = clause.text.split(phrase, 1)
            if phrase in phrases.words("spent_on_maybe") and "money" not in phrases.kinds("reasons", before):
                continue
            yield from (use for use in _ENUMERATION.split(named) if len(use) > 1)


def common_part(one: str, other: str) -> str:
    """The longest run of characters that stands in both."""
    best = ""
    for start in range(len(one)):
        while start + len(best) < len(one) and one[start : start + len(best) + 1] in other:
            best = one[start : start + len(best) + 1]
    return best


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper().replace(" ", "")
