"""The clue pages: masked, with totals, basis and the way back to the batch."""

import json
from datetime import date

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM
from huiliu.apps.datahub.tests.town import LI_ID
from huiliu.apps.fundsafety.models import Clue
from huiliu.apps.fundsafety.services import clue_view
from huiliu.lake.snapshot import Library
from huiliu.web.asof import AsOf
from support.scale import variants

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
RAW = ("李㛃", LI_ID, "6222000000000002", "2024-12-15")


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_before_any_screening_the_list_offers_the_next_step(empty_home, control):
    page = text_of(control, "/fundsafety/clues/")
    assert "没有疑点" in page
    assert "./run night" in page
    assert "还没有筛查过" in text_of(control, "/")


def test_the_list_shows_masked_names_and_totals(screened, control, django_assert_num_queries):
    page = text_of(control, "/fundsafety/clues/")
    assert "李*" in page
    assert "2,600.00" in page
    assert "疑点是线索，不是结论" in page
    assert not [value for value in RAW if value in page]
    assert "没有疑点" in text_of(control, "/fundsafety/clues/?status=vanished")
    assert "没有疑点" in text_of(control, "/fundsafety/clues/?severity=L")
    with django_assert_num_queries(15):
        control.get("/fundsafety/clues/")


def test_the_clue_page_holds_all_that_a_check_needs(screened, control, django_assert_num_queries):
    path = f"/fundsafety/clues/{Clue.objects.get().key}/"
    page = text_of(control, path)
    for words in (
        "疑点是线索，不是结论", "《社会保险经办条例》第二十五条、第四十六条", "死亡当月之后的宽限月数", "已核实",
        "证据：待遇支付明细", "证据：死亡人员", "449900_20250401", "2025-01", "2,600.00", "查看人员",
    ):  # fmt: skip
        assert words in page, words
    assert not [value for value in RAW if value in page]
    with django_assert_num_queries(14):
        control.get(path)


def test_a_leader_sees_clues_but_no_way_to_the_person(screened, sign_in):
    page = text_of(sign_in("leader"), f"/fundsafety/clues/{Clue.objects.get().key}/")
    assert "查看人员" not in page


def test_interface_and_page_agree(screened, control):
    answer = control.get("/api/v1/clues").json()
    assert (answer["count"], answer["months"], answer["amount"]) == (1, 1, "2600.00")
    [item] = answer["items"]
    assert (item["name"], item["amount"], item["level"]) == ("李*", "2600.00", "C")
    assert not [value for value in RAW if value in json.dumps(answer, ensure_ascii=False)]


def test_an_unknown_clue_is_not_found(screened, control):
    assert control.get("/fundsafety/clues/" + "0" * 32 + "/").status_code == 404


def test_the_workbench_counts_open_clues(screened, control):
    page = text_of(control, "/")
    assert "待核查疑点" in page
    assert "2,600.00" in page


@pytest.mark.parametrize("query", variants(["rule=李㛃", "severity=X", "status=李㛃", "page=x", "rule=%00"]))
def test_nothing_typed_by_hand_reaches_the_audit(screened, control, query):
    before = events(EventFilter(action="fundsafety.clue_list")).count()
    answer = control.get(f"/api/v1/clues?{query}")
    assert answer.status_code == 422
    assert "李㛃" not in answer.content.decode()
    assert events(EventFilter(action="fundsafety.clue_list")).count() == before
    control.get(f"/fundsafety/clues/?{query}")
    assert "李㛃" not in str(list(events(EventFilter()).values()))


def test_the_pages_say_the_day_of_the_snapshot_they_read(screened, control, monkeypatch):
    monkeypatch.setattr("huiliu.config.freshness.as_of", lambda: AsOf(date(2099, 1, 1), "A", "完整"))
    for path in ("/fundsafety/clues/", f"/fundsafety/clues/{Clue.objects.get().key}/"):
        page = text_of(control, path)
        assert "2025-04-01" in page
        assert "2099-01-01" not in page


def test_a_clue_is_read_from_one_snapshot(screened, monkeypatch):
    opened = []
    real = Library.open

    def counted(self, version=None):
        opened.append(version)
        return real(self, version)

    monkeypatch.setattr(Library, "open", counted)
    clue_view(actor=SYSTEM, scopes=(Scope("", frozenset(), "L2"),), key=Clue.objects.get().key)
    assert opened == [None]


def test_a_clue_is_checked_against_the_rows_of_any_published_day(screened, control):
    """The payment of February was still there on the first day, and the clue leads to the person of that day."""
    path = f"/fundsafety/clues/{Clue.objects.get().key}/"
    past = text_of(control, f"{path}?as_of=2025-03-31")
    assert "历史数据 截至" in past
    assert "疑点及其状态、金额为当前情况" in past
    assert "?as_of=2025-03-31" in past.split("查看人员")[0]
    listed = text_of(control, "/fundsafety/clues/?as_of=2025-03-31&status=open")
    assert f"{path}?as_of=2025-03-31" in listed
    assert '<input type="hidden" name="as_of" value="2025-03-31">' in listed
    assert '<input type="hidden" name="status" value="open">' in listed
    assert control.get(path, {"as_of": "2025-03-30"}).status_code == 409
    answer = control.get("/api/v1/clues", {"as_of": "2025-03-31"}).json()
    assert (answer["names_as_of"], answer["items"][0]["name"]) == ("2025-03-31", "李*")


def test_who_is_out_of_reach_today_has_no_clue_on_an_earlier_day(screened):
    from huiliu.apps.datahub.tests.town import FIRST_DAY

    other = (Scope("449902", frozenset(), "L2"),)
    assert clue_view(actor=SYSTEM, scopes=other, key=Clue.objects.get().key, as_of=FIRST_DAY) is None
