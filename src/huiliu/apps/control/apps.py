"""Django's handle on the app."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "huiliu.apps.control"
    label = "control"
    verbose_name = "内控"
    default_auto_field = "django.db.models.BigAutoField"
