"""批量查询: a whole list of people looked up at once, answered in its own order."""

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "huiliu.apps.lists"
    label = "lists"
    verbose_name = "批量查询"

    def ready(self) -> None:
        """Say that answered lists can be exported."""
        from huiliu.apps.lists.services import answering

        answering.register()
