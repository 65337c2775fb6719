"""Which city the sources fetch for: the environment says, else the installation, else the published night."""

from datetime import UTC, date, datetime

import pytest

from huiliu.catalog import Catalog
from huiliu.config.environment import EnvironmentSettings, Home
from huiliu.config.sources import surroundings
from huiliu.kernel.clock import SystemClock
from huiliu.lake.home import LakeHome, write_json
from huiliu.lake.records import Pointer, Proof


@pytest.fixture
def home(tmp_path):
    found = Home(tmp_path)
    found.lake.mkdir()
    return found


def division(home, given=""):
    settings = EnvironmentSettings(home=home.root, division=given)
    return surroundings(home, settings, Catalog(), SystemClock(), "1GB").division


def publish(home):
    moment = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)
    pointer = Pointer(3, "449900_20250331", date(2025, 3, 31), "449900", 1, Proof.A, "sm3:" + "0" * 64, moment, None)
    write_json(LakeHome(home.lake).pointer_file, pointer.as_json())


def test_nothing_is_known_before_the_first_night(home):
    assert division(home) is None


def test_the_published_night_tells_the_city(home):
    publish(home)
    assert division(home) == "449900"


def test_what_was_given_goes_before(home):
    publish(home)
    (home.root / "division").write_text("441600\n", encoding="utf-8")
    assert division(home) == "441600"
    assert division(home, "441621") == "441621"


def test_a_damaged_pointer_stops_no_night(home):
    LakeHome(home.lake).pointer_file.write_text("{", encoding="utf-8")
    assert division(home) is None
