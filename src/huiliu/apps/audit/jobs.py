"""The daily job of this part, started by the worker; run again, it does no harm."""

from huiliu.apps.audit.services import chain_verify


def daily() -> bool:
    """Verify the chain and anchor it; whether it is sound."""
    return chain_verify().sound
