"""Tables whose definitions set bad rows aside, and small batches of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.quarantine import QUARANTINE
from huiliu.lake.records import NightRecord
from huiliu.lake.tables import Column, not_null, references, row_check, table, unique
from lake.builder import DIVISION, STAMP, Part, write_batch
from lake.conftest import Site

person = table(
    name="person",
    label="个人",
    grain=("person_no",),
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("name", code="AAC003", kind="name", label="姓名", level="L3"),
        Column("sex", code="AAC004", kind="code", label="性别", codes="sex", unknown="quarantine"),
        Column("social_no", code="AAC002", kind="id", label="社会保障号"),
    ),
    checks=(not_null("name", severity="quarantine"), unique("social_no")),
)
award = table(
    name="award",
    label="待遇核定",
    grain=("person_no", "award_no"),
    columns=(
        Column("award_no", code="EAZ048", kind="id", label="核定编号"),
        Column("person_no", code="AAC001", kind="id", label="人员编码"),
        Column("month", code="EAC064", kind="month", label="待遇年月", malformed="quarantine"),
        Column("due", code="AAE020", kind="money", label="应发金额"),
        Column("paid", code="AAE019", kind="money", label="实发金额", malformed="quarantine"),
    ),
    checks=(
        not_null("month", severity="quarantine"),
        row_check("paid_over_due", "实发大于应发", "paid > due", severity="quarantine"),
        references("person_no", "person", severity="quarantine"),
    ),
)
TABLES = {"person": person, "award": award}
FEED = Feed({"person": FeedTable(("person*",)), "award": FeedTable(("award*",), mode="increment")}, DIVISION)
PERSON = ("AAC001", "AAC003", "AAC004", "AAC002", "ZZZ003")
AWARD = ("OP", "EAZ048", "AAC001", "EAC064", "AAE020", "AAE019", "ZZZ003")
PERSONS = (("P1", "张三", "1", "S1", STAMP), ("P2", "李㛃", "2", "S2", STAMP))
FIRST_DAY = date(2025, 3, 31)

Row = Sequence[str]


def awards(*rows: Row, closing: tuple[int, str, str] | None = None, mode: str = "increment", **told: Any) -> Part:
    """Rows of award (operation first), their control sums, and closing rows and sums of due and paid."""
    shown = rows if mode == "increment" else [row[1:] for row in rows]
    sums = {"AAE020": total(row[4] for row in rows), "AAE019": total(row[5] for row in rows)}
    end = closing and (closing[0], {"due": closing[1], "paid": closing[2]})
    header = AWARD if mode == "increment" else AWARD[1:]
    return Part(header, shown, mode, closing=end, told={"control_sums": sums, **told})


def total(cells: Any) -> str:
    return str(sum((Decimal(cell) for cell in cells if cell.replace(".", "").isdigit()), Decimal(0)))


def persons(*rows: Row) -> Part:
    return Part(PERSON, rows or PERSONS, closing=(len(rows or PERSONS), {}))


UNCHANGED = Part(PERSON, [], closing=(2, {}), told={"mode": "increment", "files": [], "control_sums": None})


class Office:
    """A site with these tables whose nights follow each other by themselves."""

    def __init__(self, site: Site) -> None:
        self.site, self.number, self.digest = site, 0, None
        site.tables, site.feed = dict(TABLES), FEED

    def night(self, award: Part | None = None, person: Part | None = None) -> NightRecord:
        self.number += 1
        day = FIRST_DAY + timedelta(days=self.number - 1)
        parts = {"person": person or (persons() if self.number == 1 else replace(UNCHANGED)), "award": award}
        wanted = {name: part for name, part in parts.items() if part is not None}
        digest = write_batch(self.site.inbox, day, wanted, sequence=self.number, previous=self.digest)
        record = self.site.night()[-1]
        if record.outcome == "published":
            self.digest = digest
        else:
            self.number -= 1
        return record

    def paid(self) -> dict[str, str]:
        return {no: str(paid) for no, paid in self.site.rows("SELECT award_no, paid FROM award")}

    def aside(self, columns: str = "key, reasons, state") -> list[tuple[Any, ...]]:
        return self.site.rows(f"SELECT {columns} FROM {QUARANTINE} ORDER BY table_name, key")


def told_of(record: NightRecord, table: str) -> Mapping[str, Any]:
    (found,) = [entry for entry in record.tables if entry.table == table]
    return found.__dict__
