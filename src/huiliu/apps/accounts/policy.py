"""The numbers of signing in that nobody sets, each with its source, and the rule of mixed signs.

GB/T 22239—2019 8.1.4.1 (L3-CES1-01, 02, 04) asks for complexity, periodic change, limited failures and time-outs but
names no numbers; those below and the defaults of HUILIU_PASSWORD_DAYS, HUILIU_LOCK_TRIES, HUILIU_LOCK_MINUTES,
HUILIU_SESSION_MINUTES and HUILIU_SESSION_HOURS are what assessors usually expect.
"""

import string
from datetime import timedelta

from django.core.exceptions import ValidationError

# L3-CES1-01: complexity and periodic change.
PASSWORD_LENGTH = 10
PASSWORD_CLASSES = 3
PASSWORD_HISTORY = 5
PASSWORD_RULE = "至少 10 位，大写字母、小写字母、数字、符号中至少三种，不能与用户名相近，不能是最近 5 次用过的。"  # noqa: S105

# L3-CES1-02: failures are counted for a day, or until somebody signs in.
ACCOUNT_WINDOW = timedelta(days=1)
# Repeated refusals of one kind enter the audit table once in this time.
TELL_EVERY = timedelta(minutes=1)

# L3-CES1-04: between password and code.
HALF_OPEN = timedelta(minutes=5)

# A key works unattended: it ends by itself, by default like a password.
KEY_DAYS = 90
KEY_DAYS_MOST = 365

_CLASSES = (string.ascii_lowercase, string.ascii_uppercase, string.digits)


class MixedSigns:
    """Django's validator: of lower case, upper case, digits and anything else at least three kinds."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = {next((kind for kind in _CLASSES if sign in kind), "other") for sign in password}
        if len(kinds) < PASSWORD_CLASSES:
            raise ValidationError("口令须含大写字母、小写字母、数字、符号中的至少三种。", code="password_not_mixed")

    def get_help_text(self) -> str:
        return PASSWORD_RULE
