"""Addresses of the account pages."""

from django.urls import path

from huiliu.apps.accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("password/", views.password, name="password"),
    path("accounts/users/", views.user_list, name="user_list"),
]
