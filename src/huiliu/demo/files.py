"""Files as a province packs them: CSV plain, gzipped or zipped, and Parquet of texts; equal rows give equal bytes."""

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

Cell = str | int | None  # money is whole fen until it is spelled


class RowFile(Protocol):
    """A file that takes one row after another."""

    def write(self, cells: Sequence[Cell], /) -> Any:
        """Add a row, in the order of the header."""

    def close(self) -> None:
        """Finish the file."""


class CsvFile:
    """CSV in one of the feed's encodings, packed as the end of its name says."""

    def __init__(self, path: Path, encoding: str, header: Sequence[str]) -> None:
        self._open = ExitStack()
        raw = self._open.enter_context(_packed(path))
        text = self._open.enter_context(io.TextIOWrapper(raw, encoding=encoding, newline=""))
        self.write = csv.writer(text, lineterminator="\n").writerow
        self.write(header)
        self.close = self._open.close


class ParquetFile:
    """Every column as texts, None where a cell is empty; written when it is closed."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self._path, self._header = path, list(header)
        self._rows: list[Sequence[Cell]] = []
        self.write = self._rows.append

    def close(self) -> None:
        """Write the file."""
        import pyarrow as pa  # here, since most of the demo does without it
        import pyarrow.parquet as pq

        columns = list(zip(*self._rows, strict=True)) or [()] * len(self._header)
        texts = [pa.array([None if cell is None else str(cell) for cell in column], pa.string()) for column in columns]
        pq.write_table(pa.table(texts, names=self._header), self._path)


@contextmanager
def _packed(path: Path) -> Iterator[IO[bytes]]:
    """The stream that a CSV goes into; no time of writing gets into the packed bytes."""
    if path.suffix == ".zip":
        inner = zipfile.ZipInfo(path.name.removesuffix(".zip"))
        inner.compress_type = zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(path, "w") as archive, archive.open(inner, "w") as member:
            yield member
        return
    with path.open("wb") as raw:
        if path.suffix != ".gz":
            yield raw
            return
        with closing(gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=3)) as packed:
            yield packed  # type: ignore[misc]


def open_file(path: Path, encoding: str, header: Sequence[str]) -> RowFile:
    """The file that the end of its name asks for."""
    return ParquetFile(path, header) if path.suffix == ".parquet" else CsvFile(path, encoding, header)
