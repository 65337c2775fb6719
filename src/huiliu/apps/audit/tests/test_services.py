"""The chain: sealed, unbroken, all or nothing, and one line even when many write."""

import os
import subprocess
import sys
from datetime import datetime

import pytest
from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import REFUSED_ACCESS
from huiliu.apps.audit.models import AuditEvent, ChainHead
from huiliu.apps.audit.services import Actor, Entry, record, record_alone, seal
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError
from support.migrated import place

NOON = FixedClock(datetime(2025, 3, 31, 12, 0, 0, 123456, tzinfo=TZ))
ENTRY = Entry(Actor("chen", "稽核内控岗", "10.0.0.7"), REFUSED_ACCESS, "page", "audit.view", details={"count": 2})
both_dbs = pytest.mark.both_dbs


def keyed(event: AuditEvent) -> str:
    return seal(event, settings.HUILIU_KEYS.get("audit", event.key_id))


@both_dbs
@pytest.mark.django_db
def test_events_are_numbered_and_linked():
    first, second = record_alone(ENTRY, NOON), record_alone(ENTRY, NOON)
    assert (first.seq, second.seq) == (1, 2)
    assert first.prev_hash == "0" * 64
    assert second.prev_hash == first.hash
    head = ChainHead.objects.get()
    assert (head.seq, head.hash) == (2, second.hash)


@both_dbs
@pytest.mark.django_db
def test_the_seal_holds_after_storage():
    record_alone(ENTRY, NOON)
    stored = AuditEvent.objects.get()
    assert stored.hash == keyed(stored)
    assert len(stored.hash) == 64


@both_dbs
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "wang"), ("post", ""), ("ip", "10.0.0.8"), ("action", "accounts.sign_in"), ("object_kind", "user"),
        ("object_key", "x"), ("outcome", "ok"), ("purpose", "核对"), ("before", {"a": 1}), ("after", {"a": 1}),
        ("details", {"count": 3}), ("seq", 9), ("prev_hash", "1" * 64), ("key_id", "0002"),
        ("at", datetime(2025, 3, 31, 12, 0, 0, 123457, tzinfo=TZ)),
    ],
)  # fmt: skip
def test_every_field_is_sealed(field, value):
    refused = Entry(
        Actor("chen", "稽核内控岗", "10.0.0.7"), REFUSED_ACCESS, "page", "k", "refused", details={"count": 2}
    )
    event = record_alone(refused, NOON)
    key = settings.HUILIU_KEYS.get("audit", event.key_id)
    setattr(event, field, value)
    assert seal(event, key) != event.hash


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written():
    with pytest.raises(HuiliuError) as caught:
        record(ENTRY)
    assert caught.value.code == "AUDIT-001"
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lone_row_refuses_to_hang_on_another_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        record_alone(ENTRY)
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_takes_its_row_with_it_and_leaves_no_gap():
    record_alone(ENTRY)
    with transaction.atomic():
        record(ENTRY)
        transaction.set_rollback(True)
    assert record_alone(ENTRY).seq == 2
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2]


@pytest.mark.django_db
def test_undeclared_acts_are_refused():
    with pytest.raises(HuiliuError):
        record_alone(Entry(Actor("chen"), "made.up"))
    with pytest.raises(HuiliuError):
        record_alone(Entry(Actor("chen"), REFUSED_ACCESS, "made_up"))
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_each_look_at_a_page_costs_few_queries(django_assert_max_num_queries):
    record_alone(ENTRY)
    with django_assert_max_num_queries(6):  # savepoint, lock, insert, head, release
        record_alone(ENTRY)


WRITER = """
import sys, django
django.setup()
from huiliu.apps.audit.services import Actor, Entry, record_alone
for number in range(int(sys.argv[2])):
    record_alone(Entry(Actor(sys.argv[1]), "web.refused", "page", str(number)))
"""
CHECK = """
import django
django.setup()
from huiliu.apps.audit.selectors import walk
verdict = walk()
assert verdict.sound, verdict.line()
print(verdict.rows)
"""


@both_dbs
@pytest.mark.slow
@pytest.mark.soak
def test_the_chain_never_forks_when_many_processes_write(home, scale):
    """Real processes on a real database: eight writers at once, then the chain is walked from the start."""
    writers, each = 8, scale("audit_rows") // 8
    environment = {**os.environ, **place(home), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)

    def python(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, *arguments], env=environment, text=True, stdout=subprocess.PIPE)

    running = [python("-c", WRITER, f"w{number}", str(each)) for number in range(writers)]
    assert [process.wait() for process in running] == [0] * writers
    assert python("-c", CHECK).communicate()[0].strip() == str(writers * each)
