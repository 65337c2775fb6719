"""常用报表: monthly statistics, made when a month's data is in, kept in editions, compared with earlier months."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "huiliu.apps.reports"
    label = "reports"
    verbose_name = "常用报表"

    def ready(self) -> None:
        """Say who makes a month that somebody asks for, and that reports can be exported."""
        from huiliu.apps.reports.services import asking, listing

        asking.register()
        listing.register()
