"""The daily job of this part, started by the worker; run again, it does no harm."""

from huiliu.apps.control.services import rights_expire


def daily() -> int:
    """How many rights were past their last day and are marked as ended."""
    return rights_expire()
