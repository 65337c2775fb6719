"""The change history: what each night changed about a person, for those who may see them, masked and recorded."""

import json

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.changes import PER_TABLE, ChangedCell
from huiliu.apps.datahub.selectors.display import Cell
from huiliu.apps.datahub.services import nights_refresh, person_changes, person_search
from huiliu.apps.datahub.tests.town import FIRST_DAY, LI, LI_ID, WANG, ZHANG, ZHOU, ZHOU_ID

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)
RAW = ("周迁", ZHOU_ID, "13800000004", "13900000004", "6222000000000004", "李㛃", LI_ID)


@pytest.fixture
def nights(town):
    return nights_refresh()


def key_of(number):
    [hit] = person_search(actor=CHEN, scopes=WHOLE, kind="person_no", text=number).hits
    return hit.key


def changed(number, scopes=WHOLE, **more):
    return person_changes(actor=CHEN, scopes=scopes, key=key_of(number), **more)


def told(history):
    return [
        (commit.night.business_date.isoformat(), table.table.name, row.operation, sorted(row.cells))
        for commit in history.nights
        for table in commit.tables
        for row in table.rows
    ]


def test_a_change_shows_only_the_columns_that_differ_before_and_after(nights):
    history = changed(ZHOU)
    first, *rest = told(history)
    assert first == ("2025-04-01", "person", "U", ["division", "mobile"])
    [row] = history.nights[0].tables[0].rows
    assert row.cells["division"].before.full == "449902 源城区（合成）"
    assert row.cells["division"].after.full == "449921 紫金县（合成）"
    assert [entry[:3] for entry in rest] == [("2025-03-31", "person", "I")]
    assert (history.older, history.is_whole) == (None, True)


def test_a_protected_value_stays_masked_on_both_sides_and_its_change_is_said(nights):
    [row] = changed(ZHOU).nights[0].tables[0].rows
    mobile = row.cells["mobile"]
    assert (mobile.before.text, mobile.after.text) == ("138****0004", "139****0004")
    assert mobile.before.value is mobile.after.value is None
    assert (row.word, row.whole, mobile.hidden) == ("修改", "", False)


def test_a_change_behind_the_mask_is_said():
    cell = Cell("name", "姓名", "张*", masked=True)
    assert ChangedCell(cell, cell).hidden is True
    assert ChangedCell(None, cell).hidden is False


def test_a_row_that_went_is_told_by_what_it_was(nights):
    [gone] = changed(LI).nights[0].tables
    assert (gone.table.name, gone.rows[0].operation, gone.rows[0].key) == (
        "benefit_payment",
        "D",
        "支付明细序号 L202502",
    )
    assert "待遇金额 2,600.00" in gone.rows[0].whole
    assert gone.rows[0].cells["amount"].after is None


def test_only_who_may_see_the_person_today_sees_their_history(nights):
    assert changed(ZHOU, (Scope("449921", frozenset(), "L2"),)) is not None
    assert changed(ZHOU, (Scope("449902", frozenset(), "L2"),)) is None
    outcomes = events(EventFilter(action="datahub.person_changes")).order_by("seq").values_list("outcome", flat=True)
    assert list(outcomes) == ["ok", "refused"]


@pytest.mark.slow
def test_rows_of_other_schemes_are_not_in_it(nights):
    injury = (Scope("", frozenset({"210"}), "L2"),)
    tables = {(entry[1], entry[2]) for entry in told(changed(LI, injury))}
    assert ("benefit_payment", "D") not in tables
    assert ("enrolment", "I") in tables
    assert ("benefit_payment", "D") in {(entry[1], entry[2]) for entry in told(changed(LI))}


@pytest.mark.slow
def test_the_history_of_a_past_day_ends_there(nights):
    assert {entry[0] for entry in told(changed(ZHOU, as_of=FIRST_DAY))} == {"2025-03-31"}


@pytest.mark.slow
def test_pages_begin_before_a_commit(nights, town):
    assert {entry[0] for entry in told(changed(ZHOU, before=town.second))} == {"2025-03-31"}
    assert changed(ZHOU, before=1).nights == []


def test_the_look_is_counted_and_recorded_before_anything_is_read(nights, monkeypatch):
    key = key_of(ZHOU)

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("huiliu.apps.datahub.services.history.history", stop)
    with pytest.raises(KeyboardInterrupt):
        person_changes(actor=CHEN, scopes=WHOLE, key=key)
    [look] = events(EventFilter(action="datahub.person_changes"))
    assert (look.object_key, look.details["snapshot"]) == (key, nights.snapshot)
    assert person_changes(actor=CHEN, scopes=WHOLE, key="0" * 32) is None


def test_many_rows_of_one_table_are_cut_and_counted(nights, monkeypatch):
    assert PER_TABLE == 20
    monkeypatch.setattr("huiliu.apps.datahub.selectors.changes.PER_TABLE", 2)
    [contributions] = [t for c in changed(ZHANG).nights for t in c.tables if t.table.name == "contribution"]
    assert (len(contributions.rows), contributions.left_out) == (2, 1)


def test_a_commit_without_a_row_yet_is_told_by_its_snapshot(nights, town):
    Night.objects.filter(snapshot=town.second).delete()
    assert changed(ZHOU).nights[0].night is None


def test_page_and_answer_tell_the_same_and_no_protected_value(nights, control, django_assert_num_queries):
    key = key_of(ZHOU)
    page = control.get(f"/datahub/persons/{key}/changes/").content.decode()
    answer = control.get(f"/api/v1/persons/{key}/changes").json()
    told_by_both = page, json.dumps(answer, ensure_ascii=False)
    for text in told_by_both:
        assert not [value for value in RAW if value in text]
        assert "139****0004" in text
        assert "449900_20250401" in text
    assert answer["items"][0]["tables"][0]["rows"][0]["columns"]["division"]["after"]["text"] == "449921"
    assert f"/datahub/persons/{key}/changes/" in control.get(f"/datahub/persons/{key}/").content.decode()
    assert control.get(f"/datahub/persons/{'0' * 32}/changes/").status_code == 404
    with django_assert_num_queries(17):
        control.get(f"/datahub/persons/{key}/changes/")


@pytest.mark.slow
def test_nothing_older_and_nothing_at_all_say_so(nights, control):
    key = key_of(WANG)
    assert "没有更早的变更" in control.get(f"/datahub/persons/{key}/changes/?before=1").content.decode()
    assert "已到第一批" in control.get(f"/datahub/persons/{key}/changes/?before=x").content.decode()


def test_what_became_of_a_commit_is_said_beside_it(nights, town, control):
    Night.objects.filter(snapshot=town.second).update(standing="withdrawn", kind="replay")
    page = control.get(f"/datahub/persons/{key_of(ZHOU)}/changes/").content.decode()
    assert "重新入库" in page
    assert "已撤回" in page
