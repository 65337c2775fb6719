"""Result sheets: what stands on the paper, that it can be checked against the audit, and that no mask is lost."""

import json

import pypdfium2
import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub.models import SubjectKey
from huiliu.apps.datahub.services import person_full, person_sheet_full, person_sheet_print, unit_sheet_print
from huiliu.apps.datahub.services.full import Viewer
from huiliu.apps.datahub.services.keys import subject_keys, unit_keys
from huiliu.apps.datahub.tests.town import MILL, NIGHT, UNIT, ZHANG, ZHANG_ID
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]  # a sheet is set in type in about half a second
CHECK = {"matter": "business_check", "case_number": "HC-2025-9"}
WHY = Asked(**CHECK)
RAW = ("张三", ZHANG_ID, "13800000001", "6222000000000001", "1970-01-01", "法人甲", "旧址一号")


@pytest.fixture
def keys(town):
    return subject_keys([ZHANG], NIGHT) | unit_keys([UNIT, MILL], NIGHT)


@pytest.fixture
def viewer(keys, django_user_model):
    from huiliu.apps.accounts.services import user_create
    from huiliu.apps.audit.services import SYSTEM

    user = user_create(username="wang", display_name="王敏", post="clerk", actor=SYSTEM).user
    return Viewer(user, Actor("wang", "业务经办岗"), (Scope("", frozenset(), "L4"),))


def text_of(content):
    pages = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_bounded() for page in pages).replace("\r", "").replace("\n", "")


def printed(kind):
    return list(events(EventFilter(action=f"datahub.{kind}_sheet")).order_by("seq"))


def test_a_persons_sheet_says_what_it_is_not_who_printed_it_why_and_from_what(viewer, keys):
    sheet = person_sheet_print(viewer=viewer, key=keys[ZHANG], asked=WHY)
    text = text_of(sheet.content)
    for told in (
        "社会保险查询结果单（个人）", "非参保证明，仅供内部核对", "2025-04-01", "449900_20250401", "C 仅自身一致",
        "王敏（wang）", "业务核查 HC-2025-9", "脱敏信息", sheet.number, "张*", "个人欠缴合计", "320.00", "合成机械厂",
        "企业职工基本养老保险", "补 补缴",
    ):  # fmt: skip
        assert told in text
    assert not [value for value in RAW if value in text]


def test_the_paper_can_be_checked_against_the_audit(viewer, keys):
    sheet = person_sheet_print(viewer=viewer, key=keys[ZHANG], asked=WHY)
    other = person_sheet_print(viewer=viewer, key=keys[ZHANG], asked=WHY)
    first, second = printed("person")
    assert (first.purpose, first.object_key, first.outcome) == ("业务核查 HC-2025-9", keys[ZHANG], "ok")
    assert (first.details["number"], first.details["digest"]) == (sheet.number, sheet.digest)
    assert first.details["file"] == sm3(sheet.content)
    assert first.details["is_full"] is False
    assert sheet.digest[:32] in text_of(sheet.content)
    assert (second.details["number"], second.details["digest"]) == (other.number, other.digest)
    assert sheet.number != other.number
    assert not [value for value in (*RAW, ZHANG) if value in json.dumps(first.details)]


@pytest.mark.parametrize(
    ("asked", "code"), [(Asked("", "A-1"), "PURPOSE-002"), (Asked("business_check", ""), "PURPOSE-003")]
)
def test_without_a_reason_nothing_is_read(viewer, keys, asked, code):
    for printing, key in ((person_sheet_print, keys[ZHANG]), (unit_sheet_print, keys[UNIT])):
        with pytest.raises(HuiliuError) as caught:
            printing(viewer=viewer, key=key, asked=asked)
        assert caught.value.code == code
    assert not events(EventFilter(action="datahub.person_view")).exists()
    assert not events(EventFilter(action="datahub.unit_view")).exists()


def test_without_an_audit_row_no_sheet_leaves(viewer, keys, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.datahub.services.sheets.record_alone", broken)
    with pytest.raises(RuntimeError):
        person_sheet_print(viewer=viewer, key=keys[ZHANG], asked=WHY)


def test_a_sheet_in_full_needs_a_purpose_that_runs(viewer, keys):
    with pytest.raises(HuiliuError) as caught:
        person_sheet_full(viewer=viewer, key=keys[ZHANG])
    assert caught.value.code == "PURPOSE-001"
    assert printed("person") == []
    person_full(viewer=viewer, key=keys[ZHANG], asked=WHY)
    text = text_of(person_sheet_full(viewer=viewer, key=keys[ZHANG]).content)
    assert all(value in text for value in ("张三", ZHANG_ID, "1970-01-01", "完整信息", "55 周岁"))
    assert printed("person")[0].details["is_full"] is True
    assert events(EventFilter(action="datahub.person_full")).count() == 2


def test_a_units_sheet_names_nobody_who_works_there(viewer, keys):
    text = text_of(unit_sheet_print(viewer=viewer, key=keys[UNIT], asked=WHY).content)
    for told in ("社会保险查询结果单（单位）", "合成机械厂", "欠缴合计", "920.00", "2025-02", "单位变更"):
        assert told in text
    assert not [value for value in (*RAW, "张*", ZHANG) if value in text]
    assert printed("unit")[0].object_key == keys[UNIT]


def test_out_of_reach_there_is_no_sheet(viewer, keys):
    narrow = Viewer(viewer.user, viewer.actor, (Scope("449921", frozenset(), "L2"),))
    assert person_sheet_print(viewer=narrow, key=keys[ZHANG], asked=WHY) is None
    assert unit_sheet_print(viewer=narrow, key=keys[UNIT], asked=WHY) is None
    assert printed("person") == []
    assert printed("unit") == []


def test_the_page_asks_why_and_hands_out_the_pdf(keys, control):
    path = f"/datahub/persons/{keys[ZHANG]}/sheet/"
    assert "不是参保证明" in control.get(path).content.decode()
    assert "没有选择查看事由" in control.post(path, {"matter": "", "case_number": "A-1"}).content.decode()
    answer = control.post(path, CHECK)
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "no-store" in answer["Cache-Control"]
    assert ZHANG not in answer["Content-Disposition"]
    unit = control.post(f"/datahub/units/{keys[UNIT]}/sheet/", CHECK)
    assert unit.content[:5] == b"%PDF-"


def test_a_program_gets_the_same_sheets(keys, control):
    for path in (f"persons/{keys[ZHANG]}", f"units/{keys[UNIT]}"):
        answer = control.post(f"/api/v1/{path}/sheet", json.dumps(CHECK), content_type="application/json")
        assert answer.content[:5] == b"%PDF-"
    unknown = control.post(f"/api/v1/persons/{'0' * 32}/sheet", json.dumps(CHECK), content_type="application/json")
    assert unknown.status_code == 404
    assert SubjectKey.objects.count() == 1
