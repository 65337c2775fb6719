"""An agency's own form: read, kept as a template, and given back filled in by a look-up."""

import io

import pytest
import pyzipper
from python_calamine import CalamineWorkbook

from documents.forms import agency_form
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.tests.town import LI_ID, ZHANG_ID, ZHOU_ID
from huiliu.apps.exports.selectors import exports
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.lists.models import FormTemplate, ListLookUp
from huiliu.apps.lists.services.keeping import lists_sweep
from huiliu.apps.lists.tests.conftest import workbook
from support.scale import variants
from web.hostile_files import LAUGHS, MACROS, TEMPLATE, changed

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PEOPLE = (("张三", ZHANG_ID), ("李四", None), ("李㛃", f" {LI_ID.lower()}"), ("不在库", "449900196001010013"))
CHOSEN = {
    "现居住地/所属县区": "division", "现居住地/乡镇": "town_name", "手机号码": "mobile", "备注": "_remark",
}  # fmt: skip


def body(answer):
    return answer.content.decode()


def save(client, places=CHOSEN, name="低保核查", number="公民身份 号码", **more):
    sent = {"name": name, "number": number, "heading": list(places), "target": list(places.values()), **more}
    return client.post("/lists/forms/save/", sent)


def filled(client):
    password = exports().get().password.reveal().encode()
    assert jobs_run() == 1
    export = exports().get()
    assert export.state == "ready", export.job.code
    raw = b"".join(client.get(f"/exports/{export.key}/file/").streaming_content)
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        return archive.read("批量查询结果.xlsx", password)


def test_look_up_by_list(send, sign_in):
    """民政's form comes back with the same rows, and what it asks for under its own headings."""
    client = sign_in("clerk")
    save(client)
    shown = send(
        client, "file", file=agency_form(PEOPLE, (100, 20)), form=str(FormTemplate.objects.get().pk), columns=[]
    )
    assert exports().get().password.reveal() in body(shown)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(filled(client))).get_sheet_by_name("核查名单")
    rows = sheet.to_python(skip_empty_area=False)
    assert rows[0][0] == "合成市低保对象核查表"
    assert [row[3:6] for row in rows[4:8]] == [
        ["449902 源城区（合成）", "城关镇", "138****0001"], ["", "", ""],
        ["449921 紫金县（合成）", "城关镇", "138****0002"], ["", "", ""],
    ]  # fmt: skip
    assert [row[8] for row in rows[4:8]] == ["", "号码为空", "", ""]
    assert [row[9] for row in rows[2:8]] == [
        "查询结果", "", "找到", "号码有误；号码为空", "找到；已还原：去掉空格和不可见字符、小写 x 改为大写", "未找到",
    ]  # fmt: skip
    assert [row[1:3] for row in rows[4:8]] == [[name, number or ""] for name, number in PEOPLE]
    assert rows[8][0] == "合计"
    assert ((0, 0), (0, 8)) in sheet.merged_cell_ranges
    look = ListLookUp.objects.get()
    assert (look.rows, look.found, look.missing, look.wrong, look.columns) == (
        4, 2, 1, 1, ["division", "town_name", "mobile"],
    )  # fmt: skip


def test_the_template_may_say_where_the_verdict_stands(send, sign_in):
    client = sign_in("clerk")
    save(client, {"手机号码": "mobile", "备注": "_verdict"})
    send(client, "file", file=agency_form(PEOPLE), form=str(FormTemplate.objects.get().pk))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(filled(client))).get_sheet_by_name("核查名单").to_python()
    assert len(rows[4]) == 9
    assert [row[8] for row in rows[4:8]] == ["找到", "号码有误", "找到", "未找到"]


def test_at_rest_the_workbook_cannot_be_read_and_goes_with_its_list(send, sign_in, settings):
    client = sign_in("clerk")
    save(client)
    send(client, "file", file=agency_form(PEOPLE), form=str(FormTemplate.objects.get().pk))
    folder = settings.HOME.root / "lists"
    kept = list(folder.iterdir())
    assert len(kept) == 2
    for path in kept:
        assert path.stat().st_mode & 0o077 == 0
        assert b"PK\x03\x04" not in path.read_bytes()
        assert ZHANG_ID.encode() not in path.read_bytes()
    assert lists_sweep() == 0
    assert len(list(folder.iterdir())) == 2
    jobs_run()
    assert lists_sweep() == 1
    assert list(folder.iterdir()) == []


def test_a_damaged_workbook_is_not_filled(send, sign_in, settings):
    client = sign_in("clerk")
    save(client)
    send(client, "file", file=agency_form(PEOPLE), form=str(FormTemplate.objects.get().pk))
    (book,) = (path for path in (settings.HOME.root / "lists").iterdir() if "-book" in path.name)
    book.write_bytes(book.read_bytes()[:-1])
    jobs_run()
    assert (exports().get().state, exports().get().job.code) == ("stopped", "LIST-006")


