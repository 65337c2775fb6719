"""Fund safety: suspicions that rules find in the library, each with its evidence and its follow-up."""

from django.apps import AppConfig


class FundsafetyConfig(AppConfig):
    name = "huiliu.apps.fundsafety"
    label = "fundsafety"
    verbose_name = "基金安全"

    def ready(self) -> None:
        """Say on pages about persons and units what is suspected of whom; give suspicions as evidence."""
        from huiliu.apps.fundsafety import telling
        from huiliu.apps.fundsafety.evidence import clues_evidence
        from huiliu.scoring.evidence import provide

        telling.register()
        provide("clues", clues_evidence)
