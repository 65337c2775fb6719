"""What changes accounts, grants and sessions; each function is one transaction with its audit row.

The kinds of things these functions give and take stand here too, for the parts above.
"""

from huiliu.apps.accounts.models import Grant, Unit, User
from huiliu.apps.accounts.services.api_keys import NewKey, api_key_caller, api_key_create, api_key_revoke
from huiliu.apps.accounts.services.entering import enter_code, is_half_open, sign_in
from huiliu.apps.accounts.services.grants import NewGrant, grant_add, grant_revoke, grants_end, grants_expire
from huiliu.apps.accounts.services.passwords import password_change
from huiliu.apps.accounts.services.places import network_allows, networks_set
from huiliu.apps.accounts.services.sessions import (
    ended_why,
    session_end,
    session_end_all,
    session_keep,
    session_open,
    sign_out,
)
from huiliu.apps.accounts.services.totp import totp_begin, totp_confirm, totp_reset
from huiliu.apps.accounts.services.tries import account_unlock
from huiliu.apps.accounts.services.units import unit_create
from huiliu.apps.accounts.services.users import (
    NewUser,
    administrators_lock,
    password_reset,
    random_password,
    user_close,
    user_create,
    user_open,
    user_prepare,
)

__all__ = [
    "Grant",
    "NewGrant",
    "NewKey",
    "NewUser",
    "Unit",
    "User",
    "account_unlock",
    "administrators_lock",
    "api_key_caller",
    "api_key_create",
    "api_key_revoke",
    "ended_why",
    "enter_code",
    "grant_add",
    "grant_revoke",
    "grants_end",
    "grants_expire",
    "is_half_open",
    "network_allows",
    "networks_set",
    "password_change",
    "password_reset",
    "random_password",
    "session_end",
    "session_end_all",
    "session_keep",
    "session_open",
    "sign_in",
    "sign_out",
    "totp_begin",
    "totp_confirm",
    "totp_reset",
    "unit_create",
    "user_close",
    "user_create",
    "user_open",
    "user_prepare",
]
