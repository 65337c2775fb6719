"""Writes what `naive` speaks of as the folders of a province, and reads back what the lake made of it."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from huiliu.lake.decide import Waiting
from huiliu.lake.engine import Engine
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.tables import Column, not_null, row_check, table
from lake.builder import DIVISION, STAMP, Part, write_batch
from lake.conftest import Site
from lake.naive_rows import Content, Sent, Told, Values
from lake.spelling import ENDINGS, Spelling, written

HEADINGS = {
    "person": ("AAC001", "AAC003", "AAC004", "AAC006", "ZZZ003"),
    "payment": ("EAZ048", "EAC064", "AAE019", "ZZZ003"),
}
person = table(
    name="person",
    label="个人",
    grain=("person_no",),
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("name", code="AAC003", kind="name", label="姓名"),
        Column("sex", code="AAC004", kind="code", label="性别", codes="sex"),
        Column("born_on", code="AAC006", kind="date", label="出生日期"),
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
        "person": FeedTable(("person.*",)),
        "payment": FeedTable(("payment.*",), mode="increment"),
    },
    division=DIVISION,
)
RANGES = {"person": "AAC004", "payment": "benefit_month"}
SPOILED = {"not_null": {"person": ("AAC003", ""), "payment": ("EAC064", "")}}
SPOILED["type"] = {"person": ("AAC006", "20250230"), "payment": ("EAC064", "202513")}
BROKEN = {"csv": b"", "csv.gz": b"\x1f\x8b\x08", "csv.zip": b"PK\x03\x04"}

Days = dict[date, dict[str, dict[str, Values]]]
Aside = dict[tuple[str, str], tuple[str, str, str]]  # of each row in quarantine month, amount and state


def lines(name: str, told: Told) -> list[Sequence[str]]:
    """The rows as a province spells them."""
    found = []
    for operation, key, values in told.rows:
        cells = [key, *values, *([""] if name == "person" else []), STAMP]
        found.append([key, *[""] * (len(cells) - 1)] if operation == "D" else cells)
    if told.spoiled in SPOILED:
        code, cell = SPOILED[told.spoiled][name]
        at = next(place for place, (operation, _, _) in enumerate(told.rows) if operation != "D")
        found[at][HEADINGS[name].index(code)] = cell
    return found


def part(name: str, told: Told, spelling: Spelling) -> Part:
    """One table as a file and what the manifest says of it."""
    header, rows = HEADINGS[name], lines(name, told)
    if told.mode == "increment":
        header = ("OP", *header)
        rows = [(operation, *row) for (operation, _, _), row in zip(told.rows, rows, strict=True)]
    more: dict[str, Any] = {"control_sums": None, **spelling.told}
    if told.claimed_rows is not None:
        more["rows"] = told.claimed_rows
    if told.part is not None:
        more["range"] = {"column": RANGES[name], "from": told.part[0], "to": told.part[1]}
    closing = None
    if told.closing is not None:
        closing = told.closing[0], {"amount": f"{told.closing[1]:.2f}"} if name == "payment" else {}
    data = BROKEN.get(spelling.form, b"") if told.spoiled == "broken" else written(header, rows, spelling)
    return Part(header, rows, told.mode, told=more, closing=closing, data=data, ending=ENDINGS[spelling.form])


def send(inbox: Path, sent: Sent, spellings: Mapping[str, Spelling]) -> str:
    """Write the folder in place of one of the same name; the digest that the batch will have."""
    folder = inbox / sent.name
    if folder.exists():
        shutil.rmtree(folder)
    parts = {name: part(name, told, spellings[name]) for name, told in sent.tables.items()}
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


@dataclass
class Seen:
    """What readers of the installation see; a snapshot never changes, so each is read once, and all `again` if asked.

    `waiting` are the rows in quarantine as of the last look, as somebody would decide on them.
    """

    site: Site
    waiting: dict[tuple[str, str], Waiting] = field(default_factory=dict)
    _read: dict[int, dict[str, dict[str, Values]]] = field(default_factory=dict)
    _aside: dict[int, Aside] = field(default_factory=dict)

    def look(self, *, again: bool = False) -> tuple[Days, Aside]:
        """Rows of every table on every effective day, and what stands aside now."""
        days, pointer = self.site.library.days(), self.site.library.pointer()
        if pointer is None:
            return {}, {}
        if again:
            self._read, self._aside = {}, {}
        new = set(days.values()) - self._read.keys()
        if new or pointer.snapshot not in self._aside:
            with self.site.home.open_for_reading() as lake:
                self._read |= {snapshot: rows_at(lake, snapshot) for snapshot in sorted(new)}
                self._aside = {pointer.snapshot: self._quarantine(lake, pointer.snapshot)}
        return {day: self._read[snapshot] for day, snapshot in days.items()}, self._aside[pointer.snapshot]

    def _quarantine(self, lake: Engine, snapshot: int) -> Aside:
        found = lake.run(
            "SELECT table_name, key, cells, coalesce(key ->> '$.payment_no', key ->> '$.person_no'), "
            "cells ->> '$.benefit_month', cells ->> '$.amount', state "
            f"FROM lake._quarantine AT (VERSION => {snapshot})"
        )
        self.waiting = {(name, no): Waiting(name, key, cells) for name, key, cells, no, *_ in found}
        return {(name, no): (month, amount, state) for name, _, _, no, month, amount, state in found}


def rows_at(lake: Engine, snapshot: int) -> dict[str, dict[str, Values]]:
    """The rows of a snapshot; a filler is no date, so nobody here is born."""
    at = f"AT (VERSION => {snapshot})"
    people = lake.run(f"SELECT person_no, name, sex FROM lake.person {at} WHERE born_on IS NULL")
    paid = lake.run(f"SELECT payment_no, benefit_month, amount FROM lake.payment {at}")
    return {
        "person": {no: (name, sex) for no, name, sex in people},
        "payment": {no: (str(month), f"{amount:.2f}") for no, month, amount in paid},
    }


def expected(days: Mapping[date, Content]) -> Days:
    """The same of the naive library."""
    return {day: {name: dict(table.loaded) for name, table in content.items()} for day, content in days.items()}


def expected_aside(content: Content) -> Aside:
    """The same of what stands aside."""
    return {
        (name, key): (*values, "rejected" if key in table.rejected else "held")
        for name, table in content.items()
        for key, values in table.aside.items()
    }
