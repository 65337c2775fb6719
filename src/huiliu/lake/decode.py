"""One pass over a delivered file: unpack, decode strictly, and leave plain UTF-8 lines behind."""

import codecs
import io
import zlib
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path

_BLOCK = 4 << 20


class FileFaultError(Exception):
    """A delivered file that cannot be read as announced; holds a check code, a problem and a position, no content."""

    def __init__(self, code: str, problem: str, where: str) -> None:
        super().__init__(problem)
        self.code, self.problem, self.where = code, problem, where


def decode(source: Path, target: Path, *, gzipped: bool, encoding: str) -> None:
    """Write the file's text as UTF-8 with LF line ends."""
    with source.open("rb", buffering=0) as stream, target.open("w", encoding="utf-8", newline="") as out:
        raw = _blocks(stream)
        for text in _decoded(_unpacked(raw) if gzipped else raw, encoding):
            out.write(text)


def _blocks(stream: RawIOBase) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _unpacked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """gzip members one after the other, in pieces of bounded size whatever the ratio; zero padding is tolerated."""
    member = zlib.decompressobj(wbits=31)
    begun = False
    for block in blocks:
        data = block
        while data:
            if member.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = zlib.decompressobj(wbits=31)
            begun = True
            yield _inflate(member, data)
            data = member.unused_data if member.eof else member.unconsumed_tail
    if not begun or not member.eof:
        raise FileFaultError("unpack", "压缩文件不完整", "文件末尾")


def _inflate(member: "zlib._Decompress", data: bytes) -> bytes:
    try:
        return member.decompress(data, _BLOCK)
    except zlib.error:
        raise FileFaultError("unpack", "压缩文件损坏或不是 gzip", "压缩数据") from None


def _decoded(blocks: Iterator[bytes], encoding: str) -> Iterator[str]:
    """Strict text without byte-order mark, every line end as LF."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    fed, lines, first = 0, 1, True
    for block in _with_end(blocks):
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            line = lines + error.object[: error.start].count(b"\n")
            where = f"第 {fed - pending + error.start} 字节、第 {line} 行"
            raise FileFaultError("decode", f"不是有效的 {encoding} 文本", where) from None
        if "\0" in text:  # DuckLake's statistics break at it, and nothing that people write holds it
            raise FileFaultError(
                "decode", "含有 NUL 字符", f"第 {lines + text[: text.index(chr(0))].count(chr(10))} 行"
            )
        fed, lines = fed + len(block), lines + block.count(b"\n")
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        yield newlines.decode(text, final=not block)


def _with_end(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The blocks, then one empty one; empty ones in between would look like the end."""
    yield from (block for block in blocks if block)
    yield b""
