"""A library for tests: the catalog's tables in one DuckDB instance, filled by hand, read as a published snapshot."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from huiliu.catalog import Catalog
from huiliu.interchange.select import Place
from huiliu.kernel.clock import TZ
from huiliu.lake.engine import Engine
from huiliu.lake.records import Pointer, Proof
from huiliu.lake.snapshot import Snapshot, _prepared, _tables

DAY = date(2025, 3, 31)
STAMP = datetime(2025, 3, 30, 18)
CATALOG = Catalog.load()
GBT = CATALOG.interchanges["gbt40217"]
POINTER = Pointer(
    1, "449900_20250331", DAY, "449900", 1, Proof.A, f"sm3:{'0' * 64}", datetime(2025, 4, 1, tzinfo=TZ), None
)
PLACE = Place(
    "449900",
    DAY,
    {
        name: {c: w for c, w in codes.values.items() if c not in codes.unverified}
        for name, codes in CATALOG.codes.items()
    },
    CATALOG.codes["division"].values,
)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]

PERSONS = [
    {"person_no": "P1", "social_no": "44990019700101001X", "name": "王𬭎", "sex": "1", "born_on": date(1970, 1, 1),
     "id_type": "01", "id_number": "44990019700101001X", "division": "449921", "mobile": "13800000001"},
    {"person_no": "P2", "social_no": "449900195002020021", "name": "李㛃<&>", "sex": "2", "born_on": date(1950, 2, 2),
     "id_type": "01", "id_number": "449900195002020021", "division": "449902", "died_on": date(2025, 1, 15)},
    {"person_no": "P3", "social_no": "449900198003030032", "name": "只参加失业保险", "sex": "1",
     "born_on": date(1980, 3, 3),
     "id_type": "01", "id_number": "449900198003030032", "division": "449902"},
]  # fmt: skip
UNITS = [
    {"unit_no": "U1", "unit_name": "河源甲厂", "division": "449902", "agency": "44990201", "unit_type": "10"},
    {"unit_no": "U9", "unit_name": "只参加工伤保险", "division": "449902", "agency": "44990201"},
]


def contribution(person: str, scheme: str, month: int, due: str, **more: Any) -> dict[str, Any]:
    return {
        "settlement_no": f"S{month}", "person_no": person, "insurance_type": scheme, "due_month": month,
         "settled_month": month,
        "due_type": "10", "person_due": Decimal(due), **more,
    }  # fmt: skip


ROWS: Rows = {
    "person": PERSONS,
    "unit": UNITS,
    "death_record": [{"person_no": "P2", "died_on": date(2025, 1, 15), "funeral_grant": Decimal("4200.50")}],
    "enrolment": [
        {"enrolment_no": "E1", "person_no": "P1", "insurance_type": "110", "unit_no": "U1", "division": "449902",
         "agency": "44990201", "first_month": 201001, "payment_state": "1", "base": Decimal("5000.00")},
        {"enrolment_no": "E2", "person_no": "P2", "insurance_type": "170", "first_month": 201101},
        {"enrolment_no": "E3", "person_no": "P3", "insurance_type": "210", "first_month": 201201},
    ],
    "contribution": [
        contribution("P1", "110", 202501, "400.10", unit_no="U1", unit_rate=Decimal("0.1600")),
        contribution("P1", "110", 202502, "400.20", unit_no="U1"),
        contribution("P1", "120", 202503, "-0.05", unit_no="U1"),
        contribution("P2", "170", 201401, "180.00", due_year="2014", city_subsidy=Decimal("30.00")),
        contribution("P1", "210", 202501, "10.00", unit_no="U1"),
        contribution("P1", "150", 202501, "20.00", unit_no="U1"),
    ],
    "unit_contribution": [
        {"settlement_no": "S1", "unit_no": "U1", "insurance_type": "110", "due_month": 202501,
         "unit_due": Decimal("800.20"),
         "heads": 3},
        {"settlement_no": "S2", "unit_no": "U1", "insurance_type": "120", "due_month": 202501,
         "unit_due": Decimal("900.00")},
        {"settlement_no": "S3", "unit_no": "U9", "insurance_type": "410", "due_month": 202501,
         "unit_due": Decimal("9.00")},
    ],
    "benefit_award": [
        {"award_no": "A1", "person_no": "P2", "insurance_type": "170", "starts_month": 201003,
         "pension": Decimal("210.00")},
    ],
    "benefit_payment": [
        {"payment_no": "Z1", "person_no": "P2", "insurance_type": "170", "benefit_month": 202501,
         "amount": Decimal("260.55"),
         "benefit_item": "100011", "bank_account": "6217000000000000001"},
        {"payment_no": "Z2", "person_no": "P2", "insurance_type": "210", "benefit_month": 202501,
         "amount": Decimal("1.00")},
    ],
    "individual_account": [
        {"person_no": "P1", "insurance_type": "110", "year": "2024", "opening": Decimal("10000.00"),
         "principal": Decimal("1000.00"), "interest": Decimal("100.00"), "paid_out": Decimal("500.00"),
         "closing": Decimal("10600.00")},
    ],
    "transfer": [
        {"person_no": "P1", "insurance_type": "110", "direction": "1", "changed_on": date(2025, 2, 1),
         "total": Decimal("7.00")},
    ],
    "unit_change": [{"change_no": "C1", "unit_no": "U1", "change_type": "02", "after": "=1+1",
     "changed_on": date(2025, 1, 1)}],
    "person_change": [
        {"change_no": "C2", "person_no": "P1", "before": "旧\r\n值\x01", "after": "\ue816新ḿ",
         "changed_on": date(2025, 1, 1)},
        {"change_no": "C3", "person_no": "P3", "before": "a", "after": "b", "changed_on": date(2025, 1, 1)},
    ],
    "code_value": [{"code_list": "AAC004", "list_name": "性别", "code": "1", "meaning": "男", "valid": "1"}],
    "ledger_subject": [
        {"account_set": "01", "fiscal_year": "2025", "subject_no": "1002", "subject_name": "收入户存款",
         "direction": "1"},
    ],
    "ledger_balance": [
        {"account_set": "01", "fiscal_year": "2025", "fiscal_period": "01", "subject_no": "1002",
         "closing": Decimal("1010.00")},
    ],
    "voucher": [
        {"account_set": "01", "fiscal_year": "2025", "fiscal_period": "01", "voucher_no": "1", "line_no": line,
         "dated_on": date(2025, 1, 31), "subject_no": "1002", "debit": debit, "credit": credit, "made_by": "制单"}
        for line, debit, credit in [(1, Decimal("5.00"), Decimal("0.00")), (2, Decimal("0.00"), Decimal("5.00"))]
    ],
}  # fmt: skip


def made(rows: Rows = ROWS, database: Path | None = None, limit: str = "300MB") -> Snapshot:
    """A snapshot of these rows; every table of the interface is there, empty where nothing is given."""
    config = {"memory_limit": limit, "threads": 1}
    engine = Engine(duckdb.connect(config=config))
    engine.run(f"ATTACH '{database or ':memory:'}' AS snap")
    for table in {form.table.name: form.table for form in GBT.forms}.values():
        columns = ", ".join(f'"{c.name}" {c.sql_type}' for c in table.columns)
        engine.run(f'CREATE TABLE IF NOT EXISTS snap."{table.name}" ({columns})')
        for row in rows.get(table.name, ()):
            cells = {"changed_at": STAMP, **row}
            names, marks = ", ".join(f'"{name}"' for name in cells), ", ".join("?" * len(cells))
            engine.run(f'INSERT INTO snap."{table.name}" ({names}) VALUES ({marks})', list(cells.values()))
    return Snapshot(POINTER, 1, _tables(engine), _prepared(engine.cursor()), lambda: None)
