"""Refusals of the ledger: Chinese, with the event's kind and day, never a payee."""

from datetime import date
from typing import Any, Protocol

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import format_yuan, from_fen


class _Dated(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def on(self) -> date: ...


def refused(number: int | str, message: str, hint: str, event: _Dated | None = None) -> HuiliuError:
    """FUND-1xx of an event; the facts say which kind and day."""
    facts = {} if event is None else {"event": event.id, "kind": event.kind, "on": event.on.isoformat()}
    return HuiliuError(code=f"FUND-{number}", message=message, hint=hint, facts=facts)


def unadvised(number: int, message: str, hint: str, **facts: Any) -> HuiliuError:
    """MON-00x: monitoring or advice that cannot be given."""
    return HuiliuError(code=f"MON-{number:03d}", message=message, hint=hint, facts=facts)


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals, for a message."""
    return format_yuan(from_fen(fen))
