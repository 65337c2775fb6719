"""Where the cells of a delivered file are: lines of text, or Parquet; to the staging query every cell is a text."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.decode import FileFaultError, Reading
from huiliu.lake.engine import Engine, identifier, literal
from huiliu.lake.tables import SQL_TYPES, Kind

_INTEGER = r"(U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT))"
_MOMENT = r"(TIMESTAMP(_S|_MS|_NS)?)"
_TYPES: Mapping[str, tuple[str, str]] = {
    "month": (rf"VARCHAR|{_INTEGER}", "文本或整数"),
    "date": (rf"VARCHAR|DATE|{_MOMENT}", "文本、日期或无时区的时间"),
    "time": (rf"VARCHAR|{_MOMENT}", "文本或无时区的时间"),
    "money": (rf"VARCHAR|{_INTEGER}|DECIMAL\(.*\)", "文本、整数或十进制数"),
    "rate": (rf"VARCHAR|{_INTEGER}|DECIMAL\(.*\)", "文本、整数或十进制数"),
    "int": (rf"VARCHAR|{_INTEGER}|DECIMAL\(\d+,0\)", "文本或整数"),
}
_TEXT = ("VARCHAR", "文本")
# Zeros that a wider type adds; what is left is judged like any other spelling.
_PADDING: Mapping[str, tuple[str, str]] = {
    "money": (r"(\.[0-9]{2})0+$", r"\1"),
    "rate": (r"(\.[0-9]{4})0+$", r"\1"),
    "date": (r" 00:00:00$", ""),
    "time": (r"(\.[0-9]{6})0+$", r"\1"),
}


class Cells(Protocol):
    """A file that DuckDB can read."""

    @property
    def heading(self) -> list[str]:
        """The names of its columns, in order."""
        ...

    def source(self) -> str:
        """A table expression with the columns `c0`, `c1`, …"""
        ...

    def raw(self, position: int, kind: Kind) -> str:
        """SQL for the text of a cell; empty is NULL."""
        ...

    def misfit(self, position: int, kind: Kind) -> str | None:
        """What the type of a column would have to be, if values of the kind cannot be taken from it exactly."""
        ...


@dataclass(frozen=True)
class TextCells:
    """Lines of UTF-8 with LF line ends; the first one is the heading."""

    path: Path
    reading: Reading
    heading: list[str]

    def source(self, *, locate: bool = False) -> str:
        """Every cell VARCHAR; `locate` collects faults instead of raising."""
        cells = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(self.heading)))
        quote = literal(self.reading.quote)
        reject = ", store_rejects = true, rejects_limit = 3" if locate else ""
        return (
            f"read_csv({literal(self.path)}, auto_detect = false, header = true, "
            f"delim = {literal(self.reading.delimiter)}, quote = {quote}, escape = {quote}, nullstr = '', "
            f"strict_mode = true, columns = {{{cells}}}{reject})"
        )

    def raw(self, position: int, kind: Kind) -> str:
        return f"c{position}"

    def misfit(self, position: int, kind: Kind) -> str | None:
        return None


def text_cells(path: Path, reading: Reading) -> TextCells:
    """The cells of a settled file; raises FileFaultError if its first line is no heading."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        line = stream.readline(1 << 20)
    if not line:
        raise FileFaultError("empty", "文件是空的（连表头也没有）", "")
    quoting = {"quotechar": reading.quote} if reading.quote else {"quoting": csv.QUOTE_NONE}
    try:
        names = next(csv.reader([line], delimiter=reading.delimiter, strict=True, **quoting), [])
    except csv.Error:
        raise FileFaultError("fields", "表头无法解析", "第 1 行") from None
    return TextCells(path, reading, _checked([name.strip() for name in names]))


def _checked(names: list[str]) -> list[str]:
    if not names or not all(names) or len({name.lower() for name in names}) != len(names):
        raise FileFaultError("fields", "表头缺失、有空列名或重复列名", "第 1 行")
    return names


@dataclass(frozen=True)
class ParquetCells:
    """A Parquet file; `types` are DuckDB's names of the columns' types."""

    path: Path
    heading: list[str]
    types: list[str]

    def source(self) -> str:
        cells = ", ".join(f"{identifier(name)} AS c{position}" for position, name in enumerate(self.heading))
        return f"(SELECT {cells}, file_row_number FROM {self._file})"

    @property
    def _file(self) -> str:
        return f"read_parquet({literal(self.path)}, file_row_number = true)"

    def raw(self, position: int, kind: Kind) -> str:
        """A typed cell as the protocol spells it: a date as 2025-03-31, an amount without the zeros of a wider type."""
        cell = f"c{position}"
        if self.types[position] == "VARCHAR":
            return f"nullif({cell}, '')"
        text = f"CAST({cell} AS VARCHAR)"
        if kind not in _PADDING or re.fullmatch(_INTEGER, self.types[position]):
            return text
        padding, kept = _PADDING[kind]
        return f"regexp_replace({text}, {literal(padding)}, {literal(kept)})"

    def misfit(self, position: int, kind: Kind) -> str | None:
        pattern, words = _TYPES.get(kind, _TEXT)
        return None if re.fullmatch(pattern, self.types[position]) else words

    def nul(self, engine: Engine, positions: Mapping[str, int], kinds: Mapping[str, Kind]) -> None:
        """Raise if a text holds NUL, at which DuckLake's statistics break."""
        texts = {n: p for n, p in positions.items() if SQL_TYPES.get(kinds.get(n, "text")) == "VARCHAR"}
        wrong = [f"contains(c{p}, chr(0))" for p in texts.values() if self.types[p] == "VARCHAR"]
        if not wrong:
            return
        row = engine.one(f"SELECT min(file_row_number) FROM {self.source()} WHERE {' OR '.join(wrong)}")[0]
        if row is not None:
            raise FileFaultError("decode", "含有 NUL 字符", f"第 {row + 1} 条")


_UNREADABLE = frozenset(
    {
        "IOException",
        "InvalidInputException",
        "SerializationException",
        "NotImplementedException",
        "ConversionException",
        "OutOfRangeException",
        "InvalidConfigurationException",
        "Error",
    }
)


def unreadable(error: HuiliuError) -> bool:
    """True if an error of the engine speaks of the file that is read."""
    return error.code == "LAKE-014" and error.facts.get("kind") in _UNREADABLE


def damaged_parquet() -> FileFaultError:
    """Of a Parquet file that cannot be read to its end."""
    return FileFaultError("unpack", "Parquet 文件损坏、已加密或编码不支持", "")


def parquet_cells(engine: Engine, path: Path) -> ParquetCells:
    """The cells of a Parquet file; raises FileFaultError if it is none."""
    failure = None
    try:
        found = engine.run(f"DESCRIBE SELECT * FROM read_parquet({literal(path)})")
        named = [name for (name,) in engine.run(f"SELECT name FROM parquet_schema({literal(path)}) OFFSET 1")]
    except HuiliuError as error:
        if not unreadable(error):
            raise
        failure = damaged_parquet()
    if failure is not None:
        raise failure
    names = [row[0] for row in found]
    flat = [name.lower() for name in named]
    if len(named) == len(names) and len(set(flat)) != len(flat):  # DuckDB gives the second one another name
        raise FileFaultError("fields", "列名重复", "")
    return ParquetCells(path, names, [row[1] for row in found])
