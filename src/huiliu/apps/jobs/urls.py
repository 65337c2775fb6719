"""Addresses of jobs."""

from django.urls import path

from huiliu.apps.jobs import views

app_name = "jobs"

urlpatterns = [
    path("jobs/<int:number>/", views.job_row, name="job_row"),
    path("jobs/<int:number>/cancel/", views.job_stop, name="job_cancel"),
]
