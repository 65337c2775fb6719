"""The database refuses, whoever asks: the ledger cannot be changed or overdrawn past the services."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from huiliu.apps.funds.models import Event, Kind, ProjectYear

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def refused(statement: str) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


def blocked(code: str):
    return pytest.raises(IntegrityError, match=code)


def put(books, kind, amount, day, who="chu", **more) -> Event:
    """Add an event past the service, as a program with the models in its hands would."""
    when = day if hasattr(day, "year") else books.on(*day)
    with transaction.atomic():
        return Event.objects.create(
            year=books.year, kind=kind, amount_fen=amount, day=when, recorded_by=books.people[who],
            recorded_at=settings.HUILIU_CLOCK.now(), **{"number": books.number(), **more},
        )  # fmt: skip


@pytest.fixture
def paid(books):
    """20.00万 of authority, 15.76万 of quota in October, 10万 asked for and agreed, 4万 of it paid."""
    books.record("initial", 20_000_000)
    books.record("quota", 15_760_000, (10, 8))
    asked = books.ask(10_000_000)
    books.sign(asked, "fu", "ling")
    payment = put(books, Kind.PAYMENT, 4_000_000, (12, 31), refers=asked)
    return asked, payment


STATEMENTS = (
    "UPDATE funds_event SET amount_fen = 1",
    "UPDATE funds_event SET note = note",
    "DELETE FROM funds_event",
    "DELETE FROM funds_event WHERE kind = 'payment'",
    "UPDATE funds_projectyear SET mode = 'integrated'",
    "DELETE FROM funds_projectyear",
    "DELETE FROM funds_project",
    "UPDATE funds_project SET code = 'other'",
    "DELETE FROM funds_purpose",
    "UPDATE funds_purpose SET code = 'other'",
)


def test_what_is_written_stays(paid):
    for statement in STATEMENTS:
        assert "FUND-040" in refused(statement), statement


def test_postgresql_truncates_nothing():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("event", "attachment", "projectyear", "project", "purpose"):
        assert "FUND-040" in refused(f"TRUNCATE funds_{table} CASCADE")


def test_sqlite_replaces_nothing(paid):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    for table in ("event", "projectyear", "project", "purpose"):
        assert "FUND-04" in refused(f"INSERT OR REPLACE INTO funds_{table} SELECT * FROM funds_{table} WHERE id = 1")
    for table, unique in (("project", "code"), ("purpose", "code"), ("projectyear", "year")):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM funds_{table} LIMIT 0")
            columns = [column[0] for column in cursor.description if column[0] != "id"]
        listed = ", ".join(columns)
        assert unique in columns
        assert "FUND-040" in refused(
            f"INSERT OR REPLACE INTO funds_{table} ({listed}) SELECT {listed} FROM funds_{table}"
        )


def test_the_quota_never_exceeds_the_authority_on_any_day(paid, books):
    with blocked("FUND-044"):
        put(books, Kind.QUOTA, 4_240_001, (12, 1))
    put(books, Kind.QUOTA, 4_240_000, (12, 1))
    with blocked("FUND-044"):
        put(books, Kind.CUT, 1, (12, 2))
    with blocked("FUND-044"):  # before December there was room, from December on there is none
        put(books, Kind.CUT, 1, (11, 1))


def test_nothing_is_paid_before_the_quota_is_there(paid, books):
    asked, _ = paid
    with blocked("FUND-04[57]"):
        put(books, Kind.PAYMENT, 1, (10, 7), refers=asked)


def test_what_is_paid_never_exceeds_the_quota_on_any_day(paid, books):
    with blocked("FUND-045"):  # 4万 are paid by the end of the year
        put(books, Kind.QUOTA, -11_760_001, (11, 1))
    put(books, Kind.QUOTA, -11_760_000, (11, 1))
    with blocked("FUND-045"):
        put(books, Kind.PAYMENT, 1, (12, 31), refers=paid[0])


def test_without_a_quota_account_the_authority_is_the_limit(integrated):
    integrated.record("initial", 500_000)
    asked = integrated.ask(600_000)
    integrated.sign(asked, "fu")
    with blocked("FUND-046"):
        put(integrated, Kind.PAYMENT, 500_001, (12, 31), refers=asked)
    put(integrated, Kind.PAYMENT, 500_000, (12, 31), refers=asked)
    with blocked("FUND-046"):
        put(integrated, Kind.CUT, 1, (2, 1))


def test_payments_stay_within_their_request_and_refunds_within_their_payment(paid, books):
    asked, payment = paid
    with blocked("FUND-047"):
        put(books, Kind.PAYMENT, 6_000_001, (12, 31), refers=asked)
    with blocked("FUND-048"):
        put(books, Kind.REFUND, 4_000_001, (12, 31), refers=payment)
    put(books, Kind.REFUND, 4_000_000, (12, 31), refers=payment)
    with blocked("FUND-048"):
        put(books, Kind.REFUND, 1, (12, 31), refers=payment)
    with blocked("FUND-047"):
        put(books, Kind.PAYMENT, 10_000_001, (12, 31), refers=asked)
    put(books, Kind.PAYMENT, 10_000_000, (12, 31), refers=asked)  # what came back may be paid once more


def test_nothing_is_paid_without_an_agreement(books):
    books.record("initial", 20_000_000)
    books.record("quota", 15_760_000, (2, 1))
    waiting, refusal = books.ask(100), books.ask(200)
    books.sign(refusal, "fu", decision="rejected", comment="缺合同")
    for asked in (waiting, refusal):
        with blocked("FUND-047"):
            put(books, Kind.PAYMENT, 1, (12, 31), refers=asked)
    with blocked("FUND-051"):
        put(books, Kind.REVIEW, 100, (12, 31), "ling", refers=waiting, agreed=True, approval=waiting.approval)
    with blocked("FUND-051"):
        put(books, Kind.REVIEW, 200, (12, 31), "ling", refers=refusal, agreed=True, approval=refusal.approval)


def test_whoever_asked_or_agreed_does_not_pay(paid, books):
    for who in ("kuai", "fu", "ling"):
        with blocked("FUND-050"):
            put(books, Kind.PAYMENT, 1, (12, 31), who, refers=paid[0])


def test_one_approval_closes_one_year(books):
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.funds.services import close_ask

    before = ProjectYear.objects.create(
        project=books.year.project, year=2023, mode="quota", opened_at=settings.HUILIU_CLOCK.now()
    )
    books.record("initial", 500)
    put(replace(books, year=before), Kind.INITIAL, 500, (1, 10))
    request = close_ask(year=books.year, carried=500, reason="结转下年", user=books.people["kuai"], actor=Actor("kuai"))
    request.approval_id = request.pk
    books.sign(request, "ling")
    with blocked("FUND-051"):
        put(replace(books, year=before), Kind.CLOSE, 500, (12, 31), approval_id=request.pk)


def test_each_payment_has_a_number_of_its_own(paid, books):
    asked, payment = paid
    with blocked("FUND-049"):
        put(books, Kind.PAYMENT, 1, (12, 31), refers=asked, number=payment.number)


def test_one_voucher_of_the_same_amount(paid, books):
    _, payment = paid
    with blocked("FUND-049"):
        put(books, Kind.VOUCHER, 3_999_999, (12, 31), refers=payment)
    put(books, Kind.VOUCHER, 4_000_000, (12, 31), refers=payment)
    with blocked("FUND-049"):
        put(books, Kind.VOUCHER, 4_000_000, (12, 31), refers=payment)


def test_an_event_lies_in_its_year_and_refers_to_what_fits(paid, books):
    asked, payment = paid
    with blocked("FUND-041"):
        put(books, Kind.ADD, 1, books.on(1, 1).replace(year=2023))
    with blocked("FUND-041"):
        put(books, Kind.PLAN, 1, (1, 1), month=202501)
    with blocked("FUND-041"):
        put(books, Kind.PLAN, 1, (1, 1), month=202413)
    put(books, Kind.PLAN, 1, (1, 1), month=202412)
    put(books, Kind.COMMITMENT, 1, books.on(12, 1).replace(year=2023))
    with blocked("FUND-043"):
        put(books, Kind.REFUND, 1, (12, 31), refers=asked)
    with blocked("FUND-04[37]"):
        put(books, Kind.PAYMENT, 1, (2, 28), refers=asked)  # the day before it was asked for
    with blocked("FUND-04[39]"):
        put(books, Kind.VOUCHER, 10_000_000, (12, 31), refers=asked)
    with blocked("FUND-043"):
        put(books, Kind.REFUND, 1, (12, 30), refers=payment)


CANNOT_BE = (
    ("add", 0, {}, "funds_event_amount"),
    ("cut", -1, {}, "funds_event_amount"),
    ("quota", 0, {}, "funds_event_amount"),
    ("gift", 1, {}, "funds_event_kind"),
    ("add", 10**15, {}, "funds_event_sane"),
    ("plan", 1, {}, "funds_event_month"),
    ("add", 1, {"agreed": True}, "funds_event_agreed"),
    ("payment", 1, {}, "FUND-04[57]|funds_event_refers"),
)


def test_kinds_and_amounts_that_cannot_be(books):
    books.record("initial", 1_000)
    for kind, amount, more, constraint in CANNOT_BE:
        with blocked(constraint):
            put(books, kind, amount, (12, 31), **more)


def test_a_closed_year_takes_nothing_more(books):
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.funds.services import close_ask

    books.record("initial", 20_000_000)
    request = close_ask(
        year=books.year, carried=20_000_000, reason="结转下年", user=books.people["kuai"], actor=Actor("kuai")
    )
    with blocked("FUND-051"):
        put(books, Kind.CLOSE, 20_000_000, (12, 31), approval_id=request.pk)
    request.approval_id = request.pk
    books.sign(request, "ling")
    assert Event.objects.get(kind="close").amount_fen == 20_000_000
    with blocked("FUND-04[29]"):
        put(books, Kind.INITIAL, 1, (12, 31))
    with blocked("FUND-042"):
        put(books, Kind.ADD, 1, (12, 31))
    with blocked("FUND-042|FUND-051"):
        put(books, Kind.CLOSE, 1, (12, 31), approval_id=request.pk)


def test_no_more_is_closed_than_is_left(books):
    books.record("initial", 20_000_000)
    with blocked("FUND-054"):
        put(books, Kind.CLOSE, 20_000_001, (12, 31), origin="import")
    put(books, Kind.CLOSE, 20_000_000, (12, 31), origin="import")


def test_there_is_no_quota_without_an_account(integrated):
    integrated.record("initial", 500_000)
    with blocked("FUND-053"):
        put(integrated, Kind.QUOTA, 1, (12, 31))


def test_no_more_is_carried_over_than_the_close_left(books):
    with blocked("FUND-052"):
        last = ProjectYear.objects.create(
            project=books.year.project, year=2023, mode="quota", opened_at=settings.HUILIU_CLOCK.now()
        )
        put(books, Kind.CARRYOVER, 1, (1, 1))
    assert last.year == 2023
