"""The database refuses, whoever asks: raw SQL and the ORM, on SQLite and on PostgreSQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.models import AuditEvent, ChainHead
from huiliu.apps.audit.services import SYSTEM, Entry, record_alone

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]

COLUMNS = "seq, at, actor, post, ip, action, object_kind, object_key, outcome, purpose, prev_hash, key_id, hash"
COPY = "{seq}, at, actor, post, ip, action, object_kind, object_key, outcome, purpose, {prev}, key_id, '{hash}'"


@pytest.fixture(autouse=True)
def three_events():
    for _ in range(3):
        record_alone(Entry(SYSTEM, "web.refused", "page", "k", "refused"))
    yield
    assert list(AuditEvent.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3]
    assert ChainHead.objects.get().seq == 3


def refused(statement: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


def copy(seq: int, prev: str = "hash", digest: str = "f" * 64, verb: str = "INSERT") -> str:
    values = COPY.format(seq=seq, prev=prev, hash=digest)
    return f"{verb} INTO audit_auditevent ({COLUMNS}) SELECT {values} FROM audit_auditevent WHERE seq = 3"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor = 'wang' WHERE seq = 2",
        "UPDATE audit_auditevent SET actor = actor",
        "DELETE FROM audit_auditevent WHERE seq = 3",
        "DELETE FROM audit_auditevent",
    ],
)
def test_events_are_neither_changed_nor_deleted(statement):
    assert "AUDIT-010" in refused(statement)


def test_the_orm_has_no_way_around():
    event = AuditEvent.objects.get(seq=2)
    event.actor = "wang"
    for act in (event.save, event.delete, AuditEvent.objects.all().delete):
        with pytest.raises(IntegrityError, match="AUDIT-010"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    "statement",
    [copy(5), copy(4, "prev_hash"), copy(3), copy(1), copy(4, "'" + "0" * 64 + "'")],
    ids=["gap", "other predecessor", "taken", "first again", "zeros"],
)
def test_an_event_stands_only_at_the_end_of_the_chain(statement):
    assert "AUDIT-011" in refused(statement)


def test_sqlite_replaces_no_event():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    first = AuditEvent.objects.get(seq=1)
    by_hash = copy(4, digest=first.hash, verb="INSERT OR REPLACE")
    by_id = copy(4, verb="INSERT OR REPLACE").replace("(seq", "(id, seq").replace("SELECT 4", f"SELECT {first.id}, 4")
    for statement in (by_hash, by_id, copy(3, verb="INSERT OR REPLACE")):
        assert "AUDIT-011" in refused(statement)
    assert "AUDIT-010" in refused(f"UPDATE OR REPLACE audit_auditevent SET id = {first.id} WHERE seq = 3")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_chainhead SET seq = 2",
        "UPDATE audit_chainhead SET seq = 3",
        "UPDATE audit_chainhead SET seq = 4",  # one further, but there is no such event
        "UPDATE audit_chainhead SET seq = 5",
        "UPDATE audit_chainhead SET hash = '0'",
        "UPDATE audit_chainhead SET id = 2, seq = 4",
        "DELETE FROM audit_chainhead",
        f"INSERT INTO audit_chainhead (id, seq, hash) VALUES (2, 0, '{'0' * 64}')",
    ],
)
def test_the_head_moves_only_with_a_new_event(statement):
    assert "AUDIT-012" in refused(statement)


def test_a_second_head_cannot_replace_the_first():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    assert "AUDIT-012" in refused(f"INSERT OR REPLACE INTO audit_chainhead VALUES (1, 0, '{'0' * 64}')")


@pytest.mark.parametrize("table", ["audit_auditevent", "audit_chainhead"])
def test_postgresql_truncates_neither(table):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    assert "AUDIT-01" in refused(f"TRUNCATE {table} CASCADE")
