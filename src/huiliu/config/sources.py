"""The sources of this installation: sources.yaml in the data folder, its secrets, and the mappings of provinces."""

from functools import partial

from huiliu.catalog import Catalog
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.config.environment import EnvironmentSettings, Home
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.mapping import ProvinceMapping, load_mapping
from huiliu.lake.sources.config import SourceConfig, load_sources
from huiliu.lake.sources.fetch import Surroundings, Wish, chosen, fetch_all
from huiliu.lake.sources.results import Fetched
from huiliu.lake.sources.secrets import Secrets


def installation_sources(home: Home) -> list[SourceConfig]:
    """The sources that sources.yaml names; none where there is no such file."""
    return load_sources(home.root / "sources.yaml")


def installation_mapping(home: Home, catalog: Catalog, name: str) -> ProvinceMapping:
    """A province's mapping by its name: the installation's own in mappings/, else one that is shipped."""
    own = home.root / "mappings" / f"{name}.yaml"
    path = own if own.exists() else CATALOG / "mappings" / f"{name}.yaml"
    if "/" in name or not path.exists():
        hint = "请把对照表放入数据目录的 mappings 文件夹，或改正名称。"
        raise HuiliuError(code="MAPPING-002", message=f"没有省端对照表 {name}", hint=hint, facts={"mapping": name})
    codes = {listed: frozenset(found.values) for listed, found in catalog.codes.items()}
    return load_mapping(path, catalog.tables, codes)


def surroundings(
    home: Home, settings: EnvironmentSettings, catalog: Catalog, clock: Clock, memory: str
) -> Surroundings:
    """What the sources need to know of the installation; `memory` is DuckDB's limit in this process."""
    return Surroundings(
        inbox=home.inbox,
        state=home.root / "sources",
        secrets=Secrets(home.keys / "secrets"),
        division=settings.division or home.division or _published_division(home),
        tables=catalog.tables,
        mapping=partial(installation_mapping, home, catalog),
        clock=clock,
        settings=EngineSettings(memory_limit=memory),
    )


def _published_division(home: Home) -> str | None:
    """That of what is published; none before the first night, or where the pointer is lost until the next run."""
    try:
        pointer = LakeHome(home.lake).pointer()
    except HuiliuError:
        return None
    return pointer.division if pointer else None


def fetch(around: Surroundings, home: Home, name: str | None = None, wish: Wish | None = None) -> list[Fetched]:
    """Fetch from every source in use, or from the named one; raises HuiliuError only if sources.yaml is unusable."""
    sources = chosen(installation_sources(home), name)
    return fetch_all(sources, around, LakeHome(home.lake).pointer, wish)
