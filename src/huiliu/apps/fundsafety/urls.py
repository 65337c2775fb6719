"""Addresses of the fundsafety pages."""

from django.urls import URLPattern

app_name = "fundsafety"

urlpatterns: list[URLPattern] = []
