"""Pensions: the award at statutory age, a payment a month by the bank, returns, repayments, money paid too long."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from random import Random

from huiliu.demo import identifiers, names, policy
from huiliu.demo.dates import (
    END,
    FIRST_MONTH,
    LAST_MONTH,
    day_of,
    first_day,
    moment,
    month_count,
    month_text,
    ordinal,
    working_day,
)
from huiliu.demo.deaths import Report
from huiliu.demo.journal import Patch, Row
from huiliu.demo.labels import Truth, Wrong
from huiliu.demo.people import Person

_MIGRATED = "20120201090000"
# Days of the month on which a run is generated and on which the bank reports back, and the hour of each.
_BASIC, _ACCOUNT = "100011", "100012"
RETURN_REASONS = {  # as banks word them, by the reason's code
    "01": "户名与账号不符",
    "02": "账户状态不正常",
    "03": "社会保障卡金融功能未激活",
    "04": "证件已过期",
    "09": "领取人死亡，款项退回",
}
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
def run_of(insurance: str, division: str, month: int) -> tuple[str, str]:
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
    unit_no: str | None = None
    unpaid: list[int] = field(default_factory=list)
    returned: list[list[Patch]] = field(default_factory=list)  # a history of each transfer that the bank gave back
    _waiting: dict[int, list[Patch]] = field(default_factory=dict)
    _paid_again: set[int] = field(default_factory=set)

    def rows(self, awarded: str) -> Iterator[list[Patch]]:
        """One row a month of pension, one more for each month repaid after a return by the bank."""
        for month in range(max(self.person.pension_month, FIRST_MONTH), LAST_MONTH + 1):
            generated, reported = run_of(self.person.insurance, self.person.division.code, month)
            if generated > END or (self.report and self._stopped(month, generated)):
                return
            self.unpaid.append(month)
            if generated < awarded:
                continue
            owed, self.unpaid = self.unpaid, []
            for serial, due in enumerate(owed, start=1):
                self._repaid(due, serial, generated)
                yield from self._payment(due, serial, generated, reported)

    def _stopped(self, month: int, generated: str) -> bool:
        assert self.report is not None
        return month > month_count(self.report.died) and generated > self.report.payment_stops

    def _payment(self, due: int, serial: int, generated: str, reported: str) -> Iterator[list[Patch]]:
        """One transfer of two lines: waiting (0), then paid (1) or failed (2); if after death, perhaps returned (2)."""
        after_death = self.report is not None and due > month_count(self.report.died)
        transfer = self._transfer(due, serial, generated)
        outcome = self._outcome(due, after_death, reported)
        self._note_return(due, transfer, outcome)
        for item, amount in self.pension.parts(due):
            yield [(generated, self._row(transfer, item, amount)), *outcome]

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

    def _repaid(self, due: int, serial: int, generated: str) -> None:
        """The order by which a month that came back is paid again."""
        if due in self._waiting:
            self._paid_again.add(due)
            self._waiting.pop(due).append((generated, {"repaid_order_no": self._order(generated, serial)}))

    def _order(self, generated: str, serial: int) -> str:
        """The payment order of a run: one a scheme, district and month, and one more for what is paid again."""
        return f"{generated[:6]}{self.person.insurance}{self.person.division.code[-2:]}{serial:02d}"

    def _note_return(self, due: int, transfer: Row, outcome: list[Patch]) -> None:
        """What the bank gave back at once or later, with its reason."""
        moment, change = outcome[-1]
        if change is None or change["pay_state"] != "2":
            return
        after_death = self.report is not None and due > month_count(self.report.died)
        history: list[Patch] = [(moment, self._return(due, transfer, moment, after_death))]
        self.returned.append(history)
        if not after_death:
            self._waiting[due] = history

    def _return(self, due: int, transfer: Row, moment: str, after_death: bool) -> Row:
        reason = "09" if after_death else f"{1 + (self.person.serial + due) % 4:02d}"
        return {
            "return_no": f"{moment[:8]}{self.person.number[-9:]}{len(self.returned):02d}",
            "batch_no": f"{moment[:8]}{self.person.insurance}{self.person.division.code[-2:]}",
            "order_no": transfer["order_no"],
            "person_no": self.person.number,
            "insurance_type": self.person.insurance,
            "settled_month": transfer["settled_month"],
            "bank_type": names.bank(self.person.serial)[1],
            "account_name": self.person.account_name,
            "bank_account": transfer["bank_account"],
            "amount": self.pension.at(due),
            "reason": reason,
            "reason_text": RETURN_REASONS[reason],
            "returned_on": moment[:8],
        }

    def _transfer(self, due: int, serial: int, generated: str) -> Row:
        """What the lines of one transfer have in common."""
        person = self.person
        accounts = [account for since, account in person.account_changes if since <= generated]
        back_pay = due < ordinal(int(generated[:6])) and due not in self._paid_again
        return {
            "payment_no": f"{generated[:6]}{person.insurance}{person.number[-9:]}{serial:02d}",
            "order_no": self._order(generated, serial),
            "person_no": person.number,
            "unit_no": self.unit_no,
            "insurance_type": person.insurance,
            "settled_month": generated[:6],
            "benefit_month": month_text(due),
            "starts_month": month_text(person.draws_from),
            "item_type": "0",
            "pool_type": "1",
            "business_type": "F10005",
            "back_pay_type": "11" if back_pay else None,
            "payee": person.name,
            "payee_id_number": person.id_number,
            "bank": names.bank(person.serial)[0],
            "account_name": person.account_name,
            "bank_account": accounts[-1] if accounts else person.bank_account,
            "pay_method": "11",
            "pay_state": "0",
            "paid_month": None,
            "handler": names.handler(int(generated[4:6])),
            "registered_on": generated[:8],
        }

    def _row(self, transfer: Row, item: str, amount: int) -> Row:
        return {
            **transfer,
            "payment_no": f"{transfer['payment_no']}{item[-1]}",
            "benefit_item": item,
            "amount": amount,
            "account_part": amount if item == _ACCOUNT else 0,
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
