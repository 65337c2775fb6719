"""What changes accounts and sessions; each function is one transaction with its audit row."""

from huiliu.apps.accounts.services.passwords import password_change
from huiliu.apps.accounts.services.sessions import sign_in, sign_out
from huiliu.apps.accounts.services.users import NewUser, password_reset, random_password, user_create

__all__ = ["NewUser", "password_change", "password_reset", "random_password", "sign_in", "sign_out", "user_create"]
