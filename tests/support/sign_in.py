"""A test client's force_login opens a session as the product does, for somebody with nothing due."""

import secrets

import pytest
from django.test import Client


def open_session(client: Client, user: object) -> None:
    """The row that every session of the product has."""
    from django.conf import settings

    from huiliu.apps.accounts.models import UserSession
    from huiliu.kernel.digests import sm3

    now, session = settings.HUILIU_CLOCK.now(), client.session
    session["token"] = token = secrets.token_hex(32)
    session.save()
    UserSession.objects.create(
        digest=sm3(token.encode()), user=user, device="Linux · Chrome", started_at=now, seen_at=now, second_factor=True
    )


@pytest.fixture(autouse=True)
def real_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's own force_login knows nothing of our rows, and a session without one is not carried on."""
    plain = Client._login

    def login(self, user, backend=None):
        plain(self, user, backend)
        open_session(self, user)

    monkeypatch.setattr(Client, "_login", login)
