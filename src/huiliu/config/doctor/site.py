"""What the checks look at: the settings in force, the data folder, the facts of the machine, and the moment."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from huiliu.config.doctor.machine import Facts, measured_facts
from huiliu.config.environment import EnvironmentSettings, Home


@dataclass(frozen=True)
class Site:
    """One installation at one moment; Django's own settings and the database are read where they are needed."""

    environment: EnvironmentSettings
    home: Home
    facts: Facts
    now: datetime


def this_site() -> Site:
    """The installation this process runs on, measured now; nothing is created or changed."""
    environment, home = settings.ENVIRONMENT, settings.HOME
    return Site(environment, home, measured_facts(home, environment.port), settings.HUILIU_CLOCK.now())
