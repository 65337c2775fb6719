"""Django's handle on the app."""

from django.apps import AppConfig


class ControlConfig(AppConfig):
    name = "huiliu.apps.control"
    label = "control"
    verbose_name = "内控"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give what supervisors found as evidence."""
        from huiliu.apps.control.selectors.supervision import supervision_evidence
        from huiliu.scoring.evidence import provide

        provide("supervision", supervision_evidence)
