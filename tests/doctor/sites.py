"""A sound installation to spoil: every fact as it should be, so that a test changes one thing and sees it named."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from huiliu.apps.accounts import posts as accounts_posts
from huiliu.apps.accounts.models import Grant, TotpDevice, User
from huiliu.apps.audit.services import chain_verify
from huiliu.apps.control.models import GrantReview
from huiliu.config.doctor.findings import Finding, ask, checks
from huiliu.config.doctor.machine import Facts
from huiliu.config.doctor.site import Site
from huiliu.config.environment import EnvironmentSettings, Home
from huiliu.config.keys import Keyring
from huiliu.kernel.clock import TZ, FixedClock

NOW = datetime(2025, 3, 21, 9, 30, tzinfo=TZ)
GIB = 1024**3
SOUND = Facts(
    memory=8 * GIB,
    disk_free=50 * GIB,
    lake_size=10 * GIB,
    encrypted=True,
    listening=frozenset({"127.0.0.1"}),
    clock_synced=True,
)


def sound_site(folder: Path) -> Site:
    """A folder as `up` leaves it, on a machine that lacks nothing, behind TLS."""
    home = Home(folder / "home").create()
    Keyring(home.keys).current("audit")
    return Site(EnvironmentSettings(https=True), home, SOUND, NOW)


AUDITOR_TOO = """
    UPDATE accounts_grant SET user_id = (SELECT min(user_id) FROM accounts_grant WHERE post = 'auditor')
    WHERE id = (SELECT min(id) FROM accounts_grant WHERE post = '{}')
"""
POSTS = ("sysadmin", "secadmin", "auditor", "control", "leader", "checker", "clerk", "finance")
SECRET = "JBSWY3DPEHPK3PXP"
HASH = "argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA"  # only its kind is looked at


def first_people() -> None:
    """Two people a post, after their first sign-in; every grant reviewed, the chain verified and anchored."""
    made = [User(username=f"{post}{number}", password=HASH, created_at=NOW) for post, number in product(POSTS, "12")]
    people = {user.username: user for user in User.objects.bulk_create(made)}
    grants = Grant.objects.bulk_create(_grant(user) for user in people.values())
    TotpDevice.objects.bulk_create(
        TotpDevice(user=user, secret=SECRET, begun_in="x", confirmed_at=NOW) for user in people.values()
    )
    GrantReview.objects.bulk_create(_review(grant, people) for grant in grants)
    chain_verify(clock=FixedClock(NOW))


def _grant(user: User) -> Grant:
    post = accounts_posts.POSTS[user.username[:-1]]
    last = NOW.date() + timedelta(days=365)
    said = {"post": post.code, "family": post.family, "duty": post.duty, "level": post.level}
    return Grant(user=user, granted_at=NOW, expires_on=last, **said)


def _review(grant: Grant, people: dict[str, User]) -> GrantReview:
    reviewer = people["control1" if grant.user.username == "control2" else "control2"]
    return GrantReview(grant=grant, quarter="2025Q1", verdict="keep", reviewer=reviewer, reviewed_at=NOW)


def with_facts(site: Site, **facts: Any) -> Site:
    return replace(site, facts=replace(site.facts, **facts))


def with_settings(site: Site, **values: Any) -> Site:
    return replace(site, environment=site.environment.model_copy(update=values))


def later(site: Site, **span: float) -> Site:
    return replace(site, now=site.now + timedelta(**span))


def found(code: str, site: Site) -> Finding:
    return ask(checks()[code], site).finding
