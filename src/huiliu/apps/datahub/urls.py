"""Addresses of the datahub pages; persons, units and nights go by opaque keys."""

from django.urls import path

from huiliu.apps.datahub.views import compares, exports, nights, persons, quarantine, sheets, units

app_name = "datahub"

urlpatterns = [
    path("datahub/nights/", nights.night_calendar, name="night_calendar"),
    path("datahub/nights/list/", nights.night_list, name="night_list"),
    path("datahub/nights/running/", nights.night_running, name="night_running"),
    path("datahub/nights/<slug:key>/", nights.night_detail, name="night_detail"),
    path("datahub/nights/<slug:key>/rollback/", nights.night_rollback, name="night_rollback"),
    path("datahub/nights/<slug:key>/rollback/ask/", nights.night_rollback_ask, name="night_rollback_ask"),
    path(
        "datahub/nights/<slug:key>/certificate/<slug:file_format>/",
        nights.night_certificate,
        name="night_certificate",
    ),
    path("datahub/compares/", compares.compare_list, name="compare_list"),
    path("datahub/compares/<slug:key>/", compares.compare_detail, name="compare_detail"),
    path("datahub/quarantine/", quarantine.quarantine_list, name="quarantine_list"),
    path("datahub/quarantine/rows/", quarantine.quarantine_rows, name="quarantine_rows"),
    path("datahub/quarantine/ask/", quarantine.quarantine_ask, name="quarantine_ask"),
    path("datahub/quarantine/rows/<slug:table>/<slug:key>/", quarantine.quarantine_row, name="quarantine_row"),
    path("datahub/persons/", persons.person_search, name="person_search"),
    path("datahub/persons/export/", exports.person_export, name="person_export"),
    path("datahub/standard/", exports.standard_export, name="standard_export"),
    path("datahub/persons/<slug:key>/full/", persons.person_full, name="person_full"),
    path("datahub/persons/<slug:key>/changes/", persons.person_changes, name="person_changes"),
    path("datahub/persons/<slug:key>/sheet/", sheets.person_sheet, name="person_sheet"),
    path("datahub/persons/<slug:key>/full/sheet/", sheets.person_sheet_full, name="person_sheet_full"),
    path("datahub/persons/<slug:key>/", persons.person_detail, name="person_detail"),
    path("datahub/units/", units.unit_search, name="unit_search"),
    path("datahub/units/<slug:key>/sheet/", sheets.unit_sheet, name="unit_sheet"),
    path("datahub/units/<slug:key>/", units.unit_detail, name="unit_detail"),
]
