"""A night that is fetched: the batch lies at a province's SFTP server, and one command makes it the library."""

import json
import shutil
from datetime import date

import pytest
import yaml

from e2e.eve import AFTER, huiliu, state

pytestmark = pytest.mark.slow


def point_at(home, sshd, host_key):
    """sources.yaml of an installation that knows the server by this fingerprint."""
    source = {
        "kind": "sftp",
        "host": "127.0.0.1",
        "port": sshd.port,
        "host_key": host_key,
        "user": sshd.user,
        "key": "province",
        "folder": str(sshd.drop),
        "since": date(2025, 3, 27),
    }
    (home / "sources.yaml").write_text(yaml.safe_dump({"sources": {"province": source}}), "utf-8")


@pytest.fixture
def away(eve, sshd, unprivileged, tmp_path):
    """The eve of a night whose batch is not in the inbox but at the server."""
    home = shutil.copytree(eve, tmp_path / "home")
    there = sshd.drop / AFTER
    shutil.move(home / "inbox" / AFTER, there)
    unprivileged.give(there)
    secrets = home / "keys" / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "province").write_text(sshd.client_key)
    (secrets / "province").chmod(0o600)
    point_at(home, sshd, sshd.host_key)
    yield home
    shutil.rmtree(there)


def test_the_night_fetches_and_loads_and_a_second_fetch_finds_nothing(away, sshd):
    doctor = {check["code"]: check["state"] for check in json.loads(huiliu(away, "doctor", "--json").stdout)}
    assert doctor["sources"] == "ok"
    done = huiliu(away, "night")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"来源 province 已取  {AFTER}" in done.stdout
    assert f"{AFTER} 已发布" in done.stdout
    assert state(away)["一致"] is True
    assert (sshd.drop / AFTER / "manifest.json").exists()
    again = huiliu(away, "lake", "fetch")
    assert (again.returncode, again.stdout.strip()) == (0, "● 来源 province 无新批次")


def test_a_stranger_at_the_address_is_told_and_the_rest_of_the_night_goes_on(away, sshd):
    point_at(away, sshd, "SHA256:" + "A" * 43)
    done = huiliu(away, "night")
    assert done.returncode == 1
    assert "SOURCE-006" in done.stdout
    assert "在用：" in done.stdout
