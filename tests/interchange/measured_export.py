"""Export employees' contributions of a library of so many rows in a process of its own; prints what it took.

Peak memory in MB, the same before it began, MB written, seconds on the clock and of the processor.
"""

import sys
import time
from pathlib import Path

from interchange.conftest import exported
from interchange.library import made

FILL = [
    """INSERT INTO snap.person (person_no, social_no, name, id_number, born_on, division, changed_at)
    SELECT 'P' || lpad(i::VARCHAR, 8, '0'), '4499001970010' || lpad(i::VARCHAR, 5, '0'), '王𬭎' || i, 'X' || i,
        DATE '1970-01-01', '449902', TIMESTAMP '2025-03-30 18:00:00' FROM range($rows // 20) AS r(i)""",
    """INSERT INTO snap.unit (unit_no, unit_name, division, agency, changed_at)
    SELECT 'U' || i, '合成单位' || i, '449902', '44990201', TIMESTAMP '2025-03-30 18:00:00' FROM range(1000) AS r(i)""",
    # As nights leave them: in no order that helps.
    """INSERT INTO snap.contribution (
        settlement_no, person_no, unit_no, insurance_type, settled_month, due_month, due_type,
        base, total_due, unit_rate, unit_due, person_rate, person_due, person_paid, in_full, handler, changed_at)
    SELECT 'S' || i, 'P' || lpad(((i * 7919) % ($rows // 20))::VARCHAR, 8, '0'), 'U' || i % 1000, '110',
        202001 + i % 12, 202001 + i % 12, '10', 5000 + i % 999, 1200, 0.16, 800 + i % 7, 0.08, 400.10, 400.10, '1',
        '经办甲', TIMESTAMP '2025-03-30 18:00:00' FROM range($rows) AS r(i)""",
]


def main(rows: int, folder: Path) -> None:
    made({}, folder / "library.duckdb")._engine.close()
    snapshot = made({}, folder / "library.duckdb")
    for statement in FILL:
        snapshot._engine.run(statement, {"rows": rows} if "$rows" in statement else None)
    before, began, used = _peak(), time.monotonic(), time.process_time()
    done = exported(folder / "x", snapshot, numbers=("2", "11"))
    assert (done.valid, done.tables[1].totals.rows) == (True, rows)
    size = sum(file.bytes for file in done.files) // 1_000_000
    print(_peak(), before, size, round(time.monotonic() - began), round(time.process_time() - used))


def _peak() -> int:
    (line,) = [x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
