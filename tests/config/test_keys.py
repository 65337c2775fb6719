"""Keys: made once, kept for ever, refused when lost or readable by others."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from huiliu.config.keys import Keyring
from huiliu.kernel.errors import HuiliuError


def test_the_first_use_makes_a_key_for_its_owner_only(tmp_path):
    ring = Keyring(tmp_path / "keys")
    key_id, key = ring.current("audit")
    assert (key_id, len(key)) == ("0001", 32)
    assert (tmp_path / "keys" / "audit.0001.key").stat().st_mode & 0o777 == 0o600
    assert Keyring(tmp_path / "keys").current("audit") == (key_id, key)


def test_purposes_have_different_keys(tmp_path):
    ring = Keyring(tmp_path)
    assert ring.current("audit")[1] != ring.current("subject")[1]


def test_the_newest_key_is_current_and_older_ones_stay_readable(tmp_path):
    ring = Keyring(tmp_path)
    first = ring.current("audit")[1]
    path = tmp_path / "audit.0002.key"
    path.write_text("ab" * 32)
    path.chmod(0o600)
    assert ring.current("audit") == ("0002", bytes.fromhex("ab" * 32))
    assert ring.get("audit", "0001") == first


def test_a_lost_key_is_an_error_never_a_new_key(tmp_path):
    with pytest.raises(HuiliuError, match="KEY-001"):
        Keyring(tmp_path).get("audit", "0001")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "zz", "ab" * 16])
def test_a_damaged_key_is_refused(tmp_path, text):
    path = tmp_path / "audit.0001.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(HuiliuError, match="KEY-001"):
        Keyring(tmp_path).current("audit")


def test_a_key_that_others_can_read_is_refused(tmp_path):
    Keyring(tmp_path).current("audit")
    (tmp_path / "audit.0001.key").chmod(0o644)
    with pytest.raises(HuiliuError, match="KEY-002"):
        Keyring(tmp_path).current("audit")


def test_starters_at_the_same_moment_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Keyring(tmp_path).current("django"), range(16)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["django.0001.key"]
