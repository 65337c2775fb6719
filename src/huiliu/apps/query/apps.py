"""Structured queries and statistics over the library's topics, and the queries that people keep."""

from django.apps import AppConfig


class QueryConfig(AppConfig):
    name = "huiliu.apps.query"
    label = "query"
    verbose_name = "查询"

    def ready(self) -> None:
        """Say what can be exported."""
        from huiliu.apps.query.services import listing

        listing.register()
