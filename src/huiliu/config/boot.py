"""How a process that is not the web server wakes Django: once, as one kind of process, on the data folder."""

import fcntl
import os
import sqlite3
from dataclasses import dataclass

from huiliu.config.environment import EnvironmentSettings, Home, ProcessKind
from huiliu.kernel.errors import HuiliuError

SQLITE_NEEDED = (3, 38, 0)


@dataclass(frozen=True)
class Installation:
    """The data folder and the settings a process runs with."""

    settings: EnvironmentSettings
    home: Home

    def jobs_database(self) -> str:
        """Where dbos keeps its own tables: beside the business database, never inside it."""
        if self.settings.database:
            return self.settings.database
        return f"sqlite:///{self.home.database / 'jobs.sqlite3'}"


def boot(kind: ProcessKind, *, create: bool = False) -> Installation:
    """Set up Django for this process; without `create` a missing data folder is an error that says how to make one."""
    os.environ["HUILIU_PROCESS"] = kind
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiliu.config.settings")
    import django
    from django.conf import settings

    home: Home = settings.HOME
    if create:
        home.create()
    else:
        home.require()
    django.setup()
    return Installation(settings.ENVIRONMENT, home)


def check_sqlite(version: tuple[int, int, int], text: str) -> None:
    """SYS-003 where the machine's SQLite cannot read JSON in triggers, which the rules of approval need."""
    if version < SQLITE_NEEDED:
        raise HuiliuError(
            code="SYS-003",
            message=f"本机 Python 所带的 SQLite 版本过旧（{text}）",
            hint="需要 3.38 或更新的版本：请换用较新的 Python 或系统，或用 HUILIU_DATABASE 改用 PostgreSQL。",
        )


def migrate(installation: Installation) -> None:
    """Bring the business database to this version's tables; one process at a time, nothing to do costs little."""
    if not installation.settings.database:
        check_sqlite(sqlite3.sqlite_version_info, sqlite3.sqlite_version)
    from django.core.management import call_command

    from huiliu.config.cache import clean

    with (installation.home.database / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
        clean()
