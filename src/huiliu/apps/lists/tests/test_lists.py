"""批量查询 as clerks do it: the list comes back row by row, with what is known, what is not, and what was repaired."""

import io
import json
import os
import re

import pytest
import pyzipper
from python_calamine import CalamineWorkbook

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.tests.town import LI, LI_ID, WANG_ID, ZHANG, ZHANG_ID, ZHOU_ID
from huiliu.apps.exports.selectors import exports
from huiliu.apps.exports.services import exports_remove
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.lists.models import ColumnTemplate, ListLookUp
from huiliu.apps.lists.services.keeping import lists_sweep
from huiliu.apps.lists.tests.conftest import body, listed, workbook

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ABSENT = "449900196001010013"


DAMAGED = [
    ["序号", "姓名", "身份证号码", "金额"],
    [1, "张三", ZHANG_ID, 1234.5],
    [2, "不在库", ABSENT, None],
    [3, "李㛃", f"'{LI_ID.lower()} ", None],
    [4, "坏号", "4.41602E+17", None],
    [None, None, None, None],
    [6, "数字", 449900197001010018, None],
    [7, "全角", "".join(chr(ord(c) + 0xFEE0) for c in ZHOU_ID), None],
    [8, "旧号", "449900700101001", None],
    [9, "张三", ZHANG_ID, None],
]


