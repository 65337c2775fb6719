"""Reading: the events for people who supervise, and the chain for its verification."""

from huiliu.apps.audit.selectors.anchors import Anchor, anchor_folder, latest_anchor, read_anchors
from huiliu.apps.audit.selectors.listing import EventFilter, done_by, event, events, refusals, same_object
from huiliu.apps.audit.selectors.retention import OLDEST, holds, kept, retention_due
from huiliu.apps.audit.selectors.rows import end_before
from huiliu.apps.audit.selectors.state import ChainState, chain_state
from huiliu.apps.audit.selectors.verdict import Break, Kind, Verdict
from huiliu.apps.audit.selectors.walk import walk

__all__ = [
    "OLDEST", "Anchor", "Break", "ChainState", "EventFilter", "Kind", "Verdict", "anchor_folder", "chain_state",
    "done_by", "end_before", "event", "events", "holds", "kept", "latest_anchor", "read_anchors", "refusals",
    "retention_due", "same_object", "walk",
]  # fmt: skip
