"""Recording, asking, agreeing, paying and closing, by whom and in which order; what is refused and written down."""

import io
from datetime import date, datetime

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.services import request_withdraw
from huiliu.apps.control.services.executors import effect_of
from huiliu.apps.funds.models import Event, Kind, Project
from huiliu.apps.funds.selectors.projects import ledger_year, names_of
from huiliu.apps.funds.services import (
    NewEvent,
    NewProject,
    attachment_add,
    attachment_read,
    close_ask,
    event_record,
    project_open,
    project_rename,
    purpose_add,
    year_open,
)
from huiliu.budget.events import KINDS, MODES
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def last_event():
    return events(EventFilter()).latest("seq")


def test_words_and_codes_are_those_of_the_budget_package():
    assert dict(Kind.choices) == KINDS
    from huiliu.apps.funds.models import Mode

    assert dict(Mode.choices) == MODES


@pytest.mark.both_dbs
def test_the_year_2024(books):
    """20.00万 in January, 15.76万 of it as quota in October, all of that spent."""
    books.record("initial", 20_000_000, (1, 10))
    books.record("quota", 15_760_000, (10, 8))
    asked = books.ask(15_760_000, (10, 9))
    books.sign(asked, "fu", "ling")
    payment = books.pay(asked, 15_760_000, (12, 31))
    books.record("voucher", 15_760_000, (12, 31), refers=payment)
    ledger = ledger_year(books.year)
    assert (ledger.adjusted(), ledger.issued(), ledger.paid()) == (20_000_000, 15_760_000, 15_760_000)
    assert list(ledger.broken()) == []
    review = Event.objects.get(kind="review")
    assert (review.agreed, review.recorded_by.username, review.refers_id) == (True, "ling", asked.pk)


def test_each_act_leaves_an_audit_row_without_the_payee(books):
    books.record("initial", 100)
    last = last_event()
    assert (last.action, last.object_key, last.actor, last.outcome) == (
        "funds.event_record",
        "jia-it/2024",
        "kuai",
        "ok",
    )
    assert last.after["amount_fen"] == 100
    with refused("FUND-107"):
        books.record("cut", 101)
    assert (last_event().outcome, last_event().details["code"]) == ("refused", "FUND-107")
    books.ask(100)
    assert "甲公司" not in str([event.after for event in events(EventFilter())])


@pytest.mark.parametrize(
    ("who", "kind"), [("chu", "initial"), ("ling", "quota"), ("he", "add"), ("wang", "plan"), ("chu", "voucher")]
)
def test_only_the_accountant_records(books, who, kind):
    with refused("FUND-060"):
        books.record(kind, 1, who=who)


def test_only_the_cashier_pays_and_takes_back(books):
    books.record("initial", 100)
    for who in ("kuai", "ling", "he"):
        for kind in ("payment", "refund"):
            with refused("FUND-060"):
                books.record(kind, 1, who=who)


@pytest.mark.parametrize("kind", ["request", "review", "close", "gift"])
def test_what_comes_by_approval_is_not_recorded_by_hand(books, kind):
    with refused("FUND-063"):
        books.record(kind, 1)


def test_whoever_asked_or_agreed_does_not_pay_though_the_post_allows_it(books, monkeypatch):
    books.record("initial", 100)
    books.record("quota", 100, (2, 1))
    asked = books.ask(100)
    books.sign(asked, "fu")
    monkeypatch.setattr("huiliu.apps.funds.errors.has_permission", lambda user, code: True)
    for who in ("kuai", "fu"):
        with refused("FUND-065"):
            books.pay(asked, 100, (12, 31), who=who)
    books.pay(asked, 100, (12, 31))


def test_whoever_signed_before_the_last_does_not_pay_either(books, monkeypatch):
    books.record("initial", 20_000_000)
    books.record("quota", 20_000_000, (2, 1))
    asked = books.ask(1_000_000)
    books.sign(asked, "fu", "ling")
    # 副会计 has become the cashier since.
    monkeypatch.setattr("huiliu.apps.funds.errors.has_permission", lambda user, code: True)
    with refused("FUND-065"):
        books.pay(asked, 1_000_000, (12, 31), who="fu")


