"""Small tables as XLSX: what is read on paper without a glass."""

import io
import re
import zipfile
from datetime import datetime

from huiliu.documents.workbook import Sheet, workbook
from huiliu.kernel.clock import TZ


def widths(texts: list[str]) -> list[float]:
    headings = [f"列{number}" for number in range(len(texts))]
    made = workbook(
        [Sheet("清单", "清单", headings, [texts])], author="本局", made_at=datetime(2025, 3, 31, 9, tzinfo=TZ)
    )
    drawn = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    spans = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', drawn)
    return [float(width) for first, last, width in spans for _ in range(int(first), int(last) + 1)]


def test_columns_are_as_wide_as_their_texts():
    assert [round(width) for width in widths(["12345678", "说明" * 6])] == [11, 27]


def test_long_texts_give_way_until_the_sheet_fits_a_page():
    found = widths(["1", *["很长的说明" * 20] * 6])
    assert found[0] < 8
    assert all(26 < width < 29 for width in found[1:])
    assert sum(found) < 180
