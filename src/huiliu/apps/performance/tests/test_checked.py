"""Many tables sent in at once: checked by the worker, kept as found, shown with places, handed out, compared."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.jobs.services import job_cancel, jobs_run
from huiliu.apps.performance.models import CheckedBatch, CheckedFolder, CheckRequest
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.apps.performance.services import checked as services
from huiliu.apps.performance.services import checked_papers
from huiliu.apps.performance.tests.checked_files import MOBILE, archive, table
from huiliu.kernel.clock import FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
ADDRESS = "/performance/checked/"


def asked(client, *files, profile=""):
    """The request that an upload makes: each file is a name and its content."""
    given = [SimpleUploadedFile(name, content) for name, content in files]
    answer = client.post(f"{ADDRESS}new/", {"papers": given, "profile": profile})
    assert answer.status_code == 302, answer.content.decode()
    return CheckRequest.objects.latest("pk")


def last_job():
    """The job of the newest request."""
    return CheckRequest.objects.select_related("job").latest("pk").job


def sent(client, **files):
    """The batch that comes of single workbooks."""
    request = asked(client, *((f"{name}.xlsx", content) for name, content in files.items()))
    assert jobs_run() == 1
    request.refresh_from_db()
    return request.batch


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
    for change in (lambda one: one.update(errors=9), lambda one: one._raw_delete(one.db)):
        with pytest.raises(IntegrityError, match="BATCH-002"), transaction.atomic():
            change(CheckedBatch.objects.filter(pk=batch.pk))
    batch.content = batch.content.replace("96", "97")
    for look in (selectors.found_in, selectors.found_anew, selectors.as_data):
        selectors.forget()
        with pytest.raises(HuiliuError, match="BATCH-003"):
            look(batch)


def test_what_was_sent_in_and_asked_stays_as_it_is(place, at):
    batch = sent(at("finance"), 对的=table("96"))
    folders, requests = CheckedFolder.objects.all(), CheckRequest.objects.all()
    changes = (
        lambda: folders.update(papers=[]), lambda: folders.update(left=[{}]), lambda: folders.update(size=1),
        lambda: folders._raw_delete(folders.db), lambda: requests.update(batch=None),
        lambda: requests.update(profile="national"), lambda: requests._raw_delete(requests.db),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError, match="BATCH-006"), transaction.atomic():
            change()
    assert folders.update(removed_at=batch.checked_at) == 1
    with pytest.raises(IntegrityError, match="BATCH-006"), transaction.atomic():
        folders.update(removed_at=None)


def test_without_a_file_or_the_permission_nothing_is_checked(place, at):
    assert "必填" in at("finance").post(f"{ADDRESS}new/", {"profile": ""}).content.decode()
    assert at("leader").get(ADDRESS).status_code == 403
    assert not CheckRequest.objects.exists()


@pytest.fixture(autouse=True)
def home(settings, place):
    """Files lie in the data folder of the test."""
    settings.HUILIU_HOME = place.root
    return place.root


def kept_files(home):
    return sorted(path.name for path in (home / "checked").glob("*/*"))


def test_a_folder_as_zip_with_units_as_folders_and_strangers_named(place, at, home):
    client = at("finance")
    good, nameless, old = table("96"), table("99", agency=""), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    files = {
        "2024/甲县/自评表.xlsx": good, "2024/乙县/自评表.xlsx": nameless, "2024/乙县/旧表.xls": old,
        "2024/乙县/照片.jpg": b"x", "2024/丙县/附件.zip": archive({"a.xlsx": b"a"}),
        f"2024/丙县/{MOBILE}.xlsx": good,
    }  # fmt: skip
    request = asked(client, ("自评.zip", archive(files)))
    assert (request.folder.files, len(request.folder.papers)) == (6, 3)
    assert len(kept_files(home)) == 2  # two hold the same
    assert MOBILE not in json.dumps([request.folder.papers, request.folder.left])
    page = client.get(f"{ADDRESS}requests/{request.pk}/").content.decode()
    assert "等候执行" in page
    assert "没有运行" in page  # no worker in a test
    assert jobs_run() == 1
    answer = client.get(f"{ADDRESS}requests/{request.pk}/")
    request.refresh_from_db()
    batch = request.batch
    assert (answer.status_code, answer.url) == (302, f"{ADDRESS}{batch.pk}/")
    page = client.get(answer.url).content.decode()
    for words in ("乙县", "UPL-004", "UPL-018", "照片.jpg", "内容相同", "第6个文件（含个人号码，略去）.xlsx"):
        assert words in page, words
    assert (batch.files, batch.tables, batch.units, batch.unreadable) == (6, 2, 2, 2)
    assert MOBILE not in page + batch.content
    units = client.get(f"{ADDRESS}{batch.pk}/units/").content.decode()
    assert [name in units for name in ("甲县社保局", "乙县", "丙县")] == [True, True, False]
    one = client.get(f"{ADDRESS}{batch.pk}/units/1/").content.decode()
    assert "EV-S01" in one
    assert "乙县" in one  # it sorts before 甲
    assert client.get(f"{ADDRESS}{batch.pk}/units/3/").status_code == 404


def test_the_exchange_format_is_taken_and_what_only_says_so_is_not(place, at):
    client = at("finance")
    text = {"agency": "丁县社保局", "project": "维护", "year": 2024, "total": 90, "source": "测试", "indicators": [
        {"level1": "产出", "level2": "数量", "level3": "次数", "weight": 100, "score": 80}]}  # fmt: skip
    request = asked(client, ("a.json", json.dumps(text).encode()), ("b.json", b"{"), ("c.json", b"[" * 100_000))
    assert [(paper["name"], paper["kind"]) for paper in request.folder.papers] == [("a.json", "json")]
    assert [left["code"] for left in request.folder.left] == ["UPL-003", "UPL-003"]
    assert jobs_run() == 1
    batch = CheckedBatch.objects.get()
    assert (batch.tables, batch.unreadable) == (1, 2)
    assert client.get(f"{ADDRESS}{batch.pk}/files/1/")["Content-Type"] == "application/octet-stream"


def test_what_is_too_large_is_called_too_large(place, at, monkeypatch):
    """Of a file no more is read than may be kept, so that what is cut off must not be judged by its end."""
    monkeypatch.setattr(checked_papers, "LARGEST", 1000)
    found = asked(at("finance"), ("甲局.json", b'{"agency": "' + b"x" * 2000 + b'"}'))
    assert [(one["code"], one["message"]) for one in found.folder.left] == [("UPL-002", "文件太大")]


def test_names_in_gbk_are_read(place, at):
    data = archive({"~~~~~~.xlsx": table("96")}).replace(b"~~~~~~", "自评表".encode("gb18030"))
    request = asked(at("control"), ("x.zip", data))
    assert request.folder.papers[0]["name"] == "自评表.xlsx"


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../甲.xlsx": b"a"}, "UPL-015"),
        ({"/甲.xlsx": b"a"}, "UPL-015"),
        ({"甲.xlsx": bytes(20 << 20)}, "UPL-013"),
        ({}, "BATCH-004"),
    ],
)
def test_an_archive_that_may_not_be_opened_is_refused_whole(place, at, home, files, words):
    given = {"papers": [SimpleUploadedFile("x.zip", archive(files))], "profile": ""}
    page = at("finance").post(f"{ADDRESS}new/", given).content.decode()
    assert {"UPL-015": "上级目录", "UPL-013": "压缩炸弹", "BATCH-004": "没有文件"}[words] in page
    assert not CheckedFolder.objects.exists()
    assert kept_files(home) == []
    event = events(EventFilter(action="performance.batch_ask"))[0]
    assert event.outcome == "refused"


def test_a_finding_leads_to_its_file_which_leaves_with_an_audit_row(place, at, home):
    client = at("finance")
    wrong = table("99")
    batch = sent(client, 对的=table("96"), 错的=wrong)
    page = client.get(f"{ADDRESS}{batch.pk}/findings/?severity=error").content.decode()
    assert "错的.xlsx" in page
    assert "对的.xlsx" not in page
    part = selectors.parts_of(batch)["错的.xlsx"]
    assert f"{ADDRESS}{batch.pk}/files/{part}/" in page
    answer = client.get(f"{ADDRESS}{batch.pk}/files/{part}/")
    assert answer.content == wrong
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E9%94%99%E7%9A%84.xlsx"
    (event,) = events(EventFilter(action="performance.batch_file"))
    assert (event.actor, event.details["part"]) == ("finance", part)
    assert "错的" not in json.dumps([event.details, event.after], ensure_ascii=False)
    assert client.get(f"{ADDRESS}{batch.pk}/files/9/").status_code == 404
    (folder,) = (home / "checked").iterdir()
    for path in folder.iterdir():
        path.write_bytes(b"another")
    assert "CTRL-046" in client.get(f"{ADDRESS}{batch.pk}/files/{part}/").content.decode()
    assert at("leader").get(f"{ADDRESS}{batch.pk}/files/{part}/").status_code == 403


def test_findings_by_severity_code_and_unit(place, at):
    client = at("finance")
    batch = sent(client, 甲=table("99"), 乙=table("98", agency="乙县社保局"))
    address = f"{ADDRESS}{batch.pk}/findings/"

    def shown(query):
        page = client.get(address + query).content.decode()
        body = page.partition("<tbody>")[2]
        return [unit for unit in ("甲县社保局", "乙县社保局") if unit in body]

    assert shown("") == ["甲县社保局", "乙县社保局"]
    assert shown("?code=EV-S01&unit=1") == ["乙县社保局"]
    assert shown("?severity=error&unit=2") == ["甲县社保局"]
    assert shown("?unit=77") == ["甲县社保局", "乙县社保局"]
    assert shown("?code=<script>") == ["甲县社保局", "乙县社保局"]


def test_the_same_files_by_another_profile_and_compared(place, at):
    client = at("finance")
    first = sent(client, 甲=table("99"), 乙=table("98", agency="乙县社保局"))
    answer = client.post(f"{ADDRESS}requests/{first.request.pk}/again/", {"profile": "gd-heyuan-2024"})
    assert answer.status_code == 302
    assert jobs_run() == 1
    again = CheckedBatch.objects.latest("pk")
    assert (again.pk != first.pk, again.profile) == (True, "gd-heyuan-2024")
    assert CheckedFolder.objects.count() == 1
    mended = sent(client, 甲=table("96"), 丙=table("98", agency="丙县社保局"))
    page = client.get(f"{ADDRESS}{mended.pk}/compare/?earlier={first.pk}").content.decode()
    for words in ("已改正", "只在这一批", "丙县社保局", "只在较早一批", "乙县社保局"):
        assert words in page, words
    assert "请选择较早的一批" in client.get(f"{ADDRESS}{mended.pk}/compare/?earlier=x").content.decode()


def test_the_result_as_json_is_what_was_sealed(place, at):
    client = at("finance")
    batch = sent(client, 对的=table("96"))
    answer = client.get(f"{ADDRESS}{batch.pk}/result.json")
    assert answer.content.decode() == batch.content
    assert events(EventFilter(action="performance.batch_workbook"))[0].details["format"] == "json"


def test_a_cancelled_check_has_no_result_and_may_be_asked_for_again(place, at):
    client = at("finance")
    request = asked(client, ("甲.xlsx", table("96")))
    client.post(f"/jobs/{request.job_id}/cancel/")
    assert last_job().state == "cancelled"
    assert jobs_run() == 0
    page = client.get(f"{ADDRESS}requests/{request.pk}/").content.decode()
    assert "已取消" in page
    assert "已取消" in client.get(ADDRESS).content.decode()
    client.post(f"{ADDRESS}requests/{request.pk}/again/", {"profile": ""})
    assert jobs_run() == 1
    assert CheckedBatch.objects.count() == 1


def test_a_check_that_runs_is_cancelled_between_two_files(place, at, monkeypatch):
    client = at("finance")
    request = asked(client, ("甲.xlsx", table("96")), ("乙.xlsx", table("99")))
    real, user = services.file_kept, request.asked_by
    monkeypatch.setattr("huiliu.apps.jobs.services.kinds.PAUSE", 0)

    def kept(digest, place):
        job_cancel(number=request.job_id, user=user, actor=services.SYSTEM)
        monkeypatch.setattr(services, "file_kept", real)
        return real(digest, place)

    monkeypatch.setattr(services, "file_kept", kept)
    assert jobs_run() == 1
    assert last_job().state == "cancelled"
    assert not CheckedBatch.objects.exists()


def test_without_the_right_at_the_time_of_the_work_nothing_is_checked(place, at):
    from huiliu.apps.accounts.services import Grant, grants_end

    request = asked(at("finance"), ("甲.xlsx", table("96")))
    assert grants_end(user=request.asked_by, why="调离", actor=services.SYSTEM) == Grant.objects.count()
    assert jobs_run() == 1
    assert last_job().code == "BATCH-001"


def test_a_result_that_is_there_is_not_made_again(place, at):
    client = at("finance")
    batch = sent(client, 对的=table("96"))
    job = last_job()
    job.state, job.ended_at = "running", None  # cut off between the result and the end of the job
    job.save()
    assert jobs_run() == 1
    assert last_job().state == "done"
    assert list(CheckedBatch.objects.all()) == [batch]


def test_files_go_when_their_time_is_over_and_results_stay(place, at, home, settings):
    client = at("finance")
    batch = sent(client, 对的=table("96"))
    waiting = asked(client, ("乙.xlsx", table("99")))
    (home / "checked" / "left-behind").mkdir()
    folder = selectors.folder_of_batch(batch)
    days = folder.expires_at - folder.sent_at
    assert days == timedelta(days=30)
    assert services.folders_remove(FixedClock(folder.expires_at - timedelta(minutes=1))) == 0
    assert services.folders_remove(FixedClock(waiting.folder.expires_at + timedelta(days=2))) == 1
    assert [path.name for path in (home / "checked").iterdir()] == [waiting.folder.key]
    page = client.get(f"{ADDRESS}{batch.pk}/").content.decode()
    assert "到期删除" in page
    assert "/files/" not in page
    assert client.get(f"{ADDRESS}{batch.pk}/files/1/").status_code == 404
    answer = client.post(f"{ADDRESS}requests/{batch.request.pk}/again/", {"profile": ""})
    assert "BATCH-005" in answer.content.decode()
    (event,) = events(EventFilter(action="performance.batch_files_remove"))
    assert event.after["files"] == 1
    assert jobs_run() == 1  # the one that waited has its files


def test_a_profile_that_there_is_not_keeps_nothing(place, at, home):
    given = {"papers": [SimpleUploadedFile("a.xlsx", table("96"))], "profile": "x"}
    assert at("finance").post(f"{ADDRESS}new/", given).status_code == 200
    assert kept_files(home) == []