def test_small_amounts_need_another_accountant_and_large_ones_the_leader_too(books):
    books.record("initial", 20_000_000)
    small, large = books.ask(999_999), books.ask(1_000_000)
    assert [step.post for step in small.approval.steps.all()] == ["finance"]
    assert [step.post for step in large.approval.steps.all()] == ["finance", "leader"]
    for asked in (small, large):
        with refused("CTRL-013"):
            books.sign(asked, "kuai")
        with refused("CTRL-015"):
            books.sign(asked, "chu")


def test_without_another_accountant_the_leader_agrees_to_every_amount(books):
    from huiliu.apps.accounts.services import grant_revoke

    for grant in books.people["fu"].grants.all():
        grant_revoke(grant=grant, why="调岗", actor=Actor("shen"))
    books.record("initial", 20_000_000)
    asked = books.ask(1)
    assert asked.approval.kind == "fund_request_leader"
    assert [step.post for step in asked.approval.steps.all()] == ["leader"]
    books.sign(asked, "ling")
    assert ledger_year(books.year).request(str(asked.pk)).granted == 1


def test_a_refused_or_withdrawn_request_grants_nothing(books):
    books.record("initial", 20_000_000)
    books.record("quota", 1_000, (2, 1))
    refusal, taken_back = books.ask(100), books.ask(200)
    books.sign(refusal, "fu", decision="rejected", comment="缺合同")
    request_withdraw(number=taken_back.approval_id, applicant=books.people["kuai"], actor=Actor("kuai"))
    reviews = {review.refers_id: review for review in Event.objects.filter(kind="review")}
    assert (reviews[refusal.pk].agreed, reviews[refusal.pk].recorded_by.username) == (False, "fu")
    assert (reviews[taken_back.pk].agreed, reviews[taken_back.pk].recorded_by.username) == (False, "kuai")
    for asked in (refusal, taken_back):
        with refused("FUND-112"):
            books.pay(asked, 1, (12, 31))


def test_a_returned_request_stays_open_until_it_is_decided(books):
    from huiliu.apps.control.services import request_resubmit

    books.record("initial", 20_000_000)
    asked = books.ask(100)
    books.sign(asked, "fu", decision="returned", comment="补发票")
    assert not Event.objects.filter(kind="review").exists()
    request_resubmit(
        number=asked.approval_id, applicant=books.people["kuai"], reason="已补", payload=asked.approval.payload,
        actor=Actor("kuai"),
    )  # fmt: skip
    books.sign(asked, "fu")
    assert Event.objects.get(kind="review").agreed


def test_days_to_come_missing_numbers_and_repeated_documents_are_refused(books, settings):
    settings.HUILIU_CLOCK = FixedClock(datetime(2024, 6, 30, 12, 0, tzinfo=TZ))
    with refused("FUND-066"):
        books.record("initial", 1, (7, 1))
    for kind in ("initial", "add", "commitment"):
        with refused("FUND-067"):
            books.record(kind, 1, number=" ")
    books.record("add", 100, number="河财〔2024〕5号")
    with refused("FUND-064"):
        books.record("add", 100, number="河财〔2024〕5号")
    books.record("add", 100, (1, 11), number="河财〔2024〕5号")
    books.ask(50, number="发票1")
    with refused("FUND-064"):
        books.ask(50, number="发票1")
    with refused("FUND-067"):
        books.ask(50, purpose=None)
    with refused("AUDIT-003"):
        books.record("add", 1, note="联系 13800138000")


def test_a_purpose_of_another_project_is_refused(books):
    by = {"user": books.people["kuai"], "actor": Actor("kuai")}
    other = project_open(
        wanted=NewProject("yi", "乙项目", "甲局", "甲局", "one_off", "administrative"), year=2024, mode="quota", **by
    )
    purpose = purpose_add(project=other.project, code="upkeep", label="维护", **by)
    with refused("FUND-068"):
        books.record("commitment", 1, purpose=purpose, payee="甲公司", due=date(2024, 6, 1))


