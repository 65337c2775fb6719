"""What the worker does for this part by itself, once a day; where nothing is due it only looks."""

from django.db import close_old_connections

from huiliu.apps.performance.services.monitoring import snapshots_keep_due


def daily() -> int:
    """How many projects had the end of a quarter kept."""
    close_old_connections()
    try:
        return snapshots_keep_due()
    finally:
        close_old_connections()
