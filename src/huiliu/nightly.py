"""THE WHOLE NIGHT on one screen: approved acts, fetch → load → project → certify → screen; cut off, it is run again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.conf import settings

from huiliu.apps.datahub.selectors.certificates import signer
from huiliu.apps.datahub.services import acts_run, nights_project
from huiliu.apps.fundsafety.services import screening_run
from huiliu.catalog import Catalog
from huiliu.catalog.controls import plausibility
from huiliu.config.feed import installation_feed
from huiliu.config.sources import fetch, surroundings
from huiliu.kernel.clock import Clock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.certificate import write_certificates
from huiliu.lake.engine import EngineSettings, system_error
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.progress import Progress, Silent
from huiliu.lake.records import NightResult, Outcome
from huiliu.lake.running import watched
from huiliu.lake.snapshot import Library
from huiliu.lake.sources.fetch import Surroundings
from huiliu.lake.sources.results import Fetched, failed


@dataclass(frozen=True)
class Nightly:
    """What one run did: every batch of the inbox with its outcome, how many clues each rule found, and which failed.

    `uncertified` says why certificates could not be written; the next run makes them up.
    """

    results: Sequence[NightResult]
    clues: Mapping[str, int]
    failed_rules: Mapping[str, HuiliuError]
    uncertified: HuiliuError | None = None
    fetched: Sequence[Fetched] = ()

    @property
    def published(self) -> int:
        """Batches that became the library in this run."""
        return sum(result.outcome is Outcome.PUBLISHED for result in self.results)


def run(clock: Clock | None = None, progress: Progress | None = None) -> Nightly:
    """Fetch, load what lies in the inbox, make its history visible, screen what is published; needs Django set up."""
    clock = clock or SystemClock()
    catalog = Catalog.load(*settings.HUILIU_CATALOG_ROOTS)
    home = settings.HOME
    engine = EngineSettings(memory_limit=settings.HUILIU_MEMORY)
    lake = LakeHome(home.lake, engine, settings.HUILIU_RESERVE, settings.HUILIU_LANDED_DAYS)
    feed = installation_feed(home, settings.ENVIRONMENT, catalog)
    _acts(clock)
    with watched(lake, clock, progress or Silent()) as seen:
        seen.step("fetch", None, 0, 1)
        fetched = _fetch(surroundings(home, settings.ENVIRONMENT, catalog, clock, settings.HUILIU_MEMORY))
        measured = plausibility(catalog.tables, *settings.HUILIU_CATALOG_ROOTS)
        codes = catalog.known_codes
        seen.results = results = run_night(lake, home.inbox, catalog.tables, feed, clock, seen, codes, measured)
        seen.step("screen", None, 0, 1)
        library = Library(home.lake)
        history = library.history()
        nights_project(records=history, clock=clock)
        uncertified = _certify(lake, history, catalog, clock)
        return Nightly(results, *_screen(catalog, library, clock), uncertified, fetched)


def _acts(clock: Clock) -> None:
    """First, for they were agreed to on what is published now; one that cannot be done stops no night."""
    try:
        acts_run(clock=clock)
    except Exception as error:
        structlog.get_logger("huiliu.nightly").exception("acts failed", code=getattr(error, "code", ""))


def _certify(lake: LakeHome, history: Sequence[NightResult], catalog: Catalog, clock: Clock) -> HuiliuError | None:
    """Sign what was published and has no certificate yet; a full disk or a lost key stops nothing else."""
    published = [night for night in history if night.outcome is Outcome.PUBLISHED]
    try:
        write_certificates(lake, published, catalog.tables, signer(settings.HUILIU_KEYS), clock)
    except HuiliuError as error:
        return error
    except OSError as error:
        return system_error(error)
    return None


def _fetch(around: Surroundings) -> list[Fetched]:
    """Every source on its own; whatever is wrong with them, what already lies in the inbox is loaded."""
    try:
        return fetch(around, settings.HOME)
    except HuiliuError as error:
        return [failed("sources.yaml", error)]


def _screen(catalog: Catalog, library: Library, clock: Clock) -> tuple[dict[str, int], dict[str, HuiliuError]]:
    """Every rule on its own: one that cannot run says so and stops no other."""
    clues: dict[str, int] = {}
    failed: dict[str, HuiliuError] = {}
    if library.pointer() is None:
        return clues, failed
    with library.open() as snapshot:
        for code, rule in catalog.rules.items():
            try:
                clues[code] = screening_run(rule=rule, snapshot=snapshot, clock=clock).found
            except HuiliuError as error:
                failed[code] = error
    return clues, failed
