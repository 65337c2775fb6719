"""The lake as the services of this part write to it; whoever writes takes its lock."""

from django.conf import settings

from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome


def writing_home() -> LakeHome:
    """The lake of this installation for a commit."""
    engine = EngineSettings(memory_limit=settings.HUILIU_MEMORY)
    return LakeHome(settings.HOME.lake, engine, settings.HUILIU_RESERVE, settings.HUILIU_LANDED_DAYS)
