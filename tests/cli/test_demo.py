"""The synthetic city enters a data folder whole or not at all, and never one that holds real data."""

import pytest

from huiliu.cli import demo
from huiliu.config.environment import Home
from huiliu.demo import city
from huiliu.kernel.errors import HuiliuError


class Silent:
    def count(self, phase: str, done: int, total: int) -> None: ...


@pytest.fixture
def folder(tmp_path):
    return Home(tmp_path / "home").create()


@pytest.fixture
def cities(monkeypatch):
    """Stands in for the city: two batches that carry the number of persons; the list says what was built."""
    built = []

    def create_city(persons, seed, out, progress):
        for night in ("449900_20250320", "449900_20250321"):
            (out / "inbox" / night).mkdir(parents=True)
            (out / "inbox" / night / "persons").write_text(str(persons))
        (out / "labels.json").write_text(str(persons))
        built.append(persons)

    monkeypatch.setattr(city, "create_city", create_city)
    return built


def fill(home, persons):
    demo.fill_inbox(home, persons, 1, Silent())
    return {path.parent.name: path.read_text() for path in home.inbox.glob("*/persons")}


def test_it_is_put_in_place_once(folder, cities):
    assert fill(folder, 100) == {"449900_20250320": "100", "449900_20250321": "100"}
    assert folder.is_demo
    assert fill(folder, 200) == {"449900_20250320": "100", "449900_20250321": "100"}
    assert cities == [100]
    assert not (folder.root / demo.BUILDING).exists()


def test_one_cut_off_while_building_is_built_again(folder, cities):
    folder.mark_demo()
    half = folder.root / demo.BUILDING / "inbox" / "449900_20250320"
    half.mkdir(parents=True)
    (half / "persons").write_text("half")
    assert set(fill(folder, 200).values()) == {"200"}


def test_one_cut_off_after_the_move_is_completed(folder, cities):
    fill(folder, 100)
    building = folder.root / demo.BUILDING
    building.mkdir()
    (folder.root / "labels.json").rename(building / "labels.json")
    assert set(fill(folder, 200).values()) == {"100"}
    assert cities == [100]
    assert (folder.root / "labels.json").read_text() == "100"


@pytest.mark.parametrize("mark", ["ready", "division", "lake/published.json", "inbox/441600_20250331"])
def test_a_real_installation_stays_real(folder, cities, mark):
    (folder.root / mark).mkdir()
    with pytest.raises(HuiliuError) as refused:
        fill(folder, 100)
    assert refused.value.code == "DEMO-003"
    assert not folder.is_demo
    assert cities == []
