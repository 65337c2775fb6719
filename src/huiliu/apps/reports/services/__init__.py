"""What changes reports: a month made, those that are due made, and one asked for now."""

from huiliu.apps.reports.services.asking import report_ask
from huiliu.apps.reports.services.making import report_make, reports_make_due
from huiliu.apps.reports.services.viewing import report_viewed

__all__ = ["report_ask", "report_make", "report_viewed", "reports_make_due"]
