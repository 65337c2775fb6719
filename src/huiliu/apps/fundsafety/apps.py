"""Fund safety: suspicions that rules find in the library, each with its evidence and its follow-up."""

from django.apps import AppConfig


class FundsafetyConfig(AppConfig):
    name = "huiliu.apps.fundsafety"
    label = "fundsafety"
    verbose_name = "基金安全"
