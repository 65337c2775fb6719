"""The copy of the migrated database that workers share: whole, and another one when a migration is another."""

import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from support.migrated import digest, keep, restore


def database() -> SimpleNamespace:
    return SimpleNamespace(connection=sqlite3.connect(":memory:"))


def test_rows_and_triggers_come_back(tmp_path: Path):
    made, again = database(), database()
    made.connection.executescript(
        "CREATE TABLE event (seq INTEGER PRIMARY KEY, said TEXT); INSERT INTO event VALUES (1, '设立');"
        "CREATE TRIGGER kept BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'AUDIT-001'); END"
    )
    keep(made, tmp_path / "kept.sqlite3")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.sqlite3"]
    restore(again, tmp_path / "kept.sqlite3")
    assert again.connection.execute("SELECT * FROM event").fetchall() == [(1, "设立")]
    with pytest.raises(sqlite3.IntegrityError, match="AUDIT-001"):
        again.connection.execute("DELETE FROM event")


@pytest.mark.parametrize("name", ["apps/audit/migrations/0002_more.py", "apps/control/models/units.py"])
def test_what_decides_gives_another_name(tmp_path: Path, name: str):
    path, page = tmp_path / name, tmp_path / "apps/audit/views.py"
    for file in (path, page):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a = 1", encoding="utf-8")
    before = digest(tmp_path)
    page.write_text("a = 2", encoding="utf-8")
    assert digest(tmp_path) == before
    path.write_text("a = 2", encoding="utf-8")
    assert digest(tmp_path) != before


@pytest.mark.django_db
def test_a_copied_database_is_a_migrated_one():
    from django.core.management import call_command

    call_command("migrate", check_unapplied=True, verbosity=0)
