"""Django's handle on the app."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "huiliu.apps.performance"
    label = "performance"
    verbose_name = "绩效"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is done when signatures are complete, and what a year's result says for the next budget."""
        from huiliu.apps.funds.selectors.advice import ADVISERS
        from huiliu.apps.performance.selectors.suggestions import budget_advice
        from huiliu.apps.performance.services import checked, disclosures, filings, target_submission

        checked.register()
        target_submission.register()
        disclosures.register()
        filings.register()
        ADVISERS.add("performance", budget_advice)
