"""Five days of payments, each an increment that builds on the day before, and what a reader sees after each."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from lake.builder import DIVISION, PAYMENT, PERSON, STAMP, Part, first_night, write_batch
from lake.conftest import Site

FIRST = date(2025, 3, 31)
Row = tuple[str, ...]
Paid = dict[str, str]
Five = tuple[Site, list[str]]  # an installation after five days, and the digests of their manifests


def row(op: str, no: str, amount: str = "", month: str = "202503") -> Row:
    """One line of an increment; the person of payment Z1 is P1, and so on, P1 for those beyond the third."""
    person = f"P{no[1:]}" if no in {"Z1", "Z2", "Z3"} else "P1"
    return (op, no, person, month if op != "D" else "", amount, STAMP)


BEFORE: Paid = {"Z1": "100.10", "Z2": "200.20", "Z3": "300.30"}
CHANGES: Mapping[int, Sequence[Row]] = {
    1: [row("U", "Z1", "110.00")],
    2: [row("I", "Z4", "400.00")],
    3: [row("U", "Z4", "444.00"), row("D", "Z2")],
    4: [row("U", "Z1", "111.00")],
}
AFTER: Mapping[int, Paid] = {
    0: BEFORE,
    1: {**BEFORE, "Z1": "110.00"},
    2: {**BEFORE, "Z1": "110.00", "Z4": "400.00"},
    3: {"Z1": "110.00", "Z3": "300.30", "Z4": "444.00"},
    4: {"Z1": "111.00", "Z3": "300.30", "Z4": "444.00"},
}


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def total(paid: Paid) -> str:
    return str(sum((Decimal(amount) for amount in paid.values()), Decimal(0)))


def deliver(inbox: Path, number: int, rows: Sequence[Row], after: Paid, previous: str | None, revision: int = 0) -> str:
    """One day: the changes of payments, persons listed as unchanged; returns the manifest's digest."""
    persons = Part(PERSON, [], closing=(3, {}), told={"mode": "increment", "files": [], "control_sums": None})
    paid = Part(PAYMENT, rows, "increment", closing=(len(after), {"amount": total(after)}))
    parts = {"person": persons, "payment": paid}
    digest = write_batch(inbox, day(number), parts, sequence=number + 1, previous=previous, revision=revision)
    (inbox / folder_of(number, revision) / "person.csv").unlink()
    return digest


def folder_of(number: int, revision: int = 0) -> str:
    """The folder's name, which is the batch's."""
    return f"{DIVISION}_{day(number):%Y%m%d}" + (f"_r{revision}" if revision else "")


def five_days(inbox: Path, last: int = 4) -> list[str]:
    """The first night and the days up to the last; their digests."""
    digests = [first_night(inbox)]
    for number in range(1, last + 1):
        digests.append(deliver(inbox, number, CHANGES[number], AFTER[number], digests[-1]))
    return digests


def months_on(site: Site, number: int) -> dict[str, int]:
    """The benefit month of each payment as a reader of that day sees it now."""
    with site.library.open(site.library.days()[day(number)]) as snap:
        return {found["payment_no"]: found["benefit_month"] for found in snap.rows("FROM payment")}


def paid_on(site: Site, number: int) -> Paid:
    """What a reader of that day sees now."""
    with site.library.open(site.library.days()[day(number)]) as snap:
        rows = snap.rows("SELECT payment_no, amount FROM payment")
    return {found["payment_no"]: str(found["amount"]) for found in rows}
