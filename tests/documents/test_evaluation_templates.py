"""The names that templates may use of an evaluation from records: all explained, both scores, never a 0 for nothing."""

import pytest

from documents.evaluations import file_2024, file_of
from documents.templates import workbook
from documents.test_templates import rows
from huiliu.documents.evaluation_templates import LISTS, TEXTS, columns_of, template_data, template_names
from huiliu.documents.templates import fill_template


@pytest.fixture(scope="module")
def small():
    return file_of("national")


def test_every_name_is_explained(small):
    names = template_names(small)
    assert [one for one in names if one.label in ("", "文字")] == []
    assert {one.name: one.label for one in names}["row.A1.actual"] == "T+1库维护次数 实际完成值，带单位"
    assert set(template_data(small).rows) == set(LISTS)
    for name, listed in template_data(file_2024()).rows.items():
        assert all(set(row) == set(columns_of(name)) for row in listed), name
    assert set(TEXTS) <= {one.name for one in names if not one.list_name}


def test_both_scores_and_the_funds_have_names_of_their_own(small):
    def write(book):
        sheet = book.add_worksheet("自评表")
        cells = ("total.computed", "grade.declared", "fund.total.executed", "fund.other.executed", "row.A3.actual",
                 "row.C1.actual", "row.C1.declared", "item.A1.score")  # fmt: skip
        for at, name in enumerate(cells):
            sheet.write(at, 0, f"{{{{{name}}}}}")

    filled = fill_template(workbook(write), template_data(small))
    # C1 was never measured: no total; A3 cost nothing, which is a number and stays one.
    assert [row[0] for row in rows(filled.content)] == [
        "未测量", "未填报", 161.54, "未测量", 0, "未测量", "未填报", 15]  # fmt: skip


def test_the_declared_total_stands_beside_the_computed_one():
    samples = {one.name: one.sample for one in template_names(file_2024()) if not one.list_name}
    assert (samples["total.declared"], samples["grade.declared"]) == ("96.11分", "优")
