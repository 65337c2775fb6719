"""Who may sign in, where they work, which posts they hold, and what signing in knows about them."""

from huiliu.apps.accounts.models.grants import Grant, Unit, UnitKind
from huiliu.apps.accounts.models.sign_in import Ending, PastPassword, SignIn, Tries, UserSession
from huiliu.apps.accounts.models.users import Status, User, UserManager

__all__ = [
    "Ending",
    "Grant",
    "PastPassword",
    "SignIn",
    "Status",
    "Tries",
    "Unit",
    "UnitKind",
    "User",
    "UserManager",
    "UserSession",
]
