"""Addresses of standing reports: a report's name, and as questions the month, the edition and how much is shown."""

from django.urls import path

from huiliu.apps.reports import views

app_name = "reports"

urlpatterns = [
    path("reports/", views.report_list, name="report_list"),
    path("reports/<slug:name>/", views.report_detail, name="report_detail"),
    path("reports/<slug:name>/make/", views.report_make, name="report_make"),
    path("reports/<slug:name>/editions/", views.report_editions, name="report_editions"),
    path("reports/<slug:name>/export/", views.report_export, name="report_export"),
]
