"""One truth: what the tables say of the same money and the same people agrees, counted by hand from the files."""

from collections import defaultdict
from decimal import Decimal

import pytest

from demo import replay

pytestmark = pytest.mark.slow  # reads a town of 5,000 people whole, night by night
HELD = {"110": "01", "120": "02", "170": "03", "210": "04", "410": "05"}


@pytest.fixture(scope="module")
def library(town_library):
    return {name: list(rows.values()) for name, rows in town_library.items()}


def _by(rows, key, *names):
    """Sums of the named columns by key."""
    totals = defaultdict(lambda: [Decimal(0)] * len(names))
    for row in rows:
        group = tuple(row[code] for code in key)
        totals[group] = [total + Decimal(row[name] or 0) for total, name in zip(totals[group], names, strict=True)]
    return dict(totals)


def test_units_are_billed_the_sums_of_their_people_in_every_night(town):
    key = ("AAB001", "AAE140", "AAE003", "EAZ058")
    for folder, state in replay.states(town.inbox, 11):
        persons = [row for row in state["contribution"].values() if row["AAB001"]]
        people = _by(persons, key, "AAE020", "AAE022", "AAE082", "AAE180")
        units = {
            tuple(row[code] for code in key): [Decimal(row[name]) for name in ("AAE020", "AAE022", "AAE082", "AAB121")]
            for row in state["unit_contribution"].values()
        }
        assert units == people, folder.name
        heads = defaultdict(int)
        for row in persons:
            heads[tuple(row[code] for code in key)] += 1
        told = {tuple(row[code] for code in key): row["AAB119"] for row in state["unit_contribution"].values()}
        assert told == {group: str(count) for group, count in heads.items()}, folder.name


def test_late_units_pay_a_fee_by_the_day(library):
    fees = [row for row in library["unit_contribution"] if Decimal(row["AAB204"]) > 0]
    assert fees
    for row in fees:
        assert row["AAE078"] == "1"
        assert row["EAD131"][:6] > row["AAE002"]
        assert Decimal(row["AAB204"]) < Decimal(row["AAE058"]) / 10


def test_a_year_of_an_account_is_what_was_contributed(library):
    came = {(r["AAC001"], r["AAE140"]): r for r in library["transfer"] if r["EAC071"] == "2"}
    brought = defaultdict(Decimal)
    for row in library["contribution"]:
        if row["EAD131"].startswith("2024"):
            brought[row["AAC001"], row["AAE140"]] += Decimal(row["AAE023"] or 0) + Decimal(row["AAE025"] or 0)
    years = [r for r in library["individual_account"] if r["AAE001"] == "2024" and r["EAC040"] in ("1", "5")]
    assert len(years) > 2000
    for row in years:
        person = (row["AAC001"], row["AAE140"])
        other = [k for k in brought if k[0] == person[0] and k != person]
        if other or person in came or int(row["AIC042"]) == 0:
            continue  # paid in two schemes, or moved here
        assert Decimal(row["ZZB001"]) == brought.get(person, 0), person


def test_accounts_add_up(library):
    for row in library["individual_account"]:
        opening, principal, interest = (Decimal(row[code]) for code in ("AIC200", "ZZB001", "ZZB002"))
        assert Decimal(row["ZZB005"]) == opening + principal + interest - Decimal(row["AIC340"])
        assert Decimal(row["ZZB005"]) >= 0
        assert opening >= 0


def test_who_draws_has_one_award_and_who_stopped_an_end(library):
    drawing = {row["AAC001"] for row in library["benefit_payment"]}
    awards = {row["AAC001"]: row for row in library["benefit_award"]}
    assert drawing <= set(awards)
    assert len(awards) == len(library["benefit_award"])
    for row in awards.values():
        assert bool(row["AAE235"]) is (row["AAE116"] == "3")
        assert int(row["EAC047"]) == int(row["AAE200"]) + int(row["AAE201"])
    first = {}
    for row in library["benefit_payment"]:
        first[row["AAC001"]] = min(row["EAC064"], first.get(row["AAC001"], "999999"))
    begun = {person: month for person, month in first.items() if month > "202304"}
    assert len(begun) > 50
    assert {awards[person]["AIC160"] for person in begun} >= {"202405"}
    assert all(awards[person]["AIC160"] == month for person, month in begun.items())


