"""What a manifest announces about its files, as far as fetching needs it; the night judges it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from huiliu.kernel.digests import Algorithm

_ALGORITHMS: Mapping[str, Algorithm] = {"sm3": "sm3", "sha256": "sha256"}


@dataclass(frozen=True)
class Promise:
    """Length and digest of one file; None where the manifest does not say, or says it unreadably."""

    size: int | None = None
    digest: str | None = None

    @property
    def algorithm(self) -> Algorithm | None:
        """Of the digest; None if it is none that we know."""
        return _ALGORITHMS.get((self.digest or "").partition(":")[0])


def announced(raw: bytes) -> dict[str, Promise]:
    """File names with what is promised of them; empty for a manifest that cannot be understood.

    Such a folder is taken as it is, so that the night refuses it with its reasons and keeps a record of it.
    """
    try:
        value = json.loads(raw.decode("utf-8-sig"))
        return dict(_promises(value["tables"].values()))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}


def _promises(tables: Any) -> Iterator[tuple[str, Promise]]:
    for table in tables:
        for file in table["files"]:
            size, digest = file.get("bytes"), file.get("digest")
            told = Promise(size if type(size) is int else None, digest if isinstance(digest, str) else None)
            yield str(file["name"]), told
