"""Long work that somebody asked for on a page: asked in the page's transaction, done by the worker."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "huiliu.apps.jobs"
    label = "jobs"
    verbose_name = "后台任务"
