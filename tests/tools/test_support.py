"""The fixtures themselves: a test that leans on them must be able to trust them."""

import errno
import os
import tomllib
from pathlib import Path

import psycopg
import pytest

from support.scale import SCALES, read_scale


def test_both_scales_hold_the_same_keys_and_soak_is_larger():
    ci, soak = tomllib.loads(SCALES.read_text(encoding="utf-8")).values()
    assert ci.keys() == soak.keys()
    assert all(ci[key] < soak[key] for key in ci)


def test_unknown_scale_is_refused():
    with pytest.raises(pytest.UsageError, match="HUILIU_SCALE=huge"):
        read_scale("huge")


def test_home_is_private(home: Path):
    assert os.environ["HUILIU_HOME"] == str(home)
    assert list(home.iterdir()) == []


def test_missing_tool_skips_here_and_fails_in_ci(require_tool, monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program"):
        require_tool("no-such-program")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no-such-program"):
        require_tool("no-such-program")


def test_unprivileged_meets_refusals(unprivileged, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("x", encoding="utf-8")
    secret.chmod(0)
    with pytest.raises(PermissionError):
        unprivileged.call(secret.read_text)
    secret.chmod(0o400)
    unprivileged.give(tmp_path)
    assert unprivileged.call(secret.read_text) == "x"
    assert unprivileged.run(["cat", str(secret)]).stdout == "x"


def test_full_disk_is_full(full_disk):
    folder = full_disk(1)
    with pytest.raises(OSError, match="space") as caught, (folder / "big").open("wb") as stream:
        stream.write(bytes(2_000_000))
    assert caught.value.errno == errno.ENOSPC


@pytest.mark.slow
def test_postgres_answers(postgres_url: str):
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT 1 + 1").fetchone() == (2,)
