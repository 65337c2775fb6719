"""A full disk and a folder one may not write are said in Chinese, with what to do; a fault of the program is not."""

import errno
import sqlite3

import pytest
from django.db.utils import OperationalError

from huiliu.cli.machine import machine_error


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "SYS-001"),
        (errno.EDQUOT, "SYS-001"),
        (errno.EACCES, "SYS-002"),
        (errno.EROFS, "SYS-002"),
    ],
)
def test_what_the_system_refused(number, code):
    known = machine_error(OSError(number, "secret", "/srv/张三.csv"))
    assert known.code == code
    assert "张三" not in str(known)
    assert "HUILIU_HOME" in known.hint


def test_a_read_only_database_as_django_reports_it(tmp_path):
    sqlite3.connect(tmp_path / "db").execute("CREATE TABLE t (a)")
    connection = sqlite3.connect(f"file:{tmp_path / 'db'}?mode=ro", uri=True)
    with pytest.raises(sqlite3.OperationalError) as refused:
        connection.execute("INSERT INTO t VALUES (1)")
    wrapped = OperationalError("attempt to write a readonly database")
    wrapped.__cause__ = refused.value
    assert machine_error(wrapped).code == "SYS-002"


def test_a_full_database():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert machine_error(full.value).code == "SYS-001"


@pytest.mark.parametrize("error", [OSError(errno.EIO, "?"), KeyError("a"), sqlite3.OperationalError("no such table")])
def test_anything_else_is_a_fault(error):
    assert machine_error(error) is None
