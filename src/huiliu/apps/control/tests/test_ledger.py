"""The ledger as a workbook, read back by a program that did not write it."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from huiliu.apps.accounts.services import grant_revoke
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.control.services import grant_review, ledger_export

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def read(content: bytes) -> list[list]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.fixture
def granted(office, ask, sign):
    """lan was made a clerk by three signatures, reviewed once; wang's post was revoked."""
    office["lan"].display_name = "=1+1"
    office["lan"].save(update_fields=("display_name",))
    request = ask("chen", "lan", "clerk", schemes=["110", "170"], level="L3", expires_on="2025-12-31")
    for who in ("he", "ling", "shen"):
        sign(request, who)
    grant = office["lan"].grants.get(revoked_at=None)
    grant_review(grant=grant, reviewer=office["nei"], verdict="keep", actor=Actor("nei"))
    grant_revoke(grant=office["wang"].grants.get(), why="调岗", actor=SYSTEM)
    return request


def test_every_grant_stands_in_it_with_whose_word_it_rests_on(office, granted):
    found = ledger_export(actor=Actor("he"))
    assert found.name == "岗位权限管理台账-20250331.xlsx"
    rows = read(found.content)
    assert rows[0][0] == "岗位权限管理台账"
    named = [dict(zip(rows[1], row, strict=True)) for row in rows[2:-1]]
    assert len(named) == len(office) + 1  # lan once before and once now
    lan = next(row for row in named if row["用户名"] == "lan" and row["状态"] == "在用")
    assert {key: lan[key] for key in ("岗位", "险种范围", "数据级别", "授权依据", "审批人", "最近复核")} == {
        "岗位": "业务经办岗", "险种范围": "110、170", "数据级别": "L3", "授权依据": f"申请 {granted.pk}",
        "审批人": "内控审核 he；领导核准 ling；系统赋权 shen", "最近复核": "2025Q1 保留 nei",
    }  # fmt: skip
    wang = next(row for row in named if row["用户名"] == "wang")
    assert (wang["状态"], wang["撤销原因"], wang["授权依据"]) == ("已撤销", "调岗", "系统安装")
    assert "导出人 he" in rows[-1][0]


def test_no_text_becomes_a_formula(granted):
    content = ledger_export(actor=Actor("he")).content
    assert "=1+1" in {row[2] for row in read(content)}
    from zipfile import ZipFile

    sheet = ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet


def test_an_export_leaves_its_row(office):
    ledger_export(actor=Actor("he"))
    event = events(EventFilter(action="control.ledger_export")).get()
    assert (event.actor, event.details) == ("he", {"rows": len(office)})
