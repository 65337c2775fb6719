"""Addresses of the datahub pages."""

from django.urls import URLPattern

app_name = "datahub"

urlpatterns: list[URLPattern] = []
