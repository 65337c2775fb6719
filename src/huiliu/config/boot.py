"""How a process that is not the web server wakes Django: once, as one kind of process, on the data folder."""

import fcntl
import os
from dataclasses import dataclass

from huiliu.config.environment import EnvironmentSettings, Home, ProcessKind


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


def migrate(installation: Installation) -> None:
    """Bring the business database to this version's tables; one process at a time, nothing to do costs little."""
    from django.core.management import call_command

    from huiliu.config.cache import clean

    with (installation.home.database / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
        clean()
