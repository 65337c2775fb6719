"""The 2024 project of the demo, done again act by act through the services, each on its day and by the post it is."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO

from huiliu.cli.followup import FollowUp
from huiliu.cli.results import Results
from huiliu.demo import heyuan_2024 as demo
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.money import to_fen

OFFICE_HOUR = time(10, 0)
MARK = "合成"


def reenact() -> bool:
    """Take the project through its year; False if it is there already. All of it, or nothing of it."""
    from django.db import transaction

    from huiliu.apps.funds.selectors.projects import project_by_code

    told = demo.project()
    if project_by_code(told["project"]["code"]):
        return False
    year = _Year(told)
    with transaction.atomic():
        for day, act in _in_order(year):
            with _standing_at(day):
                act()
    return True


def _in_order(year: "_Year") -> list[tuple[date, Any]]:
    """Every act with its day, in the order of the days; acts of one day as they are listed."""
    told = year.told
    acts: list[tuple[date, Any]] = [(told["versions"][0]["day"], year.open)]
    acts += [(one["day"], lambda one=one: year.target(one)) for one in told["versions"]]
    acts += [(one["day"], lambda one=one: year.event(one)) for one in told["events"]]
    for one in told["payments"]:
        acts += [
            (one["asked"], lambda one=one: year.ask(one)),
            (one["agreed"], lambda one=one: year.sign(year.asked[one["refers"]].approval_id, "leader")),
            (one["paid"], lambda one=one: year.pay(one)),
        ]
    acts.append((told["adjusted"], year.adjust))
    for one in told["drafts"]:
        acts += [
            (one["day"], lambda one=one: year.draft(one)),
            (one["agreed"], lambda one=one: year.sign(year.drafts[one["stage"]].pk, "leader")),
        ]
    acts.append((told["close"]["day"], year.close))
    results = Results(told, year.by)
    acts += results.acts() + FollowUp(told, year.by, results).acts()
    acts += [(one["day"], lambda one=one: year.bring(one)) for one in told["imports"]]
    acts += [(day, year.measure) for day in told["measured"]]
    acts.append((told["narrated"], year.narrate))
    return sorted(acts, key=lambda one: one[0])


@contextmanager
def _standing_at(day: date) -> Iterator[None]:
    """The process's clock stands at a day: duties, approvals and the audit read it."""
    from django.conf import settings

    before = settings.HUILIU_CLOCK
    settings.HUILIU_CLOCK = FixedClock(datetime.combine(day, OFFICE_HOUR, TZ))
    try:
        yield
    finally:
        settings.HUILIU_CLOCK = before


