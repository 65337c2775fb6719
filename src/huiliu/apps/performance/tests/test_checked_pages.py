"""Large tables on the pages of a checked batch: lists in pages, and a result that is read and sealed."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.checked import Checked, CheckedTable, HeldNumber, LeftCell, PlacedFinding

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


@pytest.fixture(autouse=True)
def first_look():
    """Every test begins as a process does."""
    selectors.forget()
    yield
    selectors.forget()


def batch_of(name="自评表.xlsx", errors=60):
    """A kept batch of one table with many findings, cells not understood and numbers that nothing holds."""
    findings = tuple(
        PlacedFinding("EV-S01", "error", "合计不符", "总分", f"F{n}", "96", "99", "各项相加", "0")
        for n in range(1, errors + 1)
    )
    unread = tuple(LeftCell(f"Z{n}", f"不认识{n}", "看不出这一格属于哪一栏") for n in range(1, 1018))
    numbers = tuple(HeldNumber(f"数{n}", f"N{n}", str(n), "unbound", "") for n in range(1, 56))
    one = CheckedTable(
        name, name, "甲县社保局", "信息系统维护", "2024", "default", "不按方案", "按分值",
        Decimal(99), Decimal(96), "优", "优", findings, numbers, 1200, unread,
    )  # fmt: skip
    content = canonical_json(Checked(1, (one,), ()).as_json())
    return CheckedBatch.objects.create(
        files=1, tables=1, units=1, unreadable=0, errors=errors, warnings=0, content=content.decode(),
        digest=f"sm3:{sm3(content)}", checked_at=datetime(2026, 1, 5, tzinfo=UTC), checked_by="finance",
    )  # fmt: skip


def shown(page, part):
    """Places in one list of a page, where they stand in the columns of places."""
    body = page.partition(f'id="{part}"')[2].partition("</section>")[0]
    return re.findall(r">\s*([FZN]\d+)\s*<", body), body


def test_each_list_of_a_table_has_its_own_pages(place, at):
    client, batch = at("finance"), batch_of()
    address = f"/performance/checked/{batch.pk}/tables/1/"
    page = client.get(address).content.decode()
    places, body = shown(page, "unread")
    assert (places[0], places[-1], len(places)) == ("Z1", "Z50", 50)
    assert "共 1017 条，第 1 / 21 页" in body
    assert 'aria-label="翻页：没有读懂的格"' in body
    assert 'href="?unread=2#unread"' in body
    page = client.get(f"{address}?unread=21&findings=2&loose=x").content.decode()
    places, body = shown(page, "unread")
    assert (places[0], places[-1], len(places)) == ("Z1001", "Z1017", 17)
    assert "unread=20&amp;findings=2&amp;loose=x#unread" in body
    assert shown(page, "findings")[0] == [f"F{n}" for n in range(51, 61)]
    assert shown(page, "loose")[0] == [f"N{n}" for n in range(1, 51)]


def test_a_finding_leads_to_the_page_that_shows_it(place, at):
    client, batch = at("finance"), batch_of()
    page = client.get(f"/performance/checked/{batch.pk}/findings/?severity=error&page=2").content.decode()
    table = f"/performance/checked/{batch.pk}/tables/1/"
    assert page.count(f'href="{table}?findings=2#findings"') == 10
    assert f'href="{table}#findings"' in client.get(f"/performance/checked/{batch.pk}/findings/").content.decode()


def test_a_process_reads_a_result_once_and_holds_it_against_its_digest(place, at, monkeypatch):
    client, batch = at("finance"), batch_of()
    held, check = [], selectors.sm3
    monkeypatch.setattr(selectors, "sm3", lambda data: held.append(len(data)) or check(data))
    for page in ("", "findings/", "units/", "tables/1/", ""):
        assert client.get(f"/performance/checked/{batch.pk}/{page}").status_code == 200
    assert len(held) == 1
    for page in ("result.json", "workbook/", "result.json"):
        assert client.get(f"/performance/checked/{batch.pk}/{page}").status_code == 200
    assert len(held) == 4


def test_a_changed_result_is_shown_by_no_page_and_never_handed_out(place, at, monkeypatch):
    client, batch = at("finance"), batch_of()
    selectors.found_in(batch)
    selectors.forget()
    monkeypatch.setattr(selectors, "sm3", lambda data: "another")  # nobody can change what is kept
    for page in ("", "tables/1/", "result.json", "workbook/"):
        assert "BATCH-003" in client.get(f"/performance/checked/{batch.pk}/{page}").content.decode(), page
    monkeypatch.undo()
    assert client.get(f"/performance/checked/{batch.pk}/").status_code == 200
    monkeypatch.setattr(selectors, "sm3", lambda data: "another")
    for page in ("result.json", "workbook/"):  # though a page has been shown
        assert "BATCH-003" in client.get(f"/performance/checked/{batch.pk}/{page}").content.decode(), page


def test_only_the_last_few_results_stay_in_memory(place, at, monkeypatch):
    batches = [batch_of(f"{n}.xlsx", 1) for n in range(5)]
    assert [selectors.found_in(one).tables[0].file for one in batches] == [f"{n}.xlsx" for n in range(5)]
    monkeypatch.setattr(selectors, "sm3", lambda data: "another")
    assert selectors.found_in(batches[4]).tables[0].file == "4.xlsx"
    with pytest.raises(HuiliuError, match="BATCH-003"):
        selectors.found_in(batches[0])
