"""Writes what `naive` speaks of as the folders of a province, and reads back what the lake made of it."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.tables import Column, not_null, row_check, table
from lake.builder import DIVISION, PERSON, STAMP, Part, write_batch
from lake.conftest import Site
from lake.naive import Content, Sent, Told, Values, totals

PAID = ("EAZ048", "EAC064", "AAE019", "ZZZ003")
person = table(
    name="person",
    label="个人",
    grain=("person_no",),
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("name", code="AAC003", kind="name", label="姓名"),
        Column("sex", code="AAC004", kind="code", label="性别", codes="sex"),
    ),
    checks=(not_null("name"),),
)
payment = table(
    name="payment",
    label="待遇支付",
    grain=("payment_no",),
    columns=(
        Column("payment_no", code="EAZ048", kind="id", label="支付明细序号"),
        Column("benefit_month", code="EAC064", kind="month", label="待遇年月"),
        Column("amount", code="AAE019", kind="money", label="待遇金额"),
    ),
    checks=(
        not_null("benefit_month", "amount"),
        row_check("below_zero", "金额为负", "amount < 0", severity="quarantine"),
    ),
)
PAYING = {"person": person, "payment": payment}
FEEDING = Feed(
    tables={
        "person": FeedTable(("person.csv*",)),
        "payment": FeedTable(("payment.csv*",), mode="increment"),
    },
    division=DIVISION,
)
RANGES = {"person": "AAC004", "payment": "benefit_month"}


def cells(name: str, key: str, values: Values) -> Sequence[str]:
    if name == "person":
        return (key, values[0], values[1], STAMP)
    return (key, values[0], values[1], STAMP)


def part(name: str, told: Told, encoding: str, *, gz: bool) -> Part:
    """One table as a file and what the manifest says of it."""
    header = ("AAC001", "AAC003", "AAC004", PERSON[-1]) if name == "person" else PAID
    rows: list[Sequence[str]] = [cells(name, key, values) for _, key, values in told.rows]
    if told.mode == "increment":
        operations = [operation for operation, _, _ in told.rows]
        header = ("OP", *header)
        rows = [(op, *(row if op != "D" else (row[0], "", "", ""))) for op, row in zip(operations, rows, strict=True)]
    more: dict[str, object] = {"control_sums": None}
    if told.claimed_rows is not None:
        more["rows"] = told.claimed_rows
    if told.part is not None:
        more["range"] = {"column": RANGES[name], "from": told.part[0], "to": told.part[1]}
    closing = None
    if told.closing is not None:
        closing = told.closing[0], {"amount": f"{told.closing[1]:.2f}"} if name == "payment" else {}
    data = (b"\x1f\x8b\x08" if gz else b"") if told.broken else None
    return Part(header, rows, told.mode, encoding, gz, more, closing, data)


def send(inbox: Path, sent: Sent, encoding: str, *, gz: bool) -> str:
    """Write the folder in place of one of the same name; the digest that the batch will have."""
    folder = inbox / sent.name
    if folder.exists():
        shutil.rmtree(folder)
    parts = {name: part(name, told, encoding, gz=gz) for name, told in sent.tables.items()}
    digest = write_batch(
        inbox,
        sent.day,
        parts,
        sequence=sent.sequence or 1,
        previous=sent.previous,
        manifest=sent.sequence is not None,
        division=sent.division,
        revision=sent.revision,
    )
    files = sorted((path.name, path.read_bytes()) for path in folder.iterdir())
    return digest or repr((sent.name, files))


def loaded(site: Site) -> dict[date, dict[str, dict[str, Values]]]:
    """Rows of every table on every effective day."""
    found: dict[date, dict[str, dict[str, Values]]] = {}
    days = site.library.days()
    with site.home.open_for_reading() as lake:
        for day, snapshot in days.items():
            people = lake.run(f"SELECT person_no, name, sex FROM lake.person AT (VERSION => {snapshot})")
            paid = lake.run(f"SELECT payment_no, benefit_month, amount FROM lake.payment AT (VERSION => {snapshot})")
            found[day] = {
                "person": {no: (name, sex) for no, name, sex in people},
                "payment": {no: (str(month), f"{amount:.2f}") for no, month, amount in paid},
            }
    return found


def expected(days: Mapping[date, Content]) -> dict[date, dict[str, dict[str, Values]]]:
    """The same of the naive library."""
    return {day: {name: dict(table.loaded) for name, table in content.items()} for day, content in days.items()}


def aside(site: Site) -> set[tuple[str, str]]:
    """Table and key of every row in quarantine, as published now."""
    pointer = site.library.pointer()
    if pointer is None:
        return set()
    key = "coalesce(key ->> '$.payment_no', key ->> '$.person_no')"
    with site.home.open_for_reading() as lake:
        return set(lake.run(f"SELECT table_name, {key} FROM lake._quarantine AT (VERSION => {pointer.snapshot})"))


def claimed(content: Content, name: str) -> tuple[int, Decimal]:
    """Honest closing totals."""
    return totals(content[name].whole)
