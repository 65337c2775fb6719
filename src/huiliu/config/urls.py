"""Every address of the product."""

from django.contrib import admin
from django.urls import include, path

from huiliu.config.api import api
from huiliu.config.freshness import healthz
from huiliu.config.workbench import workbench

urlpatterns = [
    path("", workbench, name="workbench"),
    path("healthz", healthz, name="healthz"),
    path("", include("huiliu.apps.accounts.urls")),
    path("", include("huiliu.apps.audit.urls")),
    path("", include("huiliu.apps.jobs.urls")),
    path("", include("huiliu.apps.control.urls")),
    path("", include("huiliu.apps.exports.urls")),
    path("", include("huiliu.apps.datahub.urls")),
    path("", include("huiliu.apps.query.urls")),
    path("", include("huiliu.apps.lists.urls")),
    path("", include("huiliu.apps.reports.urls")),
    path("", include("huiliu.apps.fundsafety.urls")),
    path("", include("huiliu.apps.funds.urls")),
    path("", include("huiliu.apps.performance.urls")),
    path("api/v1/", api.urls),
    path("admin/", admin.site.urls),
]

handler400 = "huiliu.web.errors.bad_request"
handler403 = "huiliu.web.errors.forbidden"
handler404 = "huiliu.web.errors.not_found"
handler500 = "huiliu.web.errors.server_error"
