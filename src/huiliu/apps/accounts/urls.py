"""Addresses of the account pages."""

from django.urls import path

from huiliu.apps.accounts.views import api_keys, entering, security, sessions, users

app_name = "accounts"

urlpatterns = [
    path("login/", entering.login, name="login"),
    path("login/code/", entering.code, name="code"),
    path("logout/", entering.logout, name="logout"),
    path("password/", entering.password, name="password"),
    path("totp/", entering.totp, name="totp"),
    path("sessions/", sessions.my_sessions, name="my_sessions"),
    path("sessions/end/", sessions.my_session_end, name="my_session_end"),
    path("keys/", api_keys.my_keys, name="my_keys"),
    path("keys/revoke/", api_keys.my_key_revoke, name="my_key_revoke"),
    path("accounts/users/", users.user_list, name="user_list"),
    path("accounts/sign-in/", security.sign_in_list, name="sign_in_list"),
    path("accounts/sign-in/unlock/", security.account_unlock, name="account_unlock"),
    path("accounts/sign-in/totp-reset/", security.totp_reset, name="totp_reset"),
    path("accounts/sign-in/networks/", security.networks, name="networks"),
    path("accounts/sessions/", sessions.session_list, name="session_list"),
    path("accounts/sessions/end/", sessions.session_end, name="session_end"),
    path("accounts/keys/", api_keys.key_list, name="key_list"),
    path("accounts/keys/revoke/", api_keys.key_revoke, name="key_revoke"),
]
