"""Addresses of the datahub pages; persons, units and nights go by opaque keys."""

from django.urls import path

from huiliu.apps.datahub import (
    views,
    views_compares,
    views_exports,
    views_nights,
    views_quarantine,
    views_sheets,
    views_units,
)

app_name = "datahub"

urlpatterns = [
    path("datahub/nights/", views_nights.night_calendar, name="night_calendar"),
    path("datahub/nights/list/", views_nights.night_list, name="night_list"),
    path("datahub/nights/running/", views_nights.night_running, name="night_running"),
    path("datahub/nights/<slug:key>/", views_nights.night_detail, name="night_detail"),
    path("datahub/nights/<slug:key>/rollback/", views_nights.night_rollback, name="night_rollback"),
    path("datahub/nights/<slug:key>/rollback/ask/", views_nights.night_rollback_ask, name="night_rollback_ask"),
    path(
        "datahub/nights/<slug:key>/certificate/<slug:file_format>/",
        views_nights.night_certificate,
        name="night_certificate",
    ),
    path("datahub/compares/", views_compares.compare_list, name="compare_list"),
    path("datahub/compares/<slug:key>/", views_compares.compare_detail, name="compare_detail"),
    path("datahub/quarantine/", views_quarantine.quarantine_list, name="quarantine_list"),
    path("datahub/quarantine/rows/", views_quarantine.quarantine_rows, name="quarantine_rows"),
    path("datahub/quarantine/ask/", views_quarantine.quarantine_ask, name="quarantine_ask"),
    path("datahub/quarantine/rows/<slug:table>/<slug:key>/", views_quarantine.quarantine_row, name="quarantine_row"),
    path("datahub/persons/", views.person_search, name="person_search"),
    path("datahub/persons/export/", views_exports.person_export, name="person_export"),
    path("datahub/standard/", views_exports.standard_export, name="standard_export"),
    path("datahub/persons/<slug:key>/full/", views.person_full, name="person_full"),
    path("datahub/persons/<slug:key>/changes/", views.person_changes, name="person_changes"),
    path("datahub/persons/<slug:key>/sheet/", views_sheets.person_sheet, name="person_sheet"),
    path("datahub/persons/<slug:key>/full/sheet/", views_sheets.person_sheet_full, name="person_sheet_full"),
    path("datahub/persons/<slug:key>/", views.person_detail, name="person_detail"),
    path("datahub/units/", views_units.unit_search, name="unit_search"),
    path("datahub/units/<slug:key>/sheet/", views_sheets.unit_sheet, name="unit_sheet"),
    path("datahub/units/<slug:key>/", views_units.unit_detail, name="unit_detail"),
]
