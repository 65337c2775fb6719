"""Comparisons as people read them: equal or not, which columns, and keys that nobody can read off."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from huiliu.apps.datahub.selectors.compares import compare_lines, compare_page
from huiliu.kernel.clock import TZ
from huiliu.lake.compare.narrow import Difference, Outcome
from huiliu.lake.compare.results import Comparison, keep
from huiliu.lake.home import LakeHome

PERSON = "44990000000001"


def comparison(outcome, **more):
    fields = {
        "table": "benefit_payment",
        "source": "front",
        "snapshot": 7,
        "business_date": date(2025, 3, 31),
        "source_date": date(2025, 3, 31),
        "at": datetime(2025, 4, 2, 1, 2, 3, tzinfo=TZ),
        "seconds": Decimal("3.4"),
        "hashed": True,
        "columns": ("payment_no", "person_no", "amount"),
        "grain": 1,
        "outcome": outcome,
    }
    return Comparison(**{**fields, **more})


@pytest.fixture
def kept(empty_home):
    lake = LakeHome(empty_home.lake)
    lake.root.mkdir(parents=True, exist_ok=True)

    def keep_(outcome, **more):
        keep(lake, comparison(outcome, **more))
        return compare_lines()[0]

    return keep_


def test_equal_tables_say_so_with_the_exchanges(kept):
    line = kept(Outcome(1_000_000, 1_000_000, 1024, 1))
    assert (line.verdict.tone, line.verdict.word) == ("pass", "逐行一致")
    assert line.verdict.detail == "库 1,000,000 行，来源 1,000,000 行，往返 1 次，用时 3.4 秒"
    assert line.label == "待遇支付明细"
    assert compare_page(line.key).differences.rows == []


def test_differences_are_counted_and_listed_with_masked_keys(kept):
    differences = (
        Difference("changed", (PERSON,), ("name",)),
        Difference("missing", ("44990000000002",)),
    )
    columns = ("person_no", "name")
    line = kept(Outcome(10, 11, 1024, 2, differences, unlisted=3), table="person", columns=columns)
    assert line.verdict.tone == "fail"
    assert line.verdict.detail.startswith("库中缺少 1 行，内容不同 1 行，另有 3 行所在的键段不一致，未逐行列出；")
    page = compare_page(line.key)
    assert page.columns == [("姓名", 1)]
    rows = page.differences.rows
    assert [(row["kind"], row["columns"]) for row in rows] == [("内容不同", "姓名"), ("库中缺少", "")]
    assert [row["person_no"] for row in rows] == ["4499****0001", "4499****0002"]


def test_rows_in_quarantine_explain_a_difference(kept):
    differences = (Difference("missing", ("1",), aside=True), Difference("missing", ("2",), aside=True))
    line = kept(Outcome(8, 10, 1, 2, differences))
    assert line.verdict.tone == "warn"
    assert line.verdict.detail.startswith("库中缺少 2 行，其中 2 行在隔离区；")
    assert compare_page(line.key).differences.rows[0]["kind"] == "库中缺少（在隔离区）"
    assert kept(Outcome(8, 10, 1, 2, (differences[0], Difference("missing", ("2",))))).verdict.tone == "fail"


@pytest.mark.parametrize(
    ("day", "advice"),
    [
        (None, "来源没有说明数据截至哪一天"),
        (date(2025, 4, 1), "来源的数据截至 2025-04-01，与库中日期不同"),
        (date(2025, 3, 31), "请与数据提供方核对下列各键"),
    ],
)
def test_a_source_of_another_day_is_no_fault_yet(kept, day, advice):
    line = kept(Outcome(1, 0, 1, 2, (Difference("extra", ("1",)),)), source_date=day)
    assert line.verdict.tone == ("fail" if day == date(2025, 3, 31) else "warn")
    assert advice in line.verdict.advice


def test_the_list_is_newest_first_and_keys_are_opaque(kept):
    kept(Outcome(1, 1, 1, 1))
    kept(Outcome(1, 1, 1, 1), at=datetime(2025, 4, 3, tzinfo=TZ), table="person")
    lines = compare_lines()
    assert [line.comparison.table for line in lines] == ["person", "benefit_payment"]
    assert len({line.key for line in lines}) == 2
    assert compare_page("0" * 32) is None


@pytest.mark.django_db
def test_each_comparison_is_recorded_with_counts_only(kept, monkeypatch):
    from huiliu.apps.audit.selectors import EventFilter, events
    from huiliu.apps.datahub.services import compares

    found = comparison(Outcome(1, 0, 1, 2, (Difference("extra", (PERSON,)),)))
    monkeypatch.setattr(compares, "compare_source", lambda *args: [args[-1](found)])
    compares.library_compare(source=None)
    (row,) = events(EventFilter(action="datahub.compare"))
    assert row.details["differences"] == {"extra": 1}
    assert PERSON not in str(row.details)


@pytest.mark.django_db
def test_pages_and_answers_tell_what_was_compared_and_mask_the_keys(kept, sign_in, django_assert_num_queries):
    control = sign_in("it")
    assert "还没有核对结果" in control.get("/datahub/compares/").content.decode()
    differences = (Difference("changed", (PERSON,), ("name",)),)
    line = kept(Outcome(10, 10, 1024, 2, differences), table="person", columns=("person_no", "name"))
    listed = control.get("/datahub/compares/").content.decode()
    assert f"/datahub/compares/{line.key}/" in listed
    page = control.get(f"/datahub/compares/{line.key}/").content.decode()
    answer = control.get(f"/api/v1/compares/{line.key}")
    for text in (listed, page, answer.content.decode()):
        assert PERSON not in text
    assert "2 次，首次分为 1024 段" in page
    assert "姓名 1 行" in page
    assert (answer.json()["exchanges"], answer.json()["kinds"]) == (2, {"changed": 1})
    assert control.get("/api/v1/compares").json()["count"] == 1
    assert control.get("/datahub/compares/" + "0" * 32 + "/").status_code == 404
    assert control.get("/api/v1/compares/" + "0" * 32).status_code == 404
    with django_assert_num_queries(4):
        control.get(f"/datahub/compares/{line.key}/")


@pytest.mark.django_db
def test_whoever_may_see_persons_reads_their_numbers_and_is_recorded(kept, sign_in):
    from huiliu.apps.audit.selectors import EventFilter, events

    difference = Difference("changed", (PERSON, "440100199001010011"), ("name",))
    columns = ("person_no", "id_number", "name")
    line = kept(Outcome(10, 10, 1, 2, (difference,)), table="person", columns=columns, grain=2)
    clerk = sign_in("clerk")
    page = clerk.get(f"/datahub/compares/{line.key}/").content.decode()
    answer = clerk.get(f"/api/v1/compares/{line.key}").json()
    assert PERSON in page
    assert answer["differences"][0]["person_no"] == PERSON
    assert "440100199001010011" not in page + str(answer)
    assert "440****0011" in page
    looked = events(EventFilter(action="datahub.compare_view"))
    assert [event.object_key for event in looked] == [line.key, line.key]
    assert PERSON not in str([event.details for event in looked])


@pytest.mark.django_db
def test_a_grant_of_one_county_reads_no_number(kept, sign_in_at):
    line = kept(Outcome(1, 1, 1, 2, (Difference("extra", (PERSON,)),)), table="person", columns=("person_no", "name"))
    page = sign_in_at(division="449921").get(f"/datahub/compares/{line.key}/").content.decode()
    assert PERSON not in page
    assert "4499****0001" in page


@pytest.mark.django_db
def test_equal_results_offer_no_differences(kept, control):
    kept(Outcome(5, 5, 1, 1))
    listed = control.get("/datahub/compares/").content.decode()
    assert "查看差异" not in listed
    assert "查看核对情况" in listed
    kept(Outcome(5, 4, 1, 1, (Difference("extra", ("1",)),)), at=datetime(2025, 4, 3, tzinfo=TZ))
    assert "查看差异" in control.get("/datahub/compares/").content.decode()
