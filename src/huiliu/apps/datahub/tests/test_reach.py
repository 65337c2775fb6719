"""How far grants reach: a plain reading of the rule against the library's queries, then pages, answers and audit."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.selectors.display import catalog
from huiliu.apps.datahub.selectors.persons import table_rows
from huiliu.apps.datahub.selectors.reach import reach_of, reaches
from huiliu.apps.datahub.selectors.search import find, read_terms
from huiliu.apps.datahub.services import person_changes, person_search, person_view
from huiliu.apps.datahub.tests.town import LI, WANG, ZHANG
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.catalog.tables.person.enrolment import enrolment
from huiliu.catalog.tables.person.person import person
from huiliu.rules.cases import MemorySnapshot
from support.scale import examples

CHEN = Actor("chen", "control", "10.0.0.7")
DIVISIONS = ("449902", "449921")
SCHEMES = ("110", "170", "210")

scopes_ = st.lists(
    st.builds(
        Scope,
        st.sampled_from(("", *DIVISIONS)),
        st.frozensets(st.sampled_from(SCHEMES)),
        st.sampled_from(("L1", "L2", "L3", "L4")),
    ),
    max_size=3,
).map(tuple)
towns = st.lists(
    st.tuples(st.sampled_from((None, *DIVISIONS)), st.frozensets(st.sampled_from(SCHEMES))), min_size=1, max_size=4
)


def reaching(division, schemes, scopes):
    """The rule as it is written down: the division matches, and where schemes are named, one of them is enrolled."""
    found = []
    for scope in scopes:
        if scope.division not in ("", division):
            continue
        if scope.schemes and not scope.schemes & schemes:
            continue
        found.append(scope)
    return tuple(found)


def rows_seen(schemes, scopes):
    return {scheme for scheme in schemes if any(not s.schemes or scheme in s.schemes for s in scopes)}


@pytest.mark.slow
@settings(max_examples=examples(50), deadline=None)
@given(towns, scopes_)
def test_the_librarys_queries_read_the_rule_as_it_is_written(town, scopes):
    people = {f"P{n}": place for n, place in enumerate(town)}
    rows = tuple({"person_no": no, "name": "赵小", "division": division} for no, (division, _) in people.items())
    enrolled = tuple(
        {"person_no": no, "enrolment_no": no + scheme, "insurance_type": scheme}
        for no, (_, schemes) in people.items()
        for scheme in schemes
    )
    within = {no: reaching(*place, scopes) for no, place in people.items()}
    with MemorySnapshot((person, enrolment), {"person": rows, "enrolment": enrolled}) as snap:
        found = reaches(snap, people, scopes)
        assert {no: reach.scopes for no, reach in found.items()} == {no: s for no, s in within.items() if s}
        hits, more = find(snap, read_terms("name", "赵小"), scopes)
        assert [hit["person_no"] for hit in hits] == sorted(no for no, s in within.items() if s)
        assert more is False
        for no, (_, schemes) in people.items():
            reach = reach_of(snap, no, scopes)
            assert bool(reach) is bool(within[no])
            if reach:
                seen = table_rows(snap, enrolment, no, reach)
                assert {row["insurance_type"] for row in seen} == rows_seen(schemes, within[no])
            for scheme in schemes:
                row = {"insurance_type": scheme}
                levels = [s.level for s in within[no] if not s.schemes or scheme in s.schemes]
                assert reach.covers(enrolment, row) is bool(levels)
                assert reach.level(enrolment, row) == max(levels, default="L1")
            assert reach.level(death_record, {}) == max((s.level for s in within[no]), default="L1")


def test_without_a_grant_nobody_is_there():
    with MemorySnapshot((person, enrolment), {"person": ({"person_no": "P", "name": "赵小"},)}) as snap:
        assert find(snap, read_terms("name", "赵小"), ()) == ([], False)
        assert not reach_of(snap, "P", ())


def test_a_row_without_scheme_is_reached_by_grants_for_all_schemes_only():
    rows = {
        "person": ({"person_no": "P", "name": "赵小"},),
        "enrolment": (
            {"person_no": "P", "enrolment_no": "1", "insurance_type": "110"},
            {"person_no": "P", "enrolment_no": "2"},
        ),
    }
    with MemorySnapshot((person, enrolment), rows) as snap:
        some = reach_of(snap, "P", (Scope("", frozenset({"110"}), "L2"),))
        assert [row["enrolment_no"] for row in table_rows(snap, enrolment, "P", some)] == ["1"]
        every = reach_of(snap, "P", (Scope("", frozenset(), "L2"),))
        assert [row["enrolment_no"] for row in table_rows(snap, enrolment, "P", every)] == ["1", "2"]


OF_THE_PERSON = ("certification", "death_record", "person", "person_change")  # no scheme stands in their rows


def test_what_belongs_to_the_person_is_reached_through_a_row_of_the_granted_scheme_only():
    """Nobody's death, certification or change of data is seen for its own sake: the person must be in the scheme."""
    tables = [table for table in catalog().tables.values() if table.subject == "person_no"]
    own = {table.name: table for table in tables if "insurance_type" not in table.by_name}
    assert sorted(own) == [*OF_THE_PERSON], "whether a new table belongs to the person is to be decided"
    rows = {
        name: tuple({column: f"{no}{column}" for column in table.grain} | {"person_no": no} for no in ("P", "Q", "R"))
        for name, table in own.items()
    }
    enrolled = (("P", "110"), ("Q", "210"))  # and R in nothing
    rows["enrolment"] = tuple({"person_no": no, "enrolment_no": no, "insurance_type": one} for no, one in enrolled)
    with MemorySnapshot((*own.values(), enrolment), rows) as snap:
        found = reaches(snap, ("P", "Q", "R"), (Scope("", frozenset({"110", "170"}), "L2"),))
        assert set(found) == {"P"}
        assert {name for name, table in own.items() if table_rows(snap, table, "P", found["P"])} == set(own)
        for name, table in own.items():
            assert [row["person_no"] for row in table_rows(snap, table, "P", found["P"])] == ["P"], name


