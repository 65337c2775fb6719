"""The money of projects: authority, quota, requests, payments and vouchers as a stream of events."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "huiliu.apps.funds"
    label = "funds"
    verbose_name = "资金"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is done when a request for money or the close of a year is decided; give the ledger as evidence."""
        from huiliu.apps.funds.selectors.evidence import funds_evidence
        from huiliu.apps.funds.services import drafting, executors
        from huiliu.scoring.evidence import provide

        executors.register()
        drafting.register()
        provide("funds", funds_evidence)
