"""Units: what is found, what is shown of them and of their people, how far grants reach, and the audit row."""

import json
from datetime import date
from decimal import Decimal

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.models import UnitKey
from huiliu.apps.datahub.selectors.unit_search import UnitKind, read_unit_terms
from huiliu.apps.datahub.services import unit_search, unit_view
from huiliu.apps.datahub.services.keys import unit_keys
from huiliu.apps.datahub.tests.town import FIRST_DAY, MILL, NIGHT, UNIT, ZHANG, ZHANG_ID
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)


def find(text, kind="auto", scopes=WHOLE, day=None):
    return unit_search(actor=CHEN, scopes=scopes, kind=kind, text=text, as_of=day)


def view(unit_no, scopes=WHOLE, day=None, page=1):
    return unit_view(actor=CHEN, scopes=scopes, key=key_of(unit_no), as_of=day, page=page)


def key_of(unit_no):
    return unit_keys([unit_no], NIGHT)[unit_no]


def scope(division="", *schemes):
    return (Scope(division, frozenset(schemes), "L2"),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4499000001", "unit_no"),
        ("91449900MA5DWXYA1T", "credit_code"),
        ("机械", "name"),
        ("合成机械厂", "name"),
        ("hcjx", "pinyin"),
        ("hechengjixie", "pinyin"),
    ],
)
def test_a_unit_is_found_by_every_kind_of_term(town, text, kind):
    assert str(read_unit_terms("auto", text).kind) == kind
    if kind != "credit_code":  # the town's units have none
        [hit] = find(text).hits
        assert hit.cells["unit_no"].text == UNIT


def test_a_wrong_check_character_of_a_credit_code_is_a_hint():
    terms = read_unit_terms("auto", "91449900ma5dwxya1x")
    assert (terms.kind, terms.value) == (UnitKind.CREDIT_CODE, "91449900MA5DWXYA1X")
    assert terms.hints == ("统一社会信用代码校验码不符，请核对是否输错；以下按原样查询",)


@pytest.mark.parametrize(
    ("text", "kind"), [("", "auto"), ("厂", "name"), ("合" * 61, "auto"), ("1", "pinyin"), ("厂长", "x")]
)
def test_terms_that_no_search_can_use_are_refused(text, kind):
    with pytest.raises(HuiliuError) as caught:
        read_unit_terms(kind, text)
    assert caught.value.code == "SEARCH-001"


def test_exact_names_come_first(town):
    assert [hit.cells["unit_name"].text for hit in find("合成").hits] == ["合成机械厂", "合成木材厂（紫金）"]
    assert [hit.cells["unit_name"].text for hit in find("机械厂").hits] == ["合成机械厂"]


@pytest.mark.parametrize("text", ["木材厂（紫金）", "木材厂(紫金)", "合成木材厂（紫金"])
def test_brackets_are_found_wide_and_narrow(town, text):
    assert [hit.cells["unit_no"].text for hit in find(text).hits] == ["4499000002"]


def test_a_division_reaches_its_units_and_a_scheme_those_with_rows_of_it(town):
    names = {
        text: [hit.cells["unit_no"].text for hit in find("合成", scopes=scopes).hits]
        for text, scopes in {
            "city": scope("449900"),
            "county": scope("449921"),
            "110": scope("", "110"),
            "210": scope("", "210"),
            "170": scope("", "170"),
            "none": (),
        }.items()
    }
    assert names == {"city": [UNIT], "county": [MILL], "110": [UNIT], "210": [MILL], "170": [], "none": []}


def test_a_unit_is_read_in_seconds(town):
    page = view(UNIT)
    assert [(figure.label, figure.value) for figure in page.figures] == [
        ("缴费人数", "1"),
        ("在册参保缴费", "1"),
        ("欠缴合计", "920.00"),
    ]
    assert [(m.month, m.people, m.due, m.paid, m.arrears) for m in page.months] == [
        (202502, 1, Decimal(920), Decimal(0), Decimal(920)),
        (202501, 1, Decimal(920), Decimal(920), Decimal(0)),
        (202412, None, Decimal(920), Decimal(920), Decimal(0)),
        (202411, 1, None, None, None),
    ]
    [line] = page.contributions
    assert {month: cell.state for month, cell in line.months.items()} == {
        202412: "late",
        202501: "paid",
        202502: "arrears",
        202503: "gap",
    }
    assert line.months[202502].text == "2025-02 欠缴 0.00 元（1 人 应缴 920.00 元 实缴 0.00 元）"
    [change] = page.others
    assert (change.table.label, change.rows[0]["before"].text) == ("单位变更", "****")


def test_its_people_are_masked_and_only_those_within_reach(town):
    [line] = view(UNIT).staff.lines
    assert (line.person_no, line.cells["name"].text, line.schemes, line.is_paying) == (ZHANG, "张*", ["110"], True)
    city = view(UNIT, scope("449900"))  # reaches the unit, not 张三, who is registered in 449902
    assert (city.staff.numbers, city.staff.lines) == ([], [])
    assert [month.people for month in city.months] == [None, None, None]
    both = view(UNIT, (*scope("449900"), *scope("449902")))
    assert both.staff.numbers == [ZHANG]


