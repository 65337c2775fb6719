"""From birth to page: lives that could have been lived, and shares near the estimates of the design."""

import json
import math
import statistics
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from huiliu.demo.people import day_of_death

pytestmark = pytest.mark.slow  # the town is large enough for shares


@pytest.fixture(scope="module")
def library(town_library):
    return {name: list(table.values()) for name, table in town_library.items()}


@pytest.fixture(scope="module")
def labels(town):
    return json.loads(town.labels.read_text("utf-8"))


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _near(share: float, expected: float, tolerance: float) -> None:
    assert abs(share - expected) <= tolerance, f"{share:.4f} instead of {expected:.4f}"


def test_persons_are_as_many_as_asked(library):
    assert len(library["person"]) <= 5000
    assert len(library["person"]) > 4950  # the rest enter on the night that is refused


def test_no_orphans(library):
    persons = {row["AAC001"] for row in library["person"]}
    units = {row["AAB001"] for row in library["unit"]}
    for name in ("enrolment", "contribution", "benefit_payment", "death_record"):
        assert {row["AAC001"] for row in library[name]} <= persons
        assert {row["AAB001"] for row in library[name] if row.get("AAB001")} <= units


def test_ages_are_plausible(library):
    ages = {row["AAC001"]: (date(2025, 3, 31) - _day(row["AAC006"])).days / 365.25 for row in library["person"]}
    assert min(ages.values()) >= 16
    assert max(ages.values()) < 110
    assert all(row["AAC007"] > row["AAC006"] for row in library["person"] if row["AAC007"])


def test_pensioners_have_reached_the_age(library):
    born = {row["AAC001"]: _day(row["AAC006"]) for row in library["person"]}
    least = {"110": 50, "120": 55, "170": 60}
    for row in library["benefit_payment"]:
        birth = born[row["AAC001"]]
        age = int(row["EAC064"][:4]) - birth.year + (int(row["EAC064"][4:]) - birth.month) / 12
        assert age > least[row["AAE140"]]


def test_no_pension_before_the_award_and_no_contribution_after_it(library):
    first_paid: dict[str, str] = {}
    for row in library["benefit_payment"]:
        first_paid[row["AAC001"]] = min(row["EAC064"], first_paid.get(row["AAC001"], "999999"))
    retired = {row["AAC001"]: row["AIC162"] for row in library["person"] if row["AAC084"] == "1"}
    assert all(first_paid[person] > day[:6] for person, day in retired.items() if person in first_paid)
    for row in library["contribution"]:
        assert row["AAE003"] < first_paid.get(row["AAC001"], "999999")


def test_no_contribution_after_death_unless_labelled(library, labels):
    died = {entry["person_no"]: entry["died_on"] for entry in labels["deaths"]}
    known = {
        (entry["person_no"], entry["month"])
        for kind in ("contributed_after_death", "contributed_not_findable")
        for entry in labels[kind]
    }
    after = {
        (row["AAC001"], row["AAE003"])
        for row in library["contribution"]
        if row["AAE003"] > died.get(row["AAC001"], "9")[:6]
    }
    assert after == known


def test_paid_only_in_full_and_states_agree(library):
    for row in library["contribution"]:
        paid = Decimal(row["AAE082"])
        assert paid == (Decimal(row["AAE022"]) if row["AAE078"] == "1" else 0)
        assert bool(row["EAD131"]) is (row["AAE078"] == "1")
    for row in library["enrolment"]:
        assert bool(row["AAE180"]) is (row["AAE140"] != "170" and (row["AAC008"], row["AAC031"]) == ("1", "1"))
        assert bool(row["AAE031"]) is ((row["AAC008"], row["AAC031"]) != ("1", "1"))
    for row in library["benefit_payment"]:
        assert bool(row["AAE208"]) is (row["AAE088"] == "1")


def test_relations_end_after_they_begin(library):
    assert all(row["AAE030"] <= row["AAE031"] for row in library["enrolment"] if row["AAE031"])
    assert all(row["AAC049"] <= row["AAE030"][:6] for row in library["enrolment"])


