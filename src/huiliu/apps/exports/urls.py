"""Addresses of exports."""

from django.urls import path

from huiliu.apps.exports import views

app_name = "exports"

urlpatterns = [
    path("exports/", views.export_list, name="export_list"),
    path("exports/all/", views.export_all, name="export_all"),
    path("exports/<str:key>/", views.export_detail, name="export_detail"),
    path("exports/<str:key>/file/", views.export_file, name="export_file"),
]
