"""Everything tests share: a private data folder, the tiers, the database, and the fixtures of tests/support."""

import contextlib
import gc
import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = (
    "support.scale",
    "support.tools",
    "support.servers",
    "support.ssh",
    "support.triggers",
    "support.sign_in",
    "support.static",
    "support.migrated",
    "support.engine",
    "support.town",
    "support.reports",
    "support.leaks",
)

SETTINGS = "huiliu.config.settings"
CI = os.environ.get("CI") == "true"
SLOW_SECONDS = 6 * 3600 if os.environ.get("HUILIU_SCALE") == "soak" else 900
BROKEN = pytest.StashKey[str]()
# Where workers take whole files: what others wait for (a demo, the eve of a night) is made first, by two workers, and
# what takes minutes does not come last.
FIRST = ("e2e/test_clerk.py", "e2e/test_kill_night.py", "web/test_traces.py", "web/test_schema_fuzz.py")

# Before Django is loaded, and for every process of its own: no test may ever see a real installation.
HOME = Path(tempfile.mkdtemp(prefix="huiliu-test-"))
os.environ["HUILIU_HOME"] = str(HOME)
os.environ.setdefault("TZ", "Asia/Shanghai")

gc.disable()  # until the tests are collected: all that is made before then stays


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slow` asks for the tier that CI always runs, `--postgres` for the other database under the product."""
    parser.addoption("--postgres", action="store_true", help="run what is marked both_dbs, on a PostgreSQL made for it")
    parser.addoption("--slow", action="store_true", default=CI, help="run slow tests too (default when CI=true)")


def use_database(config: pytest.Config) -> None:
    """SQLite in the private data folder; with `--postgres` a server that lives as long as this run."""
    if hasattr(config, "workerinput"):  # of xdist: it has the controller's environment, and so its server
        return
    os.environ.pop("HUILIU_DATABASE", None)
    if config.getoption("--postgres"):
        from support.servers import temporary_postgres
        from support.tools import find_tool

        server = contextlib.ExitStack()
        config.add_cleanup(server.close)
        os.environ["HUILIU_DATABASE"] = server.enter_context(temporary_postgres(find_tool("initdb") or "initdb"))


def is_controller(config: pytest.Config) -> bool:
    """Of xdist: it runs no test and loads none, its workers need not wait until it has loaded Django."""
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def few_examples() -> None:
    """Properties that name no number of their own take Hypothesis's hundred in CI only."""
    from hypothesis import settings

    from support.scale import examples

    settings.register_profile("here", max_examples=examples(100))
    settings.load_profile("here")


def pytest_configure(config: pytest.Config) -> None:
    """Load Django here, after HUILIU_HOME is set.

    A product half edited must not stop the tests of the layers that need no Django: here those that need it are
    skipped, with the reason in the summary; in CI the run fails.
    """
    use_database(config)
    few_examples()
    if is_controller(config) or not config.pluginmanager.hasplugin("django") or find_spec(SETTINGS) is None:
        return
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django
    import django.conf

    try:
        django.setup()
        # Hashing a password takes its time on purpose; these tests hash many.
        django.conf.settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        keep_no_contexts()
    except Exception as error:
        if CI:
            raise
        del os.environ["DJANGO_SETTINGS_MODULE"]
        django.conf.settings._wrapped = django.conf.empty  # or pytest-django tries again
        config.stash[BROKEN] = f"Django does not start, its tests are skipped: {type(error).__name__}: {error}"


def keep_no_contexts() -> None:
    """The test client copies the context of every template that a page includes; no test here looks at them."""
    from django.test import client

    client.store_rendered_templates = lambda *_arguments, **_more: None


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over why Django does not start."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["broken"] = session.config.stash.get(BROKEN, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller takes it."""
    if reason := getattr(node, "workeroutput", {}).get("broken"):
        node.config.stash[BROKEN] = reason


def pytest_unconfigure() -> None:
    """The data folder goes with the process that made it."""
    shutil.rmtree(HOME, ignore_errors=True)


def is_slow(item: pytest.Item) -> bool:
    """Soak tests are slow tests that also grow with the scale."""
    return any(item.get_closest_marker(name) for name in ("slow", "soak"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--slow` or a marker expression only the fast tier runs."""
    slow = [item for item in items if is_slow(item)]
    for item in slow:
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))
    if config.getoption("--postgres"):
        deselect(config, items, [item for item in items if item.get_closest_marker("both_dbs") is None])
    elif not config.getoption("--slow") and not config.getoption("-m"):
        deselect(config, items, slow)
    items.sort(key=place)


def place(item: pytest.Item) -> int:
    """Of its file: one of FIRST, or after them, in the order in which they were found."""
    return next((number for number, name in enumerate(FIRST) if item.path.match(name)), len(FIRST))


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """From here on collect garbage, but never look again at what importing and collecting made: a million objects."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


def deselect(config: pytest.Config, items: list[pytest.Item], unwanted: list[pytest.Item]) -> None:
    """Take them out, and have pytest count them."""
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if item not in set(unwanted)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note the tier in each report, so that the summary can add up the fast one."""
    item.user_properties[:] = [pair for pair in item.user_properties if pair[0] != "tier"]
    item.user_properties.append(("tier", "slow" if is_slow(item) else "fast"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how long the fast tier took: it has to stay below a minute to be run all the time."""
    reports = [r for rows in terminalreporter.stats.values() for r in rows if isinstance(r, pytest.TestReport)]
    fast = [r for r in reports if ("tier", "fast") in r.user_properties]
    seconds = sum(r.duration for r in fast) / (config.getoption("numprocesses", None) or 1)
    if reason := config.stash.get(BROKEN, ""):
        terminalreporter.write_line(reason, red=True)
    terminalreporter.write_line(f"fast tier: {len({r.nodeid for r in fast})} tests, {seconds:.1f} s of 60 s")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HUILIU_HOME of this test's own; its path holds a space and Chinese on purpose."""
    folder = tmp_path / "回流 home"
    folder.mkdir()
    monkeypatch.setenv("HUILIU_HOME", str(folder))
    return folder