def test_a_grant_for_schemes_shows_only_their_rows(town):
    page = view(UNIT, scope("", "110"))
    assert [scheme.code for scheme in page.contributions] == ["110"]
    assert view(UNIT, scope("", "210")) is None
    mill = view(MILL, scope("", "210"))
    assert [scheme.code for scheme in mill.contributions] == ["210"]
    assert mill.staff.numbers == []


@pytest.mark.slow
def test_who_works_there_on_a_past_day_is_shown_by_todays_reach(nights):
    assert view(UNIT, scope("449902", "110"), FIRST_DAY) is None  # the unit is the city's
    scopes = (*scope("449900"), *scope("449902", "110"))
    assert view(UNIT, scopes, FIRST_DAY).staff.numbers == [ZHANG]
    assert [month.people for month in view(UNIT, scopes, FIRST_DAY).months] == [1, 1, None, 1]
    assert view(UNIT, (*scope("449900"), *scope("449902", "210")), FIRST_DAY).staff.numbers == []
    assert [hit.cells["unit_no"].text for hit in find("合成", scopes=scopes, day=FIRST_DAY).hits] == [UNIT]


@pytest.fixture
def nights(town):
    from huiliu.apps.datahub.services import nights_refresh

    nights_refresh()
    return town


def test_the_search_and_the_look_are_in_the_audit_and_no_term_is(town):
    find("合成机械厂")
    key = key_of(UNIT)
    view(UNIT)
    view(UNIT, scope("449921"))
    [searched] = events(EventFilter(action="datahub.unit_search"))
    assert searched.details["found"] == 1
    looked = list(events(EventFilter(action="datahub.unit_view")).order_by("seq"))
    assert [(event.object_key, event.outcome) for event in looked] == [(key, "ok"), (key, "refused")]
    told = json.dumps(list(events(EventFilter()).values()), default=str, ensure_ascii=False)
    assert "机械" not in told
    assert UNIT not in told
    assert UNIT not in UnitKey.objects.get(unit_no=UNIT).key


def test_without_an_audit_row_nothing_leaves(town, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.datahub.services.units.record", broken)
    monkeypatch.setattr("huiliu.apps.datahub.services.units.record_alone", broken)
    with pytest.raises(RuntimeError):
        find("合成机械厂")
    with pytest.raises(RuntimeError):
        view(UNIT)


def test_an_unknown_key_shows_and_records_nothing(town):
    assert unit_view(actor=CHEN, scopes=WHOLE, key="0" * 32) is None
    assert not events(EventFilter()).exists()


def test_page_and_answer_hold_no_protected_value_and_lead_to_the_person(town, control):
    answer = control.post("/api/v1/units/search", json.dumps({"text": "机械"}), content_type="application/json").json()
    [item] = answer["items"]
    page = control.get(f"/datahub/units/{item['key']}/").content.decode()
    found = control.get(f"/api/v1/units/{item['key']}").json()
    told = json.dumps(found, ensure_ascii=False)
    assert not [value for value in ("张三", ZHANG_ID, "法人甲", "旧址") if value in page or value in told]
    [line] = found["staff"]["items"]
    assert f"/datahub/persons/{line['key']}/" in page
    assert found["months"][0] == {
        "month": 202502, "people": 1, "due": "920.00", "paid": "0.00", "arrears": "920.00", "late_fee": "0.00",
    }  # fmt: skip
    assert "人员的疑点" in page


def test_search_by_page_finds_and_says_when_nothing_is_found(town, control):
    page = control.post("/datahub/units/", {"text": "机械", "kind": "name"}).content.decode()
    assert f"/datahub/units/{key_of(UNIT)}/" in page
    assert "按单位名称没有找到单位" in control.post("/datahub/units/", {"text": "没有的"}).content.decode()
    assert "单位名称至少输入两个字" in control.post("/datahub/units/", {"text": "厂"}).content.decode()


def test_the_unit_page_asks_the_database_a_fixed_number_of_times(town, control, django_assert_num_queries):
    path = f"/datahub/units/{key_of(UNIT)}/"
    control.get(path)
    with django_assert_num_queries(20):
        control.get(path)


def test_a_page_beyond_the_last_is_the_last(town, control):
    assert view(UNIT, page=9).staff.page == 1
    assert control.get(f"/datahub/units/{key_of(UNIT)}/?page=x").status_code == 200


def test_the_person_page_leads_to_the_unit_if_it_is_within_reach(town, control):
    from huiliu.apps.datahub.services.keys import subject_keys

    key = subject_keys([ZHANG], NIGHT)[ZHANG]
    page = control.get(f"/datahub/persons/{key}/").content.decode()
    assert f"/datahub/units/{key_of(UNIT)}/" in page


def test_the_day_of_the_look_stays_in_the_links(nights, control):
    page = control.get(f"/datahub/units/{key_of(UNIT)}/?as_of={FIRST_DAY}").content.decode()
    assert f"/?as_of={date(2025, 3, 31)}" in page