class TestFile:
    def test_the_same_rows_in_the_same_order_with_what_became_of_them(self, send, sign_in):
        client = sign_in("clerk")
        answer = send(client, "file", file=workbook(DAMAGED))
        assert exports().get().password.reveal() in body(answer)
        head, *rows = listed(client)
        assert head == [
            "序号",
            "姓名",
            "身份证号码",
            "金额",
            "查询结果",
            "号码还原",
            "说明",
            "姓名（库中）",
            "行政区划代码",
        ]
        assert [row[4] for row in rows] == [
            "找到", "未找到", "找到", "号码有误", "号码有误", "号码有误", "找到", "找到", "找到",
        ]  # fmt: skip
        assert [row[7] for row in rows] == ["张*", "", "李*", "", "", "", "周*", "张*", "张*"]
        assert rows[0][:4] == [1, "张三", ZHANG_ID, "1234.5"]
        assert rows[2][5] == "已还原：去掉空格和不可见字符、去掉引号、小写 x 改为大写"
        assert "科学计数法" in rows[3][6]
        assert rows[4][6] == "号码为空"
        assert "只保留前 15 位" in rows[5][6]
        assert rows[6][5] == "已还原：全角转半角"
        assert rows[7][5] == "已还原：15 位换算为 18 位"
        assert rows[0][8].startswith("449902")

    def test_split_by_geography(self, send, sign_in):
        """Whom the list finds, by county, each file in the order of the list; who is not found stands with no place."""
        client = sign_in("clerk")
        send(client, "file", file=workbook(DAMAGED), split="county")
        password = exports().get().password.reveal().encode()
        jobs_run()
        raw = b"".join(client.get(f"/exports/{exports().get().key}/file/").streaming_content)
        with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
            archive.setpassword(password)
            books = {
                name: CalamineWorkbook.from_filelike(io.BytesIO(archive.read(name))).get_sheet_by_name("数据")
                for name in archive.namelist() if name.endswith(".xlsx")
            }  # fmt: skip
        found = {name: sheet.to_python()[1:] for name, sheet in books.items()}
        assert {name: [row[0] for row in listed] for name, listed in found.items() if name != "目录.xlsx"} == {
            "批量查询结果_未填写.xlsx": [2, 4, "", 6],
            "批量查询结果_源城区（合成）.xlsx": [1, 8, 9],
            "批量查询结果_紫金县（合成）.xlsx": [3, 7],
        }
        assert [row[3] for row in found["目录.xlsx"]] == [4, 3, 2, 9]
        look = ListLookUp.objects.get()
        assert (look.rows, look.found, look.missing, look.wrong) == (9, 5, 1, 3)

    def test_what_other_tables_say_of_each_person_stands_beside_them(self, send, sign_in):
        """张三 paid two months of three and owes one; 李㛃 drew a pension until January; 王𬭎's last payment failed."""
        client = sign_in("clerk")
        columns = [
            "last_paid_month", "paid_months", "arrears_months", "arrears_person", "benefit_last_month",
            "benefit_last_total", "benefit_last_state", "certified_due",
        ]  # fmt: skip
        rows = [["身份证号"], [ZHANG_ID], [LI_ID], [WANG_ID], [ABSENT]]
        send(client, "file", file=workbook(rows), columns=columns)
        head, *found = listed(client)
        assert head[4:] == [
            "最近足额缴费年月", "职工养老到账月数", "欠费月数", "欠费中个人未缴金额", "最近待遇年月",
            "最近待遇年月的待遇金额", "最近待遇的支付状态", "下次认证日期",
        ]  # fmt: skip
        assert [row[4:] for row in found] == [
            ["2025-01", 2, 1, 320, "", "", "", ""],
            ["", "", "", "", "2025-01", 2600, "1 已支付", ""],
            ["", "", "", "", "2025-02", 261.35, "2 支付失败", ""],
            [""] * 8,
        ]

    def test_only_rows_of_a_scheme_within_reach_are_summed_up(self, send, sign_in_at):
        client = sign_in_at(schemes=("170",))
        send(client, "file", pasted=f"{WANG_ID}\n{ZHANG_ID}", columns=["benefit_last_total", "paid_months"])
        _head, *found = listed(client)
        assert [row[1] for row in found] == ["找到", "未找到"]
        assert found[0][4:] == [261.35, ""]

    def test_a_day_without_a_table_is_named(self, send, sign_in, monkeypatch):
        from dataclasses import replace

        from huiliu.apps.lists.selectors import topic
        from huiliu.apps.lists.services import answering

        known = topic()
        gone = replace(known.summaries[0], table=replace(known.summaries[0].table, name="not_there", label="没有的表"))
        monkeypatch.setattr(answering, "topic", lambda: replace(known, summaries=(gone,)))
        client = sign_in("clerk")
        for act in ("show", "file"):
            assert "没有的表" in body(send(client, act, pasted=ZHANG_ID, columns=[gone.name]))
        assert not exports().exists()

    def test_the_counts_stay_with_the_record(self, send, sign_in):
        client = sign_in("clerk")
        send(client, "file", file=workbook(DAMAGED))
        listed(client)
        look = ListLookUp.objects.get()
        assert (look.rows, look.found, look.missing, look.several, look.wrong, look.repaired) == (9, 5, 1, 0, 3, 3)
        assert "找到" in body(client.get("/lists/"))

    def test_person_numbers_that_lost_their_zeros_or_became_numbers(self, send, sign_in):
        client = sign_in("clerk")
        rows = [["人员编码"], [int(ZHANG)], [f"{LI}.0"], ["4.4990000000003E+13"], ["0"]]
        send(client, "file", file=workbook(rows), by="person_no", columns=["person_no"])
        _head, *found = listed(client)
        assert [row[1] for row in found] == ["找到", "找到", "找到", "未找到"]
        assert found[0][4] == ZHANG
        assert found[2][2] == "已还原：科学计数法还原"

    def test_at_rest_nothing_can_be_read_and_the_list_goes_once_it_is_answered(self, send, sign_in, settings):
        client = sign_in("clerk")
        send(client, "file", file=workbook(DAMAGED))
        folder = settings.HOME.root / "lists"
        (kept,) = folder.iterdir()
        assert ZHANG_ID.encode() not in kept.read_bytes()
        assert "张三".encode() not in kept.read_bytes()
        assert kept.stat().st_mode & 0o077 == 0
        assert lists_sweep() == 0
        jobs_run()
        assert lists_sweep() == 1
        assert list(folder.iterdir()) == []
        assert ListLookUp.objects.get().is_kept is False
        assert lists_sweep() == 0

    def test_the_daily_job_sweeps(self, send, sign_in, settings):
        from huiliu.apps.exports.jobs import daily

        send(sign_in("clerk"), "file", file=workbook(DAMAGED))
        jobs_run()
        left = settings.HOME.root / "lists" / "0000.sealed"
        left.write_bytes(b"x")
        os.utime(left, (0, 0))
        assert daily() == 0
        assert list((settings.HOME.root / "lists").iterdir()) == []

    def test_a_list_that_is_being_laid_down_is_not_swept(self, send, sign_in, settings, monkeypatch):
        """Its file is there before others can see its record."""
        from huiliu.apps.lists.services import looking

        def swept(*given):
            kept(*given)
            with monkeypatch.context() as others:  # as another process sees it: no record yet
                others.setattr(ListLookUp.objects, "filter", lambda **_: ListLookUp.objects.none())
                lists_sweep()

        kept = looking.list_keep
        monkeypatch.setattr(looking, "list_keep", swept)
        client = sign_in("clerk")
        send(client, "file", file=workbook(DAMAGED))
        assert len(listed(client)) == 10

    def test_a_refused_export_leaves_no_list(self, send, sign_in, settings):
        shown = body(send(sign_in("clerk"), "file", pasted=ZHANG_ID, format="doc"))
        assert "选择" in shown
        assert not ListLookUp.objects.exists()
        assert not list((settings.HOME.root / "lists").glob("*"))

    def test_a_file_with_numbers_in_full_is_sealed(self, send, sign_in):
        assert "必须加密" in body(send(sign_in("clerk"), "file", pasted=ZHANG_ID, is_encrypted=None))
        assert not exports().exists()
        assert not ListLookUp.objects.exists()

    def test_a_damaged_list_is_not_answered(self, send, sign_in, settings):
        send(sign_in("clerk"), "file", file=workbook(DAMAGED))
        (kept,) = (settings.HOME.root / "lists").iterdir()
        assert exports().get().columns[2] == {"label": "身份证号码", "level": "L4", "full": True}
        kept.write_bytes(kept.read_bytes()[:-1])
        jobs_run()
        assert (exports().get().state, exports().get().job.code) == ("stopped", "LIST-006")
        assert exports_remove() == 0

    def test_nothing_personal_stands_in_audit_or_rows(self, send, sign_in):
        client = sign_in("clerk")
        send(client, "file", file=workbook(DAMAGED))
        send(client, pasted=f"{ZHANG_ID}\n{ABSENT}")
        jobs_run()
        told = " ".join(f"{e.action} {e.object_key} {e.purpose} {e.details} {e.after}" for e in events(EventFilter()))
        for value in (ZHANG_ID, LI_ID, ABSENT, "张三", ZHANG):
            assert value not in told
        (asked,) = events(EventFilter(action="lists.ask"))
        assert asked.details == {"rows": 9, "by": "auto", "columns": ["name", "division"]}
        assert asked.purpose.endswith("GD-7")
        (shown,) = events(EventFilter(action="lists.show"))
        assert (shown.details["found"], shown.details["missing"]) == (1, 1)
        kept = json.dumps(list(exports().values_list("parameters", flat=True)), default=lambda v: v.at_rest())
        assert ListLookUp.objects.get().key not in kept


