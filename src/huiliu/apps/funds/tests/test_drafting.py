"""Asking for a year's budget in versions, and the reply from above that becomes the year's authority once."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services import step_decide
from huiliu.apps.funds.models import BudgetDraft, Event, ExternalDecision, ProjectYear
from huiliu.apps.funds.selectors.projects import ledger_year
from huiliu.apps.funds.services import NewProject, project_open, purpose_add
from huiliu.apps.funds.services.drafting import (
    NewDecision,
    NewLine,
    decision_read,
    decision_record,
    draft_save,
    draft_submit,
)
from huiliu.kernel.errors import HuiliuError

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def refused(code):
    return pytest.raises(HuiliuError, match=code)


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path


@pytest.fixture
def next_year(books):
    """2024 with a contract of 12万 and 4万 paid for upkeep; 2025 is asked for."""
    books.record("initial", 20_000_000)
    books.record("quota", 15_760_000, (10, 8))
    books.contract = books.record(
        "commitment", 12_000_000, (3, 1), purpose=books.purposes["library"], payee="乙公司", due=date(2024, 11, 30)
    )
    asked = books.ask(4_000_000, (10, 9))
    books.sign(asked, "fu", "ling")
    books.pay(asked, 4_000_000, (12, 31))
    books.next = ProjectYear.objects.create(
        project=books.year.project, year=2025, mode="quota", opened_at=books.year.opened_at
    )
    return books


def line(books, amount=4_000_000, quantity="2", price=2_000_000, **more):
    values = {"purpose": books.purposes["upkeep"], "basis": "quantity", "measure": "台", **more}
    return NewLine("设备维护", quantity=Decimal(quantity), price=price, amount=amount, **values)


def save(books, *lines, stage="first", who="kuai", year=None):
    return draft_save(
        year=year or books.next, stage=stage, lines=lines, user=books.people[who], actor=Actor(who)
    )  # fmt: skip


def submit(books, draft):
    return draft_submit(draft=draft, reason="编报 2025 年预算", user=books.people["kuai"], actor=Actor("kuai"))


def decide(books, request, decision, who="ling"):
    step_decide(
        number=request.pk, decider=books.people[who], decision=decision, comment="按审定意见", actor=Actor(who)
    )  # fmt: skip


def test_lines_that_add_up_to_more_than_any_project_has(books):
    most = line(books, 10**15 - 1, "1", 10**15 - 1)
    with refused("FUND-090"):
        save(books, most, most, year=books.year)


def answer(books, year=None, **more):
    values = {
        "body": "treasury", "answered": "reply", "verdict": "agreed", "document_no": "甲财预〔2024〕9号",
        "day": date(2024, 1, 15), "amount": 20_000_000, "file": io.BytesIO(PDF), "name": "批复.pdf", **more,
    }  # fmt: skip
    return decision_record(
        year=year or books.year, wanted=NewDecision(**values), user=books.people["kuai"], actor=Actor("kuai")
    )


@pytest.mark.both_dbs
def test_versions_rest_on_contracts_and_last_year(next_year):
    contract = line(
        next_year, 12_000_000, "1", 12_000_000, basis="contract", contract=next_year.contract,
        purpose=next_year.purposes["library"], measure="项",
    )  # fmt: skip
    first = save(next_year, line(next_year, basis="last_year"), contract)
    assert (first.number, first.total_fen) == (1, 16_000_000)
    assert list(first.lines.values_list("basis", "basis_fen", "quantity_milli")) == [
        ("last_year", 4_000_000, 2000),
        ("contract", 12_000_000, 1000),
    ]
    second = save(next_year, line(next_year))
    assert (second.number, BudgetDraft.objects.count()) == (2, 2)
    with refused("FUND-092"):
        submit(next_year, first)
    request = submit(next_year, second)
    with refused("FUND-092"):
        save(next_year, line(next_year))
    decide(next_year, request, "rejected")
    third = save(next_year, line(next_year))
    decide(next_year, submit(next_year, third), "approved")
    with refused("FUND-092"):
        save(next_year, line(next_year))
    assert save(next_year, line(next_year), stage="second").number == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": 4_000_001}, "FUND-091"),
        ({"quantity": "2.0005", "amount": 4_001_000}, "FUND-090"),
        ({"quantity": "0", "amount": 0}, "FUND-090"),
        ({"measure": " "}, "FUND-090"),
        ({"basis": "other"}, "FUND-090"),
        ({"basis": "contract"}, "FUND-092"),
        ({"ground": "11010519491231002X"}, "AUDIT-003"),
    ],
)
def test_a_line_that_does_not_hold_is_refused(next_year, change, code):
    with refused(code):
        save(next_year, line(next_year), line(next_year, **change))
    assert BudgetDraft.objects.count() == 0


def test_a_quantity_with_decimals_is_exact(next_year):
    assert save(next_year, line(next_year, 25, "0.125", 200)).total_fen == 25
    with refused("FUND-092"):
        save(next_year, line(next_year, basis="last_year", purpose=next_year.purposes["library"]))
    with refused("FUND-090"):
        save(next_year)
    with refused("FUND-060"):
        save(next_year, line(next_year), who="chu")


@pytest.mark.both_dbs
def test_the_reply_is_the_initial_authority_and_is_not_typed_twice(books):
    decision = answer(books)
    event = Event.objects.get()
    assert (event.kind, event.amount_fen, event.number, event.day) == (
        "initial", 20_000_000, "甲财预〔2024〕9号", date(2024, 1, 15),
    )  # fmt: skip
    assert (decision.event_id, ledger_year(books.year).adjusted()) == (event.pk, 20_000_000)
    with refused("FUND-107"):
        books.record("initial", 20_000_000)
    with refused("FUND-093"):
        answer(books)
    with refused("FUND-093"):
        answer(books, document_no="甲财预〔2024〕10号")
    assert (Event.objects.count(), ExternalDecision.objects.count()) == (1, 1)
    assert decision_read(decision=decision, actor=Actor("kuai")) == PDF


def test_a_reply_to_what_an_import_brought_already_is_joined_to_it(books):
    kept = books.record("initial", 20_000_000, number="甲财预〔2024〕9号")
    with refused("FUND-093"):
        answer(books, amount=19_000_000)
    assert answer(books).event_id == kept.pk
    assert Event.objects.count() == 1


def test_other_decisions_change_no_money(books):
    answer(books, body="department", answered="first", verdict="changed", amount=18_000_000)
    answer(books, answered="reply", verdict="refused", amount=None, document_no="退〔2024〕1号")
    assert Event.objects.count() == 0
    for wrong in ({"amount": None}, {"document_no": " "}, {"day": date(2025, 1, 1)}, {"amount": -1}):
        with refused("FUND-093"):
            answer(books, **{"document_no": "文2", **wrong})
    with refused("UPL-003"):
        answer(books, document_no="文3", file=io.BytesIO(b"MZ\x00\x01"))


def test_a_reply_of_the_year_before_counts_from_the_first_of_january(books):
    decision = answer(books, day=date(2023, 12, 20))
    assert (decision.day, decision.event.day) == (date(2023, 12, 20), date(2024, 1, 1))


@pytest.mark.both_dbs
def test_the_database_keeps_drafts_and_decisions(next_year):
    save(next_year, line(next_year))
    for statement in (
        "UPDATE funds_budgetdraft SET note = 'x'",
        "DELETE FROM funds_budgetdraftline",
        "UPDATE funds_budgetdraftline SET amount_fen = amount_fen",
    ):
        with pytest.raises(IntegrityError, match="FUND-055"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    draft = BudgetDraft.objects.get()
    kept = draft.lines.get()
    kept.pk, kept.position, kept.amount_fen = None, 2, 1
    with pytest.raises(IntegrityError, match="funds_draft_line_product"), transaction.atomic():
        kept.save(force_insert=True)
    submit(next_year, draft)
    kept.amount_fen = 4_000_000
    with pytest.raises(IntegrityError, match="FUND-057"), transaction.atomic():
        kept.save(force_insert=True)


def test_drafts_of_two_projects_of_one_name_wait_side_by_side(books):
    twin = project_open(
        wanted=NewProject("yi-it", books.year.project.name, "甲市", "甲市人社局", "recurring", "public"), year=2024,
        mode="quota", user=books.people["kuai"], actor=Actor("kuai"),
    )  # fmt: skip
    other = purpose_add(
        project=twin.project, code="upkeep", label="设备维护", user=books.people["kuai"], actor=Actor("kuai")
    )
    for year, purpose in ((books.year, books.purposes["upkeep"]), (twin, other)):
        submit(books, save(books, line(books, purpose=purpose), year=year))
    assert [one.submission.approval.status for one in BudgetDraft.objects.all()] == ["pending", "pending"]


def test_a_refusal_from_above_names_no_amount_or_one_above_nothing(books):
    with refused("FUND-093"):
        answer(books, verdict="refused", answered="first", amount=0)
    answer(books, verdict="refused", answered="first", amount=None)
    assert ExternalDecision.objects.get().amount_fen is None
