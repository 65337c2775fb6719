"""Running queries, and keeping them."""

from huiliu.apps.query.services.full import FullList, query_full
from huiliu.apps.query.services.running import ROWS_SHOWN, Asked, Result, query_run
from huiliu.apps.query.services.saved import saved_drop, saved_keep, saved_share

__all__ = [
    "ROWS_SHOWN",
    "Asked",
    "FullList",
    "Result",
    "query_full",
    "query_run",
    "saved_drop",
    "saved_keep",
    "saved_share",
]
