"""An export from asking to removal: whose rows, what is written, who agrees, who gets it, and what is left behind."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import datetime

import pytest
import pyzipper
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.exports.models import Export, ExportDownload
from huiliu.apps.exports.services import export_download, exports_remove
from huiliu.apps.exports.services.building import export_make
from huiliu.apps.jobs.services import JobStopped, Work, job_cancel, jobs_run
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]


def fresh(asked):
    return Export.objects.get(pk=asked.export.pk)


def got(asked, user):
    found = export_download(key=asked.export.key, user=user, actor=Actor("chen", ip="10.1.2.3"))
    return b"".join(found.blocks) if found else None


def files(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


def left(settings):
    folder = settings.HOME.root / "exports"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


class TestMade:
    def test_a_workbook_with_text_identifiers_and_money(self, ask, people, settings):
        asked = ask()
        assert jobs_run() == 1
        export, raw = fresh(asked), got(asked, people["chen"])
        assert (export.state, export.rows, export.snapshot, str(export.as_of)) == ("ready", 3, 7, "2025-03-30")
        assert (export.size, export.digest) == (len(raw), f"sm3:{sm3(raw)}")
        assert export.columns[1] == {"label": "姓名", "level": "L3", "full": False}
        assert export.file_name == f"试验名单_20250331-0900_{export.key[:8]}.xlsx"
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        assert book.get_sheet_by_name("数据").to_python()[1:] == [
            ["44990000000001", "张*", 1234.5], ["44990000000002", "=1+1", 0.1], ["44990000000003", "李*", ""],
        ]  # fmt: skip
        about = dict(book.get_sheet_by_name("说明").to_python())
        assert about["导出人"] == "chen名（chen）"
        assert about["用途"].endswith(" GD-2025-7")
        assert about["数据截至"] == "2025-03-30"

    def test_at_rest_nothing_can_be_read(self, ask, settings):
        asked = ask(format="csv")
        jobs_run()
        assert left(settings) == [f"{asked.export.key}.sealed"]
        kept = (settings.HOME.root / "exports" / f"{asked.export.key}.sealed").read_bytes()
        assert b"PK\x03\x04" not in kept
        assert b"44990000000001" not in kept
        row = json.dumps(list(Export.objects.values_list("parameters", flat=True)), default=lambda v: v.at_rest())
        assert "城南" not in row

    def test_csv_comes_with_its_explanation(self, ask, people):
        asked = ask(format="csv")
        jobs_run()
        found = files(got(asked, people["chen"]))
        assert list(found) == ["试验名单.csv", "说明.txt"]
        assert found["试验名单.csv"].split("\r\n")[1:3] == ["'44990000000001,张*,1234.50", "'44990000000002,'=1+1,0.10"]
        assert "行数：3" in found["说明.txt"]
        assert "单引号" in found["说明.txt"]

    def test_a_file_for_each_county(self, ask, people):
        asked = ask(split="county", format="csv")
        jobs_run()
        found = files(got(asked, people["chen"]))
        assert list(found) == ["试验名单_源城区.csv", "试验名单_紫金县.csv", "目录.csv", "说明.txt"]
        assert found["试验名单_紫金县.csv"].split("\r\n")[1:] == ["'44990000000003,李*,", ""]
        assert found["目录.csv"].split("\r\n") == [
            "文件,地区代码,地区,行数", "试验名单_源城区.csv,449902,源城区,2", "试验名单_紫金县.csv,449921,紫金县,1",
            "合计,,2 个文件,3", "",
        ]  # fmt: skip
        assert "  试验名单_源城区.csv  2 行" in found["说明.txt"]

    @pytest.mark.parametrize("format_", ["xlsx", "pdf"])
    def test_places_of_one_name_are_told_apart_and_rows_without_one_have_their_file(
        self, ask, people, register, format_
    ):
        register.rows = [
            ("", ["44990000000009", "赵*", None]),
            ("449902101 城关镇", ["44990000000001", "张*", None]),
            ("449921101 城关镇", ["44990000000002", "李*", None]),
            ("449921102 柏埔/镇", ["44990000000003", "王*", None]),
        ]
        asked = ask(split="county", format=format_)
        jobs_run()
        with zipfile.ZipFile(io.BytesIO(got(asked, people["chen"]))) as archive:
            assert archive.namelist() == [
                f"试验名单_未填写.{format_}", f"试验名单_城关镇_449902101.{format_}",
                f"试验名单_城关镇_449921101.{format_}", f"试验名单_柏埔镇.{format_}", "目录.xlsx", "说明.txt",
            ]  # fmt: skip
            index = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("目录.xlsx")))
        assert [row[1:] for row in index.get_sheet_by_name("数据").to_python()[1:]] == [
            ["", "未填写", 1], ["449902101", "城关镇", 1], ["449921101", "城关镇", 1], ["449921102", "柏埔/镇", 1],
            ["", "4 个文件", 4],
        ]  # fmt: skip

    @pytest.mark.parametrize("split", ["", "county"])
    def test_rows_that_were_not_counted_do_not_leave(self, ask, register, split):
        asked = ask(split=split)
        register.counted = 4
        jobs_run()
        assert (fresh(asked).state, fresh(asked).job.code) == ("stopped", "EXPORT-011")

    def test_a_part_that_lost_a_row_does_not_leave_though_the_total_is_right(self, ask, register):
        asked = ask(split="county")
        register.told = {"449902": 1, "449921": 2}
        jobs_run()
        assert (fresh(asked).state, fresh(asked).job.code) == ("stopped", "EXPORT-011")

    def test_parts_that_are_not_in_order_are_refused(self, ask, register):
        register.rows.append(("449902 源城区", ["44990000000009", "赵*", None]))
        asked = ask(split="county")
        jobs_run()
        export = fresh(asked)
        assert (export.state, export.job.code) == ("stopped", "EXPORT-007")

    def test_a_sealed_archive_opens_with_the_password_that_was_shown(self, ask, people):
        asked = ask(is_encrypted=True)
        assert len(asked.password) == 16
        assert Export.objects.get().password is not None
        jobs_run()
        assert fresh(asked).password is None
        with pyzipper.AESZipFile(io.BytesIO(got(asked, people["chen"]))) as archive:
            names = archive.namelist()
            assert names == ["试验名单.xlsx", "说明.txt"]
            assert archive.getinfo(names[0]).flag_bits & 1
            archive.setpassword(asked.password.encode())
            assert archive.read(names[0]).startswith(b"PK")

    def test_a_list_to_print(self, ask, people):
        asked = ask(format="pdf")
        jobs_run()
        assert got(asked, people["chen"]).startswith(b"%PDF")


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"format": "doc"}, "EXPORT-003"),
            ({"split": "street"}, "EXPORT-003"),
            ({"case": "13800138000"}, "PURPOSE-003"),
        ],
    )
    def test_what_cannot_be(self, ask, more, code):
        with pytest.raises(HuiliuError, match=code):
            ask(**more)
        assert not Export.objects.exists()

    def test_values_in_full_leave_sealed_only(self, ask, register):
        register.full = True
        with pytest.raises(HuiliuError, match="EXPORT-010"):
            ask()
        asked = ask(is_encrypted=True)
        assert fresh(asked).columns[1] == {"label": "姓名", "level": "L3", "full": True}

    def test_nothing_to_export(self, ask, register):
        register.rows.clear()
        with pytest.raises(HuiliuError, match="EXPORT-002"):
            ask()

    def test_a_right_withdrawn_before_it_is_made_yields_nothing(self, ask, people, settings):
        asked = ask()
        people["chen"].grants.update(revoked_at=settings.HUILIU_CLOCK.now(), revoked_why="调岗")
        jobs_run()
        export = fresh(asked)
        assert (export.state, export.job.code, export.digest) == ("stopped", "EXPORT-001", "")
        assert left(settings) == []

    def test_a_reach_that_shrank_before_it_is_made_holds(self, ask, register, people):
        asked = ask()
        del register.rows[1:]
        jobs_run()
        assert fresh(asked).rows == 1

    def test_a_right_withdrawn_before_the_download_closes_it(self, ask, people, settings):
        asked = ask()
        jobs_run()
        people["chen"].grants.update(revoked_at=settings.HUILIU_CLOCK.now(), revoked_why="调岗")
        people["chen"] = type(people["chen"]).objects.get(username="chen")
        with pytest.raises(HuiliuError, match="EXPORT-001"):
            got(asked, people["chen"])

    def test_more_rows_than_may_leave_unseen(self, ask, register, few):
        del register.rows[2:]
        asked = ask()
        register.rows.append(("449921 紫金县", ["44990000000003", "李*", None]))
        jobs_run()
        assert (fresh(asked).state, fresh(asked).job.code) == ("stopped", "EXPORT-006")


class TestApproval:
    def decide(self, asked, who, people, decision="approved", comment=""):
        from huiliu.apps.control.services import step_decide

        number, decider = asked.export.request_id, people[who]
        return step_decide(number=number, decider=decider, decision=decision, comment=comment, actor=Actor(who))

    def test_a_long_list_waits_for_a_second_person(self, ask, people, few):
        asked = ask()
        assert (asked.export.job, asked.export.request.kind) == (None, "export_large")
        assert asked.export.request.reason == "业务核查 GD-2025-7"
        assert [(c["label"], c["level"]) for c in fresh(asked).columns] == [
            ("人员编码", "L2"), ("姓名", "L3"), ("金额", "L2"),
        ]  # fmt: skip
        assert jobs_run() == 0
        with pytest.raises(HuiliuError):
            self.decide(asked, "wang", people)
        self.decide(asked, "nei", people)
        assert jobs_run() == 1
        assert fresh(asked).state == "ready"
        assert got(asked, people["nei"]) is None

    def test_nobody_agrees_to_their_own(self, ask, people, few):
        asked = ask("nei")
        with pytest.raises(HuiliuError):
            self.decide(asked, "nei", people)
        self.decide(asked, "he", people)
        assert jobs_run() == 1

    def test_what_was_agreed_to_is_all_that_leaves(self, ask, people, register, few):
        asked = ask()
        self.decide(asked, "nei", people)
        register.rows.append(("449921 紫金县", ["44990000000004", "周*", None]))
        jobs_run()
        assert (fresh(asked).state, fresh(asked).job.code) == ("stopped", "EXPORT-006")

    def test_what_was_refused_is_not_made_and_its_password_goes(self, ask, people, few):
        asked = ask(is_encrypted=True)
        self.decide(asked, "nei", people, "rejected", "用途不明")
        assert jobs_run() == 0
        exports_remove()
        assert (fresh(asked).state, fresh(asked).password) == ("stopped", None)

    def test_one_that_is_still_being_judged_stays(self, ask, people, few):
        asked = ask()
        exports_remove()
        assert fresh(asked).state == "asked"


class TestDownload:
    def test_each_one_is_kept_with_time_and_address(self, ask, people, march):
        asked = ask()
        jobs_run()
        got(asked, people["chen"])
        got(asked, people["chen"])
        rows = ExportDownload.objects.values_list("user__username", "at", "address")
        assert list(rows) == [("chen", march.now(), "10.1.2.3")] * 2
        told = list(events(EventFilter(action="exports.download")))
        assert [event.object_key for event in told] == [asked.export.key] * 2

    def test_nobody_changes_what_is_kept(self, ask, people):
        asked = ask()
        jobs_run()
        got(asked, people["chen"])
        with pytest.raises(IntegrityError, match="EXPORT-009"), transaction.atomic():
            ExportDownload.objects.update(address="")
        with pytest.raises(IntegrityError, match="EXPORT-009"), transaction.atomic():
            ExportDownload.objects.all().delete()

    def test_it_is_for_who_asked_and_for_nobody_else(self, ask, people):
        asked = ask()
        jobs_run()
        assert got(asked, people["wang"]) is None
        assert got(asked, people["nei"]) is None
        assert ExportDownload.objects.count() == 0

    def test_after_a_week_it_is_gone(self, ask, people, settings):
        asked = ask()
        jobs_run()
        settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 7, 8, 59, tzinfo=TZ))
        assert exports_remove() == 0
        assert got(asked, people["chen"]) is not None
        settings.HUILIU_CLOCK = FixedClock(datetime(2025, 4, 7, 9, 0, tzinfo=TZ))
        assert got(asked, people["chen"]) is None
        assert exports_remove() == 1
        assert left(settings) == []
        assert (fresh(asked).state, fresh(asked).rows) == ("removed", 3)

    @pytest.mark.parametrize(
        "damage", [lambda raw: raw[:-1], lambda raw: raw[:40] + bytes([raw[40] ^ 1]) + raw[41:], lambda raw: b""]
    )
    def test_a_damaged_file_does_not_leave(self, ask, people, settings, damage):
        asked = ask()
        jobs_run()
        path = settings.HOME.root / "exports" / f"{asked.export.key}.sealed"
        path.write_bytes(damage(path.read_bytes()))
        with pytest.raises(HuiliuError, match="EXPORT-008"):
            got(asked, people["chen"])

    def test_the_file_of_another_export_does_not_pass_for_it(self, ask, people, settings):
        first, second = ask(), ask("wang")
        jobs_run()
        folder = settings.HOME.root / "exports"
        (folder / f"{second.export.key}.sealed").replace(folder / f"{first.export.key}.sealed")
        with pytest.raises(HuiliuError, match="EXPORT-008"):
            got(first, people["chen"])


class TestCut:
    """Whatever ends the work in the middle, nothing half-done is left."""

    def test_cancelled_while_it_is_written(self, ask, people, register, settings):
        asked = ask(is_encrypted=True)
        whole = list(register.rows)

        class Rows(list):
            def __iter__(self):
                yield whole[0]
                job_cancel(number=asked.export.job_id, user=people["chen"], actor=Actor("chen"))
                yield from whole[1:]

        register.rows = Rows(whole)
        jobs_run()
        export = fresh(asked)
        assert (export.state, export.job.state, export.password) == ("stopped", "cancelled", None)
        assert left(settings) == []

    def test_begun_again_it_ends_as_if_it_had_run_once(self, ask, people, settings):
        asked = ask()
        folder = settings.HOME.root / "exports"
        (folder / f"{asked.export.key}.making").mkdir(parents=True)
        (folder / f"{asked.export.key}.making" / "rows.xlsx").write_bytes(b"half")
        (folder / f"{asked.export.key}.sealed").write_bytes(b"half")
        jobs_run()
        first = got(asked, people["chen"])
        assert first.startswith(b"PK")
        export_make(Work(0, asked.export.pk))
        assert got(asked, people["chen"]) == first
        assert left(settings) == [f"{asked.export.key}.sealed"]

    def test_a_worker_that_ends_leaves_nothing(self, ask, settings):
        asked = ask()
        with pytest.raises(JobStopped):
            export_make(Work(asked.export.job_id, asked.export.pk, lambda: True))
        assert (left(settings), fresh(asked).state) == ([], "asked")

    def test_the_daily_job_clears_what_belongs_to_nothing(self, ask, settings):
        asked = ask()
        jobs_run()
        folder = settings.HOME.root / "exports"
        (folder / "0000.making").mkdir()
        (folder / "0000.sealed").write_bytes(b"x")
        exports_remove()
        assert left(settings) == [f"{asked.export.key}.sealed"]


def test_the_audit_tells_what_left_and_what_for(ask, people):
    asked = ask(split="county", format="csv")
    jobs_run()
    (told,) = events(EventFilter(action="exports.ask"))
    assert told.details == {
        "kind": "trial", "format": "csv", "split": "county", "encrypted": False, "rows": 3, "request": None,
        "job": asked.export.job_id,
    }  # fmt: skip
    assert told.purpose.endswith("GD-2025-7")
    (made,) = events(EventFilter(action="exports.make"))
    assert made.after["rows"] == 3
    assert made.details["columns"][1]["level"] == "L3"
    assert "城南" not in str(told.details) + str(made.details)


def test_the_source_gets_the_rights_of_the_moment(ask, people, register):
    ask(split="county")
    jobs_run()
    assert register.asked == [({"town": "城南"}, "county")] * 4
    assert all(len(scopes) == 1 for scopes in register.scopes)
    assert replace(register.scopes[0][0]) == register.scopes[-1][0]
