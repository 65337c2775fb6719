"""Which feed this installation is delivered: its own feed.yaml in the data folder, else the one that is shipped."""

from collections.abc import Iterable

from huiliu.catalog.loader import HOME as CATALOG
from huiliu.config.environment import EnvironmentSettings, Home
from huiliu.lake.feed import Feed, load_feed


def installation_feed(home: Home, settings: EnvironmentSettings, tables: Iterable[str]) -> Feed:
    """The feed with the division that batches must carry: the environment's, else the one fixed at installation."""
    own = home.root / "feed.yaml"
    path = own if own.exists() else CATALOG / "feeds" / "default.yaml"
    return load_feed(path, tables, settings.division or home.division)
