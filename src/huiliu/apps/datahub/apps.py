"""The return library for staff: nights, search and person pages, each look recorded."""

from django.apps import AppConfig


class DatahubConfig(AppConfig):
    name = "huiliu.apps.datahub"
    label = "datahub"
    verbose_name = "回流库"

    def ready(self) -> None:
        """Say what is done in the library when a request is granted, and what can be exported."""
        from huiliu.apps.datahub.services import executors, person_list, rollback, standard

        executors.register()
        person_list.register()
        rollback.register()
        standard.register()
