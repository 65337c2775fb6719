"""What may go out and what is refused, as read from catalog/disclosure/public.yaml."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from huiliu.documents.disclosing import errors

_FILE = "public.yaml"


@dataclass(frozen=True)
class PublicRules:
    """Allow-lists (paragraphs and figures not listed stay inside) and the spellings that no file may hold.

    `narrative` are names of the unit's paragraphs, `figures` beginnings and `hidden` endings of figures' ids, `foot`
    what forms print below, `unreported` what the report's public edition leaves out with the headings over it,
    `refused` kind and pattern.
    """

    narrative: frozenset[str]
    figures: tuple[str, ...]
    hidden: tuple[str, ...]
    foot: tuple[str, ...]
    unreported: tuple[str, ...]
    headings: tuple[str, ...]
    refused: tuple[tuple[str, re.Pattern[str]], ...]

    def is_public(self, figure_id: str) -> bool:
        """Whether a figure may go out."""
        return figure_id.startswith(self.figures) and not figure_id.endswith(self.hidden)


def public_rules(content: Mapping[str, Any]) -> PublicRules:
    """Read the rules; DISC-004 if a part lacks: nothing is public by default, so nothing is filled up."""
    for name in ("narrative", "figures", "hidden", "foot", "report", "refused"):
        if not content.get(name):
            raise errors.bad_content(_FILE, f"缺少 {name}")
    return PublicRules(
        frozenset(content["narrative"]),
        tuple(content["figures"]),
        tuple(content["hidden"]),
        tuple(content["foot"]),
        tuple(content["report"]["hidden"]),
        tuple(content["report"]["headings"]),
        tuple((str(one.get("kind", "")), _pattern(one)) for one in content["refused"]),
    )


def _pattern(one: Mapping[str, Any]) -> re.Pattern[str]:
    words = one.get("pattern")
    if one.get("kind") and isinstance(words, str):
        with suppress(re.error):
            return re.compile(words, re.ASCII)  # a Chinese sign beside a host name is no part of its word
    raise errors.bad_content(_FILE, "refused 的每行须有 kind 和能用的 pattern")
