"""The return library for staff: nights, search and person pages, each look recorded."""

from django.apps import AppConfig


class DatahubConfig(AppConfig):
    name = "huiliu.apps.datahub"
    label = "datahub"
    verbose_name = "回流库"

    def ready(self) -> None:
        """Say what is done when a request is granted, and what can be exported; give nights as evidence."""
        from huiliu.apps.datahub.selectors.evidence import nights_evidence
        from huiliu.apps.datahub.services import executors, person_list, rollback, standard
        from huiliu.scoring.evidence import provide

        executors.register()
        person_list.register()
        rollback.register()
        standard.register()
        provide("nights", nights_evidence)
