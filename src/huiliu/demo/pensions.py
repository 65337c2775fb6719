"""Pensions: the award at statutory age, a payment a month by the bank, returns, repayments, money paid too long."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random

from huiliu.demo import identifiers, policy
from huiliu.demo.dates import (
    END,
    FIRST_MONTH,
    LAST_MONTH,
    day_of,
    first_day,
    moment,
    month_count,
    month_text,
    working_day,
)
from huiliu.demo.deaths import Report
from huiliu.demo.journal import Patch, Row
from huiliu.demo.labels import Truth, Wrong
from huiliu.demo.people import Person

_MIGRATED = "20120201090000"
# Days of the month on which a run is generated and on which the bank reports back, and the hour of each.
_BASIC, _ACCOUNT = "100011", "100012"
_RUNS = {"110": (3, 8), "120": (3, 8), "170": (21, 25)}


@dataclass(frozen=True, slots=True)
class Pension:
    """What a person's monthly payment is computed from, in fen."""

    fixed: int
    basic: bool

    def parts(self, month: int) -> tuple[tuple[str, int], ...]:
        """Basic and account pension of a month by item code; residents' basic part is one flat sum for all."""
        if self.basic:
            return (_BASIC, policy.fen("basic_pension_resident", month)), (_ACCOUNT, self.fixed)
        total = policy.part_of(self.fixed, policy.raise_factor(month))
        basic = policy.part_of(total, policy.number("share_basic_in_pension", month))
        return (_BASIC, basic), (_ACCOUNT, total - basic)

    def at(self, month: int) -> int:
        """The whole pension of a month."""
        return sum(amount for _, amount in self.parts(month))


def award(person: Person, rng: Random) -> Pension:
    """The person's pension at the level of the last month."""
    if person.insurance == "170":
        median, sigma = policy.share("account_pension_median_resident"), 0.6
    else:
        public = person.insurance == "120"
        median, sigma = policy.share(f"pension_median_{'public' if public else 'enterprise'}"), 0.32
    yuan = median * rng.lognormvariate(0, sigma)
    return Pension(round(yuan * 100), person.insurance == "170")


def awarded_at(person: Person, rng: Random) -> str:
    """The moment of the award, in the first month of pension; empty if that lies after the last night."""
    day = working_day(first_day(person.pension_month) + timedelta(days=rng.randrange(26)))
    at = max(moment(day, rng.randrange(31000, 61000)), _MIGRATED)
    return at if at <= END else ""


@cache
def _run(insurance: str, division: str, month: int) -> tuple[str, str]:
    """When the month's run is generated and when the bank reports back, by district a few minutes apart."""
    generated, reported = _RUNS[insurance]
    shift = int(division[-2:]) * 60
    first = first_day(month) - timedelta(days=1)
    return (
        moment(working_day(first + timedelta(days=generated)), 36000 + shift),
        moment(working_day(first + timedelta(days=reported)), 50000 + shift),
    )


@dataclass(slots=True)
class Payer:
    """Writes all payments of one person and files in the truth those made after death."""

    person: Person
    pension: Pension
    report: Report | None
    truth: Truth
    rng: Random
    unpaid: list[int] = field(default_factory=list)

    def rows(self, awarded: str) -> Iterator[list[Patch]]:
        """One row a month of pension, one more for each month repaid after a return by the bank."""
        for month in range(max(self.person.pension_month, FIRST_MONTH), LAST_MONTH + 1):
            generated, reported = _run(self.person.insurance, self.person.division.code, month)
            if generated > END or (self.report and self._stopped(month, generated)):
                return
            self.unpaid.append(month)
            if generated < awarded:
                continue
            owed, self.unpaid = self.unpaid, []
            for serial, due in enumerate(owed, start=1):
                yield from self._payment(due, serial, generated, reported)

    def _stopped(self, month: int, generated: str) -> bool:
        assert self.report is not None
        return month > month_count(self.report.died) and generated > self.report.payment_stops

    def _payment(self, due: int, serial: int, generated: str, reported: str) -> Iterator[list[Patch]]:
        """One transfer of two lines: waiting (0), then paid (1) or failed (2); if after death, perhaps returned (2)."""
        after_death = self.report is not None and due > month_count(self.report.died)
        outcome = self._outcome(due, after_death, reported)
        for item, amount in self.pension.parts(due):
            yield [(generated, self._row(due, serial, generated, item, amount)), *outcome]

    def _outcome(self, due: int, after_death: bool, reported: str) -> list[Patch]:
        failed: Row = {"pay_state": "2", "paid_month": None}
        if self._fails(after_death):
            if not after_death:
                self.unpaid.append(due)
                self._change_account(reported)
            return [(reported, failed)]
        paid: Patch = (reported, {"pay_state": "1", "paid_month": reported[:6]})
        back = self._after_death(due, reported) if after_death else ""
        return [paid, (back, failed)] if back else [paid]

    def _fails(self, after_death: bool) -> bool:
        if after_death and self.report and self.report.course == "frozen":
            return True
        return self.rng.random() < policy.share("payment_return_rate")

    def _after_death(self, due: int, reported: str) -> str:
        """File the payment in the truth; the moment of its return, if the bank gives it back."""
        report = self.report
        assert report is not None
        back = max(report.paid_back, reported) if report.paid_back else ""
        why = "death_recorded_later" if due <= month_count(report.recorded) else ""
        if reported <= END and back != reported:
            wrong = Wrong(self.person.number, month_text(due), self.pension.at(due), reported, back)
            self.truth.payment(wrong, report.registered, why)
        return back

    def _change_account(self, reported: str) -> None:
        """The payee brings a new account within ten days of the return."""
        count = len(self.person.account_changes) + 1
        day = working_day(day_of(reported) + timedelta(days=4))
        account = identifiers.bank_account(int(self.person.number[-10:]) * 100 + count)
        self.person.account_changes.append((moment(day, 40000), account))

    def _row(self, due: int, serial: int, generated: str, item: str, amount: int) -> Row:
        person = self.person
        accounts = [account for since, account in person.account_changes if since <= generated]
        return {
            "payment_no": f"{generated[:6]}{person.insurance}{person.number[-9:]}{serial:02d}{item[-1]}",
            "person_no": person.number,
            "insurance_type": person.insurance,
            "settled_month": generated[:6],
            "benefit_month": month_text(due),
            "benefit_item": item,
            "amount": amount,
            "payee": person.name,
            "bank_account": accounts[-1] if accounts else person.bank_account,
            "pay_method": "11",
            "pay_state": "0",
            "paid_month": None,
        }


def grants(person: Person, pension: Pension, rng: Random) -> dict[str, int]:
    """Account balance, funeral and survivors' grants of a deceased person, in fen (the demo's assumptions)."""
    employee = person.insurance != "170"
    kind = "employee" if employee else "resident"
    funeral = policy.fen(f"funeral_grant_{kind}", LAST_MONTH)
    monthly = pension.at(LAST_MONTH) if employee else pension.fixed
    divisor = int(policy.number("account_divisor_60", LAST_MONTH))
    balance = round(monthly * divisor * rng.uniform(0.05, 0.6) * (0.35 if employee else 1))
    survivors = funeral * rng.randint(2, 4) if employee else 0
    return {"account_balance": balance, "funeral_grant": funeral, "survivor_grant": survivors}