class TestReach:
    def test_out_of_reach_is_as_absent(self, send, sign_in_at):
        """紫金 sees 李㛃 and 周迁; 张三 and somebody who does not exist are answered alike, also with damage."""
        client = sign_in_at("449921")
        rows = [["身份证号"], [LI_ID], [ZHANG_ID], [ABSENT], [ZHANG], ["449900197001010012"], ["449900196001010011"]]
        send(client, "file", file=workbook(rows))
        _head, *found = listed(client)
        assert found[0][1] == "找到"
        assert found[1][1:] == found[2][1:] == found[3][1:]
        assert found[4][1:] == found[5][1:]
        assert found[4][1] == "号码有误"

    def test_a_scheme_reaches_whom_it_has(self, send, sign_in_at):
        client = sign_in_at(schemes=("170",))
        shown = body(send(client, pasted=f"{WANG_ID}\n{ZHANG_ID}"))
        assert "找到 1，未找到 1" in shown

    def test_protected_columns_are_masked_whatever_the_grant(self, send, sign_in_at):
        client = sign_in_at(level="L4")
        every = ["name", "id_number", "mobile", "bank_account", "born_on"]
        send(client, "file", pasted=ZHANG, by="person_no", columns=every)
        _head, row = listed(client)
        assert row[4:] == ["张*", "449****0018", "138****0001", "6222****0001", "****"]


