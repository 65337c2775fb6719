"""One marked city, and the same with its protected values dealt out anew."""

import pytest

from topics import city


@pytest.fixture(scope="session")
def marked() -> city.City:
    return city.build()


@pytest.fixture(scope="session")
def library(marked):
    engine = marked.engine()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def dealt_anew(marked):
    engine = marked.permuted(7).engine()
    yield engine
    engine.close()
