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
def town_library(town: DemoResult) -> dict[str, replay.Rows]:
    """Every table of the town after the last good night, by key."""
    *_, (_, library) = replay.states(town.inbox, 11)
    return library