class TestPage:
    def test_a_short_list_is_answered_at_once(self, send, sign_in):
        shown = body(send(sign_in("clerk"), pasted=f"{ZHANG_ID[:6]} {ZHANG_ID[6:]}\r\n{ABSENT}\n4.41602E+17\n"))
        assert "共 3 行：找到 1，未找到 1，不唯一 0，号码有误 1；其中 1 行的号码经还原" in shown
        assert "张*" in shown
        assert 'href="/datahub/persons/' in shown

    def test_the_numbers_are_shown_masked(self, send, sign_in):
        answer = send(sign_in("clerk"), file=workbook([["身份证号"], [ZHANG_ID]]))
        assert "449****0018" in body(answer)
        assert ZHANG_ID not in body(answer)
        assert answer["Cache-Control"] == "no-store"

    def test_a_long_list_is_for_the_background(self, send, sign_in):
        shown = body(send(sign_in("clerk"), pasted="\n".join([ZHANG_ID] * 201)))
        assert "名单超过 200 行" in shown

    def test_of_others_nothing_is_listed(self, send, sign_in):
        client = sign_in("clerk")
        send(client, "file", pasted=ZHANG_ID)
        client.logout()
        empty = body(sign_in("checker").get("/lists/"))
        assert "还没有生成过结果文件" in empty
        assert "完成后在这里下载" in empty

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({}, "二者选一"),
            ({"pasted": ZHANG_ID, "matter": ""}, "请选择事由"),
            ({"pasted": ZHANG_ID, "case_number": "13800138000"}, "手机号码"),
            ({"pasted": ZHANG_ID, "columns": []}, "请至少选择一列"),
            ({"pasted": ZHANG_ID, "columns": ["secret"]}, "secret"),
        ],
    )
    def test_what_is_missing_is_said(self, send, sign_in, more, words):
        assert words in body(send(sign_in("clerk"), **more))
        assert not list(events(EventFilter(action="lists.show")))

    def test_rows_are_counted_against_the_day(self, send, sign_in, monkeypatch):
        from huiliu.apps.control.services import counts

        monkeypatch.setattr(counts, "limit_of", lambda _counted, _day: 3)
        client = sign_in("clerk")
        assert "共 2 行" in body(send(client, pasted=f"{ZHANG_ID}\n{LI_ID}"))
        shown = body(send(client, pasted=f"{ZHANG_ID}\n{LI_ID}"))
        assert "本次 2 行，加上今日已用的超过批量查询行数 3 行的上限" in shown
        assert "共 1 行" in body(send(client, pasted=ZHANG_ID))


class TestTemplates:
    def test_columns_are_kept_and_chosen_again(self, send, sign_in):
        client = sign_in("clerk")
        send(client, pasted=ZHANG_ID, columns=["mobile", "bank"], keep_as=" 银行  账户 ")
        kept = ColumnTemplate.objects.get()
        assert (kept.name, kept.columns) == ("银行 账户", ["mobile", "bank"])
        page = body(client.get(f"/lists/?template={kept.pk}"))
        assert re.findall(r'name="columns" value="(\w+)"[^>]* checked', page) == ["mobile", "bank"]
        send(client, pasted=ZHANG_ID, columns=["name"], keep_as="银行 账户")
        assert ColumnTemplate.objects.get().columns == ["name"]
        assert client.post(f"/lists/templates/{kept.pk}/remove/").status_code == 302
        assert not ColumnTemplate.objects.exists()

    def test_those_of_others_are_not_there(self, send, sign_in):
        client = sign_in("clerk")
        send(client, pasted=ZHANG_ID, keep_as="银行列")
        kept = ColumnTemplate.objects.get()
        client.logout()
        other = sign_in("checker")
        assert "银行列" not in body(other.get(f"/lists/?template={kept.pk}"))
        assert other.post(f"/lists/templates/{kept.pk}/remove/").status_code == 404
        assert ColumnTemplate.objects.exists()

    def test_a_name_does_not_name_a_person(self, send, sign_in):
        assert "证件号码" in body(send(sign_in("clerk"), pasted=ZHANG_ID, keep_as=ZHANG_ID))
        assert not ColumnTemplate.objects.exists()
