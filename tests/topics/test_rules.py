"""What may be asked, by whom: the refusals, the purposes and the reach of grants, by hand."""

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Aggregate, Condition, Grant, Measure, Operator, Query, Sight, Sort, compile_query
from huiliu.topics.offers import aggregates, can_group, operators
from topics.city import CATALOG, DAY

WHOLE = Grant()
SEEING = Sight((WHOLE,), lists=True)
COUNTING = Sight((WHOLE,))
OPENED = Sight((WHOLE,), opened=(Grant(level="L3"),), lists=True)
FULL = Sight((WHOLE,), opened=(Grant(level="L4"),), full=True, lists=True)
COUNT = (Measure(Aggregate.COUNT),)
SECRET = "449900197001010018"


def where(item, operator, *values, **right):
    return ((Condition(item, operator, values, **right),),)


def refusal(query, sight=SEEING):
    with pytest.raises(HuiliuError) as refused:
        compile_query(query, CATALOG.topics[query.topic], sight, DAY)
    assert SECRET not in f"{refused.value.as_dict()}"
    return refused.value.code


def run(library, query, sight=SEEING):
    compiled = compile_query(query, CATALOG.topics[query.topic], sight, DAY)
    return library.run(compiled.sql, compiled.parameters)


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        (where("nothing", Operator.EQUAL, SECRET), "QRY-002"),
        (where("amount", Operator.CONTAINS, "1"), "QRY-003"),
        (where("pay_state", Operator.ABOVE, "1"), "QRY-003"),
        (where("id_number", Operator.EQUAL, SECRET), "QRY-004"),
        (where("bank_account", Operator.EMPTY), "QRY-004"),
        (where("amount", Operator.EQUAL, SECRET + "x"), "QRY-005"),
        (where("benefit_month", Operator.EQUAL, "202513"), "QRY-005"),
        (where("benefit_month", Operator.BETWEEN, "202501"), "QRY-006"),
        (where("amount", Operator.EQUAL), "QRY-006"),
        (where("amount", Operator.EMPTY, "1"), "QRY-006"),
        (where("amount", Operator.EQUAL, "1", other="account_part"), "QRY-006"),
        (where("amount", Operator.EQUAL, other="benefit_month"), "QRY-006"),
        (where("pay_state", Operator.EQUAL, other="pay_method"), "QRY-006"),
        (where("order_no", Operator.EQUAL, other="name"), "QRY-004"),
        (where("amount", Operator.EQUAL, months=1), "QRY-006"),
        (((),), "QRY-007"),
        (where("order_no", Operator.AMONG, *map(str, range(1001))), "QRY-008"),
        (where("amount", Operator.EQUAL, "1") * 11, "QRY-008"),
    ],
)
def test_conditions_that_are_refused(conditions, code):
    assert refusal(Query("benefit_payment", ("order_no",), conditions)) == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (Query("person"), "QRY-007"),
        (Query("person", ("name", "name")), "QRY-007"),
        (Query("person", ("name",), group_by=("sex",)), "QRY-007"),
        (Query("person", ("name",), measures=COUNT), "QRY-007"),
        (Query("person", ("sex",), sort=(Sort("name"),)), "QRY-004"),
        (Query("person", group_by=("ethnic_group",), measures=COUNT), "QRY-004"),
        (Query("person", group_by=("name",), measures=COUNT), "QRY-004"),
        (Query("person", group_by=("deemed_months",), measures=COUNT), "QRY-003"),
        (Query("person", measures=(Measure(Aggregate.SUM, "sex"),)), "QRY-003"),
        (Query("person", measures=(Measure(Aggregate.DISTINCT, "id_number"),)), "QRY-004"),
        (Query("person", measures=(Measure(Aggregate.SUM),)), "QRY-007"),
        (Query("person", group_by=("sex",), measures=COUNT, pivot="sex"), "QRY-007"),
        (Query("person", measures=COUNT, sort=(Sort("sex"),)), "QRY-002"),
        (Query("person", ("sex",), limit=0), "QRY-007"),
    ],
)
def test_shapes_that_are_refused(query, code):
    assert refusal(query) == code


def test_who_has_no_right_to_lists_gets_statistics_only():
    assert refusal(Query("person", ("sex",)), COUNTING) == "QRY-007"
    assert refusal(Query("person", group_by=("person_no",), measures=COUNT), COUNTING) == "QRY-003"
    most = Query("benefit_payment", measures=(Measure(Aggregate.GREATEST, "amount"),))
    assert refusal(most, COUNTING) == "QRY-003"
    assert compile_query(most, CATALOG.topics["benefit_payment"], SEEING, DAY)


