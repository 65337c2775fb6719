"""Django's handles on the skin: our components and the admin site that carries Unfold's templates."""

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class WebConfig(AppConfig):
    name = "huiliu.web"
    label = "web"
    verbose_name = "界面"


class HuiliuAdminConfig(SimpleAdminConfig):
    default = False
    default_site = "huiliu.web.site.HuiliuAdminSite"
