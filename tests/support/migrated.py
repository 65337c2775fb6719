"""At the desk a worker copies the test database that the first of them migrated: migrating takes more than a second.

The copy is named by a digest of all that decides what migrating gives. In CI every worker migrates.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(pytestconfig: pytest.Config) -> Iterator[None]:
    """The one migration of the SQLite in memory that tests use; every other database is migrated by itself."""
    if CI or not os.environ.get("DJANGO_SETTINGS_MODULE"):
        yield
        return
    from django.core import management
    from django.db import connections

    folder, real = pytestconfig.rootpath / ".pytest_cache" / "migrated", management.call_command

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
