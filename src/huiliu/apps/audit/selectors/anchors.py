"""Anchors: small signed files outside the database that say how long the chain was, and with which hash it ended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.apps.audit.sealing import KEY_ID
from huiliu.kernel.digests import canonical_json, hmac_sm3
from huiliu.kernel.errors import HuiliuError

PURPOSE = "anchor"


@dataclass(frozen=True)
class Anchor:
    """The chain had `seq` events at `time` and ended with `hash`."""

    seq: int
    hash: str
    time: datetime
    file: str = ""


def anchor_folder() -> Path:
    """Where the files lie: in the data folder, or where HUILIU_ANCHORS says."""
    return Path(settings.HUILIU_ANCHORS)


def read_anchors() -> tuple[list[Anchor], list[str]]:
    """Every anchor, shortest chain first, and the names of files that are damaged or not ours."""
    good, broken = [], []
    for path in sorted(anchor_folder().glob("[0-9]*.json")):
        anchor = _read(path)
        if anchor:
            good.append(anchor)
        else:
            broken.append(path.name)
    return sorted(good, key=lambda anchor: (anchor.seq, anchor.time)), broken


def latest_anchor() -> Anchor | None:
    """The anchor of the longest chain."""
    return next(reversed(read_anchors()[0]), None)


def signature(content: Mapping[str, Any]) -> str:
    """HMAC-SM3 over seq, hash, time and the id of the key that makes it."""
    if not KEY_ID.fullmatch(content["key_id"]):
        raise ValueError
    key: bytes = settings.HUILIU_KEYS.get(PURPOSE, content["key_id"])
    return hmac_sm3(key, canonical_json({name: content[name] for name in ("seq", "hash", "time", "key_id")}))


def _read(path: Path) -> Anchor | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        if signature(content) != content["seal"]:
            return None
        return Anchor(content["seq"], content["hash"], datetime.fromisoformat(content["time"]), path.name)
    except (OSError, ValueError, TypeError, KeyError, HuiliuError):
        return None
