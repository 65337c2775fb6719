"""Addresses of list look-ups; no number of a person ever stands in one."""

from django.urls import path

from huiliu.apps.lists import views

app_name = "lists"

urlpatterns = [
    path("lists/", views.look_up, name="look_up"),
    path("lists/forms/", views.form_list, name="form_list"),
    path("lists/forms/save/", views.form_save, name="form_save"),
    path("lists/forms/<int:number>/remove/", views.form_remove, name="form_remove"),
    path("lists/templates/<int:number>/remove/", views.template_remove, name="template_remove"),
]
