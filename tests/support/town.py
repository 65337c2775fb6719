"""The town of apps/datahub/tests/town.py, built once a process for every test that reads it.

Imports stand inside: this file is read before Django is set up.
"""

from typing import Any

import pytest


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The town's lake; tests only read it."""
    from huiliu.apps.datahub.tests.town import build

    return build(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def history(built: Any) -> Any:
    """The lake's own account of its nights, read once: opening the catalogue costs more than most tests."""
    return built.library.history()


@pytest.fixture
def town(built: Any, history: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The town is this installation; nothing of it is projected yet."""
    from huiliu.lake.snapshot import Library

    monkeypatch.setattr(Library, "history", lambda _library: list(history))
    settings.HOME = built.home
    settings.HUILIU_CATALOG_ROOTS = (built.root,)
    return built


@pytest.fixture
def screened(town: Any) -> Any:
    """The town after the rule ran over its newest night: one clue, about 李㛃."""
    from huiliu.apps.datahub.services import nights_refresh
    from huiliu.apps.fundsafety.services import screening_run
    from huiliu.catalog.rules.pension.paid_after_death import paid_after_death

    nights_refresh()
    with town.library.open() as snapshot:
        screening_run(rule=paid_after_death, snapshot=snapshot)
    return town
