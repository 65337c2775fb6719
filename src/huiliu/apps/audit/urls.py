"""Addresses of the audit pages."""

from django.urls import path

from huiliu.apps.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/events/", views.event_list, name="event_list"),
    path("audit/events/export/", views.event_export, name="event_export"),
    path("audit/events/<int:seq>/", views.event_detail, name="event_detail"),
    path("audit/events/<int:seq>/object/", views.same_object, name="same_object"),
    path("audit/compare/", views.compare, name="compare"),
    path("audit/retention/", views.retention, name="retention"),
    path("audit/retention/hold/", views.hold_place, name="hold_place"),
    path("audit/retention/holds/<int:hold_id>/release/", views.hold_release, name="hold_release"),
]
