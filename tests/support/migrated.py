"""Migrating takes seconds: what needs a migrated database and does not test how it came about gets a copy of one.

At the desk that is every worker's own; in CI each worker migrates that. Data folders of processes that a test starts
get theirs by `place`. A copy is named by a digest of all that decides what migrating gives.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

CACHE = Path(__file__).parents[2] / ".pytest_cache" / "migrated"
CI = os.environ.get("CI") == "true"
PRODUCT = Path(__file__).parents[2] / "src" / "huiliu"
# What migrations are, what they import, and the models that Django's own rows speak of.
DECIDING = ("**/migrations/*.py", "**/models.py", "**/models/*.py", "web/triggers.py", "web/protected.py")


def digest(product: Path = PRODUCT) -> str:
    """Another one as soon as a file that decides, an app, Django or SQLite is another."""
    import django
    from django.conf import settings

    said = hashlib.sha256(repr((django.VERSION, sqlite3.sqlite_version, settings.INSTALLED_APPS)).encode())
    for path in sorted({path for pattern in DECIDING for path in product.glob(pattern)}):
        said.update(f"{path.relative_to(product)}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return said.hexdigest()


def keep(connection: Any, path: Path) -> None:
    """The database as a file; whole or not at all, whoever else keeps it meanwhile."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with closing(sqlite3.connect(part)) as file:
        connection.connection.backup(file)
    part.replace(path)


def restore(connection: Any, path: Path) -> None:
    """Everything that the file holds into the open database."""
    with closing(sqlite3.connect(path)) as file:
        file.backup(connection.connection)


def place(home: Path) -> dict[str, str]:
    """The data folder's database as the product's own `migrate` leaves it; gives the environment that leads there.

    SQLite is a copy of the one that the first who asks has made. With `--postgres` it is an empty database of the
    server, migrated: never one that another folder, with other keys, writes into at the same time.
    """
    target = home / "db" / "huiliu.sqlite3"
    target.parent.mkdir(parents=True, exist_ok=True)
    if server := os.environ.get("HUILIU_DATABASE"):
        there = {"HUILIU_HOME": str(home), "HUILIU_DATABASE": _create(server)}
        _migrate(**there)
        return there
    CACHE.mkdir(parents=True, exist_ok=True)
    kept = CACHE / f"{digest()}.home.sqlite3"
    with (CACHE / "lock").open("w") as lock:  # of all workers
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            _make(kept)
    shutil.copyfile(kept, target)
    return {"HUILIU_HOME": str(home)}


def _create(server: str) -> str:
    """The address of an empty database."""
    import psycopg

    name = f"home_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def _migrate(**there: str) -> None:
    """A real process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUILIU_")} | {
        "DJANGO_SETTINGS_MODULE": "huiliu.config.settings", "PYTHONPATH": str(PRODUCT.parent),
    }  # fmt: skip
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], env=environment | there, check=True)


def _make(kept: Path) -> None:
    """From an empty folder."""
    with tempfile.TemporaryDirectory(prefix="huiliu-migrated-") as folder:
        home = Path(folder) / "home"
        (home / "db").mkdir(parents=True)
        _migrate(HUILIU_HOME=str(home))
        with closing(sqlite3.connect(home / "db" / "huiliu.sqlite3")) as made:
            made.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(home / "db" / "huiliu.sqlite3", kept.with_suffix(".part"))  # it may be another file system
        kept.with_suffix(".part").replace(kept)


@pytest.fixture(scope="session", autouse=True)
def _migrated_once() -> Iterator[None]:
    """The one migration of the SQLite in memory that tests use; every other database is migrated by itself."""
    if CI or not os.environ.get("DJANGO_SETTINGS_MODULE"):
        yield
        return
    from django.core import management
    from django.db import connections

    folder, real = CACHE, management.call_command

    @wraps(real)
    def call_command(name: Any, *arguments: Any, **options: Any) -> Any:
        if name != "migrate" or not options.get("run_syncdb"):  # which only the making of a test database asks for
            return real(name, *arguments, **options)
        connection = connections[options["database"]]
        if connection.vendor != "sqlite" or not connection.is_in_memory_db():
            return real(name, *arguments, **options)
        path = folder / f"{digest()}.sqlite3"
        connection.ensure_connection()
        if path.exists():
            return restore(connection, path)
        real(name, *arguments, **options)
        folder.mkdir(parents=True, exist_ok=True)
        return keep(connection, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(management, "call_command", call_command)
        yield
