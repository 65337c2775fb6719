"""A sound installation to spoil: every fact as it should be, so that a test changes one thing and sees it named."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM, chain_verify
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


def first_people() -> None:
    """The three administrators and a clerk, after their first sign-in; the chain verified and anchored."""
    for post in ("sysadmin", "secadmin", "auditor", "clerk"):
        user_create(username=post, display_name=post, post=post, actor=SYSTEM, clock=FixedClock(NOW))
    User.objects.update(password="argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$aGFzaA")  # only its kind is looked at
    chain_verify(clock=FixedClock(NOW))


def with_facts(site: Site, **facts: Any) -> Site:
    return replace(site, facts=replace(site.facts, **facts))


def with_settings(site: Site, **values: Any) -> Site:
    return replace(site, environment=site.environment.model_copy(update=values))


def later(site: Site, **span: float) -> Site:
    return replace(site, now=site.now + timedelta(**span))


def found(code: str, site: Site) -> Finding:
    return ask(checks()[code], site).finding
