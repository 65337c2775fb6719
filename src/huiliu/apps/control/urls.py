"""Addresses of internal control."""

from django.urls import path

from huiliu.apps.control.views import purposes

app_name = "control"

urlpatterns = [
    path("control/purposes/end/", purposes.purpose_stop, name="purpose_end"),
]
