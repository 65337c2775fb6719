"""New keys: older ones stay, protected values move to the new one even after a kill, sessions survive."""

import pytest
from django.core import signing
from django.db import connection
from django.test import Client

from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.services import SYSTEM
from huiliu.cli import keys as command
from huiliu.config import rotation
from huiliu.config.keys import PURPOSES, Keyring, OlderSecrets
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.signing import read_public_keys
from huiliu.web import resealing
from huiliu.web.protected import key_of
from web.cards import Card, create_table

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


@pytest.fixture(autouse=True)
def ring(settings, tmp_path, monkeypatch):
    settings.HUILIU_KEYS = Keyring(tmp_path / "keys")
    create_table()
    columns = [Card._meta.get_field(name) for name in ("secret", "other", "phone")]
    monkeypatch.setattr(resealing, "protected_fields", lambda: iter(columns))
    monkeypatch.setattr(resealing, "BATCH", 3)
    return settings.HUILIU_KEYS


def stored() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, phone FROM test_card ORDER BY id")
        return [key_of(text) for row in cursor.fetchall() for text in row if text]


def test_values_move_to_the_new_key_and_stay_the_same(ring):
    for number in range(8):
        Card.objects.create(secret=f"secret {number}", phone="13800001234" if number % 2 else None)
    result = rotation.rotate("field")
    assert (result.key_id, result.done, result.broken, result.resumed) == ("0002", 12, {}, False)
    assert stored() == ["0002"] * 12
    assert [card.secret.reveal() for card in Card.objects.order_by("pk")] == [f"secret {n}" for n in range(8)]
    assert ring.ids("field") == ["0001", "0002"]


def test_the_rotation_is_in_the_audit_chain_without_a_value():
    Card.objects.create(secret="JBSWY3DP")
    rotation.rotate("field")
    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.object_kind, event.object_key, event.after) == (
        "keys.rotate", "key", "field", {"key_id": "0002"},
    )  # fmt: skip
    assert event.details == {"resumed": False, "resealed": 1, "broken": 0}
    assert "JBSWY3DP" not in str(event.__dict__)


class Killed(BaseException):
    """As if the process had ended here."""


def test_a_killed_rotation_goes_on_with_the_same_key(ring):
    for number in range(8):
        Card.objects.create(secret=f"secret {number}")

    def kill(done: int, _total: int) -> None:
        if done >= 3:
            raise Killed

    with pytest.raises(Killed):
        rotation.rotate("field", kill)
    assert stored() == ["0002"] * 3 + ["0001"] * 5
    result = rotation.rotate("field")
    assert (result.key_id, result.done, result.resumed) == ("0002", 5, True)
    assert stored() == ["0002"] * 8
    assert rotation.rotate("field").key_id == "0003"
    assert [card.secret.reveal() for card in Card.objects.order_by("pk")] == [f"secret {n}" for n in range(8)]


def test_a_value_that_cannot_be_opened_stays_and_is_told(ring, capsys):
    Card.objects.create(secret="good")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE test_card SET other = secret")
    result = rotation.rotate("field")
    assert (result.done, result.broken) == (1, {"test_card.other": 1})
    assert AuditEvent.objects.latest("seq").outcome == "failed"
    assert rotation.rotate("field").key_id == "0003"  # what is broken does not stop later rotations
    assert Card.objects.get().secret.reveal() == "good"


def test_what_is_read_back_wrong_is_not_kept(monkeypatch):
    Card.objects.create(secret="good")
    real = resealing.open_text
    answers = iter(["good", "bad"])
    monkeypatch.setattr(resealing, "open_text", lambda *_: next(answers))
    with pytest.raises(HuiliuError, match="KEY-004"):
        rotation.rotate("field")
    monkeypatch.setattr(resealing, "open_text", real)
    assert stored() == ["0001"]


@pytest.mark.parametrize("purpose", ["audit", "anchor", "subject", "django"])
def test_other_purposes_just_start_with_the_new_key(ring, purpose):
    old = ring.current(purpose)[1]
    assert rotation.rotate(purpose).key_id == "0002"
    assert ring.current(purpose)[0] == "0002"
    assert ring.get(purpose, "0001") == old


@pytest.mark.parametrize("purpose", ["", "fields", "../etc", "*"])
def test_an_unknown_purpose_is_refused_and_makes_nothing(ring, purpose):
    with pytest.raises(HuiliuError, match=r"没有这种用途的密钥.*KEY-003"):
        rotation.rotate(purpose)
    assert ring.ids(purpose or "x") == []
    assert not AuditEvent.objects.filter(action="keys.rotate").exists()


def test_a_new_key_is_for_its_owner_only(ring, tmp_path):
    rotation.rotate("audit")
    for path in (tmp_path / "keys").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.suffix == ".key"


def test_sessions_and_tokens_survive_a_rotation(settings, ring):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = ring.secret(), OlderSecrets(ring)
    client = Client()
    client.force_login(user_create(username="wang", display_name="王", post="clerk", actor=SYSTEM).user)
    token = signing.dumps("x")
    rotation.rotate("django")
    settings.SECRET_KEY = ring.secret()
    assert client.get("/").status_code == 200
    assert signing.loads(token) == "x"
    settings.SECRET_KEY_FALLBACKS = []
    assert Client(headers={"cookie": ""}).get("/").status_code == 302
    with pytest.raises(signing.BadSignature):
        signing.loads(token)


def test_the_product_reads_secrets_when_they_are_needed(ring):
    older = OlderSecrets(ring)
    ring.current("django")
    assert (list(older), len(older), [*older]) == ([], 0, [])
    first = ring.secret()
    rotation.rotate("django")
    assert (list(older), tuple(older), len(older)) == ([first], (first,), 1)


def test_the_list_names_keys_and_never_shows_them(ring, monkeypatch, capsys):
    monkeypatch.setattr(command, "boot", lambda *_: None)
    monkeypatch.setattr(command, "migrate", lambda *_: None)
    Card.objects.create(secret="a")
    assert command.rotate("field") == 0
    command.show()
    said = capsys.readouterr().out
    assert "field.0002" in said
    assert "重新加密 1 个值" in said
    assert all(ring.get("field", key_id).hex() not in said for key_id in ("0001", "0002"))
    rows = {(row.purpose, row.key_id): (row.is_current, row.values) for row in rotation.key_rows()}
    assert rows["field", "0001"] == (False, 0)
    assert rows["field", "0002"] == (True, 1)
    assert {purpose for purpose, _ in rows} <= set(PURPOSES)


def test_public_keys_of_certificates_are_written_old_ones_too(ring, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "boot", lambda _kind: None)
    monkeypatch.setattr(command, "migrate", lambda _installation: None)
    command.public(None)
    first = read_public_keys(capsys.readouterr().out.encode())
    ring.add("certificate")
    command.public(tmp_path / "public.pem")
    both = read_public_keys((tmp_path / "public.pem").read_bytes())
    assert len(first) == 1
    assert len(both) == 2
    assert set(first) < set(both)
    said = capsys.readouterr().out
    assert all(fingerprint in said for fingerprint in both)
