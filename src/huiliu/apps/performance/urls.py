"""Addresses of the performance pages."""

from django.urls import path

from huiliu.apps.performance.views import evaluations as views

app_name = "performance"

_ONE = "performance/evaluations/<slug:name>/"

urlpatterns = [
    path("performance/evaluations/", views.evaluation_list, name="evaluation_list"),
    path(_ONE, views.evaluation_detail, name="evaluation_detail"),
    path(f"{_ONE}report/", views.report_detail, name="report_detail"),
    path(f"{_ONE}figures/<str:figure_id>/", views.figure_detail, name="figure_detail"),
    path(f"{_ONE}files/<slug:file_format>/", views.document, name="document"),
]