class TestReading:
    def test_what_the_headings_mean_is_suggested(self, office, sign_in):
        client = sign_in("clerk")
        page = body(client.post("/lists/forms/", {"file": agency_form(PEOPLE), "number": ""}))
        assert "<b>公民身份 号码</b>" in page
        for heading, target in CHOSEN.items():
            line = page.split(f'value="{heading}"')[1].split("</tr>")[0]
            assert f'value="{target}" selected' in line
        assert " selected" not in page.split('value="姓名"')[1].split("</tr>")[0]
        assert ZHANG_ID not in page
        assert "张三" not in page
        assert not FormTemplate.objects.exists()

    @pytest.mark.parametrize(
        ("heading", "target"),
        [
            ("证件类型", "id_type"), ("姓  名", "name"), ("参保人员姓名", "name"), ("联系电话", "phone"),
            ("手机号", "mobile"), ("银行卡号", "bank_account"), ("开户行名称", "bank"), ("AAC003", ""),
            ("是否低保", ""), ("核查结果", "_verdict"), ("所在乡镇（街道）", "town_name"),
        ],
    )  # fmt: skip
    def test_synonyms_of_headings(self, heading, target):
        from huiliu.apps.lists.services.agency_forms import _meant

        assert _meant(heading) == target

    @pytest.mark.parametrize(
        ("hostile", "words"),
        variants(
            [
                (lambda data: changed(data, {"xl/sharedStrings.xml": LAUGHS.encode()}), "文档类型"),
                (lambda data: changed(data, {"[Content_Types].xml": MACROS}), "宏"),
                (lambda data: changed(data, {"xl/vbaProject.bin": b"x"}), "宏"),
                (lambda data: changed(data, {"xl/_rels/workbook.xml.rels": TEMPLATE}), "外部"),
                (lambda data: changed(data, {"xl/media/a.png": bytes(8 << 20)}), "压缩炸弹"),
                (lambda data: data[:-200], "损坏"),
            ],
            fast=2,
        ),
    )
    def test_hostile_files_are_refused(self, office, sign_in, send, hostile, words):
        client = sign_in("clerk")
        save(client)
        for path, more in (("/lists/forms/", {}), ("/lists/", {"form": str(FormTemplate.objects.get().pk)})):
            file = io.BytesIO(hostile(agency_form(PEOPLE).getvalue()))
            file.name = "表.xlsx"
            answer = send(client, "file", file=file, **more) if more else client.post(path, {"file": file})
            assert words in body(answer)
        assert not ListLookUp.objects.exists()


class TestTemplates:
    def test_one_of_the_same_name_is_replaced_and_removed(self, office, sign_in):
        client = sign_in("clerk")
        assert save(client).status_code == 302
        save(client, {"手机号码": "mobile"}, overwrites="on")
        kept = FormTemplate.objects.get()
        assert kept.content == {"number": "公民身份 号码", "places": {"手机号码": "mobile"}, "overwrites": True}
        assert kept.unit is None
        assert "低保核查" in body(client.get("/lists/forms/"))
        assert client.post(f"/lists/forms/{kept.pk}/remove/").status_code == 302
        assert not FormTemplate.objects.exists()
        told = [(e.action, e.object_key) for e in events(EventFilter()) if e.action.startswith("lists.form")]
        assert {action for action, _ in told} == {"lists.form_save", "lists.form_remove"}

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"name": " "}, "没有名称"),
            ({"places": {"手机号码": ""}}, "没有要填写的列"),
            ({"places": {"手机号码": "secret"}}, "没有要填写的列"),
            ({"places": {ZHANG_ID: "name"}}, "证件号码"),
            ({"number": ""}, "没有名称"),
        ],
    )
    def test_what_is_no_template_is_refused(self, office, sign_in, more, words):
        assert words in body(save(sign_in("clerk"), **more))
        assert not FormTemplate.objects.exists()

    def test_those_of_others_are_there_only_when_shared_with_ones_unit(self, office, sign_in):
        from django.contrib.auth import get_user_model

        from huiliu.apps.accounts.services import unit_create
        from huiliu.apps.audit.services import SYSTEM

        client = sign_in("clerk")
        save(client)
        kept = FormTemplate.objects.get()
        client.logout()
        other = sign_in("checker")
        assert "低保核查" not in body(other.get("/lists/forms/"))
        unit = unit_create(code="449902", name="源城区社保局", kind="county", division="449902", actor=SYSTEM)
        get_user_model().objects.update(unit=unit)
        FormTemplate.objects.update(unit=unit)
        assert "低保核查" in body(other.get("/lists/forms/"))
        assert "低保核查" in body(other.get("/lists/"))
        assert other.post(f"/lists/forms/{kept.pk}/remove/").status_code == 404

    def test_sharing_needs_a_unit(self, office, sign_in):
        assert "没有登记机构" in body(save(sign_in("clerk"), is_shared="on"))

    @pytest.mark.parametrize(
        ("more", "words"),
        variants(
            [
                ({"file": workbook([["姓名", "身份证号"], ["张三", ZHANG_ID]])}, "没有找到号码的表头"),
                ({"pasted": ZHOU_ID}, "须上传表格"),
                ({"form": "99999"}, "99999"),
                ({"file": agency_form(())}, "没有可以查询的行"),
                ({"format": "csv"}, "只能是一个 XLSX"),
                ({"split": "county"}, "只能是一个 XLSX"),
            ],
            fast=2,
        ),
    )
    def test_what_does_not_fit_is_said(self, send, sign_in, more, words):
        client = sign_in("clerk")
        save(client)
        given = {"form": str(FormTemplate.objects.get().pk), **more}
        if "pasted" not in given:
            given.setdefault("file", agency_form(PEOPLE))
            given["file"].seek(0)
        assert words in body(send(client, "file", **given))
        assert not ListLookUp.objects.exists()

    def test_a_form_that_lost_a_heading_is_named(self, send, sign_in):
        client = sign_in("clerk")
        save(client, {"手机号码": "mobile", "卡号": "bank_account"})
        shown = send(client, "file", file=agency_form(PEOPLE), form=str(FormTemplate.objects.get().pk))
        assert "没有表头：卡号" in body(shown)
