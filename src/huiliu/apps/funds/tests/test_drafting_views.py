"""The pages of asking for a budget, from the first version to the reply."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiliu.apps.funds.models import BudgetDraft, Event
from huiliu.apps.funds.selectors.draft_versions import before, changes
from huiliu.apps.funds.selectors.drafting import drafts_whole
from huiliu.apps.funds.tests.test_drafting import PDF

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BASE = "/funds/jia-it/2024/"


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path


def said(answer):
    return html.unescape(answer.content.decode())


def filled(books, **more):
    values = {
        "label": "设备维护", "purpose": books.purposes["upkeep"].pk, "basis": "quantity", "quantity": "2",
        "measure": "台", "price": "100000", "amount": "200000", **more,
    }  # fmt: skip
    sent = {f"form-0-{name}": value for name, value in values.items()}
    return {"stage": "first", "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-1-basis": "quantity", **sent}


def test_from_the_draft_to_the_reply(books, at):
    client = at("kuai")
    assert "还没有编报" in said(client.get(f"{BASE}drafts/"))
    wrong = said(client.post(f"{BASE}drafts/new/", filled(books, amount="200000.01")))
    assert "数量乘单价不等于金额" in wrong
    page = said(client.post(f"{BASE}drafts/new/", filled(books), follow=True))
    for text in ("一上第 1 版", "未送审", "2 台", "200,000.00"):
        assert text in page, text
    draft = BudgetDraft.objects.get()
    page = said(client.post(f"{BASE}drafts/{draft.pk}/submit/", {"reason": "报送一上"}, follow=True))
    assert "送审</a>" not in page
    request = draft.submission.approval
    assert f"{BASE}drafts/{draft.pk}/" in said(at("ling").get(f"/control/requests/{request.pk}/"))
    decision = {
        "body": "treasury", "answered": "reply", "verdict": "agreed", "document_no": "甲财预〔2024〕9号",
        "day": "2024-01-15", "amount": "200000", "file": SimpleUploadedFile("批复.pdf", PDF),
    }  # fmt: skip
    page = said(client.post(f"{BASE}decisions/new/", decision, follow=True))
    assert ("甲财预〔2024〕9号" in page, "已登记" in page) == (True, True)
    event = Event.objects.get()
    assert (event.kind, event.amount_fen) == ("initial", 20_000_000)
    answer = at("ling").get(f"{BASE}decisions/{event.decision.pk}/")
    assert (answer.content, answer["Content-Type"]) == (PDF, "application/octet-stream")


def test_a_version_starts_from_the_one_before_and_is_compared_with_it(books, at):
    client = at("kuai")
    client.post(f"{BASE}drafts/new/", filled(books))
    page = said(client.get(f"{BASE}drafts/new/"))
    for text in ("已带入一上第 1 版的内容", 'value="设备维护"', 'value="200000.00"', 'value="2"'):
        assert text in page, text
    # Taken over as it is, beside a new line; of the second round nothing is there, so it starts from the first.
    again = filled(books) | {
        f"form-1-{name}": value
        for name, value in {"label": "电路", "purpose": books.purposes["library"].pk, "quantity": "12",
                            "measure": "月", "price": "50", "amount": "600"}.items()
    }  # fmt: skip
    second = said(client.post(f"{BASE}drafts/new/?stage=second", {**again, "stage": "second"}, follow=True))
    assert "与一上第 1 版比较" in second
    assert changed() == [("设备维护", "same"), ("电路", "new")]
    gone = {**again, "stage": "second", "form-1-DELETE": "on", "form-0-price": "90000", "form-0-amount": "180000"}
    client.post(f"{BASE}drafts/new/", gone)
    assert changed() == [("设备维护", "less"), ("电路", "gone")]
    named = BudgetDraft.objects.get(stage="first")
    assert "已带入一上第 1 版" in said(client.get(f"{BASE}drafts/new/?from={named.pk}"))
    assert "已带入二上第 2 版" in said(client.get(f"{BASE}drafts/new/"))


def changed():
    newest = BudgetDraft.objects.latest("pk")
    return [
        ((one.after or one.before).label, one.kind)
        for one in changes(before(drafts_whole(newest.year), newest), newest)
    ]


def test_a_large_quantity_is_shown_whole(books, at):
    page = said(
        at("kuai").post(
            f"{BASE}drafts/new/", filled(books, quantity="1234567.125", price="8", amount="9876537"), follow=True
        )
    )
    assert "1,234,567.125 台" in page


def test_who_may(books, at):
    for path in ("drafts/new/", "decisions/new/"):
        assert at("chu").get(f"{BASE}{path}").status_code == 403
    assert at("chu").get(f"{BASE}drafts/").status_code == 200
    assert at("kuai").get(f"{BASE}drafts/99/").status_code == 404
