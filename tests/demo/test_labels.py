"""Labels come from the events; the files alone, read by hand, must lead to the same persons, months and amounts."""

import json
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

import pytest

from demo import replay

pytestmark = pytest.mark.slow  # the town is large enough for shares


@pytest.fixture(scope="module")
def labels(town):
    return json.loads(town.labels.read_text("utf-8"))


def _labelled(entries):
    assert len({(entry["person_no"], entry["month"]) for entry in entries}) == len(entries)
    return {(entry["person_no"], entry["month"]): Decimal(entry["amount"]) for entry in entries}


def test_labels_of_every_good_night_are_what_the_files_show(town_story, labels):
    _, seen = town_story
    assert len(seen) == 11
    assert seen == {night: _labelled(labels["nights"][night]["paid_after_death"]) for night in seen}
    assert labels["last_good"] == max(seen) == "20250330"
    assert _labelled(labels["paid_after_death"]) == seen["20250330"]
    assert any(set(later) - set(earlier) for earlier, later in pairwise(seen.values()))


def test_enough_cases_and_not_too_many(labels):
    persons = {entry["person_no"] for entry in labels["paid_after_death"]}
    assert 5 <= len(persons) <= 12
    assert {"late", "stop_missed", "returned", "frozen", "unreported", "misdated"} <= {
        d["course"] for d in labels["deaths"]
    }


def test_unreported_deaths_are_kept_apart(town_library, labels):
    hidden = {entry["person_no"] for entry in labels["not_findable"] if entry["why"] == "death_not_registered"}
    assert hidden
    assert hidden.isdisjoint(key[0] for key in town_library["death_record"])


def test_innocent_neighbours_exist(town_library, labels):
    died = {key[0]: row["AAE138"][:6] for key, row in town_library["death_record"].items()}
    guilty = {entry["person_no"] for entry in labels["paid_after_death"]}
    lines = [row for row in town_library["benefit_payment"].values() if row["AAC001"] in died.keys() - guilty]
    assert any(row["EAC064"] == died[row["AAC001"]] and row["AAE088"] == "1" for row in lines)
    assert any(row["EAC064"] > died[row["AAC001"]] and row["AAE088"] == "2" for row in lines)
    stopped = {row["AAC001"] for row in lines} - {r["AAC001"] for r in lines if r["EAC064"] > died[r["AAC001"]]}
    assert len(stopped) > len(guilty)


def test_a_wrong_death_record_comes_and_goes(town, labels):
    wrong = labels["wrong_death_record"][0]["person_no"]
    first, *later = replay.folders(town.inbox)
    assert wrong in {row["AAC001"] for row in replay.read(first, "death_record")}
    changes = [row for folder in later for row in replay.read(folder, "death_record") if row["AAC001"] == wrong]
    assert [row["OP"] for row in changes] == ["D"]


def test_shared_accounts_are_labelled(town, labels):
    rows = replay.read(replay.folders(town.inbox)[0], "person")
    holders = defaultdict(list)
    for row in rows:
        holders[row["AAE010"]].append(row["AAC001"])
    assert sorted(pair for pair in holders.values() if len(pair) > 1) == sorted(labels["shared_account"])
