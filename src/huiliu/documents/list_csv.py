"""A long list as CSV that Excel and WPS open rightly: UTF-8 with BOM, CRLF, long digits and formulas guarded."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from huiliu.documents.listing import Head, guarded, plain_text

BOM = "\ufeff"  # or Excel reads Chinese in the machine's own encoding
GUARD = (
    "长数字、以 0 开头的数字、形如日期或以等号等开头的文字，前面加有一个半角单引号（'），"
    "以免被表格软件改写或当作公式；还原时对以单引号开头的单元格去掉一个单引号即可"
)
ABOUT = "说明.txt"


class CsvList:
    """Writes to `path`; what must be said with the rows goes into a file beside it (`about_text`)."""

    def __init__(self, path: Path, head: Head) -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(BOM)
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow([guarded(column.label) for column in head.columns])

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """A block of rows."""
        self._writer.writerows([_cell(value) for value in row] for row in rows)

    def close(self) -> None:
        """Make the file whole."""
        self._file.close()


def _cell(value: Any) -> str:
    """Numbers and days are no texts and stay as they are."""
    return guarded(value) if isinstance(value, str) else plain_text(value)


def about_text(head: Head, files: Sequence[tuple[str, int]], is_csv: bool) -> str:
    """说明.txt of an archive: the mark, every file with its rows, and how the CSV cells are guarded."""
    lines = head.mark.lines(head.title, sum(rows for _, rows in files))
    told = [f"{name}：{value}" for name, value in lines]
    listed = [f"  {name}  {rows:,} 行" for name, rows in files]
    guard = [f"CSV 单元格：{GUARD}。"] if is_csv else []
    return BOM + "\r\n".join([*told, "", "文件：", *listed, "", *guard]) + "\r\n"
