"""A project's years side by side: what is not there says so, rows are followed, matters are counted."""

from datetime import date
from types import SimpleNamespace

import pytest

from huiliu.apps.performance.selectors import years as selectors
from huiliu.apps.performance.selectors.year_pages import chart, year_table
from huiliu.apps.performance.tests.form import begun, filled, signed, submitted
from huiliu.apps.performance.tests.test_rectifications import assigned, done
from huiliu.scoring.targets import TargetRow

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
DAY = date(2025, 3, 3)


@pytest.fixture
def project(people, place):
    """Targets of 2025 in force with an open and a closed matter; those of 2026 only drafted; no ledger."""
    signed(submitted(filled(begun()), people), people, "he", "ling")
    assigned(people)
    closed = assigned(people, matter="另一项")
    done(people, "kuai", closed, "proved")
    done(people, "he", closed, "closed")
    begun(year=2026)
    return "xxh"


def shown(found):
    """Label → the cells of the years, as text."""
    table = year_table(found)
    return {row["what"]: [row[column.name].value for column in table.columns[1:]] for row in table.rows}


def test_years_stand_side_by_side_and_what_is_missing_says_so(project):
    found = selectors.years_of(project, DAY)
    told = shown(found)
    assert [one.targets.year for one in found] == [2025, 2026]
    assert told["调整后预算"] == ["未测量", "未测量"]
    assert told["计算总分"] == ["0.00 至 100.00", "未测量"]
    assert told["财政部门复核总分"] == ["未复核", "未复核"]
    assert told["未测量指标"] == ["5", "未测量"]
    assert (told["整改：未销号"], told["整改：已销号"]) == (["1", "0"], ["1", "0"])
    assert "没有登记" in found[0].why
    assert "没有生效的目标版本" in found[1].why
    assert [group.bars for group in chart(found)] == [[], ()]


def year(number, *rows):
    result = SimpleNamespace(rows=[SimpleNamespace(row=TargetRow(code, "", "", name)) for code, name in rows])
    beside = SimpleNamespace(found=SimpleNamespace(result=result))
    return SimpleNamespace(targets=SimpleNamespace(year=number), beside=beside)


def test_rows_are_followed_by_name_and_else_by_code():
    found = selectors.followed([
        year(2023, ("01", "巡检次数"), ("02", "可用率"), ("03", "运维费")),
        year(2024, ("01", "可用率"), ("02", "巡检次数"), ("03", "运维成本")),
        year(2025, ("02", "满意度"), ("04", "巡检次数")),
    ])  # fmt: skip
    told = {one.name: {number: row.row.code for number, row in one.rows.items()} for one in found}
    assert told == {
        "巡检次数": {2023: "01", 2024: "02", 2025: "04"},
        "可用率": {2023: "02", 2024: "01"},
        "运维成本": {2023: "03", 2024: "03"},
        "满意度": {2025: "02"},
    }


def test_pages_list_and_show(as_of, project):
    page = as_of("ling")
    assert "2025、2026" in page.get("/performance/years/").content.decode()
    shown = page.get("/performance/years/xxh/").content.decode()
    assert "巡检次数" in shown
    assert "/performance/reviews/xxh/2025/figures/matters.open/" in shown
    assert "1项" in page.get("/performance/reviews/xxh/2025/figures/matters.open/").content.decode()
    assert page.get("/performance/years/none/").status_code == 404
