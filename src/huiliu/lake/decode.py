"""The text of a delivered file: decoded strictly, faults named by line and column, plain UTF-8 lines at the end."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BLOCK = 4 << 20
PART = 64 << 20  # bytes of decoded text that are typed at once
_LONGEST = 4 << 20  # characters of a line; the reader of cells takes no longer ones

# Python reads GB18030 as of 2000, when these two-byte codes had no character yet and were given private ones: FE59 (龴)
# and others of that row, A8BC, and vertical punctuation. Since 2005 and 2022 they stand for characters of their own.
_PRIVATE = "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7"
_PRIVATE += "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"
_STANDARD = str.maketrans(_PRIVATE, "︐︒︑︓︔︕︖︗︘︙ḿ龴龵龶龷龸龹龺龻")
_LEAD = b"\xee"  # U+E000 to U+EFFF in UTF-8, and nothing else, begins with it


class FileFaultError(Exception):
    """A delivered file that cannot be read as announced; holds a check code, a problem and a place, no content.

    `column` is the heading of the cell that is meant; only whoever knows the table can tell whether it may be shown.
    """

    def __init__(self, code: str, problem: str, where: str, column: str | None = None) -> None:
        super().__init__(problem)
        self.code, self.problem, self.where, self.column = code, problem, where, column


@dataclass(frozen=True)
class Reading:
    """How a text file is written: encoding, delimiter, and the character that encloses cells, "" for none."""

    encoding: str
    delimiter: str
    quote: str


class Readable(Protocol):
    """An open file or a member of an archive."""

    def read(self, size: int, /) -> bytes | None: ...


class _CarriageReturnError(Exception):
    """Line ends have to be rewritten."""


@dataclass(frozen=True)
class Part:
    """A stretch of a text with the heading above it: UTF-8, LF line ends; `lines` of the text lie before it."""

    path: Path
    lines: int = 0


def settle(path: Path, reading: Reading, fresh: Callable[[], Path]) -> Iterator[Part]:
    """A text file as parts: itself where it is UTF-8 with LF line ends already, else written under `fresh` paths."""
    if reading.encoding == "utf-8" and _is_plain(path, reading):
        yield Part(path)
        return
    with path.open("rb", buffering=0) as stream:
        yield from rewrite(blocks_of(stream), reading, fresh)


def rewrite(blocks: Iterator[bytes], reading: Reading, fresh: Callable[[], Path]) -> Iterator[Part]:
    """The text of the blocks as parts: one can be typed while the next is decoded."""
    writer = _Writer(reading, fresh)
    try:
        for text in decoded(blocks, reading):
            yield from writer.write(text)
        yield writer.end()
    finally:
        writer.close()


class _Writer:
    """Writes a text into files of bounded size, each under the text's heading.

    It cuts only as long as no quote has been seen, for behind one a line end need not be the end of a row.
    """

    def __init__(self, reading: Reading, fresh: Callable[[], Path]) -> None:
        self._reading, self._fresh = reading, fresh
        self._heading, self._lines, self._cuttable = "", 0, True
        self._begin()

    def write(self, text: str) -> Iterator[Part]:
        """Take another piece of text; a part, if one has ended."""
        if not self._lines and not self._size:
            self._heading = text[: text.find("\n") + 1]
        quote = self._reading.quote
        self._cuttable = self._cuttable and bool(self._heading) and not (quote and quote in text)
        cut = text.find("\n") + 1 if self._cuttable and self._size >= PART else 0
        if cut:
            self._put(text[:cut])
            yield self.end()
            self._begin()
            self._put(self._heading)
            self._lines -= 1
        self._put(text[cut:])

    def _begin(self) -> None:
        self._path, self._before, self._size = self._fresh(), self._lines, 0
        self._out = self._path.open("wb", buffering=0)

    def _put(self, text: str) -> None:
        data = text.encode()
        if self._reading.encoding == "gb18030" and _LEAD in data:
            data = text.translate(_STANDARD).encode()
        self._out.write(data)
        self._size += len(data)
        self._lines += text.count("\n")

    def end(self) -> Part:
        """The part that is being written."""
        self.close()
        return Part(self._path, self._before)

    def close(self) -> None:
        self._out.close()


def blocks_of(stream: Readable) -> Iterator[bytes]:
    """The bytes of an open file in pieces of bounded size."""
    while block := stream.read(BLOCK):
        yield block


def _is_plain(path: Path, reading: Reading) -> bool:
    """True once the whole file is read without fault and without a carriage return."""
    try:
        with path.open("rb", buffering=0) as stream:
            for _ in decoded(_without_carriage(blocks_of(stream)), reading):
                pass
    except _CarriageReturnError:
        return False
    return True


def _without_carriage(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in blocks:
        if b"\r" in block:
            raise _CarriageReturnError
        yield block


def decoded(blocks: Iterator[bytes], reading: Reading) -> Iterator[str]:
    """Strict text without byte-order mark, every line end as LF; FileFaultError names the place of the first fault."""
    decoder = codecs.getincrementaldecoder(reading.encoding)("strict")
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    place, fed = _Place(reading), 0
    for block in _with_end(blocks):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(reading.encoding)
            raise place.fault(f"不是有效的 {reading.encoding} 文本", good, fed - pending + error.start) from None
        if place.first and text:
            text = text.removeprefix("\ufeff")
        if "\0" in text:  # DuckLake's statistics break at it, and nothing that people write holds it
            raise place.fault("含有 NUL 字符", text[: text.index("\0")], None)
        fed += len(block)
        text = newlines.decode(text, final=not block)
        place.advance(text)
        yield text


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, then one empty one; empty ones in between would look like the end."""
    yield from (block for block in blocks if block)
    yield b""


class _Place:
    """How far a text was read: the number of the line, what it holds so far, and the heading line."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._line, self._begun = 1, ""
        self._heading: str | None = None
        self.first = True

    def advance(self, text: str) -> None:
        """After another piece of text."""
        self.first = self.first and not text
        end = text.rfind("\n")
        if end < 0:
            self._begun += text
        else:
            if self._heading is None:
                self._heading = self._begun + text[: text.index("\n")]
            self._line += text.count("\n")
            self._begun = text[end + 1 :]
        if len(self._begun) > _LONGEST:
            raise FileFaultError("fields", "行过长", f"第 {self._line} 行")

    def fault(self, problem: str, good: str, offset: int | None) -> FileFaultError:
        """The fault that follows `good`, the text read since the last `advance`."""
        self.advance(good.replace("\r\n", "\n").replace("\r", "\n"))
        where = f"第 {self._line} 行第 {len(self._begun) + 1} 个字符"
        if offset is not None:
            where = f"第 {offset} 字节、{where}"
        return FileFaultError("decode", problem, where, self._column())

    def _column(self) -> str | None:
        """The heading above the place; None in the heading itself and where quotes may enclose delimiters."""
        quote, delimiter = self._reading.quote, self._reading.delimiter
        if self._heading is None or (quote and quote in self._heading + self._begun):
            return None
        names = self._heading.split(delimiter)
        at = self._begun.count(delimiter)
        return names[at].strip() if at < len(names) else None
