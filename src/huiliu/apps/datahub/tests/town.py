"""A town of a few people in a real lake, written as a province would deliver it; the same rows for every test.

张三 works and has every kind of month; 李㛃 (紫金) died and was still paid; 王𬭎 draws a resident's pension;
赵 are many. 周迁 moves to 紫金 on the second day and changes his number.
"""

import csv
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from huiliu.catalog import Catalog
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.lake.engine import EngineSettings
from huiliu.lake.feed import Feed, FeedTable
from huiliu.lake.home import LakeHome
from huiliu.lake.night import run_night
from huiliu.lake.snapshot import Library

NIGHT = FixedClock(datetime(2025, 4, 2, 1, tzinfo=TZ))
STAMP = "2025-03-31 18:00:00"
ZHANG, LI, WANG, ZHOU = "44990000000001", "44990000000002", "44990000000003", "44990000000004"
ZHANG_ID, LI_ID, WANG_ID = "449900197001010018", "44990019400202002X", "44990019500303003X"
ZHOU_ID = "449900198805050050"
FIRST_DAY, SECOND_DAY = date(2025, 3, 31), date(2025, 4, 1)
UNIT, MILL = "4499000001", "4499000002"
MANY = 55
# A table that no page knows: it must appear by its definition alone.
HOME_VISIT = '''"""Visits to people at home."""

from huiliu.lake.tables import Column, table

home_visit = table(
    name="home_visit",
    label="入户核查",
    grain=("person_no", "year"),
    subject="person_no",
    columns=(
        Column("person_no", code="AAC001", kind="id", label="人员编码", level="L2"),
        Column("year", code="AAE001", kind="text", label="年度", level="L2"),
        Column("witness", code="ZZZ901", kind="name", label="见证人", level="L3"),
    ),
)
'''
PERSON = (
    "person_no",
    "social_no",
    "name",
    "id_type",
    "id_number",
    "sex",
    "born_on",
    "retired",
    "mobile",
    "bank_account",
    "division",
    "town",
    "town_name",
    "village",
)
# Two towns of one name; 周 says no village, 王 and the many no town.
PLACES = {
    ZHANG: ("449902101", "城关镇", "449902101201"),
    LI: ("449921101", "城关镇", "449921101202"),
    ZHOU: ("449921102", "柏埔镇", ""),
}
CONTRIBUTION = (
    "OP", "settlement_no", "person_no", "unit_no", "insurance_type", "settled_month", "due_month", "due_type",
    "unit_due", "person_due", "person_paid", "in_full",
)  # fmt: skip
SETTLED = (
    "settlement_no", "unit_no", "insurance_type", "settled_month", "due_month", "due_type", "heads", "unit_due",
    "unit_paid", "person_due", "person_paid", "late_fee", "in_full",
)  # fmt: skip
PAYMENT = (
    "OP",
    "payment_no",
    "person_no",
    "insurance_type",
    "benefit_month",
    "amount",
    "payee",
    "pay_state",
    "paid_month",
)


@dataclass(frozen=True)
class Site:
    """As much of an installation's data folder as these parts ask for."""

    root: Path
    is_demo: bool = False

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def fonts(self) -> Path:
        return self.root / "fonts"


@dataclass(frozen=True)
class Town:
    """The installation: its home, and the snapshots of its two good nights."""

    home: Site
    root: Path
    first: int
    second: int

    @property
    def library(self) -> Library:
        return Library(self.home.lake, EngineSettings(memory_limit="300MB", threads=1))


def _write(folder: Path, name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*header, "changed_at"))
        writer.writerows((*row, STAMP) for row in rows)


def _people(mobile: str = "13800000004", division: str = "449902") -> list[tuple[str, ...]]:
    named = [
        (ZHANG, ZHANG_ID, "张三", "01", ZHANG_ID, "1", "19700101", "0", "13800000001", "6222000000000001", "449902"),
        (LI, LI_ID, "李㛃", "01", LI_ID, "2", "19400202", "1", "13800000002", "6222000000000002", "449921"),
        (WANG, WANG_ID, "王𬭎", "01", WANG_ID, "1", "19500303", "0", "", "6222000000000003", "449902"),
        (ZHOU, ZHOU_ID, "周迁", "01", ZHOU_ID, "1", "19880505", "0", mobile, "6222000000000004", division),
    ]
    many = [
        (f"449900000001{n:02}", f"4499001980010100{n:02}", f"赵小{n:02}", "01", f"4499001980010100{n:02}", "1",
         "19800101", "0", "", "", "") for n in range(MANY)
    ]  # fmt: skip
    return [(*row, *PLACES.get(row[0], ("", "", ""))) for row in (*named, *many)]