@pytest.mark.django_db
def test_a_death_is_not_seen_by_a_grant_for_a_scheme_that_the_person_is_not_in(town):
    """Li is in 110 and 210, and dead; a grant for 170 knows neither."""
    found, residents = keys(), (Scope("", frozenset({"170"}), "L4"),)
    assert person_view(actor=CHEN, scopes=residents, key=found[LI]) is None
    assert person_search(actor=CHEN, scopes=residents, kind="auto", text=LI).hits == []
    assert person_changes(actor=CHEN, scopes=residents, key=found[LI]) is None
    assert person_view(actor=CHEN, scopes=residents, key=found[WANG]).death is None
    unemployed = (Scope("", frozenset({"210"}), "L2"),)
    assert person_view(actor=CHEN, scopes=unemployed, key=found[LI]).death is not None


# ---- through services, pages and answers --------------------------------------------------------------------------


def keys():
    whole = (Scope("", frozenset(), "L2"),)
    for no in (ZHANG, LI, WANG):
        person_search(actor=CHEN, scopes=whole, kind="person_no", text=no)
    return dict(SubjectKey.objects.values_list("person_no", "key"))


@pytest.mark.django_db
@pytest.mark.both_dbs
def test_a_person_out_of_reach_does_not_exist_and_the_attempt_is_recorded(town):
    found = keys()
    county = (Scope("449921", frozenset(), "L2"),)
    assert person_view(actor=CHEN, scopes=county, key=found[LI]).identity["name"].text == "李*"
    assert person_view(actor=CHEN, scopes=county, key=found[ZHANG]) is None
    looks = events(EventFilter(action="datahub.person_view")).order_by("seq")
    assert [(look.object_key, look.outcome) for look in looks] == [(found[LI], "ok"), (found[ZHANG], "refused")]
    assert person_search(actor=CHEN, scopes=county, kind="auto", text=ZHANG).hits == []
    assert len(person_search(actor=CHEN, scopes=county, kind="auto", text=LI).hits) == 1


@pytest.mark.django_db
def test_only_rows_of_the_granted_schemes_are_shown(town):
    found = keys()
    page = person_view(actor=CHEN, scopes=(Scope("", frozenset({"210"}), "L2"),), key=found[LI])
    assert page.schemes == ("210 失业保险",)
    assert [row["enrolment_no"].text for row in page.enrolments[0].rows] == ["E4"]
    assert page.payments == []
    assert page.death is not None  # a death belongs to the person, not to a scheme
    [hit] = person_search(actor=CHEN, scopes=(Scope("", frozenset({"210"}), "L2"),), kind="auto", text=LI).hits
    assert hit.schemes == ("210 失业保险",)


@pytest.mark.django_db
def test_pages_and_answers_of_a_county_know_nobody_else(town, sign_in_at):
    found = keys()
    client = sign_in_at("449921")
    unknown = client.get(f"/datahub/persons/{'0' * 32}/")
    hidden = client.get(f"/datahub/persons/{found[ZHANG]}/")
    assert (hidden.status_code, hidden.content) == (404, unknown.content)
    assert client.get(f"/datahub/persons/{found[LI]}/").status_code == 200
    unknown, hidden = (client.get(f"/api/v1/persons/{key}") for key in ("0" * 32, found[ZHANG]))
    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    body = json.dumps({"text": ZHANG})
    assert client.post("/api/v1/persons/search", body, content_type="application/json").json()["items"] == []
    assert "没有找到" in client.post("/datahub/persons/", {"text": "张三"}).content.decode()
