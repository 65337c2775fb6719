"""How the chain stands, in the few words that head the auditor's page."""

import json
from dataclasses import dataclass
from datetime import datetime

from huiliu.apps.audit.selectors.anchors import Anchor, anchor_folder, latest_anchor
from huiliu.apps.audit.selectors.rows import head

STATE_FILE = "last-verification.json"


@dataclass(frozen=True)
class Verified:
    """The last verification: when, and what it said."""

    time: datetime
    sound: bool
    line: str


@dataclass(frozen=True)
class ChainState:
    """Number of events by the head, the last verification, the last anchor; None where there was none."""

    count: int
    verified: Verified | None
    anchor: Anchor | None


def chain_state() -> ChainState:
    """What is known without walking the chain."""
    ends = head()
    return ChainState(ends[0] if ends else 0, _verified(), latest_anchor())


def _verified() -> Verified | None:
    try:
        content = json.loads((anchor_folder() / STATE_FILE).read_text("utf-8"))
        return Verified(datetime.fromisoformat(content["time"]), content["sound"] is True, str(content["line"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
