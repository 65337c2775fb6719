"""Fund safety: suspicions that rules find in the library, each with its evidence and its follow-up."""

from django.apps import AppConfig


class FundsafetyConfig(AppConfig):
    name = "huiliu.apps.fundsafety"
    label = "fundsafety"
    verbose_name = "基金安全"

    def ready(self) -> None:
        """Say on pages about persons and units what is suspected of whom."""
        from huiliu.apps.fundsafety import telling

        telling.register()
