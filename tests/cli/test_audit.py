"""`audit verify` and `audit anchor` as a person runs them: verdict, exit code, nothing in English."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from support.migrated import place

pytestmark = pytest.mark.slow
WRITE = """
import django
django.setup()
from huiliu.apps.audit.services import SYSTEM, Entry, record_alone
for number in range(5):
    record_alone(Entry(SYSTEM, "web.refused", "page", str(number), "refused"))
"""


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HUILIU_", "DJANGO_"))}
    python = {"PYTHONPATH": os.pathsep.join(sys.path), "DJANGO_SETTINGS_MODULE": "huiliu.config.settings"}
    return {**kept, **python, "HUILIU_HOME": str(home), "COLUMNS": "120"}


@pytest.fixture
def audit(home):
    place(home)
    subprocess.run([sys.executable, "-c", WRITE], env=environment(home), check=True)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "huiliu", "audit", *words]
        return subprocess.run(command, env=environment(home), capture_output=True, text=True, check=False)

    return run


def spoil(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "db" / "huiliu.sqlite3") as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_sound_chain_and_its_anchor(home, audit):
    told = audit("anchor")
    assert (told.returncode, told.stderr) == (0, "")
    assert "共 5 条" in told.stdout
    anchors = list((home / "anchors").glob("*.json"))
    assert json.loads(anchors[0].read_text("utf-8"))["hash"] in told.stdout
    told = audit("verify")
    assert told.returncode == 0
    assert "审计链完整，共 5 条，与链头和 1 个锚点一致。" in told.stdout


def test_a_broken_chain_is_told_with_row_kind_and_act(home, audit):
    spoil(home, "UPDATE audit_auditevent SET object_key = '9' WHERE seq = 3")
    told = audit("verify")
    assert told.returncode == 1
    assert "第 3 条，修改" in told.stdout
    assert "越权访问" in told.stdout
    assert "保全" in told.stderr


def test_for_machines(home, audit):
    spoil(home, "DELETE FROM audit_auditevent WHERE seq = 2")
    told = audit("verify", "--json")
    assert told.returncode == 1
    found = json.loads(told.stdout)
    assert (found["sound"], found["broken"]["kind"], found["broken"]["seq"]) == (False, "删除", 2)


def test_a_cut_after_the_anchor_stops_the_next_anchor(home, audit):
    audit("anchor")
    spoil(home, "DELETE FROM audit_auditevent WHERE seq > 3", "UPDATE audit_chainhead SET seq = 3")
    told = audit("anchor")
    assert told.returncode == 2
    assert "AUDIT-020" in told.stderr
    assert "第 4 条，截尾" in audit("verify").stdout