@pytest.mark.parametrize(("topic", "item"), [("person", "person_no"), ("benefit_payment", "order_no")])
def test_who_only_counts_leaves_out_nobody_by_number(topic, item):
    """All less all but one would be one person's figures, whatever the small cells hide."""
    for operator in (Operator.UNEQUAL, Operator.EQUAL, Operator.STARTS):
        query = Query(topic, conditions=where(item, operator, "P001"), measures=COUNT)
        assert refusal(query, COUNTING) == "QRY-003"
        assert compile_query(query, CATALOG.topics[topic], SEEING, DAY)
    empty = Query(topic, conditions=where(item, Operator.EMPTY), measures=COUNT)
    assert compile_query(empty, CATALOG.topics[topic], COUNTING, DAY)
    units = Query("unit", conditions=where("credit_code", Operator.EQUAL, "91"), measures=COUNT)
    assert compile_query(units, CATALOG.topics["unit"], COUNTING, DAY)


def test_what_is_offered_is_what_is_taken():
    person = CATALOG.topics["person"].by_name
    assert operators(person["name"], SEEING) == frozenset()
    assert operators(person["name"], OPENED) == {Operator.EQUAL, Operator.AMONG}
    assert operators(person["bank_account"], OPENED) == frozenset()  # L4, opened to L3
    assert Operator.STARTS in operators(person["name"], FULL)
    assert not can_group(person["ethnic_group"], OPENED)
    assert can_group(person["ethnic_group"], FULL)
    assert aggregates(CATALOG.topics["death_record"].by_name["died_on"], SEEING) == frozenset()


def test_equality_with_a_purpose_finds_and_still_masks(library, marked):
    known = next(row for row in marked.rows["person"] if row["id_number"])
    query = Query("person", ("person_no", "id_number"), where("id_number", Operator.EQUAL, known["id_number"]))
    ((number, shown, subject),) = run(library, query, OPENED)
    assert (number, subject) == (known["person_no"], known["person_no"])
    assert shown.startswith("449****")


def test_equality_finds_only_where_a_grant_opens(library, marked):
    known = next(row for row in marked.rows["person"] if row["id_number"] and row["division"] == "449902")
    query = Query("person", ("person_no",), where("id_number", Operator.AMONG, known["id_number"]))
    assert run(library, query, Sight((WHOLE,), opened=(Grant("449902", level="L3"),), lists=True))
    assert run(library, query, Sight((WHOLE,), opened=(Grant("449921", level="L3"),), lists=True)) == []


def test_the_full_view_shows_values_where_the_level_reaches(library, marked):
    sight = Sight((WHOLE,), opened=(Grant("449902", level="L3"),), full=True, lists=True)
    shown = {
        row[0]: row[1:3] for row in run(library, Query("person", ("person_no", "id_number", "bank_account")), sight)
    }
    for row in marked.rows["person"]:
        number, account = shown[row["person_no"]]
        assert number == row["id_number"] or (row["division"] != "449902" and "§" not in (number or ""))
        assert account is None or account.startswith("6222****")


def test_full_comparisons_never_take_a_masked_row_for_a_value(library, marked):
    sight = Sight((WHOLE,), opened=(Grant("449902", level="L4"),), full=True, lists=True)
    query = Query("person", ("person_no",), where("born_on", Operator.BELOW, "1960-01-01"))
    found = {row[0] for row in run(library, query, sight)}
    born = {row["person_no"] for row in marked.rows["person"] if row["born_on"] and row["born_on"].year < 1960}
    assert found == {r["person_no"] for r in marked.rows["person"] if r["division"] == "449902"} & born
    assert found


def test_no_grant_sees_nothing(library):
    assert run(library, Query("person", ("sex",)), Sight(lists=True)) == []
    assert run(library, Query("person", measures=COUNT), Sight()) == [(0, 0, 0)]


def test_a_row_without_scheme_is_reached_by_grants_for_all_schemes_only(library, marked):
    query = Query("contribution", group_by=("insurance_type",), measures=COUNT)
    whole = {row[0] for row in run(library, query)}
    narrow = {row[0] for row in run(library, query, Sight((Grant(schemes=frozenset({"110"})),)))}
    assert {"110", "170"} <= whole
    assert narrow == {"110", None}  # None: the total of everything


def test_numbers_held_elsewhere_are_the_reach_of_a_past_day(library):
    sight = Sight((Grant("449902", held=("P001", "P002")),), lists=True)
    assert {row[0] for row in run(library, Query("person", ("person_no",)), sight)} == {"P001", "P002"}


def test_ages_go_by_the_year_of_birth_so_that_no_day_tells_a_birthday():
    band = CATALOG.topics["person"].by_name["age_band"]
    query = Query("person", group_by=("age_band",), measures=COUNT)
    first, last = (compile_query(query, CATALOG.topics["person"], COUNTING, DAY.replace(month=m)) for m in (1, 12))
    assert (first.sql, first.parameters) == (last.sql, last.parameters)
    assert not band.is_protected
