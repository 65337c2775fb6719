"""The daily job of this part, started by the worker; run again, it does no harm."""

from huiliu.apps.exports.services import SOURCES, exports_remove


def daily() -> int:
    """How many files were past their day and are gone."""
    removed = exports_remove()
    for source in SOURCES.values():
        source.sweep()
    return removed
