"""The daily job of this part, started by the worker; run again, it does no harm."""

from huiliu.apps.exports.services import exports_remove


def daily() -> int:
    """How many files were past their day and are gone."""
    return exports_remove()
