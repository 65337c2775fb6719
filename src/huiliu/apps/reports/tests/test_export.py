"""A month as a file: what the page shows, within the asker's reach."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from huiliu.apps.exports.selectors import exports
from huiliu.apps.jobs.services import jobs_run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAID = "pensions_paid"


@pytest.fixture
def ask(make):
    """`ask(client, format="csv")`: January is asked for as a file, made, and downloaded."""
    for month in (202412, 202501):
        make(PAID, month)

    def asked(client, show="&against=both&detail=town", **more):
        from django.conf import settings

        from huiliu.apps.control.selectors.purposes import accepted_matters

        matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
        form = {"format": "csv", "matter": matter, "case_number": "GD-7", **more}
        assert client.post(f"/reports/{PAID}/export/?month=202501{show}", form).status_code == 302
        assert jobs_run() == 1
        export = exports().get()
        assert export.state == "ready", export.job.code
        return export, io.BytesIO(b"".join(client.get(f"/exports/{export.key}/file/").streaming_content))

    return asked


def tables(raw):
    with zipfile.ZipFile(raw) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv") and "目录" not in name]
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))) for name in names
        }


def test_a_key_without_the_list_does_not_fetch_small_groups(ask, sign_in):
    """By the key itself they would be hidden; the file was made by its owner, who may list."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from huiliu.apps.accounts.services import api_key_create
    from huiliu.apps.audit.services import SYSTEM

    export, _raw = ask(sign_in("clerk"))
    owner = get_user_model().objects.get(username="clerk")

    def fetched(*more):
        given = ["query.export", "query.reports", *more]
        made = api_key_create(owner=owner, label="下载", permissions=given, days=1, actor=SYSTEM)
        return Client().get(f"/api/v1/exports/{export.key}/file", headers={"Authorization": f"Bearer {made.secret}"})

    assert fetched().json()["code"] == "EXPORT-001"
    assert fetched("query.view_list").status_code == 200


def test_a_month_as_csv(ask, sign_in):
    export, raw = ask(sign_in("clerk"))
    assert export.title == "养老待遇发放 2025-01"
    assert str(export.as_of) == "2025-04-01"
    ((head, *rows),) = tables(raw).values()
    assert head[:8] == [
        "险种", "县区", "街道乡镇", "人数", "人数 比2024-12", "人数 比2024-12%",
        "人数 比2024-01（无报表）", "人数 比2024-01（无报表）%",
    ]  # fmt: skip
    whole = next(row for row in rows if row[:3] == ["全部", "合计", "合计"])
    amount = head.index("待遇金额")
    assert whole[amount : amount + 5] == ["2861.35", "261.35", "'+10.05%", "", "—"]
    assert len(rows) == 11  # over all the whole and two counties with a town each; each scheme's whole, county and town


def test_what_is_not_shown_does_not_leave(ask, sign_in):
    _, raw = ask(sign_in("clerk"), show="&against=none")
    ((head, *rows),) = tables(raw).values()
    assert head == ["险种", "县区", "人数", "笔数", "待遇金额", "个人账户支付金额", "人均金额"]
    assert rows[0] == ["全部", "合计", "2", "2", "2861.35", "", "1430.68"]
    assert len(rows) == 7


def test_each_county_in_a_file_of_its_own(ask, sign_in):
    _, raw = ask(sign_in("clerk"), split="county")
    found = tables(raw)
    assert len(found) == 2
    assert [{row[1] for row in rows[1:]} for _, rows in sorted(found.items())] == [
        {"449902 源城区（合成）"}, {"449921 紫金县（合成）"},
    ]  # fmt: skip


def test_a_county_takes_out_its_own_rows(ask, sign_in_at):
    _, raw = ask(sign_in_at(division="449921"))
    ((_, *rows),) = tables(raw).values()
    assert {row[1] for row in rows} == {"合计", "449921 紫金县（合成）"}
    assert {row[3] for row in rows} == {"1"}


def test_workbook_keeps_amounts_as_numbers(ask, sign_in):
    _, raw = ask(sign_in("clerk"), format="xlsx")
    rows = CalamineWorkbook.from_filelike(raw).get_sheet_by_name("数据").to_python()
    amount = rows[0].index("待遇金额")
    assert Decimal(str(rows[1][amount])) == Decimal("2861.35")


def test_who_exports_nothing_takes_out_no_report(make, sign_in):
    make(PAID, 202501)
    client = sign_in("leader")
    assert client.get(f"/reports/{PAID}/export/?month=202501").status_code == 403
    assert f"/reports/{PAID}/export/" not in client.get(f"/reports/{PAID}/").content.decode()


def test_a_month_that_is_not_made_is_not_there(make, sign_in):
    client = sign_in("clerk")
    assert client.get(f"/reports/{PAID}/export/?month=202501").status_code == 404
    assert client.get(f"/reports/{PAID}/export/").status_code == 404
