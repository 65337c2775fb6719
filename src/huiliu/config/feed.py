"""Which feed this installation is delivered: its own feed.yaml in the data folder, else the one that is shipped."""

from functools import partial

from huiliu.catalog import Catalog
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.config.environment import EnvironmentSettings, Home
from huiliu.config.sources import installation_mapping
from huiliu.lake.feed import Feed, load_feed


def installation_feed(home: Home, settings: EnvironmentSettings, catalog: Catalog) -> Feed:
    """The feed with the division that batches must carry: the environment's, else the one fixed at installation."""
    own = home.root / "feed.yaml"
    path = own if own.exists() else CATALOG / "feeds" / "default.yaml"
    mappings = partial(installation_mapping, home, catalog)
    return load_feed(path, catalog.tables, settings.division or home.division, mappings)
