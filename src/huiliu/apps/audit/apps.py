"""Django's handle on the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "huiliu.apps.audit"
    label = "audit"
    verbose_name = "审计"
    default_auto_field = "django.db.models.BigAutoField"
