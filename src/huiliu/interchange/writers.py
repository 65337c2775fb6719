"""Rows into files: a document of XML and a table of CSV, strictly in their encoding, nobody else may read them."""

import csv
import errno
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from xml.sax.saxutils import quoteattr

from huiliu.interchange.characters import Row, escaped, marked
from huiliu.interchange.definition import Element
from huiliu.kernel.digests import Hasher
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.engine import system_error


class EncodedFile:
    """A file written as text in one encoding; nobody else may read it. A write that fails names the errno only."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._encoding, self._hasher = encoding, Hasher()
        self._stream = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self.bytes = 0

    def write(self, text: str) -> None:
        """A character that the encoding lacks raises UnicodeEncodeError; GB 18030 has all."""
        data = text.encode(self._encoding, "strict")
        self._hasher.update(data)
        self.bytes += len(data)
        with _told():
            self._stream.write(data)

    def close(self) -> None:
        """On the disk when it returns."""
        with _told(), self._stream:
            self._stream.flush()
            os.fsync(self._stream.fileno())

    def abandon(self) -> None:
        """Let go of it after a failure, without a second one that would hide the first."""
        with suppress(OSError):
            self._stream.close()

    @property
    def digest(self) -> str:
        """`sm3:` of everything written."""
        return self._hasher.tagged()


@contextmanager
def _told() -> Iterator[None]:
    """A failure of the disk by its kind: INTERCHANGE-004 where it is full; the path may be anything and stays out."""
    try:
        yield
    except OSError as error:
        failure = _full() if error.errno in {errno.ENOSPC, errno.EDQUOT} else system_error(error)
    else:
        return
    raise failure


def _full() -> HuiliuError:
    hint = "请清理磁盘或换一个磁盘后重新运行；没有留下任何文件。"
    return HuiliuError(code="INTERCHANGE-004", message="磁盘写满，本次导出已中止", hint=hint)


Write = Callable[[Sequence[Row]], None]


class Document:
    """One document: its root is open until it ends, and every table writes its records into it."""

    def __init__(self, file: EncodedFile, root: str, namespace: str, encoding: str) -> None:
        self._file, self._root = file, root
        file.write(f'<?xml version="1.0" encoding="{encoding}"?>\n<{root} xmlns={quoteattr(namespace)}>\n')

    def table(self, record: str, elements: Sequence[Element]) -> Write:
        """What writes blocks of a table's rows as records; a cell without a value is an element left out."""
        tags = [(_opening(element), f"</{element.name}>") for element in elements]
        opening, closing = f"<{record}>", f"</{record}>\n"

        def line(row: Row) -> str:
            cells = row
            if marked("".join(filter(None, row))):
                cells = tuple(None if cell is None else escaped(cell) for cell in row)
            parts = [f"{start}{cell}{end}" for (start, end), cell in zip(tags, cells, strict=True) if cell is not None]
            return f"{opening}{''.join(parts)}{closing}"

        return lambda block: self._file.write("".join(map(line, block)))

    def end(self) -> None:
        self._file.write(f"</{self._root}>\n")


def _opening(element: Element) -> str:
    locator = f" locID={quoteattr(element.locator)}" if element.locator else ""
    return f"<{element.name}{locator}>"


def delimited(file: EncodedFile, elements: Sequence[Element]) -> Write:
    """What writes blocks of rows as CSV under a heading of names; values as they are, for programs to read."""
    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\r\n")

    def write(block: Sequence[Row]) -> None:
        rows.writerows(block)
        file.write(buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()

    write([tuple(element.name for element in elements)])
    return write


@contextmanager
def encoded_file(path: Path, encoding: str) -> Iterator[EncodedFile]:
    """A file that is closed whatever happens."""
    file = EncodedFile(path, encoding)
    try:
        yield file
    except BaseException:
        file.abandon()
        raise
    file.close()
