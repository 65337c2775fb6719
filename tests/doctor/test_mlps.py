"""Each probed setting is switched off, and the controls that rest on it turn to 不符合."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db import connection

from doctor.sites import AUDITOR_TOO, NOW, first_people, later, sound_site, with_facts, with_settings
from huiliu.apps.accounts.models import TotpDevice, User
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.selectors import kept
from huiliu.apps.audit.services import SYSTEM
from huiliu.catalog.mlps import Control, read_baseline
from huiliu.config.doctor.checks import data, use
from huiliu.config.doctor.findings import Check, Result, State, ask, checks, fail, ok, unmeasured, warn
from huiliu.config.doctor.mlps import Verdict, self_check, verdict
from huiliu.config.keys import Keyring
from huiliu.kernel.clock import FixedClock
from huiliu.kernel.errors import HuiliuError
from huiliu.web.triggers import declared, drop_sql
from support.scale import variants
from support.triggers import without_triggers
from web.cards import Card, create_table

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
CLOCK = FixedClock(NOW)
CONTROLS = read_baseline(checks()).controls
PROBES = list(dict.fromkeys(code for one in CONTROLS for code in one.probes))
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
MD5 = "django.contrib.auth.hashers.MD5PasswordHasher"


@pytest.fixture
def site(tmp_path, settings, monkeypatch):
    """A sound installation: TLS, three administrators, a clerk, a protected table, strict settings."""
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    made = sound_site(tmp_path)
    settings.HUILIU_KEYS = Keyring(made.home.keys)
    settings.HUILIU_ANCHORS = tmp_path / "anchors"
    settings.HUILIU_CLOCK = CLOCK
    first_people()
    settings.PASSWORD_HASHERS = [ARGON2]
    create_table()
    Card.objects.create(secret="JBSWY3DPEHPK3PXP")
    monkeypatch.setattr(data, "protected_columns", lambda: [("test_card", "secret")])
    return with_settings(made, staff_networks=("10.0.0.0/8",), mlps=3)


class Off:
    """Ways to switch a setting off; each returns the site as it then is."""

    def __init__(self, site, settings, monkeypatch):
        self.site, self.settings, self.patch = site, settings, monkeypatch

    def sql(self, *statements):
        with without_triggers(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def without(self, middleware):
        self.settings.MIDDLEWARE = [name for name in self.settings.MIDDLEWARE if not name.endswith(middleware)]

    def password_hashing(self):
        self.settings.PASSWORD_HASHERS = [MD5, ARGON2]

    def password_rules(self):
        self.settings.AUTH_PASSWORD_VALIDATORS = [
            one for one in self.settings.AUTH_PASSWORD_VALIDATORS if not one["NAME"].endswith("MixedSigns")
        ]

    def password_age(self):
        return with_settings(self.site, password_days=91)

    def unique_accounts(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX accounts_user_name_once")

    def handed_out_passwords(self):
        User.objects.filter(username="clerk1").update(must_change_password=True)

    def lockout(self):
        return with_settings(self.site, lock_tries=6)

    def purposes(self):
        self.patch.setattr(use, "number_of", lambda name, day: 60)

    def retention(self):
        self.patch.setattr(use, "kept", lambda today: [one for one in kept(today) if one.record_class.code != "log"])

    def expired_sessions(self):
        Session.objects.create(session_key="x", session_data="", expire_date=NOW - timedelta(days=3))

    def second_factor(self):
        TotpDevice.objects.filter(user__username="auditor1").delete()

    def second_factor_for_all(self):
        return with_settings(self.site, mlps=2)

    def uploads(self):
        self.patch.setattr("huiliu.kernel.office_archives._ACTIVE", re.compile("nothing at all"))

    def flood_limits(self):
        self.without("RateLimits")

    def networks(self):
        return with_settings(self.site, staff_networks=())

    def session_end(self):
        return with_settings(self.site, session_minutes=31)

    def https_only(self):
        self.settings.SESSION_COOKIE_SECURE = False

    def declared_access(self):
        self.without("DeclaredAccess")

    def no_superuser(self):
        self.patch.setitem(admin.site._registry, User, object())

    def demo(self):
        self.site.home.mark_demo()

    def unused_accounts(self):
        return later(self.site, days=91)

    def three_admins(self):
        self.sql("UPDATE accounts_grant SET expires_on = '2025-03-20' WHERE post = 'auditor'")

    def deadlocks(self):
        User.objects.filter(username__startswith="leader").update(is_active=False, status="closed")

    def reviews(self):
        return later(self.site, days=11)

    def separation(self):
        self.sql(AUDITOR_TOO.format("clerk"))

    def data_levels(self):
        table = replace(next(iter(data.Catalog.load().tables.values())))
        bare = replace(table, columns=tuple(replace(column, level="L1") for column in table.columns))
        for column in bare.columns:
            object.__setattr__(column, "level", None)

        class Catalog:
            tables = {"t": bare}

            @classmethod
            def load(cls, *roots):
                return cls

        self.patch.setattr(data, "Catalog", Catalog)

    def data_scope(self):
        self.sql("UPDATE accounts_grant SET level = 'L4' WHERE post = 'auditor'")

    def masking(self):
        self.patch.setattr(data, "shown", lambda kind, level, value: value)

    def audit_covers(self):
        self.settings.HUILIU_WEB = self.settings.HUILIU_WEB | {"record_refusal": "builtins.print"}

    def audit_fields(self):
        self.patch.setattr(data, "AUDIT_COLUMNS", data.AUDIT_COLUMNS | {"nosuch"})

    def triggers(self):
        (trigger,) = (one for one in declared() if one.name == "audit_event_no_update")
        with connection.cursor() as cursor:
            for statement in drop_sql(trigger, connection.vendor):
                cursor.execute(statement)

    def chain_head(self):
        self.sql("UPDATE audit_auditevent SET actor = 'x' WHERE seq = (SELECT max(seq) FROM audit_auditevent)")

    def anchors(self):
        for path in self.settings.HUILIU_ANCHORS.glob("[0-9]*.json"):
            path.unlink()

    def last_verification(self):
        return later(self.site, days=2)

    def minimal(self):
        self.settings.DEBUG = True

    def listening(self):
        return with_facts(with_settings(self.site, https=False), listening=frozenset({"0.0.0.0"}))

    def input_validation(self):
        self.without("CsrfViewMiddleware")

    def sealed_columns(self):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE test_card RENAME COLUMN note TO plain")
            cursor.execute("UPDATE test_card SET plain = 'JBSWY3DPEHPK3PXP'")
        self.patch.setattr(data, "protected_columns", lambda: [("test_card", "secret"), ("test_card", "plain")])

    def disk_encryption(self):
        return with_facts(self.site, encrypted=False)

    def keys(self):
        (self.site.home.keys / "audit.0001.key").chmod(0o644)

    def no_traces(self):
        self.without("SecurityHeaders")


@pytest.mark.parametrize("code", variants(PROBES, fast=8))
def test_what_is_switched_off_turns_its_controls(code, site, settings, monkeypatch):
    sound = ask(checks()[code], site)
    assert sound.finding.state is State.OK, sound.finding.found
    site = getattr(Off(site, settings, monkeypatch), code)() or site
    spoilt = ask(checks()[code], site)
    assert spoilt.finding.state in {State.FAIL, State.WARN}, spoilt.finding.found
    for control in (one for one in CONTROLS if code in one.probes):
        alone = replace(control, missing="")
        others = tuple(Result(checks()[name], ok("")) for name in control.probes if name != code)
        assert verdict(alone, (*others, sound)) is Verdict.MET
        assert verdict(alone, (*others, spoilt)) is Verdict.NOT_MET


def test_the_whole_turns_with_one_setting(site):
    before = {one.control.id: one.verdict for one in self_check(3, site).controls}
    after = {one.control.id: one.verdict for one in self_check(3, with_settings(site, https=False)).controls}
    turned = {name for name, found in after.items() if found is not before[name]}
    assert turned == {"L3-CES1-03", "L3-CES1-25", "L3-CES1-27"}
    assert {after[name] for name in turned} == {Verdict.NOT_MET}
    assert {before[name] for name in turned} == {Verdict.MET}


@pytest.mark.parametrize(
    ("findings", "missing", "expected"),
    [
        ([ok("")], "", "符合"),
        ([ok(""), warn("", "")], "", "不符合"),
        ([ok(""), fail("", "")], "", "不符合"),
        ([ok(""), unmeasured("", "")], "", "未测得"),
        ([fail("", ""), unmeasured("", "")], "", "不符合"),
        ([ok("")], "某功能尚未提供", "不符合"),
        ([], "某功能尚未提供", "不符合"),
        ([], "", "应用之外"),
    ],
)
def test_the_verdict_is_the_worst_of_what_was_found(findings, missing, expected):
    control = Control("L3-CES1-01", "甲", "乙", (3,), missing=missing, outside="由单位承担")
    results = tuple(Result(Check("x", "某项", ok, general=False), finding) for finding in findings)
    assert verdict(control, results).value == expected


def test_level_two_asks_for_fewer_and_says_that_nobody_checked(site):
    three, two = self_check(3, site), self_check(2, site)
    assert len(three.controls) == 35
    assert {one.control.id for one in three.controls} > {one.control.id for one in two.controls}
    assert three.unverified == 0
    assert two.unverified == len(two.controls)
    assert "L3-CES1-04" not in {one.control.id for one in two.controls}


def test_pages_are_told_without_host_or_key(site):
    routes = {route for one in self_check(3, site).controls for route in one.routes}
    assert {"/login/", "/audit/events/", "/datahub/persons/"} <= routes
    assert all(route.startswith("/") and "//" not in route for route in routes)


def test_a_page_that_is_none_is_named(site, monkeypatch):
    wrong = replace(read_baseline(checks()), controls=(replace(CONTROLS[0], pages=("accounts:nosuch",)),))
    monkeypatch.setattr("huiliu.config.doctor.mlps.read_baseline", lambda known: wrong)
    with pytest.raises(HuiliuError, match="MLPS-002"):
        self_check(3, site)


def test_no_account_is_named(site, settings):
    settings.PASSWORD_HASHERS = [MD5]
    user_create(username="zhangsan", display_name="张三丰", post="clerk", actor=SYSTEM, clock=CLOCK)
    text = str(self_check(3, later(site, days=400)).as_dict())
    assert "zhangsan" not in text
    assert "张三丰" not in text
