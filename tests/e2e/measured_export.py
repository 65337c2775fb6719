"""`python measured_export.py xlsx|csv ROWS FOLDER`: a list from the engine to the sealed file, with time and memory."""

import json
import sys
import time
from pathlib import Path

from huiliu.documents.archive import Archive
from huiliu.documents.list_csv import CsvList
from huiliu.documents.list_xlsx import XlsxList
from huiliu.documents.listing import Head, ListColumn, Mark
from huiliu.kernel.clock import SystemClock
from huiliu.kernel.sealed_files import seal_file
from huiliu.lake.engine import EngineSettings, open_engine

COLUMNS = {
    "人员编码": "id", "姓名": "name", "证件号码": "id_number", "险种": "code", "金额": "money", "月数": "int",
    "区划": "code", "日期": "date",
}  # fmt: skip
ROWS = """
    SELECT printf('4499%010d', range) AS a, '张*' AS b, '449****0018' AS c, '110 企业职工基本养老保险' AS d,
           CAST(range % 100000 / 7 AS DECIMAL(16,2)) AS e, CAST(range % 400 AS INTEGER) AS f, '449902 源城区' AS g,
           DATE '2025-03-31' AS h
    FROM range(?) ORDER BY hash(range)
"""


def main() -> None:
    """Seconds, seconds of processor time, the most memory in MB (VmHWM), the file's size in MB."""
    kind, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    started = time.monotonic()
    columns = [ListColumn(label, kind) for label, kind in COLUMNS.items()]
    head = Head("名单", columns, Mark("陈", SystemClock().now(), "测量", "x"))
    writer = {"xlsx": XlsxList, "csv": CsvList}[kind](folder / f"rows.{kind}", head)
    engine = open_engine(EngineSettings(memory_limit="512MB"), folder)
    for block in engine.blocks(ROWS, [rows], 10_000):
        writer.write([list(row.values()) for row in block])
    writer.close()
    with Archive(folder / "rows.zip", "Kx7mPq") as archive:
        archive.add(folder / f"rows.{kind}", f"rows.{kind}")
    with (folder / "rows.zip").open("rb") as plain, (folder / "sealed").open("wb") as kept:
        size = seal_file(bytes(32), plain, kept, "x")
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    most = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    print(json.dumps([round(time.monotonic() - started), round(time.process_time()), most // 1024, size >> 20]))


if __name__ == "__main__":
    main()
