"""Who may sign in, where they work, and which posts they hold."""

from huiliu.apps.accounts.models.grants import Grant, Unit, UnitKind
from huiliu.apps.accounts.models.users import Status, User, UserManager

__all__ = ["Grant", "Status", "Unit", "UnitKind", "User", "UserManager"]
