"""Addresses of the fundsafety pages; clues go by opaque keys."""

from django.urls import path

from huiliu.apps.fundsafety import views

app_name = "fundsafety"

urlpatterns = [
    path("fundsafety/clues/", views.clue_list, name="clue_list"),
    path("fundsafety/clues/<slug:key>/", views.clue_detail, name="clue_detail"),
]
