"""The text of a delivered file: decoded strictly, faults named by line and column, plain UTF-8 lines at the end."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

BLOCK = 4 << 20
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


def settle(path: Path, reading: Reading, target: Path) -> Path:
    """A file whose text is UTF-8 with LF line ends: the given one where it is so already, else `target`."""
    if reading.encoding == "utf-8" and _is_plain(path, reading):
        return path
    with path.open("rb", buffering=0) as stream:
        rewrite(blocks_of(stream), reading, target)
    return target


def rewrite(blocks: Iterator[bytes], reading: Reading, target: Path) -> None:
    """Write the text of the blocks as UTF-8 with LF line ends."""
    with target.open("wb", buffering=0) as out:
        for text in decoded(blocks, reading):
            data = text.encode()
            if reading.encoding == "gb18030" and _LEAD in data:
                data = text.translate(_STANDARD).encode()
            out.write(data)


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
