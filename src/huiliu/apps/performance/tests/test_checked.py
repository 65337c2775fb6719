"""Many tables sent in at once: checked, kept as they were found, shown with places, handed out as a workbook."""

import io
import json
import re

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
ADDRESS = "/performance/checked/"
MOBILE = "13900000001"


def table(total):
    """Weights 60 and 40, scores 60 and 36: whoever prints another total than 96 contradicts himself."""
    target = io.BytesIO()
    rows = [
        ("项目名称", "信息系统维护"), ("实施单位", "甲县社保局"),
        ("一级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"),
        ("产出", "巡检次数", "10次", "10次", "60", "60"), ("效益", "办结率", "100%", "90%", "40", "36"),
        ("总分", "", "", "", "100", total), ("填表人电话", MOBILE),
    ]  # fmt: skip
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("自评表")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def sent(client, **files):
    given = [SimpleUploadedFile(f"{name}.xlsx", content) for name, content in files.items()]
    answer = client.post(f"{ADDRESS}new/", {"papers": given, "profile": ""})
    assert answer.status_code == 302, answer.content.decode()
    return CheckedBatch.objects.latest("pk")


def test_a_batch_is_checked_kept_and_shown_with_places(place, at):
    client = at("finance")
    batch = sent(client, 对的=table("96"), 错的=table("99"), 坏的=b"PK\x03\x04broken")
    assert (batch.files, batch.tables, batch.units, batch.unreadable, batch.errors) == (3, 2, 1, 1, 1)
    page = client.get(f"{ADDRESS}{batch.pk}/").content.decode()
    for words in ("甲县社保局", "错误 1", "坏的.xlsx", "UPL-", "另见"):
        assert words in page, words
    wrong = client.get(f"{ADDRESS}{batch.pk}/tables/2/").content.decode()
    for words in ("EV-S01", "工作表“自评表”F6", "99", "各项得分合计 96", "没有等式约束的数"):
        assert words in wrong, words
    scores = wrong.partition('id="scores"')[2].partition("</section>")[0]
    assert [place in scores for place in ("F4", "F5", "F6", "E4", "D5")] == [True, True, True, False, False]
    assert page.count(f"{ADDRESS}{batch.pk}/tables/2/#scores") == 2  # the total as printed, and the rows added up
    assert "EV-S01" not in client.get(f"{ADDRESS}{batch.pk}/tables/1/").content.decode()
    assert client.get(f"{ADDRESS}{batch.pk}/tables/3/").status_code == 404
    listed = client.get(ADDRESS).content.decode()
    assert [cell.strip() for cell in re.findall(r"<td[^>]*>([^<]*)</td>", listed)][1] == "陈"
    assert MOBILE not in page + wrong + batch.content
    (event,) = events(EventFilter(action="performance.batch_check"))
    assert MOBILE not in json.dumps(event.after)


def test_the_workbook_holds_what_the_page_shows_and_leaves_an_audit_row(place, at):
    client = at("control")
    batch = sent(client, 错的=table("99"))
    made = client.get(f"{ADDRESS}{batch.pk}/workbook/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.content))
    assert book.sheet_names[0] == "汇总"
    assert "甲县社保局" in book.sheet_names
    assert any("EV-S01" in row for row in book.get_sheet_by_name("问题清单").to_python())
    assert len(events(EventFilter(action="performance.batch_workbook"))) == 1


def test_what_was_found_stays_as_it_is(place, at):
    batch = sent(at("finance"), 对的=table("96"))
    for change in (lambda one: one.update(errors=9), lambda one: one.delete()):
        with pytest.raises(IntegrityError, match="BATCH-002"), transaction.atomic():
            change(CheckedBatch.objects.filter(pk=batch.pk))
    batch.content = batch.content.replace("96", "97")
    with pytest.raises(HuiliuError, match="BATCH-003"):
        selectors.found_in(batch)


def test_without_a_file_or_the_permission_nothing_is_checked(place, at):
    assert "必填" in at("finance").post(f"{ADDRESS}new/", {"profile": ""}).content.decode()
    assert at("leader").get(ADDRESS).status_code == 403
    assert not CheckedBatch.objects.exists()
