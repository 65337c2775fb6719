"""A list looked up in one join: who is meant, who is out of reach, and that nothing comes out but masks."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.listed_numbers import By, read_listed
from huiliu.topics import Grant, Sight
from huiliu.topics.lists import AT, PERSON, Verdict, compile_list, judge
from support.scale import examples
from topics.city import CATALOG, DAY, DIVISIONS, LEAK, City, build

TOPIC = CATALOG.topics["person"]
EVERY = tuple(item.name for item in TOPIC.items)
WHOLE = Sight((Grant(),), lists=True)


def asked(engine, listed, sight=WHOLE, items=("name",)):
    query = compile_list(listed, items, TOPIC, sight, DAY)
    rows = engine.records(query.sql, query.parameters)
    return [judge(one, [row for row in rows if row[AT] == place]) for place, one in enumerate(listed)]


def numbers(*sent, by=By.PERSON_NO, is_text=False):
    return [read_listed(one, by, is_text=is_text) for one in sent]


@pytest.fixture(scope="module")
def town():
    """Four people whose numbers are near each other."""
    city = build()
    pattern = city.rows["person"][0]
    people = [("0123", "449900197001010018"), ("123", "44990019400202002X"), ("00045", "449900195003030031")]
    rows = [
        {**pattern, "person_no": number, "social_no": card, "id_number": card, "name": f"甲{number}",
         "division": "449902"} for number, card in people
    ]  # fmt: skip
    rows.append({**rows[0], "person_no": "9", "social_no": "", "name": "乙", "division": "449921"})
    engine = City({**city.rows, "person": rows, "enrolment": []}).engine()
    yield engine
    engine.close()


class TestWhoIsMeant:
    def test_zeros_that_were_lost_are_put_back_where_one_person_fits(self, town):
        (answer,) = asked(town, numbers(45))
        assert (answer.verdict, answer.person[PERSON]) == (Verdict.FOUND, "00045")
        assert answer.repairs == "已还原：数字单元格转为文本、补回前导零"

    def test_where_two_fit_nobody_is_guessed(self, town):
        for sent in (123, "123"):
            (answer,) = asked(town, numbers(sent))
            assert (answer.verdict, answer.person) == (Verdict.SEVERAL, None)
            assert answer.remark == "对应 2 人，请用其他号码核对"

    def test_a_text_cell_says_its_zeros_itself(self, town):
        (answer,) = asked(town, numbers("123", is_text=True))
        assert (answer.verdict, answer.person[PERSON]) == (Verdict.FOUND, "123")

    def test_zeros_that_stand_there_are_believed(self, town):
        (found, absent) = asked(town, numbers("0123", "000123"))
        assert (found.person[PERSON], absent.verdict) == ("0123", Verdict.MISSING)

    def test_two_people_under_one_card_are_not_one(self, town):
        (answer,) = asked(town, numbers("449900197001010018", by=By.ID_NUMBER))
        assert answer.verdict is Verdict.SEVERAL

    def test_somebody_out_of_reach_makes_nobody_ambiguous(self, town):
        sight = Sight((Grant("449902"),), lists=True)
        (answer,) = asked(town, numbers("449900197001010018", by=By.ID_NUMBER), sight)
        assert (answer.verdict, answer.person[PERSON]) == (Verdict.FOUND, "0123")

    def test_a_wrong_card_that_the_library_holds_is_found_and_said(self, town):
        (held, absent) = asked(town, numbers("449900195003030031", "449900195003030032", by=By.AUTO))
        assert (held.verdict, held.remark) == (Verdict.FOUND, "校验码不符，库中登记的就是这个号码")
        assert (absent.verdict, absent.remark) == (Verdict.WRONG, "校验码不符")

    def test_without_a_grant_nobody_is_there(self, town):
        (answer,) = asked(town, numbers("0123"), Sight((), lists=True))
        assert answer.verdict is Verdict.MISSING

    def test_a_list_without_any_number_is_answered_too(self, town):
        assert [answer.verdict for answer in asked(town, numbers("", "4.4E+17"))] == [Verdict.WRONG] * 2


class TestNothingLeaks:
    @settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=examples(60))
    @given(
        st.lists(st.sampled_from(EVERY), min_size=1, max_size=8, unique=True),
        st.sampled_from((*DIVISIONS[:2], "")),
        st.sampled_from(["L2", "L3", "L4"]),
    )
    def test_whoever_asks_sees_masks(self, marked, library, items, division, level):
        people = marked.rows["person"]
        sent = numbers(*(row["person_no"] for row in people)) + numbers(
            *(row["id_number"] for row in people), by=By.ID_NUMBER
        )
        sight = Sight((Grant(division, level=level),), opened=(Grant(level="L4"),), lists=True)
        for answer in asked(library, sent, sight, items):
            shown = {name: value for name, value in (answer.person or {}).items() if name != PERSON}
            assert not LEAK.search(" ".join(map(str, shown.values())))
            if division and answer.person:
                (held,) = [row for row in people if row["person_no"] == answer.person[PERSON]]
                assert held["division"] == division

    @settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=examples(30))
    @given(st.sampled_from(DIVISIONS[:2]), st.sampled_from(["L3", "L4"]))
    def test_in_full_view_a_grant_opens_its_people_up_to_its_level(self, marked, library, division, level):
        people = {row["person_no"]: row for row in marked.rows["person"]}
        items = ("name", "id_number", "bank_account", "sex")
        sight = Sight((Grant(),), opened=(Grant(division, level=level),), full=True, lists=True)
        for answer in asked(library, numbers(*people), sight, items):
            held = people[answer.person[PERSON]]
            for item in items:
                value, kept = answer.person[item], held[item] or None
                is_open = held["division"] == division and TOPIC.by_name[item].level <= level
                if is_open or item == "sex" or kept is None:
                    assert value == kept
                else:
                    assert not LEAK.search(value)

    def test_without_the_masks_the_test_would_see_it(self, marked, library, monkeypatch):
        from huiliu.topics import expressions

        monkeypatch.setattr(expressions, "mask_sql", lambda kind, value: f"CAST({value} AS VARCHAR)")
        (answer,) = asked(library, numbers(marked.rows["person"][0]["person_no"]), items=("bank_account", "name"))
        assert LEAK.search(str(answer.person))


def test_an_item_that_is_not_there_is_refused_and_not_repeated():
    with pytest.raises(HuiliuError, match="QRY-002") as caught:
        compile_list(numbers("1"), ["name; DROP"], TOPIC, WHOLE, DAY)
    assert "DROP" not in str(caught.value)


def test_numbers_stay_out_of_words(town):
    listed = numbers("0123")
    query = compile_list(listed, ("name",), TOPIC, WHOLE, DAY)
    assert "0123" not in repr(query) + query.sql
    (answer,) = asked(town, listed)
    assert "甲" not in repr(answer)
    assert replace(answer).verdict.label == "找到"
