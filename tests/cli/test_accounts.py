"""Administrators locked out get a new password at the machine; everybody else does not."""

import pytest

from huiliu.apps.accounts.models import TotpDevice, User
from huiliu.apps.accounts.services import NewGrant, grant_add, grant_revoke, user_create
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import NewRequest, request_submit
from huiliu.cli import accounts
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def booted(monkeypatch):
    monkeypatch.setattr("huiliu.config.boot.boot", lambda kind: None)
    monkeypatch.setattr("huiliu.config.boot.migrate", lambda installation: None)


def make(post: str) -> User:
    return user_create(username=post, display_name="王敏", post=post, actor=SYSTEM).user


@pytest.mark.parametrize("post", ["sysadmin", "secadmin", "auditor"])
def test_an_administrator_gets_a_one_time_password_at_the_machine(post, capsys):
    before = make(post).password
    accounts.reset(post)
    user = User.objects.get()
    shown = next(word for word in capsys.readouterr().out.split() if user.check_password(word))
    assert user.password != before
    assert user.must_change_password
    event = events(EventFilter(action="accounts.password_reset")).get()
    assert (event.actor, event.object_key) == ("服务器控制台", post)
    assert shown not in str(vars(event))


def test_a_lost_phone_of_the_only_security_administrator_is_replaced_at_the_machine(capsys):
    user = make("secadmin")
    TotpDevice.objects.create(user=user, secret="GEZDGNBVGY3TQOJQ", begun_in="x", confirmed_at=user.created_at)
    accounts.reset("secadmin")
    assert "动态口令已一并重置" in capsys.readouterr().out
    assert not TotpDevice.objects.exists()
    event = events(EventFilter(action="accounts.totp_reset")).get()
    assert (event.actor, event.object_key) == ("服务器控制台", "secadmin")


@pytest.mark.parametrize("post", ["clerk", "control", "leader", "it"])
def test_nobody_else_does(post):
    before = make(post).password
    with pytest.raises(HuiliuError, match="ACC-018"):
        accounts.reset(post)
    assert User.objects.get().password == before


def test_an_administrator_of_yesterday_does_not():
    user = make("secadmin")
    grant_revoke(grant=user.grants.get(), why="调岗", actor=SYSTEM)
    with pytest.raises(HuiliuError, match="ACC-018"):
        accounts.reset("secadmin")
    grant_add(user=user, wanted=NewGrant("clerk"), basis="installation", actor=SYSTEM)
    with pytest.raises(HuiliuError, match="ACC-018"):
        accounts.reset("secadmin")
    with pytest.raises(HuiliuError, match="ACC-018"):
        accounts.reset("nobody")


def test_an_older_installation_gets_its_administrators_once():
    make("clerk")
    made = accounts.missing_administrators()
    assert [row.username for row in made] == ["sysadmin", "secadmin", "auditor"]
    assert all(User.objects.get(username=row.username).check_password(row.password) for row in made)
    assert accounts.missing_administrators() == []


def test_after_the_first_request_none_is_made_at_the_machine():
    for post in ("clerk", "secadmin", "control", "leader"):
        make(post)
    clerk = User.objects.get(username="clerk")
    wanted = NewRequest("post_grant", "checker", "工作需要", beneficiary=clerk)
    request_submit(applicant=clerk, wanted=wanted, actor=Actor("clerk"))
    assert accounts.missing_administrators() == []
    assert not User.objects.filter(username="auditor").exists()
