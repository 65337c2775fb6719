"""Lists as files: asked for with a purpose, approved where long, made by the worker, every download recorded."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "huiliu.apps.exports"
    label = "exports"
    verbose_name = "导出"

    def ready(self) -> None:
        """Say who makes the files, and what is done when a long one is approved."""
        from huiliu.apps.exports.services import building, executors

        building.register()
        executors.register()
