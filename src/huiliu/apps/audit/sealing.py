"""What seals an audit event: HMAC-SM3 over every field, the hash before it among them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from huiliu.apps.audit.models import AuditEvent
from huiliu.kernel.clock import TZ
from huiliu.kernel.digests import canonical_json, hmac_sm3
from huiliu.kernel.errors import HuiliuError

SEALED = (
    "seq", "actor", "post", "ip", "action", "object_kind", "object_key", "outcome", "purpose",
    "before", "after", "details", "prev_hash", "key_id",
)  # fmt: skip
FIRST = "0" * 64
KEY_ID = re.compile(r"[0-9A-Za-z-]{1,16}")


def seal(event: AuditEvent, key: bytes) -> str:
    """The seal of an event, 64 hexadecimal digits."""
    return seal_of({name: getattr(event, name) for name in ("at", *SEALED)}, key)


def seal_of(fields: Mapping[str, Any], key: bytes) -> str:
    """The same from the fields by name; `at` is an aware moment. TypeError where a value has no certain spelling."""
    at: datetime = fields["at"]
    content = {name: fields[name] for name in SEALED}
    return hmac_sm3(key, canonical_json({**content, "at": at.astimezone(TZ).isoformat(timespec="microseconds")}))


def audit_key(key_id: str) -> bytes | None:
    """The key that an event names; None where only this event names it, as after a change of its `key_id`.

    Raises KEY-001 where several events name a key that is not there: then the key is lost, and nothing can be said.
    """
    if not KEY_ID.fullmatch(key_id):
        return None
    try:
        key: bytes = settings.HUILIU_KEYS.get("audit", key_id)
    except HuiliuError as error:
        if error.code != "KEY-001" or AuditEvent.objects.filter(key_id=key_id).count() > 1:
            raise
        return None
    return key