def test_death_comes_twice_as_often_every_eight_years():
    rng, draws, hazard = Random(1), 60_000, {}
    for year in (1961, 1953, 1945):
        dead = sum(day_of_death(date(year, 4, 1), date(2023, 4, 1), rng) is not None for _ in range(draws))
        hazard[year] = -math.log(1 - dead / draws) / 2  # two years of observation
    assert hazard[1961] == pytest.approx(0.0114, abs=0.0008)  # 63 years old in the middle
    assert hazard[1953] / hazard[1961] == pytest.approx(2, abs=0.15)
    assert hazard[1945] / hazard[1953] == pytest.approx(2, abs=0.15)


def test_one_open_relation_a_scheme(library):
    open_relations = Counter(
        (row["AAC001"], row["AAE140"]) for row in library["enrolment"] if (row["AAC008"], row["AAC031"]) == ("1", "1")
    )
    assert set(open_relations.values()) == {1}


def test_shares_of_schemes(library):
    states = Counter((r["AAE140"], r["AAC008"], r["AAC031"]) for r in library["enrolment"])
    total = sum(count for (_, state, _), count in states.items() if state == "1")
    _near(states["110", "1", "1"] / total, 0.18, 0.02)
    _near(states["110", "1", "3"] / total, 0.07, 0.012)
    _near(states["120", "1", "1"] / total, 0.034, 0.008)
    _near(states["120", "1", "3"] / total, 0.016, 0.006)
    _near(states["170", "1", "1"] / total, 0.44, 0.03)
    _near(states["170", "1", "3"] / total, 0.26, 0.03)


def test_geography(library):
    residents = Counter(r["AAB301"] for r in library["enrolment"] if r["AAE140"] == "170")
    total = sum(residents.values())
    for division, share in {"449902": 0.12, "449921": 0.19, "449922": 0.27, "449926": 0.04}.items():
        _near(residents[division] / total, share, 0.025)
    sector = {row["AAB001"] for row in library["unit"]}
    assert len(sector) == 70


def test_pension_medians(library):
    for insurance, median, tolerance in (("110", 2600, 200), ("120", 4800, 600), ("170", 260, 15)):
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for row in library["benefit_payment"]:
            if row["AAE140"] == insurance and row["EAC064"] == row["AAE002"] == "202502":
                totals[row["AAC001"]] += Decimal(row["AAE019"])
        _near(float(statistics.median(totals.values())), median, tolerance)


def test_bases_at_the_floor(library):
    floors = {"2023": "4190.00", "2024": "4492.00"}
    rows = [r for r in library["contribution"] if r["AAE140"] != "170" and "202307" <= r["AAE003"] <= "202412"]
    at_floor = [
        r for r in rows if r["AAE180"] == floors[str(int(r["AAE003"]) - 6)[:4] if r["AAE003"][4:] > "06" else "2023"]
    ]
    _near(len(at_floor) / len(rows), 0.55, 0.05)


def test_bank_returns(library):
    states = Counter(row["AAE088"] for row in library["benefit_payment"] if row["EAC064"] < "202503")
    assert 0.001 <= states["2"] / sum(states.values()) <= 0.0045  # banks' 0.1 to 0.3 %, and what came back after death


def test_deaths_of_pensioners(library, labels):
    pensioners = {row["AAC001"] for row in library["benefit_payment"]}
    deaths = sum(1 for entry in labels["deaths"] if entry["person_no"] in pensioners)
    _near(deaths / 2 / len(pensioners), 0.035, 0.008)


def test_churn(library):
    leavers = [r for r in library["enrolment"] if r["AAE140"] != "170" and (r["AAC008"], r["AAC031"]) == ("2", "2")]
    at_work = [r for r in library["enrolment"] if r["AAE140"] != "170" and (r["AAC008"], r["AAC031"]) == ("1", "1")]
    _near(len(leavers) / 24 / len(at_work), 0.0115, 0.002)