def _contributions() -> list[tuple[str, ...]]:
    def row(no: str, due: str, settled: str = "", paid: str = "320.00", full: str = "1") -> tuple[str, ...]:
        return ("I", no, ZHANG, UNIT, "110", settled or due, due, "10", "600.00", "320.00", paid, full)

    return [row("S1", "202501"), row("S2", "202502", paid="0.00", full="0"), row("S4", "202411", settled="202503")]


def _payments() -> list[tuple[str, ...]]:
    def row(no: str, person: str, scheme: str, month: str, amount: str, state: str = "1") -> tuple[str, ...]:
        payee = "李㛃" if person == LI else "王𬭎"
        return ("I", no, person, scheme, month, amount, payee, state, month)

    dead = [row(f"L{m}", LI, "110", m, "2600.00") for m in ("202412", "202501", "202502")]
    return [*dead, row("W1", WANG, "170", "202501", "261.35"), row("W2", WANG, "170", "202502", "261.35", "2")]


def _units(folder: Path) -> None:
    """A works in arrears, and a mill of 紫金 that nobody works at."""
    header = ("unit_no", "unit_name", "division", "legal_person", "payment_state")
    units = [(UNIT, "合成机械厂", "449900", "法人甲", "1"), (MILL, "合成木材厂（紫金）", "449921", "", "2")]
    _write(folder, "unit", header, units)

    def settled(no: str, scheme: str, due: str, settled: str, full: str) -> tuple[str, ...]:
        unit = MILL if scheme == "210" else UNIT
        paid = ("600.00", "320.00") if full == "1" else ("0.00", "0.00")
        return (no, unit, scheme, settled, due, "10", "1", "600.00", paid[0], "320.00", paid[1], "0.00", full)

    rows = [
        settled("U1", "110", "202412", "202502", "1"),
        settled("U2", "110", "202501", "202501", "1"),
        settled("U3", "110", "202502", "202502", "0"),
        settled("U4", "210", "202501", "202501", "1"),
    ]
    _write(folder, "unit_contribution", SETTLED, rows)
    change = ("C1", UNIT, "旧址一号", "新址二号", "20250105")
    _write(folder, "unit_change", ("change_no", "unit_no", "before", "after", "changed_on"), [change])


def _first_night(folder: Path) -> None:
    folder.mkdir(parents=True)
    enrolments = [
        ("E1", ZHANG, "110", UNIT, "202401", "1", "1"),
        ("E2", LI, "110", "", "199001", "1", "3"),
        ("E3", WANG, "170", "", "201001", "1", "3"),
        ("E4", LI, "210", "", "199901", "2", "3"),
    ]
    _units(folder)
    _write(folder, "person", PERSON, _people())
    header = ("enrolment_no", "person_no", "insurance_type", "unit_no", "first_month", "state", "payment_state")
    _write(folder, "enrolment", header, enrolments)
    _write(folder, "contribution", CONTRIBUTION, _contributions())
    _write(folder, "benefit_payment", PAYMENT, _payments())
    _write(folder, "death_record", ("person_no", "died_on", "registered_on"), [(LI, "20241215", "20250310")])
    _write(folder, "home_visit", ("person_no", "year", "witness"), [(WANG, "2024", "钱七")])


def _second_night(folder: Path) -> None:
    """February's payment to the dead is taken back: the month must leave the clue. 周迁 moves."""
    folder.mkdir(parents=True)
    _write(folder, "person", PERSON, _people("13900000004", "449921"))
    _write(folder, "benefit_payment", PAYMENT, [("D", "L202502", LI, "", "", "", "", "", "")])


def _third_night(folder: Path) -> None:
    """A person twice: refused."""
    folder.mkdir(parents=True)
    _write(folder, "person", PERSON, [*_people(), _people()[0]])


def build(root: Path) -> Town:
    """Two good nights and a refused one, loaded by the real loader."""
    home = Site(root / "home")
    tables = root / "catalog" / "tables" / "person"
    tables.mkdir(parents=True)
    (tables / "home_visit.py").write_text(HOME_VISIT, encoding="utf-8")
    catalog = Catalog.load(root / "catalog")
    lake = LakeHome(home.lake, EngineSettings(memory_limit="300MB", threads=1))
    increments = ("contribution", "benefit_payment")
    reading = {n: FeedTable((f"{n}.csv",), "increment" if n in increments else "full") for n in catalog.tables}
    feed = Feed(reading, division="449900")
    _first_night(home.inbox / "449900_20250331")
    _second_night(home.inbox / "449900_20250401")
    _third_night(home.inbox / "449900_20250402")
    results = run_night(lake, home.inbox, catalog.tables, feed, NIGHT)
    assert [str(r.outcome) for r in results] == ["published", "published", "refused"], [r.failures for r in results]
    first, second = (n.snapshot for n in Library(home.lake).history() if n.snapshot is not None)
    return Town(home, root / "catalog", first, second)
