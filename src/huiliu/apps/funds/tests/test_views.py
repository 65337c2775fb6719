"""The pages and the API of projects, as a person at the post sees them."""

import html
import io
import re
from datetime import date

import pytest
from django.urls import reverse

from huiliu.apps.funds.models import Event, Project
from huiliu.apps.funds.selectors.books import books_of
from huiliu.kernel.figures import agrees

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BASE = "/funds/jia-it/2024/"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def spent(books):
    """20.00万 of budget, 15.76万 of quota on 8 October, a contract, 10万 agreed, 4万 paid, 1万 of it back."""
    books.record("initial", 20_000_000)
    books.record("plan", 2_000_000, (1, 10), month=202403, number="")
    books.record("quota", 15_760_000, (10, 8))
    contract = books.record(
        "commitment", 12_000_000, (3, 1), purpose=books.purposes["upkeep"], payee="甲公司", due=date(2024, 11, 30)
    )
    asked = books.ask(10_000_000, (10, 9), refers=contract)
    books.sign(asked, "fu", "ling")
    books.ask(500, (10, 10), purpose=books.purposes["library"])
    payment = books.pay(asked, 4_000_000, (12, 31))
    books.record("voucher", 4_000_000, (12, 31), refers=payment)
    books.record("refund", 1_000_000, (12, 31), refers=payment)
    books.asked, books.payment = asked, payment
    return books


def text_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def test_an_empty_list_says_what_to_do(at):
    page = text_of(at("ling"), "/funds/")
    assert "还没有登记项目" in page
    assert "登记项目</a>" not in page
    assert "登记项目</a>" in text_of(at("kuai"), "/funds/")


def test_the_year_shows_both_rates_and_what_the_quota_lacks(spent, at):
    page = text_of(at("ling"), BASE)
    for text in (
        "200,000.00",
        "157,600.00",
        "42,400.00",
        "30,000.00",
        "15.00",
        "19.04",
        "有请拨待审批",
        "部分拨付",
        "甲公司",
    ):
        assert text in page, text
    assert "不适用" in page  # what was not decided yet has not been granted nothing
    assert "提出请拨</a>" not in page
    assert "拨付</a>" not in page


def test_what_each_post_is_offered(spent, at):
    accountant, cashier = text_of(at("kuai"), BASE), text_of(at("chu"), BASE)
    assert f"{BASE}record/request/" in accountant
    assert f"{BASE}pay/payment/" not in accountant
    assert f"{BASE}pay/payment/" in cashier
    assert f"{BASE}record/" not in cashier
    asked = f"{BASE}events/{spent.asked.pk}/"
    assert f"pay/payment/?for={spent.asked.pk}" in text_of(at("chu"), asked)
    assert f"pay/refund/?for={spent.payment.pk}" in text_of(at("chu"), f"{BASE}events/{spent.payment.pk}/")
    assert "审批过程" in text_of(at("he"), asked)


@pytest.mark.slow
def test_every_figure_can_be_made_again_and_every_number_on_the_page_opens_its_trace(spent, at):
    book = books_of(spent.year, date(2024, 12, 31)).keeper.book
    assert [name for name, figure in book.items() if not agrees(figure, book)] == []
    client = at("ling")
    page = text_of(client, BASE)
    links = sorted(set(re.findall(rf'href="({BASE}figures/[^"]+)"', page)))
    assert len(links) > 30
    for link in links:
        assert text_of(client, link)
    assert f"{BASE}events/{spent.payment.pk}/" in text_of(client, f"{BASE}figures/payment.net/")
    assert re.findall(r'<td class="hl-k-figure[^"]*">[^<]*\d', page) == []  # no figure stands there without a link


def test_trial_balances_are_shown_and_balance(spent, at):
    page = text_of(at("ling"), BASE)
    assert "参考分录试算平衡：财务会计" in page
    assert "参考分录试算平衡：预算会计" in page
    book = books_of(spent.year, date(2024, 12, 31)).keeper.book
    for name in ("financial", "budget"):
        assert book[f"book.{name}.debit"].value == book[f"book.{name}.credit"].value > 0
    assert book["entry.budget.spending_public.balance"].value == 30_000


