"""Compressed files: their members as blocks of bounded size, whatever the ratio; tricks and bombs are refused."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from huiliu.lake.decode import BLOCK, FileFaultError, blocks_of

_RATIO = 200  # what comes out may be so many times what came in; tables reach ten to forty
_ALWAYS = 64 << 20  # bytes that may come out whatever the ratio
_MEMBERS = 1000
_PACKED = re.compile(r"\.(zip|gz|tgz|bz2|xz|7z|rar|zst|tar|jar|xlsx)$", re.IGNORECASE)
_ENCRYPTED = 0x1


def gunzip(path: Path) -> Iterator[bytes]:
    """What is in a gzip file: one member after the other; zero padding is tolerated."""
    with path.open("rb", buffering=0) as stream:
        yield from _bounded(_inflated(blocks_of(stream)), path)


def _inflated(blocks: Iterator[bytes]) -> Iterator[bytes]:
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
        return member.decompress(data, BLOCK)
    except zlib.error:
        raise FileFaultError("unpack", "压缩文件损坏或不是 gzip", "压缩数据") from None


def _bounded(blocks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    most, out = _limit(path), 0
    for block in blocks:
        out += len(block)
        if out > most:
            raise FileFaultError("unpack", "解压后过大", "压缩数据")
        yield block


def _limit(path: Path) -> int:
    return max(_ALWAYS, path.stat().st_size * _RATIO)


def unzip(path: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The members of a zip, each with its place in words; every one has to be used up before the next.

    Their names come from outside and are never shown or used: a member is known by its number.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_tricks(members, path)
            for number, member in enumerate(members, start=1):
                yield f"第 {number} 个成员" if len(members) > 1 else "", _member(archive, member)
    except zipfile.BadZipFile:
        raise FileFaultError("unpack", "压缩文件损坏或不是 zip", "目录") from None


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Its bytes; ZipFile gives no more than the directory declares, and compares length and checksum."""
    try:
        with archive.open(member) as stream:
            yield from blocks_of(stream)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise FileFaultError("unpack", "压缩文件损坏", "压缩数据") from None


def _refuse_tricks(members: list[zipfile.ZipInfo], path: Path) -> None:
    if not 0 < len(members) <= _MEMBERS:
        raise FileFaultError("unpack", f"成员数不在 1—{_MEMBERS} 之内", "目录")
    if len({member.filename.lower() for member in members}) != len(members):
        raise FileFaultError("unpack", "成员重名", "目录")
    for number, member in enumerate(members, start=1):
        if problem := _problem(member):
            raise FileFaultError("unpack", problem, f"第 {number} 个成员")
    if sum(member.file_size for member in members) > _limit(path):
        raise FileFaultError("unpack", "解压后过大", "目录")


def _problem(member: zipfile.ZipInfo) -> str | None:
    name = member.orig_filename
    kind = stat.S_IFMT(member.external_attr >> 16)
    if member.flag_bits & _ENCRYPTED:
        return "已加密"
    if (
        member.is_dir()
        or re.search(r"[/\\:\x00-\x1f]", name)
        or name in {"", ".", ".."}
        or kind not in {0, stat.S_IFREG}
    ):
        return "不是压缩包顶层的普通文件"
    if _PACKED.search(name):
        return "压缩包内又有压缩文件"
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "压缩算法不支持"
    return None
