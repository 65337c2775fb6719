"""The daily job of this part, started by the worker; run again, it does no harm."""

from huiliu.apps.audit.services import chain_verify, retention_purge


def daily() -> bool:
    """Purge what may go, then verify the chain and anchor it; whether it is sound."""
    retention_purge()
    return chain_verify().sound
