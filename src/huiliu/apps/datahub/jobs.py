"""What the worker asks of this part again and again; cut off, it goes on where it was."""

from django.db import close_old_connections

from huiliu.apps.datahub.services import acts_run


def acts() -> int:
    """Do what was approved for the library; how many acts are still to be done."""
    close_old_connections()
    try:
        return acts_run()
    finally:
        close_old_connections()