@dataclass
class _Year:
    """The project's year while it is done again; `events` are contracts by the name the story gives them."""

    told: Mapping[str, Any]
    events: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    drafts: dict[str, Any] = field(default_factory=dict)
    purposes: dict[str, Any] = field(default_factory=dict)
    year: Any = None
    numbers: int = 0

    def open(self) -> None:
        """The project with its year and what its money is for."""
        from huiliu.apps.funds.services import NewProject, project_open, purpose_add

        self.year = project_open(
            wanted=NewProject(**self.told["project"]),
            year=self.told["year"],
            mode=self.told["mode"],
            **self.by("finance"),
        )
        for one in self.told["purposes"]:
            self.purposes[one["code"]] = purpose_add(project=self.year.project, **one, **self.by("finance"))

    def event(self, told: Mapping[str, Any]) -> None:
        """Authority, plan, quota or contract, recorded by the accountant."""
        from huiliu.apps.funds.services import NewEvent, event_record

        values = {name: value for name, value in told.items() if name != "id"}
        purpose = self.purposes[values.pop("purpose")] if "purpose" in values else None
        wanted = NewEvent(**{"note": MARK, **values, "amount": _fen(told["amount"])}, purpose=purpose)
        self.events[told.get("id", "")] = event_record(year=self.year, wanted=wanted, **self.by("finance"))

    def ask(self, told: Mapping[str, Any]) -> None:
        """The accountant asks for what a contract owes."""
        from huiliu.apps.funds.services import NewEvent, payment_ask

        contract = self.events[told["refers"]]
        wanted = NewEvent(
            "request", told["asked"], contract.amount_fen, refers=contract, number=self._number("请拨"),
            due=contract.due, payee=contract.payee, item=told["item"], purpose=contract.purpose, note=MARK,
        )  # fmt: skip
        reason = f"{MARK}：按合同付款"
        self.asked[told["refers"]] = payment_ask(year=self.year, wanted=wanted, reason=reason, **self.by("finance"))

    def sign(self, number: Any, *posts: str) -> None:
        """The next signatures of a request."""
        from huiliu.apps.control.services import step_decide

        for post in posts:
            who = self.by(post)
            step_decide(number=number, decider=who["user"], decision="approved", actor=who["actor"])

    def pay(self, told: Mapping[str, Any]) -> None:
        """The cashier pays what was agreed, the accountant books it the same day."""
        from huiliu.apps.funds.services import NewEvent, event_record

        asked, day = self.asked[told["refers"]], told["paid"]
        paid = NewEvent("payment", day, asked.amount_fen, refers=asked, number=self._number("支付"), note=MARK)
        payment = event_record(year=self.year, wanted=paid, **self.by("cashier"))
        booked = NewEvent("voucher", day, payment.amount_fen, refers=payment, number=self._number("记"), note=MARK)
        event_record(year=self.year, wanted=booked, **self.by("finance"))

    def draft(self, told: Mapping[str, Any]) -> None:
        """A round of asking for the year's money, laid before the leader; its amounts rest on quantity and price."""
        from huiliu.apps.funds.services import draft_save, draft_submit

        lines = [self._line(one) for one in told["lines"]]
        saved = draft_save(year=self.year, stage=told["stage"], lines=lines, **self.by("finance"))
        reason = f"{MARK}：{self.told['year']} 年{saved.get_stage_display()}"
        self.drafts[told["stage"]] = draft_submit(draft=saved, reason=reason, **self.by("finance"))

    def _line(self, told: Mapping[str, Any]) -> Any:
        from huiliu.apps.funds.services import NewLine

        quantity, price = Decimal(told["quantity"]), _fen(told["price"])
        purpose = self.purposes[told["purpose"]]
        return NewLine(
            purpose.label, purpose, "quantity", quantity, told["measure"], price, int(quantity * price), ground=MARK
        )

    def bring(self, told: Mapping[str, Any]) -> None:
        """An export of another system is brought in to be looked at beside the ledger."""
        from huiliu.apps.funds.services import Sent, import_upload

        sent = Sent(told["code"], sheet(told["rows"], told["day"]), told["name"])
        import_upload(year=self.year, sent=sent, **self.by("finance"))

    def close(self) -> None:
        """The year ends; what was never issued lapses."""
        from huiliu.apps.funds.services import close_ask

        told = self.told["close"]
        request = close_ask(year=self.year, carried=_fen(told["carried"]), reason=told["reason"], **self.by("finance"))
        self.sign(request.pk, "leader")

    def measure(self) -> None:
        """Every indicator from what is on record by then."""
        from huiliu.apps.performance.services import measurements_take

        measurements_take(project=self.told["project"]["code"], year=self.told["year"], **self.by("finance"))

    def narrate(self) -> None:
        """The unit's words are drafted; the self-evaluation is not submitted."""
        from huiliu.apps.performance.services.filings import Draft, filing_write
        from huiliu.kernel.yamls import parse_yaml

        draft = Draft(parse_yaml(demo.narrative(), "narrative.yaml"), self.told["achieved"].strip())
        filing_write(project=self.told["project"]["code"], year=self.told["year"], draft=draft, **self.by("it"))

    def target(self, told: Mapping[str, Any]) -> None:
        """A version of the targets: the first as published, then mended, since the published one is not let pass."""
        from huiliu.apps.performance.services import NewVersion, Submission, Words, version_describe, version_draft
        from huiliu.apps.performance.services import version_submit as submit

        project, who = self.told["project"], self.by("finance")
        is_first = told["stage"] == "first"
        wanted = NewVersion(
            project["code"],
            self.told["year"],
            told["stage"],
            project["name"],
            self.told["profile"],
            is_copy=not is_first,
        )
        version = version_draft(wanted=wanted, **who)
        if is_first:
            self._fill(version.pk, who)
        words = Words(self.told["objective"].strip(), told["document_no"], told["document_on"])
        version_describe(number=version.pk, words=words, **who)
        reasons = Submission(f"{MARK}：{self.told['year']} 年度目标", self.told["reasons"])
        version = submit(number=version.pk, submission=reasons, applicant=who["user"], actor=who["actor"])
        self.sign(version.request_id, "control", "leader")

    def adjust(self) -> None:
        """The change that monitoring proposes is drafted; in what happened nobody signed one."""
        from huiliu.apps.performance.services import adjustment_draft

        adjustment_draft(project=self.told["project"]["code"], year=self.told["year"], **self.by("finance"))

    def _fill(self, number: int, who: dict[str, Any]) -> None:
        from huiliu.apps.performance.services import row_put, use_put
        from huiliu.scoring.targets import MoneyUse

        labels = {one["code"]: one["label"] for one in self.told["purposes"]}
        for code, amount in self.told["uses"].items():
            use_put(number=number, use=MoneyUse(code, labels[code], Decimal(amount)), **who)
        for told in (*self.told["published"], *self.told["mended"]):
            row_put(number=number, row=target_row(self.told, told), **who)

    def _number(self, what: str) -> str:
        self.numbers += 1
        return f"{MARK}-{what}-{self.numbers:02d}"

    def by(self, username: str) -> dict[str, Any]:
        """The account of a post, read anew: what it holds is remembered for the day it was read on."""
        from huiliu.apps.accounts.selectors import user_by_name
        from huiliu.apps.audit.services import Actor

        return {"user": user_by_name(username), "actor": Actor(username)}


def target_row(story: Mapping[str, Any], told: Mapping[str, Any]) -> Any:
    """An indicator of the story as the form has it."""
    from huiliu.scoring.targets import TargetRow

    numbers = {name: Decimal(told[name]) for name in ("value", "weight")}
    words = {name: story[name] for name in ("basis", "evidence", "formula")}
    return TargetRow(**{**told, **words, **numbers})


def sheet(rows: Sequence[Sequence[Any]], day: date) -> BinaryIO:
    """A workbook as the other system would write it; the same rows give the same bytes."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime.combine(day, OFFICE_HOUR), "comments": MARK})
        page = book.add_worksheet(MARK)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    file.seek(0)
    return file


def _fen(yuan: Any) -> int:
    return to_fen(Decimal(yuan))
