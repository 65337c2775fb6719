"""What the worker does for this part by itself, every hour; where nothing is due it only looks."""

from django.db import close_old_connections

from huiliu.apps.reports.services import reports_make_due


def hourly() -> int:
    """How many editions came of the months that were due."""
    close_old_connections()
    try:
        return reports_make_due()
    finally:
        close_old_connections()
