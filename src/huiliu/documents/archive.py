"""Files in one zip; with a password sealed by AES-256 as WinZip, 7-Zip and Bandizip open it."""

import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

STORED = frozenset({".xlsx", ".pdf"})  # packed already


def zipped(files: Mapping[str, bytes], day: date = date(1980, 1, 1)) -> bytes:
    """Files by name in one zip, each of the same day: equal files give equal bytes."""
    raw = io.BytesIO()
    with ZipFile(raw, "w") as archive:
        for name, content in files.items():
            member = ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            member.compress_type, member.external_attr, member.create_system = ZIP_DEFLATED, 0o644 << 16, 3
            archive.writestr(member, content, ZIP_DEFLATED, 9)
    return raw.getvalue()


class Archive:
    """A zip written file by file, so that each can be taken away before the next is made."""

    def __init__(self, path: Path, password: str = "") -> None:
        import pyzipper  # here, with its ciphers: few processes write one

        kind: Any = pyzipper.AESZipFile if password else pyzipper.ZipFile
        self._zip = kind(str(path), "w", compression=ZIP_DEFLATED, allowZip64=True)
        if password:
            self._zip.setpassword(password.encode())
            self._zip.setencryption(pyzipper.WZ_AES, nbits=256)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._zip.close()

    def add(self, file: Path, name: str) -> None:
        """One file under a name; it is read in blocks."""
        how = ZIP_STORED if file.suffix in STORED else ZIP_DEFLATED
        self._zip.write(str(file), name, compress_type=how)

    def add_text(self, text: str, name: str) -> None:
        """A short text."""
        self._zip.writestr(name, text.encode())
