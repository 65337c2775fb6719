"""Writing: the chain itself, its anchors, its verification, and what may be purged beside it."""

from huiliu.apps.audit.sealing import seal
from huiliu.apps.audit.services.anchors import anchor_write
from huiliu.apps.audit.services.chain import (
    SYSTEM,
    Actor,
    Entry,
    actor_of,
    check_words,
    record,
    record_alone,
    record_refusal,
    refusals_recorded,
)
from huiliu.apps.audit.services.export import events_export
from huiliu.apps.audit.services.retention import hold_place, hold_release, retention_purge
from huiliu.apps.audit.services.verification import chain_verify

__all__ = [
    "SYSTEM",
    "Actor",
    "Entry",
    "actor_of",
    "anchor_write",
    "chain_verify",
    "check_words",
    "events_export",
    "hold_place",
    "hold_release",
    "record",
    "record_alone",
    "record_refusal",
    "refusals_recorded",
    "retention_purge",
    "seal",
]