def test_projects_years_and_purposes_are_registered_once_and_by_the_accountant(books):
    by = {"user": books.people["kuai"], "actor": Actor("kuai")}
    project = books.year.project
    again = NewProject("jia-it", "x", "x", "x", "recurring", "public")
    with refused("FUND-061"):
        project_open(wanted=again, year=2025, mode="quota", **by)
    with refused("FUND-061"):
        year_open(project=project, year=2024, mode="quota", **by)
    with refused("FUND-061"):
        purpose_add(project=project, code="library", label="x", **by)
    for code in ("", "T+1", "a b", "x" * 41, "维护"):
        with refused("FUND-062"):
            purpose_add(project=project, code=code, label="x", **by)
    with refused("FUND-062"):
        year_open(project=project, year=1999, mode="quota", **by)
    with refused("FUND-060"):
        year_open(project=project, year=2025, mode="quota", user=books.people["chu"], actor=Actor("chu"))
    year_open(project=project, year=2025, mode="integrated", **by)


def test_a_project_changes_its_name_and_not_its_code(books):
    by = {"project": books.year.project, "user": books.people["kuai"], "actor": Actor("kuai")}
    project_rename(names={"name": "信息系统运行维护", "department": "甲市人社局"}, **by)
    found = events(EventFilter(action="funds.project_rename")).get()
    assert (found.before, found.after) == ({"name": "信息化维护"}, {"name": "信息系统运行维护"})
    project = Project.objects.get()
    assert (project.code, project.name) == ("jia-it", "信息系统运行维护")
    assert names_of(project) == {"信息化维护", "信息系统运行维护"}
    for names in ({"name": "信息系统运行维护"}, {"name": " "}):
        with refused("FUND-073"):
            project_rename(names=names, **by)
    with refused("FUND-060"):
        project_rename(names={"name": "别的"}, **{**by, "user": books.people["chu"]})
    with refused("AUDIT-003"):
        project_rename(names={"name": "11010519491231002X"}, **by)


