"""Each check on a sound installation, and with one thing spoilt."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from doctor.sites import AUDITOR_TOO, GIB, NOW, first_people, found, later, sound_site, with_facts, with_settings
from huiliu.apps.accounts.models import TotpDevice, User
from huiliu.apps.audit.services import chain_verify
from huiliu.config.doctor.findings import Check, State, ask, checks, examine, unmeasured
from huiliu.config.doctor.site import this_site
from huiliu.kernel.clock import FixedClock
from huiliu.web.triggers import declared, drop_sql
from support.scale import variants
from support.triggers import without_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


@pytest.fixture
def site(tmp_path, settings):
    settings.HUILIU_ANCHORS = tmp_path / "anchors"
    settings.HUILIU_CLOCK = FixedClock(NOW)
    return sound_site(tmp_path)


@pytest.fixture
def people(site):
    first_people()


def state(code, site):
    finding = found(code, site)
    assert (finding.state is State.OK) == (finding.todo == ""), "whatever is not good says what to do"
    return finding.state.value


@pytest.mark.usefixtures("people")
def test_a_sound_installation_has_nothing_to_do(site):
    assert {code: state(code, site) for code, one in checks().items() if one.general} == dict.fromkeys(SPOILT, "ok")


def chmod(path, mode):
    path.chmod(mode)


def spoilt_key(site):
    path = site.home.keys / "audit.0001.key"
    path.write_text("ab")
    return site


def past_triggers(*statements):
    """What somebody does who owns the database."""
    with without_triggers(connection), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def closed(*names):
    User.objects.filter(username__in=names).update(is_active=False, status="closed")


def anchor_file():
    (found,) = settings.HUILIU_ANCHORS.glob("[0-9]*.json")
    return found


def dropped(name):
    (trigger,) = (trigger for trigger in declared() if trigger.name == name)
    with connection.cursor() as cursor:
        for statement in drop_sql(trigger, connection.vendor):
            cursor.execute(statement)


def changed(site, act):
    act(site)
    return site


def with_sources(site, text):
    return changed(site, lambda s: (s.home.root / "sources.yaml").write_text(f"sources: {{{text}}}", "utf-8"))


SPOILT = {
    "folder_rights": [
        ("fail", lambda s: changed(s, lambda s: (s.home.root.chmod(0o755), s.home.lake.chmod(0o750)))),
        ("warn", lambda s: changed(s, lambda s: s.home.lake.chmod(0o755))),
        ("fail", lambda s: changed(s, lambda s: s.home.keys.chmod(0o755))),
    ],
    "keys": [
        ("fail", spoilt_key),
        ("fail", lambda s: changed(s, lambda s: (s.home.keys / "audit.0001.key").chmod(0o644))),
        ("warn", lambda s: changed(s, lambda s: (s.home.keys / "audit.0001.key").unlink())),
        ("warn", lambda s: changed(s, lambda s: (s.home.keys / "old.key").write_text("x"))),
    ],
    "disk": [
        ("warn", lambda s: with_facts(s, disk_free=9 * GIB)),
        ("fail", lambda s: with_facts(s, disk_free=GIB - 1, lake_size=0)),
        ("fail", lambda s: with_facts(s, disk_free=9 * GIB, lake_size=100 * GIB)),
        ("unmeasured", lambda s: with_facts(s, disk_free=None)),
    ],
    "disk_encryption": [
        ("warn", lambda s: with_facts(s, encrypted=False)),
        ("unmeasured", lambda s: with_facts(s, encrypted=None)),
    ],
    "sources": [
        ("fail", lambda s: with_sources(s, "m: {kind: folder, path: /nonexistent}")),
        ("fail", lambda s: with_sources(s, "m: {kind: fax}")),
    ],
    "demo": [("warn", lambda s: changed(s, lambda s: s.home.mark_demo()))],
    "memory": [  # 512 MB + 1 GB + 2 GB + 1 GB
        ("fail", lambda s: with_facts(s, memory=4_511_999_999)),
        ("warn", lambda s: with_facts(s, memory=5_000_000_000)),
        ("fail", lambda s: with_settings(s, memory_night="6GiB")),
        ("unmeasured", lambda s: with_facts(s, memory=None)),
    ],
    "clock": [("fail", lambda s: later(s, hours=-1))],
    "clock_sync": [
        ("warn", lambda s: with_facts(s, clock_synced=False)),
        ("unmeasured", lambda s: with_facts(s, clock_synced=None)),
    ],
    "https": [
        ("warn", lambda s: with_settings(s, https=False)),
        ("fail", lambda s: with_facts(with_settings(s, https=False), listening=frozenset({"0.0.0.0"}))),
        ("fail", lambda s: with_facts(with_settings(s, https=False, host="10.0.0.5"), listening=frozenset())),
        ("fail", lambda s: with_settings(s, https=False, names=("huiliu.example",))),
    ],
    "listening": [
        ("fail", lambda s: with_facts(with_settings(s, https=False), listening=frozenset({"::"}))),
        ("unmeasured", lambda s: with_facts(s, listening=None)),
    ],
    "database": [],
    "migrations": [],
    "chain_head": [("fail", lambda s: changed(s, lambda s: past_triggers("UPDATE audit_chainhead SET hash = '0'")))],
    "anchors": [
        ("ok", lambda s: later(s, hours=36)),
        ("warn", lambda s: later(s, hours=37)),
        ("warn", lambda s: changed(s, lambda s: anchor_file().unlink())),
        ("fail", lambda s: changed(s, lambda s: anchor_file().write_text(anchor_file().read_text().replace("1", "2")))),
        (
            "fail",
            lambda s: changed(
                s,
                lambda s: past_triggers(
                    "UPDATE audit_auditevent SET hash = 'x' WHERE seq = (SELECT seq FROM audit_chainhead)"
                ),
            ),
        ),
    ],
    "last_verification": [
        ("ok", lambda s: later(s, hours=36)),
        ("warn", lambda s: later(s, hours=37)),
        ("warn", lambda s: changed(s, lambda s: (settings.HUILIU_ANCHORS / "last-verification.json").unlink())),
        (
            "fail",
            lambda s: changed(
                s,
                lambda s: (
                    past_triggers("UPDATE audit_auditevent SET actor = 'x' WHERE seq = 1"),
                    chain_verify(clock=FixedClock(NOW)),
                ),
            ),
        ),
    ],
    "triggers": [("fail", lambda s: changed(s, lambda s: dropped("audit_event_no_delete")))],
    "handed_out_passwords": [
        ("warn", lambda s: changed(s, lambda s: User.objects.update(must_change_password=True))),
    ],
    "expiring_rights": [
        ("warn", lambda s: later(s, days=335)),  # granted for a year
        ("ok", lambda s: later(s, days=334)),
        ("ok", lambda s: later(s, days=366)),  # ended: no longer to be renewed in time
    ],
    "three_admins": [
        ("fail", lambda s: later(s, days=366)),
        (
            "fail",
            lambda s: changed(
                s,
                lambda s: User.objects.filter(username__startswith="auditor").update(is_active=False, status="closed"),
            ),
        ),
        (
            "fail",
            lambda s: changed(
                s,
                lambda s: past_triggers(AUDITOR_TOO.format("secadmin")),
            ),
        ),
    ],
    "second_factor": [
        ("warn", lambda s: changed(s, lambda s: TotpDevice.objects.filter(user__username="auditor1").delete()))
    ],
    "deadlocks": [
        ("warn", lambda s: changed(s, lambda s: closed("leader2"))),
        ("fail", lambda s: changed(s, lambda s: closed("leader1", "leader2"))),
        ("fail", lambda s: later(s, days=366)),
    ],
    "reviews": [
        ("warn", lambda s: later(s, days=11)),  # the first day of the next quarter
        ("ok", lambda s: later(s, days=10)),
    ],
    "unused_accounts": [
        ("warn", lambda s: later(s, days=90, seconds=1)),
        ("ok", lambda s: later(s, days=90)),
        ("ok", lambda s: changed(later(s, days=95), lambda s: User.objects.update(is_active=False, status="closed"))),
        ("warn", lambda s: changed(s, lambda s: User.objects.update(last_login=NOW - timedelta(days=91)))),
    ],
}


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("code", "expected", "spoil"),
    variants([(c, *case) for c, cases in SPOILT.items() for case in cases[:1]], fast=len(SPOILT))
    + variants([(c, *case) for c, cases in SPOILT.items() for case in cases[1:]], fast=0),
)
def test_what_is_spoilt_is_named(site, code, expected, spoil):
    assert state(code, spoil(site)) == expected


def test_the_newest_event_must_carry_its_seal(site, people, monkeypatch):
    monkeypatch.setattr("huiliu.config.doctor.checks.records.seal", lambda event, key: "f" * 64)
    assert found("chain_head", site).found == "最后一条审计记录的摘要不符"


def test_an_empty_chain_is_pointed_out(site):
    assert state("chain_head", site) == "warn"


@pytest.mark.usefixtures("people")
def test_missing_rows_are_noticed_by_their_number(site):
    past_triggers(
        "UPDATE audit_auditevent SET seq = 99 WHERE seq = (SELECT seq FROM audit_chainhead)",
        "UPDATE audit_chainhead SET seq = 99",
    )
    assert found("chain_head", site).found == "审计记录的条数与链头的序号 99 不等"


def test_a_version_behind_is_said(site, monkeypatch):
    monkeypatch.setattr(
        "django.db.migrations.executor.MigrationExecutor.migration_plan", lambda self, targets: ["a", "b"]
    )
    assert found("migrations", site).found == "有 2 个升级步骤没有执行"
    assert state("triggers", site) == "ok"
    dropped("audit_event_no_delete")
    assert state("triggers", site) == "unmeasured", "a step that was not taken sets up no trigger"


def test_a_database_that_does_not_answer_stops_nothing(site, monkeypatch, django_db_blocker):
    def broken(site):
        connection.cursor().execute("SELECT * FROM no_such_table_at_all")

    result = ask(Check("x", "某项", broken, general=True), site)
    assert result.finding.state is State.UNMEASURED
    assert "数据库没有回答" in result.finding.found


def test_a_file_that_cannot_be_read_stops_nothing(site):
    def broken(site):
        (site.home.root / "none").read_text()

    assert ask(Check("x", "某项", broken, general=True), site).finding.state is State.UNMEASURED


@pytest.mark.usefixtures("people")
def test_the_worst_comes_first(site):
    worse = with_facts(with_settings(site, https=False), clock_synced=None, disk_free=0, encrypted=False)
    order = [result.finding.state.value for result in examine(worse)]
    assert order == sorted(order, key=["fail", "unmeasured", "warn", "ok"].index)
    assert order[0] == "fail"
    assert {"fail", "unmeasured", "warn", "ok"} == set(order)


def test_nothing_measured_is_not_good():
    assert unmeasured("x", "y").state is not State.OK


def test_this_site_is_measured_without_making_anything(home, settings):
    settings.HOME = settings.HOME.__class__(home)
    site = this_site()
    assert site.facts.lake_size is None
    assert site.facts.disk_free > 0
    assert list(home.iterdir()) == []


@pytest.mark.usefixtures("people")
def test_a_reason_is_told_once_with_all_it_stops(site):
    closed("secadmin1")
    said = found("deadlocks", site).found
    assert said.count("安全管理员只有一人") == 1
    assert said.endswith("（开立账户、重置口令、首次授权、岗位授权）")
