"""The rows as they lie in the database, read in their order without trusting that any of them is well formed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.dateparse import parse_datetime

from huiliu.apps.audit.models import AuditEvent, ChainHead
from huiliu.apps.audit.sealing import audit_key, seal_of

PORTION = 2_000
COLUMNS = tuple(field.column for field in AuditEvent._meta.concrete_fields)
JSON = ("before", "after", "details")
BEYOND = 2**63  # SQLite keeps any text in a number's column: such a number stands behind all others


@dataclass(frozen=True)
class Row:
    """One stored event; `fields` is None where it cannot even be read, so that no seal can hold."""

    id: Any
    stored: Any
    seq: int
    at: datetime | None
    action: str
    prev_hash: str
    key_id: str
    hash: str
    fields: Mapping[str, Any] | None

    def holds(self, seq: int, prev_hash: str) -> bool:
        """Whether the seal is right for the event under this number and behind this hash."""
        key = audit_key(self.key_id) if self.fields else None
        if key is None:
            return False
        try:
            return seal_of({**(self.fields or {}), "seq": seq, "prev_hash": prev_hash}, key) == self.hash
        except (TypeError, ValueError, RecursionError, AttributeError):
            return False


def rows(since: int | None = None, **equal: str) -> Iterator[Row]:
    """All rows from a number on, by number, in portions, so that a long chain costs no memory and no long lock."""
    # As text: PostgreSQL knows moments that Python has not.
    moment = "(at AT TIME ZONE 'UTC')::text" if connection.vendor == "postgresql" else "at"
    columns = (moment if name == "at" else name for name in COLUMNS)
    select = f"SELECT {', '.join(columns)} FROM {AuditEvent._meta.db_table} WHERE "
    also = "".join(f" AND {name} = %s" for name in equal)
    condition, values = ("seq >= %s", [since]) if since is not None else ("1 = 1", [])
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"{select}{condition}{also} ORDER BY seq, id LIMIT {PORTION}", [*values, *equal.values()])
            found = [_row(dict(zip(COLUMNS, line, strict=True))) for line in cursor.fetchall()]
        yield from found
        if len(found) < PORTION:
            return
        condition, values = "(seq > %s OR (seq = %s AND id > %s))", [found[-1].stored, found[-1].stored, found[-1].id]


def head() -> tuple[int, str] | None:
    """Number and hash that the head names; None where there is none."""
    return ChainHead.objects.filter(pk=1).values_list("seq", "hash").first()


def end_before(moment: datetime) -> tuple[int, str] | None:
    """Number and hash of the last event before a moment, of the first there is where none is older; None without any.

    Nobody who acts afterwards has a say in it: draws by lot begin from here.
    """
    found = AuditEvent.objects.values_list("seq", "hash")
    return found.filter(at__lt=moment).order_by("-seq").first() or found.order_by("seq").first()


def _row(line: dict[str, Any]) -> Row:
    seq = line["seq"] if isinstance(line["seq"], int) else BEYOND
    try:
        fields = {**line, "at": _moment(line["at"]), **{name: _json(line[name]) for name in JSON}}
        at = fields["at"]
    except (TypeError, ValueError, RecursionError):
        fields, at = None, None
    action, prev_hash, key_id, digest = (str(line[name]) for name in ("action", "prev_hash", "key_id", "hash"))
    return Row(line["id"], line["seq"], seq, at, action, prev_hash, key_id, digest, fields)


def _moment(value: Any) -> datetime:
    """An aware moment; SQLite gives text in UTC."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        raise TypeError
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value