def test_back_pay_of_an_award_was_paid(library):
    late = [row for row in library["benefit_award"] if row["EAC062"] != "0"]
    assert late
    paid = defaultdict(Decimal)
    for row in library["benefit_payment"]:
        if row["AAA077"] == "11":
            paid[row["AAC001"]] += Decimal(row["AAE019"])
    for row in late:
        if row["AAE211"] < "202503" and row["AAE116"] == "1":
            assert paid[row["AAC001"]] == Decimal(row["EAC063"])


def test_every_return_is_a_payment_that_failed_with_its_amount(library):
    lines = defaultdict(Decimal)
    states = defaultdict(set)
    for row in library["benefit_payment"]:
        transfer = (row["AAZ031"], row["AAC001"])
        lines[transfer] += Decimal(row["AAE019"])
        states[transfer].add(row["AAE088"])
    returned = {(row["AAZ031"], row["AAC001"]): row for row in library["bank_return"]}
    assert len(returned) == len(library["bank_return"]) > 50
    assert {transfer for transfer, found in states.items() if "2" in found} == set(returned)
    for transfer, row in returned.items():
        assert states[transfer] == {"2"}
        assert Decimal(row["AAE019"]) == lines[transfer]
        if row["ZHL006"]:
            assert states[row["ZHL006"], row["AAC001"]] <= {"0", "1", "2"}
    assert 0.001 <= len(returned) / len(lines) <= 0.0045
    assert {row["ZHL003"] for row in returned.values()} == {"01", "02", "03", "04", "09"}


def _turnover(library, subject, side):
    """By account set and month, what the vouchers say of a subject, the year's closing apart."""
    found = defaultdict(Decimal)
    for row in library["voucher"]:
        if row["EAD004"] == subject and row["AAD128"] != "年末结转":
            found[row["ZZA101"], row["AAD081"] + row["AAD082"]] += Decimal(row[side])
    return {key: amount for key, amount in found.items() if amount}


def test_the_books_hold_what_was_paid(library):
    paid = defaultdict(Decimal)
    for table in ("benefit_payment", "unemployment_payment", "work_injury_benefit"):
        for row in library[table]:
            if row["AAE088"] == "1":
                paid[HELD[row["AAE140"]], row["AAE208"]] += Decimal(row["AAE019"])
    for row in library["bank_return"]:
        if row["ZHL003"] == "09":  # paid first, given back later
            back = [
                r for r in library["benefit_payment"] if (r["AAZ031"], r["AAC001"]) == (row["AAZ031"], row["AAC001"])
            ]
            assert {r["AAE088"] for r in back} == {"2"}
    spent, returned = _turnover(library, "5001", "EAD143"), _turnover(library, "5001", "EAD144")
    total = sum(spent.values()) - sum(returned.values())
    assert total == sum(paid.values())
    assert {key[0] for key in spent} == set(HELD.values())
    assert all(spent[key] >= amount for key, amount in paid.items())  # what came back later was spent first


def test_the_books_hold_what_was_contributed(library):
    arrived = defaultdict(Decimal)
    for row in library["contribution"]:
        if row["EAD131"] >= "20230401":
            account_set = HELD[row["AAE140"]]
            arrived[account_set, "400102"] += Decimal(row["AAE082"])
            arrived[account_set, "400101"] += Decimal(row["AAE020"])
            arrived[account_set, "4002"] += Decimal(row["AAE025"])
    booked = defaultdict(Decimal)
    for subject in ("400101", "400102", "4002"):
        for side, sign in (("EAD144", 1), ("EAD143", -1)):
            for (account_set, _), amount in _turnover(library, subject, side).items():
                booked[account_set, subject] += sign * amount
    assert {key: amount for key, amount in booked.items() if amount} == {k: v for k, v in arrived.items() if v}
    assert {row["AAD081"] for row in library["voucher"]} == {"2023", "2024", "2025"}


def test_the_books_balance(library):
    vouchers = defaultdict(Decimal)
    for row in library["voucher"]:
        vouchers[row["ZZA101"], row["AAD081"], row["AAD082"], row["AAD131"]] += Decimal(row["EAD143"]) - Decimal(
            row["EAD144"]
        )
    assert set(vouchers.values()) == {Decimal(0)}
    closing: dict[tuple[str, str], Decimal] = {}
    for row in sorted(library["ledger_balance"], key=lambda r: (r["AAD081"], r["AAD082"])):
        subject = (row["ZZA101"], row["EAD004"])
        assert Decimal(row["AAD087"]) == closing.get(subject, Decimal(row["AAD087"]))
        closing[subject] = Decimal(row["AAD092"])
        sign = 1 if row["EAD011"] == "1" else -1
        assert closing[subject] == Decimal(row["AAD087"]) + sign * (Decimal(row["AAD088"]) - Decimal(row["AAD089"]))
        assert closing[subject] >= 0
    for account_set in HELD.values():
        debit = sum(closing[account_set, number] for number in ("1002", "1004", "5001"))
        assert debit == sum(closing[account_set, number] for number in ("3001", "400101", "400102", "4002"))


