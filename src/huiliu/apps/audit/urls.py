"""Addresses of the audit pages."""

from django.urls import path

from huiliu.apps.audit import views

app_name = "audit"

urlpatterns = [
    path("audit/events/", views.event_list, name="event_list"),
]
