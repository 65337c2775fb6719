"""The pages of imports, as a person at the post sees them."""

import html

import pytest

from huiliu.apps.funds.models import Event, ImportFile, ImportMapping
from huiliu.apps.funds.services import import_preview
from huiliu.apps.funds.tests.test_importing import AUTHORITY, PAYMENT, QUOTA, book, send, write
from huiliu.budget.reconcile import reconciled_figures
from huiliu.kernel.figures import agrees

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BASE = "/funds/jia-it/2024/imports/"
STATEMENT = [
    ["交易日期", "凭证号", "借方发生额", "贷方发生额", "对方户名"],
    ["2024-10-19", "Z1", 60000, None, "甲公司"],
    ["2024-12-01", "F1", 5, None, "银行"],
]


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def upload(client, code, rows):
    file = book(rows)
    file.seek(0)
    file.name = "导出.xlsx"
    return client.post(f"{BASE}new/", {"code": code, "file": file}, follow=True)


def test_from_the_file_to_the_ledger(books, at):
    client = at("kuai")
    page = html.unescape(upload(client, "integrated-authority", AUTHORITY).content.decode())
    for text in ("待确认", "figures/rows.new/", "200,000.00", "文〔2024〕1号", "确认导入"):
        assert text in page, text
    assert Event.objects.count() == 0
    file = ImportFile.objects.get()
    page = html.unescape(client.post(f"{BASE}{file.pk}/write/", follow=True).content.decode())
    assert ("已记入台账 1 个事件" in page, "各行的去向" in page) == (True, True)
    assert "已导入" in text_of(client, BASE)
    assert "已经导入" in html.unescape(client.post(f"{BASE}{file.pk}/write/", follow=True).content.decode())
    assert Event.objects.count() == 1


def test_what_is_wrong_is_said_beside_the_file_or_row(books, at):
    client = at("kuai")
    assert "没有找到表头" in html.unescape(upload(client, "integrated-quota", [["别的"]]).content.decode())
    page = html.unescape(upload(client, "integrated-quota", [*QUOTA, ["通知2", "某日", 1]]).content.decode())
    for text in ("不能导入", "要改的行", "B 列“到账日期”", "日期写法不在约定之内"):
        assert text in page, text
    assert "确认导入" not in page


def test_payments_are_confirmed_by_the_cashier(books, at):
    for code, rows in (("integrated-authority", AUTHORITY), ("integrated-quota", QUOTA)):
        write(books, send(books, code, rows))
    file = send(books, "integrated-payment", PAYMENT)
    assert "确认导入" not in text_of(at("kuai"), f"{BASE}{file.pk}/")
    assert "确认导入" in text_of(at("chu"), f"{BASE}{file.pk}/")
    assert at("chu").get(f"{BASE}new/").status_code == 403
    answer = at("ling").post(f"{BASE}{file.pk}/write/", follow=True)
    assert "没有“拨付和退款”的权限" in html.unescape(answer.content.decode())


def test_a_comparison_shows_figures_that_can_be_made_again(books, at):
    for code, rows, who in (
        ("integrated-authority", AUTHORITY, "kuai"), ("integrated-quota", QUOTA, "kuai"),
        ("integrated-payment", PAYMENT, "chu"),
    ):  # fmt: skip
        write(books, send(books, code, rows), who)
    file = send(books, "bank-statement", STATEMENT)
    page = text_of(at("ling"), f"{BASE}{file.pk}/")
    for text in ("有差异", "日期不同", "只在对账单", "只在台账", "60,005.00", "-600.50"):
        assert text in page, text
    book_of = reconciled_figures(import_preview(file).pairs)
    for figure in book_of.values():
        assert agrees(figure, book_of)
        assert figure.text() in text_of(at("ling"), f"{BASE}{file.pk}/figures/{figure.id}/")
    assert at("ling").get(f"{BASE}{file.pk}/figures/none/").status_code == 404


def test_a_file_that_is_gone_is_said_and_not_shown(books, at, settings):
    file = send(books, "integrated-authority", AUTHORITY)
    for kept in (settings.HUILIU_HOME / "attachments").iterdir():
        kept.unlink()
    assert "缺失或已被改动" in text_of(at("kuai"), f"{BASE}{file.pk}/")


def test_the_office_changes_how_an_export_is_read(books, at):
    client, path = at("kuai"), f"{BASE}mappings/integrated-quota/"
    page = text_of(client, path)
    assert "到账日期、下达日期、日期" in page
    given = {
        "label": "本局额度", "unit": "wan", "sign": "positive", "dates": ["iso"], "column_day": "何时",
        "column_amount": "多少，合计多少", "column_number": "批文",
    }  # fmt: skip
    assert "没有写明这些栏目的表头：日期" in html.unescape(
        client.post(path, {**given, "column_day": " "}).content.decode()
    )
    assert client.post(path, given).status_code == 302
    content = ImportMapping.objects.get().content
    assert content["columns"] == {"day": ["何时"], "amount": ["多少", "合计多少"], "number": ["批文"]}
    assert "本局额度" in text_of(client, BASE)
    assert at("chu").get(path).status_code == 403
    assert client.get(f"{BASE}mappings/none/").status_code == 404
