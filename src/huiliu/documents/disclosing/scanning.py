"""Finds in the bytes of a file what must not be public, and tells where and of what kind, never what."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from huiliu.documents.disclosing import errors
from huiliu.documents.disclosing.rules import PublicRules
from huiliu.documents.disclosing.texts import passages_of
from huiliu.kernel.personal import holds_personal_number

PERSONAL = "证件号码、手机号码或银行卡号"
NAME = "个人姓名"
_LONG_NAME = 3
_LEAST_DIGITS = 10
_DIGITS = re.compile(r"[0-9]")
# Amounts, exact quotients and digests are no numbers of persons; taken out, they do not run together with others.
_AMOUNT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d{1,6})\.(?:\d{1,4}|\d{15,})(?!\d|[.,]\d)")
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff·]+")  # spaces, and signs that nobody sees
_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass
class Scanner:
    """Looks at passages one by one; equal words are looked at once.

    `people` are names that must not appear. A name of two signs is looked for in what people wrote only, since it may
    be part of ordinary words (提高明显). `own` are names of the package's files, which may be named.
    """

    rules: PublicRules
    people: Collection[str] = ()
    own: Collection[str] = ()
    _seen: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def kinds(self, text: str, *, is_written: bool = False) -> tuple[str, ...]:
        """What a passage holds; empty if it may go out."""
        if text not in self._seen:
            self._seen[text] = tuple(dict.fromkeys(self._kinds(text)))
        bare = _UNSEEN.sub("", text) if is_written else ""
        short = is_written and NAME not in self._seen[text] and any(name and name in bare for name in self.people)
        return (*self._seen[text], NAME) if short else self._seen[text]

    def _kinds(self, text: str) -> Iterator[str]:
        plain = _DIGEST.sub("值", unicodedata.normalize("NFKC", text))
        for name in self.own:
            plain = plain.replace(name, "")
        if len(_DIGITS.findall(plain)) >= _LEAST_DIGITS and holds_personal_number(_AMOUNT.sub("额", plain)):
            yield PERSONAL
        for kind, pattern in self.rules.refused:
            if pattern.search(plain):
                yield kind
        bare = _UNSEEN.sub("", plain)
        if any(len(name) >= _LONG_NAME and name in bare for name in self.people):
            yield NAME


def check_files(scanner: Scanner, files: Mapping[str, bytes]) -> None:
    """Refuse (DISC-001) the files if any text of any of them holds what must not be public."""
    found = [
        (f"{name} {place}", kind)
        for name, content in files.items()
        for place, text in passages_of(name, content)
        for kind in scanner.kinds(text)
    ]
    if found:
        raise errors.not_public(list(dict.fromkeys(found)))


def check_written(scanner: Scanner, written: Mapping[str, tuple[str, str]]) -> None:
    """The same for what people wrote, each passage by the name that people know it by."""
    found = [(label, kind) for label, words in written.values() for kind in scanner.kinds(words, is_written=True)]
    if found:
        raise errors.not_public(list(dict.fromkeys(found)))
