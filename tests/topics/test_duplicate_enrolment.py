"""重复参保: whoever stands in two pension schemes at the same time, asked as a structured query of a hand-made town."""

import pytest

from huiliu.topics import (
    Aggregate,
    Condition,
    Grant,
    GroupCondition,
    Measure,
    Operator,
    Query,
    Sight,
    narrowed,
    statistics,
)
from topics.city import CATALOG, DAY, City

TOPIC = CATALOG.topics["enrolment"]
WHOLE = Sight((Grant(),), lists=True)
PEOPLE = {
    "P1": ("449902", [("110", "1"), ("170", "1")]),  # employees' and residents'
    "P2": ("449921", [("120", "1"), ("170", "1")]),  # public servants' and residents'
    "P3": ("449902", [("110", "1"), ("170", "2")]),  # the residents' is suspended
    "P4": ("449902", [("110", "1"), ("210", "1")]),  # unemployment insurance is no pension
    "P5": ("449902", [("110", "1"), ("110", "1")]),  # two jobs in one scheme
    "P6": ("449921", [("110", "1"), ("120", "1"), ("170", "1")]),
    "P7": ("449921", [("110", "4"), ("170", "4")]),  # both ended
    "P8": ("449902", []),
}
DUPLICATE = Query(
    "enrolment",
    conditions=(
        (
            Condition("state", Operator.EQUAL, ("1",)),
            Condition("insurance_type", Operator.AMONG, ("110", "120", "170")),
        ),
    ),
    group_by=("person_no",),
    measures=(Measure(Aggregate.DISTINCT, "insurance_type"), Measure(Aggregate.DISTINCT, "person_no")),
    group_conditions=(GroupCondition("distinct_insurance_type", Operator.AT_LEAST, ("2",)),),
)


@pytest.fixture(scope="module")
def town():
    persons = [{"person_no": number, "name": "赵某", "division": where} for number, (where, _) in PEOPLE.items()]
    enrolments = [
        {
            "enrolment_no": f"{number}-{n}", "person_no": number, "insurance_type": scheme, "state": state,
            "unit_no": "U1" if n else "U2", "division": where,
        }
        for number, (where, held) in PEOPLE.items()
        for n, (scheme, state) in enumerate(held)
    ]  # fmt: skip
    units = [{"unit_no": "U1", "unit_name": "甲厂"}, {"unit_no": "U2", "unit_name": "乙局"}]
    engine = City({"person": persons, "enrolment": enrolments, "unit": units}).engine()
    yield engine
    engine.close()


def asked(town, query, sight=WHOLE):
    return statistics(query, TOPIC, sight, DAY, lambda compiled: town.run(compiled.sql, compiled.parameters))


def test_the_codes_are_those_of_the_catalogue():
    schemes, states = CATALOG.codes["insurance_type"].values, CATALOG.codes["enrolment_state"].values
    assert [schemes[code] for code in ("110", "120", "170")] == [
        "企业职工基本养老保险", "机关事业单位养老保险", "城乡居民养老保险",
    ]  # fmt: skip
    assert states["1"].startswith("正常参保")


def test_exactly_those_with_two_pension_schemes_at_the_same_time(town):
    """Group, schemes, persons, then the engine's own: persons of the row, 0 for a group and 1 for the total."""
    assert list(asked(town, DUPLICATE).lines) == [
        ("P1", 2, 1, 1, 0),
        ("P2", 2, 1, 1, 0),
        ("P6", 3, 1, 1, 0),
        (None, 3, 3, 3, 1),
    ]


def test_by_county_and_person_as_a_cross_table(town):
    """A condition is on each cell; the sides are over the cells shown, each person once."""
    query = Query(
        "enrolment", (), DUPLICATE.conditions, ("person_no", "person_division"), DUPLICATE.measures, "person_division",
        group_conditions=DUPLICATE.group_conditions,
    )  # fmt: skip
    found = {line[:2]: line[3] for line in asked(town, query).lines if line[-1]}
    assert found == {
        ("P1", None): 1, ("P2", None): 1, ("P6", None): 1, (None, "449902"): 1, (None, "449921"): 2, (None, None): 3,
    }  # fmt: skip


def test_the_rows_behind_one_of_them(town):
    from huiliu.topics import compile_query

    compiled = compile_query(narrowed(DUPLICATE, TOPIC, {"person_no": "P6"}), TOPIC, WHOLE, DAY)
    rows = town.run(compiled.sql, compiled.parameters)
    place = [column.name for column in compiled.columns].index("insurance_type")
    assert sorted(row[place] for row in rows) == ["110", "120", "170"]


def test_a_county_sees_its_own(town):
    found = asked(town, DUPLICATE, Sight((Grant(division="449902"),), lists=True)).lines
    assert [line[0] for line in found] == ["P1", None]


@pytest.mark.parametrize(("operator", "values", "found"), [
    (Operator.EQUAL, ("3",), ["P6"]),
    (Operator.UNEQUAL, ("1",), ["P1", "P2", "P6"]),
    (Operator.ABOVE, ("2",), ["P6"]),
    (Operator.BELOW, ("2",), ["P3", "P4", "P5"]),
    (Operator.AT_MOST, ("1",), ["P3", "P4", "P5"]),
    (Operator.BETWEEN, ("2", "2"), ["P1", "P2"]),
])  # fmt: skip
def test_every_comparison(town, operator, values, found):
    query = Query(
        "enrolment", (), DUPLICATE.conditions, ("person_no",), DUPLICATE.measures,
        group_conditions=(GroupCondition("distinct_insurance_type", operator, values),),
    )  # fmt: skip
    assert [line[0] for line in asked(town, query).lines if not line[-1]] == found
