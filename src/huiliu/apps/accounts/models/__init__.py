"""Who may sign in, where they work, which posts they hold, and what signing in knows about them."""

from huiliu.apps.accounts.models.api_keys import ApiKey
from huiliu.apps.accounts.models.grants import Grant, Unit, UnitKind
from huiliu.apps.accounts.models.sign_in import (
    Ending,
    PastPassword,
    RecoveryCode,
    SignIn,
    TotpDevice,
    Tries,
    UserSession,
)
from huiliu.apps.accounts.models.users import Status, User, UserManager

__all__ = [
    "ApiKey",
    "Ending",
    "Grant",
    "PastPassword",
    "RecoveryCode",
    "SignIn",
    "Status",
    "TotpDevice",
    "Tries",
    "Unit",
    "UnitKind",
    "User",
    "UserManager",
    "UserSession",
]
