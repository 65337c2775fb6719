"""The 2024 project done again in the demo: the money the report states, on the days it could be, by the right hands."""

from datetime import date

import pytest


@pytest.fixture
def office(db):
    """The demo's people."""
    from huiliu.cli.accounts import DEMO_OFFICE, first_accounts

    first_accounts(DEMO_OFFICE, must_change=False)


@pytest.fixture
def year(office):
    """The project's year, done again."""
    from huiliu.apps.funds.selectors.projects import year_of
    from huiliu.cli.reenactment import reenact

    assert reenact() is True
    return year_of("heyuan-it", 2024)


@pytest.mark.slow
@pytest.mark.both_dbs
@pytest.mark.django_db
def test_the_money_is_what_the_report_states(year):
    from huiliu.apps.funds.selectors.projects import events_of, ledger_year
    from huiliu.cli.reenactment import reenact

    ledger = ledger_year(year)
    assert (ledger.adjusted(), ledger.issued(), ledger.paid()) == (20_000_000, 15_760_000, 15_760_000)
    assert (ledger.issued(date(2024, 10, 1)), ledger.paid(date(2024, 10, 1))) == (0, 0)
    assert not list(ledger.broken())
    months = {event.day.month for event in events_of(year) if event.kind == "payment"}
    assert months == {10, 11, 12}
    library = [event for event in events_of(year) if event.purpose and event.purpose.code == "library"]
    assert library == []
    assert reenact() is False
    check_papers(year)


def check_papers(year):
    """Both rounds of the budget are agreed to, and what the bank wrote differs from the ledger by its own fee."""
    from huiliu.apps.funds.selectors.drafting import drafts_of
    from huiliu.apps.funds.selectors.importing import imports_of
    from huiliu.apps.funds.services import import_preview

    rounds = [(one.stage, one.total_fen, one.submission.approval.status) for one in drafts_of(year)]
    assert rounds == [("first", 20_800_000, "approved"), ("second", 20_000_000, "approved")]
    statement, quota = (import_preview(file) for file in imports_of(year))
    states = [pair.state for pair in statement.pairs]
    assert (states.count("agrees"), states.count("day"), states.count("only_statement")) == (8, 1, 1)
    assert [one.state for one in quota.proposals] == ["known"]


@pytest.mark.slow
@pytest.mark.django_db
def test_what_is_invented_says_so(year):
    from huiliu.apps.funds.selectors.projects import events_of
    from huiliu.apps.performance.selectors.targets import version_in_force

    for event in events_of(year):
        told = f"{event.number}{event.note}"
        assert "合成" in told or event.kind in ("review", "close"), event.pk
        assert not event.payee or event.payee.startswith("合成"), event.pk
    version = version_in_force("heyuan-it", 2024)
    assert all(row.basis.startswith("合成") for row in version.rows.all())


@pytest.mark.slow
@pytest.mark.django_db
def test_each_act_has_its_hand_and_its_day(year):
    from huiliu.apps.funds.selectors.projects import events_of

    hands = {}
    for event in events_of(year):
        hands.setdefault(event.kind, set()).add(event.recorded_by.username)
        assert event.recorded_at.date() == event.day
    assert hands["request"] == hands["voucher"] == hands["quota"] == {"finance"}
    assert hands["payment"] == {"cashier"}
    assert hands["review"] == hands["close"] == {"leader"}


@pytest.mark.slow
@pytest.mark.django_db
def test_targets_are_signed_in_two_versions(year):
    from huiliu.apps.performance.selectors.targets import rows_of, set_of, version_in_force, versions_of

    found = [(one.number, one.stage, one.status, one.approved_on) for one in versions_of(set_of("heyuan-it", 2024))]
    assert found == [
        (3, "adjusted", "draft", None),  # as the report tells, no target was changed
        (2, "reply", "approved", date(2024, 1, 18)),
        (1, "first", "superseded", date(2023, 9, 12)),
    ]
    rows = rows_of(version_in_force("heyuan-it", 2024))
    assert len(rows) == 14
    assert sum(row.weight for row in rows) == 100


@pytest.mark.slow
@pytest.mark.django_db
def test_indicators_are_measured_from_what_is_on_record(year):
    from huiliu.apps.performance.selectors.measurements import rows_measured
    from huiliu.apps.performance.selectors.targets import version_in_force
    from huiliu.kernel.figures import MANUAL, NOT_APPLICABLE

    version = version_in_force("heyuan-it", 2024)
    june, december = (
        {one.row.code: one.found for one in rows_measured(version, day)}
        for day in (date(2024, 6, 30), date(2024, 12, 31))
    )
    assert (december["01"].value, december["01"].state) == ("100", "computed")  # all of what was issued
    assert (june["01"].value, june["01"].state) == ("", NOT_APPLICABLE)  # nothing issued by then
    assert (december["07"].state, december["07"].reason[:6]) == (NOT_APPLICABLE, "当年没有支付")  # the unfunded library
    assert december["07"].value == ""
    assert 0 <= float(december["04"].value) < 100  # paid late, for the money came late
    # Three supervisions, and what one of them found was put right within the year.
    assert (december["02"].value, december["02"].state) == ("100", "computed")
    # No record of its own stands behind these yet, so a person typed them, and says why.
    for code in ("03", "08", "09", "10", "11", "12", "13", "14"):
        assert (december[code].state, bool(december[code].reason)) == (MANUAL, True), code
    # What they bought is there, so what was paid for it counts: 28,000 yuan once and 36,000 in the year.
    assert [(december[code].value, december[code].state) for code in ("05", "06")] == [
        ("28000", "computed"),
        ("36000", "computed"),
    ]


def test_the_published_ten_are_not_let_pass():
    """Cost filed as quantity, no quality indicator, costs that buy nothing: none of it could be submitted."""
    from dataclasses import replace
    from decimal import Decimal

    from huiliu.catalog import Catalog
    from huiliu.catalog.profiles import profiles
    from huiliu.cli.reenactment import target_row
    from huiliu.demo import heyuan_2024
    from huiliu.scoring.phrases import phrases
    from huiliu.scoring.target_checks import TargetCase, target_findings
    from huiliu.scoring.targets import MoneyUse

    story = heyuan_2024.project()
    rows = [target_row(story, told) for told in story["published"]]
    uses = [MoneyUse(code, code, Decimal(amount)) for code, amount in story["uses"].items()]
    case = TargetCase(story["objective"], rows, uses, profiles()["gd-heyuan-2024"], phrases(),
                      Catalog.load().indicators.keys())  # fmt: skip
    errors = {(one.code, one.row) for one in target_findings(case) if one.severity == "error"}
    assert errors == {("TG-B03", ""), ("TG-B04", "03"), ("TG-D03", "05"), ("TG-D03", "06"), ("TG-D03", "07")}
    bare = replace(case, rows=[replace(row, unit="") for row in rows])
    assert {one.row for one in target_findings(bare) if one.code == "TG-B02"} == {f"{n:02d}" for n in range(1, 11)}