def test_a_project_without_quota_account_shows_no_quota(integrated, at):
    integrated.record("initial", 500_000)
    page = text_of(at("ling"), BASE)
    assert "额度支出率" not in page
    assert "记录下达额度" not in text_of(at("kuai"), BASE)
    assert "quota/" not in text_of(at("kuai"), BASE)


def test_forms_record_what_is_filled_in(books, at):
    client = at("kuai")
    sent = {"day": "2024-01-10", "amount": "200000.00", "number": "河财〔2024〕1号", "note": ""}
    assert client.post(f"{BASE}record/initial/", sent).status_code == 302
    assert Event.objects.get().amount_fen == 20_000_000
    quota = {**sent, "day": "2024-10-08", "amount": "157600", "number": "额度1"}
    client.post(f"{BASE}record/quota/", quota)
    client.post(f"{BASE}record/quota/", {**quota, "amount": "1", "number": "额度2", "is_taken_back": "on"})
    assert [event.amount_fen for event in Event.objects.filter(kind="quota").order_by("pk")] == [15_760_000, -100]
    client.post(f"{BASE}record/plan/", {"day": "2024-01-10", "amount": "10000", "month": "202403"})
    assert Event.objects.get(kind="plan").month == 202403
    asked = {
        "day": "2024-10-09", "amount": "500.50", "number": "发票1", "payee": "甲公司", "item": "30213 维修（护）费",
        "purpose": books.purposes["upkeep"].pk, "reason": "合同约定",
    }  # fmt: skip
    answer = client.post(f"{BASE}record/request/", asked)
    event = Event.objects.get(kind="request")
    assert answer["Location"] == f"{BASE}events/{event.pk}/"
    books.sign(event, "fu")
    paid = {"refers": event.pk, "day": "2024-12-31", "amount": "500.50", "number": "支付1"}
    assert at("chu").post(f"{BASE}pay/payment/", paid).status_code == 302
    assert Event.objects.get(kind="payment").amount_fen == 50_050


def test_a_refusal_stands_beside_its_field_and_nothing_is_kept(books, at):
    books.record("initial", 100)
    sent = {"day": "2024-10-08", "amount": "1.01", "number": "额度1"}
    page = html.unescape(at("kuai").post(f"{BASE}record/quota/", sent).content.decode())
    assert "超过调整后指标" in page
    assert not Event.objects.filter(kind="quota").exists()
    page = html.unescape(at("kuai").post(f"{BASE}record/add/", {**sent, "day": "2025-01-01"}).content.decode())
    assert "日期在今天之后" in page


def test_projects_years_purposes_and_the_close_by_form(books, at):
    client = at("kuai")
    sent = {
        "code": "yi", "name": "乙项目", "agency": "乙局", "department": "乙人社局", "nature": "one_off",
        "expense": "administrative", "year": "2024", "mode": "integrated",
    }  # fmt: skip
    assert client.post("/funds/new/", sent)["Location"] == "/funds/yi/2024/"
    assert "已有这个项目代码" in client.post("/funds/new/", sent).content.decode()
    assert client.post(f"{BASE}years/new/", {"year": "2025", "mode": "quota"})["Location"] == "/funds/jia-it/2025/"
    client.post(f"{BASE}purposes/new/", {"code": "cloud", "label": "云服务"})
    assert Project.objects.get(code="jia-it").purposes.filter(code="cloud").exists()
    named = {"name": "新的名称", "agency": "甲局", "department": "甲市人社局"}
    assert client.post(f"{BASE}rename/", named)["Location"] == BASE
    page = html.unescape(client.get(f"{BASE}rename/").content.decode())
    assert ("项目名称 信息化维护" in page, "项目名称 新的名称" in page) == (True, True)
    books.record("initial", 100)
    answer = client.post(f"{BASE}close/", {"amount": "1.00", "reason": "年终结账"})
    assert answer["Location"].startswith("/control/requests/")


def test_files_are_added_and_handed_out(books, at, settings, tmp_path):
    settings.HUILIU_HOME = tmp_path
    event = books.record("initial", 100)
    place = f"{BASE}events/{event.pk}/"
    file = io.BytesIO(PDF)
    file.name = "指标文.pdf"
    at("kuai").post(f"{place}files/new/", {"file": file})
    row = event.attachments.get()
    page = text_of(at("ling"), place)
    assert row.digest in page
    assert "上传</button>" not in page
    answer = at("ling").get(f"{place}files/{row.pk}/")
    assert answer.content == PDF
    assert answer["Content-Type"] == "application/octet-stream"
    assert at("ling").get(f"{place}files/0/").status_code == 404