def test_nobody_draws_unemployment_while_insured_at_work(library):
    months = {(row["AAC001"], row["AAE003"]) for row in library["contribution"] if row["AAE140"] in ("110", "120")}
    awards = {row["AAZ257"]: row for row in library["unemployment_award"]}
    drawn = defaultdict(int)
    assert len(awards) > 15
    for row in library["unemployment_payment"]:
        assert (row["AAC001"], row["EAC064"]) not in months
        assert Decimal(row["AAE019"]) == (Decimal("1575.00") if row["EAC064"] >= "202503" else Decimal("1458.00"))
        assert row["EAC064"] >= awards[row["AAZ257"]]["AIC160"]
        drawn[row["AAZ257"]] += 1
    for number, award in awards.items():
        assert 1 <= int(award["ZHL013"]) <= 24
        assert int(award["AAE201"]) >= 12
        assert drawn[number] <= int(award["ZHL013"])


@pytest.mark.parametrize(
    ("paid", "granted"),
    [(12, 1), (23, 1), (48, 4), (53, 4), (54, 5), (60, 6), (120, 16), (167, 23), (168, 24), (300, 24)],
)
def test_months_of_unemployment_benefit_follow_the_ordinance(paid, granted):
    """One month a year up to four years, then one more for each half year, at most 24."""
    from huiliu.demo.unemployed import months_granted

    assert months_granted(paid) == granted


def test_injuries_lie_within_insured_work_and_lead_to_a_grant(library):
    events = {row["ZHL021"]: row for row in library["work_injury_event"]}
    assert len(events) >= 3
    for row in events.values():
        assert row["AAC030"] <= row["ZHL022"] < row["ZHL023"]
    grants = {row["ZHL021"] for row in library["work_injury_benefit"] if row["AAA036"] == "400012"}
    assert grants <= set(events)
    assert grants


def test_the_living_are_certified_once_a_year(library):
    died = {row["AAC001"]: row["AAE138"] for row in library["death_record"]}
    seen = set()
    for row in library["certification"]:
        assert (row["AAC001"], row["AAE001"]) not in seen
        seen.add((row["AAC001"], row["AAE001"]))
        assert row["AAC096"][:4] == row["AAE001"]
        if row["AAC001"] in died:
            assert row["AAC096"] <= died[row["AAC001"]][:6]
    drawing = {row["AAC001"] for row in library["benefit_award"] if row["AAE116"] == "1" and row["AIC160"] < "202401"}
    certified = {person for person, year in seen if year == "2024"}
    assert 0.96 < len(drawing & certified) / len(drawing) < 1


def test_changes_follow_states(library):
    left = {(r["AAC001"], r["AAE031"]) for r in library["enrolment"] if (r["AAC008"], r["AAC031"]) == ("2", "2")}
    booked = {(r["AAC001"], r["AAE035"]) for r in library["person_change"] if r["AAC050"] == "22"}
    assert {entry for entry in left if entry[1] >= "20230401"} == booked
    dead = {row["AAC001"] for row in library["person_change"] if row["AAC050"] == "41"}
    known = {row["AAC001"] for row in library["death_record"]}
    assert dead <= known
    accounts = {row["AAC001"]: row["AAE010"] for row in library["person"]}
    latest: dict[str, tuple[str, str]] = {}
    for row in library["person_change"]:
        if row["AAC050"] == "52":
            latest[row["AAC001"]] = max(latest.get(row["AAC001"], ("", "")), (row["AAE035"], row["AAE124"]))
    assert latest
    assert all(accounts[person] == account for person, (_, account) in latest.items())


def test_who_moved_away_left_an_empty_account(library):
    away = [row for row in library["transfer"] if row["EAC071"] == "1"]
    states = {(r["AAC001"], r["AAE140"], r["AAE001"]): r for r in library["individual_account"]}
    for row in away:
        account = states[row["AAC001"], row["AAE140"], row["AAE035"][:4]]
        assert (account["EAC040"], account["ZZB005"]) == ("3", "0.00")
        assert Decimal(row["AIC102"]) == Decimal(row["AIC099"]) + Decimal(row["AIC103"])
        assert Decimal(row["AIC099"]) <= Decimal(account["AIC340"])
