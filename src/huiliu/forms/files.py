"""What a file is by its content, and the limits under which it is opened."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from huiliu.forms.errors import refused
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.office_archives import MAIN, check_directory, unfolded

Kind = Literal["xlsx", "docx", "pdf", "json"]

MOST_BYTES = 20 << 20
MOST_ROWS = 20_000
MOST_COLUMNS = 500
MOST_CELLS = 300_000
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # a new file with a password lies inside an old one
_REFUSALS = {"UPL-005": "007", "UPL-009": "006", "UPL-010": "002"}  # the guard of archives, as it is said of forms


def load(source: Path | bytes, name: str) -> bytes:
    """The bytes of a file; FORM-001 where there are none, FORM-005 where there are too many."""
    if isinstance(source, Path):
        try:
            if source.stat().st_size > MOST_BYTES:
                raise refused("005", name)
            source = source.read_bytes()
        except (OSError, ValueError):
            raise refused("001", name) from None
    if not source:
        raise refused("001", name)
    if len(source) > MOST_BYTES:
        raise refused("005", name)
    return source


def kind_of(data: bytes, name: str) -> Kind:
    """By content, never by name; FORM-002 … FORM-007 for what cannot be opened."""
    if data.startswith(_OLD):
        raise refused("002" if _ENCRYPTED in data else "003", name)
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK"):
        return _zipped(data, name)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") or _is_text(data):
        return "json"
    raise refused("004", name)


def _is_text(data: bytes) -> bool:
    """JSON that is none is told by its own reader, with the line; a page of HTML is not meant as JSON."""
    try:
        text = data.decode("utf-8-sig").lstrip()
    except UnicodeDecodeError:
        return False
    return bool(text) and "\0" not in text and not text.startswith(("<", "{\\rtf"))


def _zipped(data: bytes, name: str) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            check_directory(entries)
            kind = _main(archive.namelist(), name)
            for _, blocks in unfolded(archive, entries):  # once under the limit, before a library takes them whole
                for _ in blocks:
                    pass
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise refused("007", name) from None
    except HuiliuError as error:
        if error.code not in _REFUSALS:
            raise
        raise refused(_REFUSALS[error.code], name) from None
    return kind


def _main(names: list[str], name: str) -> Kind:
    found: list[Kind] = [kind for path, kind in MAIN.items() if path in names]
    if len(found) != 1:
        raise refused("004", name)
    return found[0]