def test_unknown_things_are_404_and_other_posts_403(spent, at):
    client = at("kuai")
    for path in ("/funds/none/2024/", "/funds/jia-it/2023/", f"{BASE}figures/none/", f"{BASE}events/0/",
                 f"{BASE}record/payment/", f"{BASE}record/review/", f"{BASE}record/none/"):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert at("chu").get(f"{BASE}pay/initial/").status_code == 404
    for path in ("/funds/", BASE, f"{BASE}figures/payment.net/", f"{BASE}events/{spent.asked.pk}/"):
        assert at("wang").get(path).status_code == 403, path
    assert at("chu").get(f"{BASE}record/initial/").status_code == 403
    assert at("kuai").get(f"{BASE}pay/payment/").status_code == 403


def test_texts_are_only_text(books, at):
    evil = "<script>alert(1)</script>"
    books.record("initial", 100, note=evil, number=evil)
    asked = books.ask(50, payee=evil, item=evil)
    for path in (BASE, f"{BASE}events/{asked.pk}/", f"{BASE}record/voucher/"):
        assert evil not in at("kuai").get(path).content.decode(), path


def test_the_api_gives_projects_figures_and_events(spent, at):
    client = at("he")
    (listed,) = client.get("/api/v1/funds").json()
    assert (listed["code"], listed["year"], listed["mode"]) == ("jia-it", 2024, "quota")
    figures = {figure["id"]: figure for figure in client.get("/api/v1/funds/jia-it/2024").json()["figures"]}
    assert (figures["quota.unissued"]["text"], figures["rate.execution"]["text"]) == ("42,400.00", "15.00")
    events = client.get("/api/v1/funds/jia-it/2024/events").json()
    assert [event["kind"] for event in events][:3] == ["initial", "plan", "quota"]
    assert events[0]["amount_fen"] == 20_000_000
    assert client.get("/api/v1/funds/none/2024").status_code == 404
    assert at("wang").get("/api/v1/funds").status_code == 403


def test_queries_do_not_grow_with_the_events(spent, at, django_assert_max_num_queries):
    client = at("ling")
    client.get(BASE)
    with django_assert_max_num_queries(9):
        client.get(BASE)


def test_a_project_more_costs_the_list_no_query_more(books, at, django_assert_num_queries):
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.funds.services import NewProject, project_open

    client = at("ling")
    client.get("/funds/")
    for code in ("", "b", "c"):
        if code:
            wanted = NewProject(code, code, "甲局", "甲局", "one_off", "public")
            project_open(wanted=wanted, year=2024, mode="quota", user=books.people["kuai"], actor=Actor("kuai"))
        with django_assert_num_queries(6):
            client.get("/funds/")


def test_what_waits_for_approval_or_payment_is_listed_and_the_cashier_is_told(spent, at):
    page = text_of(at("ling"), "/funds/requests/")
    assert page.count("信息化维护 2024") == 2
    for text in ("待审批", "部分拨付", "100,000.00"):
        assert text in page, text
    panel = text_of(at("chu"), "/")
    assert "待拨付" in panel
    assert "1 笔" in panel
    assert "待拨付" not in text_of(at("kuai"), "/")


def test_forms_offer_only_what_can_still_be_answered(spent, at):
    offered = {kind: text_of(at("chu"), f"{BASE}pay/{kind}/") for kind in ("payment", "refund")}
    assert offered["payment"].count(" 请拨 ") == 1  # the other one is not decided yet
    assert f'value="{spent.payment.pk}"' in offered["refund"]
    spent.record("refund", 3_000_000, (12, 31), refers=spent.payment)
    assert f'value="{spent.payment.pk}"' not in text_of(at("chu"), f"{BASE}pay/refund/")
    assert f'value="{spent.payment.pk}"' not in text_of(at("kuai"), f"{BASE}record/voucher/")


def test_an_event_to_answer_that_cannot_be_is_none(at, books):
    for asked in ("9" * 5000, "9" * 30, "x", ""):
        address = reverse("funds:event_new", args=("jia-it", 2024, "request"))
        assert at("kuai").get(address, {"for": asked}).status_code == 200
