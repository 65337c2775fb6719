"""People at their posts; the town is in tests/support. Imports stand inside: this is read before Django is set up."""

import shutil

import pytest


@pytest.fixture
def empty_home(settings, tmp_path):
    """An installation before its first night."""
    from huiliu.apps.datahub.tests.town import Site

    settings.HOME = Site(tmp_path / "home")
    return settings.HOME


@pytest.fixture
def sign_in(client, db):
    """Sign in at a post; returns the client."""
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    def sign(post):
        client.force_login(user_create(username=post, display_name="陈", post=post, actor=SYSTEM).user)
        return client

    return sign


@pytest.fixture
def control(sign_in):
    """Signed in at the post that may see every page of these parts."""
    return sign_in("control")


@pytest.fixture
def sign_in_at(client, db):
    """Sign in at a post that reaches one division, some schemes or up to a level only; returns the client."""
    from huiliu.apps.accounts.services import NewGrant, grant_add, unit_create, user_open, user_prepare
    from huiliu.apps.audit.services import SYSTEM

    def sign(division="", schemes=(), post="clerk", level="L2"):
        unit = None
        if division:
            unit = unit_create(code=division, name="紫金县社保局", kind="county", division=division, actor=SYSTEM)
        user = user_prepare(username="sun", display_name="孙", actor=SYSTEM).user
        user_open(user=user, actor=SYSTEM)
        wanted = NewGrant(post, unit, frozenset(schemes), level)
        grant_add(user=user, wanted=wanted, basis="installation", actor=SYSTEM)
        user.must_change_password = False
        user.is_active = True
        user.save(update_fields=("must_change_password", "is_active"))
        client.force_login(user)
        return client

    return sign


@pytest.fixture
def own_town(town, tmp_path, settings, monkeypatch):
    """The town with a lake of its own to write to."""
    from huiliu.apps.datahub.tests.town import Site
    from huiliu.lake.snapshot import Library

    monkeypatch.undo()
    shutil.copytree(town.home.root, tmp_path / "home")
    settings.HOME = Site(tmp_path / "home")
    settings.HUILIU_CATALOG_ROOTS = (town.root,)
    assert Library(settings.HOME.lake).pointer()
    return town
