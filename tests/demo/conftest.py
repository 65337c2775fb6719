"""Two cities made once: a small one for forms and sums, and a town whose shares can be measured."""

import pytest

from demo import replay
from huiliu.demo.city import DemoResult, create_city


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return create_city(1000, 20250331, tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> DemoResult:
    return create_city(5000, 7, tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def town_story(town: DemoResult) -> tuple[dict[str, replay.Rows], dict[str, replay.Paid]]:
    """Every table of the town after the last good night, by key; and who was seen to be paid after death, by night."""
    seen = {}
    for folder, library in replay.states(town.inbox, 11):
        seen[folder.name[-8:]] = replay.paid_after_death(library)
    return library, seen


@pytest.fixture(scope="session")
def town_library(town_story: tuple[dict[str, replay.Rows], dict[str, replay.Paid]]) -> dict[str, replay.Rows]:
    """The tables alone."""
    return town_story[0]
