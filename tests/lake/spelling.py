"""The ways in which a province may write the same table: format, encoding, delimiter, quotes, spaces, fillers."""

import csv
import gzip
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from hypothesis import strategies as st

Row = Sequence[str]
ENDINGS = {"csv": ".csv", "csv.gz": ".csv.gz", "csv.zip": ".zip", "parquet": ".parquet", "xlsx": ".xlsx"}
ENGLISH = {"AAC001": "person_no", "AAC003": "name", "AAC004": "SEX", "EAZ048": "payment_no", "AAE019": "Amount"}
MONEY, MONTH, DATE, TIME = "AAE019", "EAC064", "AAC006", "ZZZ003"


@dataclass(frozen=True)
class Spelling:
    """How one table is written; what says nothing of CSV is left alone by the other formats."""

    form: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    mark: bool = False  # a byte-order mark
    lines: str = "\n"
    padded: bool = False  # spaces at the end of every cell
    filled: bool = False  # 00010101 where there is no date
    dashed: bool = False  # months with a dash
    english: bool = False  # headings by English name
    typed: bool = False  # amounts and times as such, where the format has them

    @property
    def told(self) -> dict[str, Any]:
        """What the manifest says of it."""
        text = {"encoding": self.encoding, "delimiter": self.delimiter, "quote": self.quote}
        return {"format": self.form, **(text if self.form.startswith("csv") else {"encoding": None})}


FREE = st.builds(
    Spelling,
    form=st.sampled_from(["csv", "csv", "csv.gz", "csv.gz", "csv.zip", "csv.zip", "parquet", "parquet", "xlsx"]),
    encoding=st.sampled_from(["utf-8", "gb18030"]),
    delimiter=st.sampled_from([",", "|", "\t", ";"]),
    quote=st.sampled_from(['"', ""]),
    mark=st.booleans(),
    lines=st.sampled_from(["\n", "\r\n"]),
    padded=st.booleans(),
    filled=st.booleans(),
    dashed=st.booleans(),
    english=st.booleans(),
    typed=st.booleans(),
)


def written(header: Row, rows: Sequence[Row], spelling: Spelling) -> bytes:
    """The file."""
    cells = [[_cell(code, cell, spelling) for code, cell in zip(header, row, strict=True)] for row in rows]
    heading = [ENGLISH.get(code, code) if spelling.english else code for code in header]
    if spelling.form == "parquet":
        return _parquet(header, heading, cells, typed=spelling.typed)
    if spelling.form == "xlsx":
        return _xlsx(header, heading, cells, typed=spelling.typed)
    if spelling.form == "csv.zip":
        half = len(cells) // 2
        return _zip([_text(heading, part, spelling) for part in (cells[:half], cells[half:])])
    data = _text(heading, cells, spelling)
    return gzip.compress(data, mtime=0) if spelling.form == "csv.gz" else data


def _cell(code: str, cell: str, spelling: Spelling) -> str:
    if code == DATE and not cell and spelling.filled:
        cell = "00010101"
    if code == MONTH and len(cell) == len("202503") and spelling.dashed:
        cell = f"{cell[:4]}-{cell[4:]}"
    return cell + "  " if spelling.padded and cell else cell


def _text(heading: Row, rows: Sequence[Row], spelling: Spelling) -> bytes:
    lines = [heading, *rows]
    if not spelling.quote:
        text = "".join(spelling.delimiter.join(line) + spelling.lines for line in lines)
    else:
        out = io.StringIO()
        quoting = csv.QUOTE_ALL if spelling.padded else csv.QUOTE_MINIMAL
        writer = csv.writer(out, delimiter=spelling.delimiter, lineterminator=spelling.lines, quoting=quoting)
        writer.writerows(lines)
        text = out.getvalue()
    return text.encode("utf-8-sig" if spelling.mark and spelling.encoding == "utf-8" else spelling.encoding)


def _zip(members: Sequence[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, data in enumerate(members):
            archive.writestr(f"{number}.csv", data)
    return out.getvalue()


def _parquet(header: Row, heading: Row, rows: Sequence[Row], *, typed: bool) -> bytes:
    columns: Mapping[str, Any] = {
        name: _column(code, [row[place] or None for row in rows], typed=typed)
        for place, (code, name) in enumerate(zip(header, heading, strict=True))
    }
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def _column(code: str, cells: Sequence[str | None], *, typed: bool) -> pa.Array:
    if typed and code == MONEY:
        return pa.array([cell and Decimal(cell.strip()) for cell in cells], pa.decimal128(16, 2))
    if typed and code == TIME:
        return pa.array([cell and datetime.fromisoformat(cell.strip()) for cell in cells], pa.timestamp("us"))
    return pa.array(cells, pa.string())


def _xlsx(header: Row, heading: Row, rows: Sequence[Row], *, typed: bool) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet()
    for place, name in enumerate(heading):
        sheet.write_string(0, place, name)
    for number, row in enumerate(rows, 1):
        for place, (code, cell) in enumerate(zip(header, row, strict=True)):
            if typed and code == MONEY and cell:
                sheet.write_number(number, place, float(cell))
            elif cell:
                sheet.write_string(number, place, cell)
    book.close()
    return out.getvalue()
