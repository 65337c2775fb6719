"""Changing one's own password."""

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from huiliu.apps.accounts import actions
from huiliu.apps.accounts.models import User
from huiliu.apps.audit.services import Entry, actor_of, record, record_alone
from huiliu.kernel.errors import HuiliuError


def password_change(*, request: HttpRequest, old: str, new: str) -> None:
    """Set one's own password and keep this session. Raises ACC-006 (old one wrong), ACC-007 (new one too weak)."""
    user = request.user
    assert isinstance(user, User)
    if not user.check_password(old):
        entry = Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username, outcome="refused")
        record_alone(entry)
        raise HuiliuError(code="ACC-006", message="原口令不对", hint="请重新输入原口令。")
    _check_password(user, old, new)
    with transaction.atomic():
        user.set_password(new)
        user.must_change_password = False
        user.save(update_fields=("password", "must_change_password"))
        update_session_auth_hash(request, user)
        record(Entry(actor_of(request), actions.PASSWORD_CHANGE, actions.USER, user.username))


def _check_password(user: User, old: str, new: str) -> None:
    problems = ["新口令与原口令相同。"] if new == old else []
    try:
        validate_password(new, user)
    except ValidationError as error:
        problems += error.messages
    if problems:
        raise HuiliuError(code="ACC-007", message="新口令不合要求", hint="".join(problems))