class TestClose:
    def ask(self, books, carried):
        return close_ask(
            year=books.year, carried=carried, reason="年终结账", user=books.people["kuai"], actor=Actor("kuai")
        )

    def decide(self, books, request, decision="approved", comment=""):
        request.approval_id = request.pk
        books.sign(request, "ling", decision=decision, comment=comment)

    @pytest.mark.both_dbs
    def test_the_rest_is_carried_into_the_next_year(self, books, settings):
        books.record("initial", 20_000_000)
        self.decide(books, self.ask(books, 4_240_000))
        close = Event.objects.get(kind="close")
        assert (close.amount_fen, close.day, close.recorded_by.username) == (4_240_000, date(2024, 12, 31), "ling")
        with refused("FUND-117"):
            books.record("add", 1, (12, 31))
        settings.HUILIU_CLOCK = FixedClock(datetime(2025, 1, 15, 12, 0, tzinfo=TZ))
        by = {"user": books.people["kuai"], "actor": Actor("kuai")}
        books.year = year_open(project=books.year.project, year=2025, mode="quota", **by)
        with refused("FUND-071"):
            books.record("carryover", 4_240_001, (1, 15))
        books.record("carryover", 4_000_000, (1, 15))
        with refused("FUND-071"):
            books.record("carryover", 240_001, (1, 15))

    def test_no_close_before_the_year_is_over_or_beyond_what_is_left(self, books, settings):
        books.record("initial", 100)
        with refused("FUND-118"):
            self.ask(books, 101)
        settings.HUILIU_CLOCK = FixedClock(datetime(2024, 12, 30, 12, 0, tzinfo=TZ))
        with refused("FUND-066"):
            self.ask(books, 100)

    def test_a_request_of_a_year_that_is_over(self, books, settings):
        """Asked for in December, agreed and paid in January: not in the old year's books."""
        books.record("initial", 100)
        books.record("quota", 100, (12, 1))
        waiting, granted = books.ask(50, (12, 30)), books.ask(40, (12, 30))
        books.sign(granted, "fu")
        settings.HUILIU_CLOCK = FixedClock(datetime(2025, 1, 5, 12, 0, tzinfo=TZ))
        with pytest.raises(HuiliuError, match="2024 年度已过，2025-01-05 不能再审核") as caught:
            books.sign(waiting, "fu")
        assert "在 2025 年度用结转或新的指标重新提出请拨" in caught.value.hint
        next_year = {"kind": "payment", "day": date(2025, 1, 5), "amount": 40, "refers": granted, "number": "Z1"}
        with pytest.raises(HuiliuError, match="不能再拨付"):
            event_record(year=books.year, wanted=NewEvent(**next_year), user=books.people["chu"], actor=Actor("chu"))
        assert books.pay(granted, 40, (12, 31)).day == date(2024, 12, 31)  # was paid in the year, written down late
        with refused("FUND-072"):
            books.ask(10, (12, 31))

    def test_a_refused_close_closes_nothing(self, books):
        books.record("initial", 100)
        self.decide(books, self.ask(books, 100), "rejected", "先对账")
        assert not Event.objects.filter(kind="close").exists()
        books.record("add", 1, (12, 31))

    def test_what_is_still_asked_for_in_a_closed_year_can_be_taken_back(self, books):
        books.record("initial", 100)
        waiting = books.ask(50)
        request = self.ask(books, 100)
        effect = effect_of(request)
        assert "下列 1 笔请拨没有付清，随结账失效" in effect.text
        assert [row["number"].value for row in effect.table.rows] == [str(waiting.pk)]
        self.decide(books, request)
        assert events(EventFilter(action="funds.year_close")).latest("seq").after["lapsed"] == [waiting.pk]
        with refused("FUND-117"):
            books.sign(waiting, "fu")
        request_withdraw(number=waiting.approval_id, applicant=books.people["kuai"], actor=Actor("kuai"))
        assert not Event.objects.filter(kind="review").exists()


class TestAttachments:
    def add(self, books, event, who="kuai", content=PDF):
        return attachment_add(
            event=event, user=books.people[who], file=io.BytesIO(content), name="合同.pdf", actor=Actor(who)
        )

    def test_a_file_is_kept_under_its_digest_and_compared_with_it(self, books, settings, tmp_path):
        settings.HUILIU_HOME = tmp_path
        event = books.record("initial", 100)
        row = self.add(books, event)
        assert row.digest.startswith("sm3:")
        assert attachment_read(attachment=row, actor=Actor("he")) == PDF
        with refused("FUND-070"):
            self.add(books, event)
        (tmp_path / "attachments" / row.digest.removeprefix("sm3:")).write_bytes(b"x")
        with refused("CTRL-046"):
            attachment_read(attachment=row, actor=Actor("he"))
        assert last_event().action == "funds.attachment_read"

    def test_the_cashier_adds_too_and_others_do_not(self, books, settings, tmp_path):
        settings.HUILIU_HOME = tmp_path
        event = books.record("initial", 100)
        self.add(books, event, "chu")
        for who in ("ling", "he", "wang"):
            with refused("FUND-060"):
                self.add(books, event, who, PDF + b"\n")


def test_a_program_with_a_key_records_nothing(books):
    class Key:
        permissions = ("funds.record",)

    person = books.people["kuai"]
    person.api_key = Key()
    with refused("CTRL-044"):
        event_record(
            year=books.year,
            wanted=NewEvent("initial", date(2024, 1, 1), 1, number="x"),
            user=person,
            actor=Actor("kuai"),
        )


def test_a_purpose_is_told_by_its_label_too(books):
    given = {"project": books.year.project, "user": books.people["kuai"], "actor": Actor("kuai")}
    for code, label in (("more", "设备维护"), ("more", " 设备维护"), ("more", "library")):
        with refused("FUND-061"):
            purpose_add(code=code, label=label, **given)
    purpose_add(code="more", label="设备更新", **given)
