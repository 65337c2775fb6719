"""What the worker does for this part by itself, once a day; where nothing is due it only looks."""

from django.db import close_old_connections

from huiliu.apps.performance.services.checked import folders_remove
from huiliu.apps.performance.services.monitoring import snapshots_keep_due


def daily() -> int:
    """How many projects had the end of a quarter kept; files that were checked together go when their time is over."""
    close_old_connections()
    try:
        kept = snapshots_keep_due()
        folders_remove()
        return kept
    finally:
        close_old_connections()
