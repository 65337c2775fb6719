"""A folder sent as one ZIP: names as people gave them, and nothing read that could do harm."""

import posixpath
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from huiliu.kernel.archives import Bounds, Fault, fault_in, unfold
from huiliu.kernel.errors import HuiliuError

BOUNDS = Bounds(entries=3000, unfolded=512 * 1024 * 1024, ratio=250, ratio_from=4 * 1024 * 1024)
NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".cab", ".iso")
Content = bytes | HuiliuError | None
_UTF8 = 0x800
_MAC = "__MACOSX/"
_HAN = re.compile("[\u3400-\u9fff]")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError)
_UNREADABLE = (*_DAMAGED, NotImplementedError, OSError, RuntimeError, ValueError)
_WORDS: Mapping[Fault, tuple[str, str, str]] = {
    "large": (
        "UPL-013",
        "压缩包里的文件太多，或解开后过大，可能是压缩炸弹",
        f"最多 {BOUNDS.entries:,} 个文件，解开后共 {BOUNDS.unfolded >> 20} MB；请分成几个压缩包上传。",
    ),
    "encrypted": ("UPL-014", "压缩包设了密码", "请去掉密码，重新压缩后再上传。"),
    "name": (
        "UPL-015",
        "压缩包里有绝对路径、上级目录或控制字符的文件名，解开会写到别处",
        "请把文件夹解到本机，用系统自带的压缩功能重新压缩后再上传。",
    ),
    "broken": ("UPL-016", "压缩包已损坏，或不是 ZIP", "rar、7z 请先解开，再压缩成 zip；zip 请重新压缩后上传。"),
}


def members(file: BinaryIO, wanted: Callable[[str, int], bool]) -> Iterator[tuple[str, Content]]:
    """Every file of the archive with its bytes, None where `wanted(name, announced size)` says no, or what ails it.

    The first step of the iterator has looked at the whole directory: UPL-013 … UPL-016 for an archive that may not be
    opened. A folder that holds all other folders is left out of the names; what a Mac adds by itself is, too.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = [name_of(entry) for entry in entries]
            if fault := fault_in(entries, names, BOUNDS):
                raise _refused(fault)
            yield from _files(archive, dict(zip(names, entries, strict=True)), wanted)
    except _UNREADABLE as error:
        raise _refused("broken") from error


def _files(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], wanted: Callable[[str, int], bool]
) -> Iterator[tuple[str, Content]]:
    found = {name: one for name, one in entries.items() if not name.endswith("/") and not name.startswith(_MAC)}
    root = len(common_root(list(found)))
    read: dict[str, zipfile.ZipInfo] = {}
    for name, entry in found.items():
        if wanted(name[root:], entry.file_size):
            read[name[root:]] = entry
        else:
            yield name[root:], None
    opened = unfold(archive, list(read.values()), BOUNDS.unfolded, lambda: _refused("large"))
    for name, (_entry, blocks) in zip(read, opened, strict=True):
        yield name, _whole(blocks)


def _whole(blocks: Iterator[bytes]) -> Content:
    """One damaged file is no reason to leave the others out."""
    try:
        return b"".join(blocks)
    except _DAMAGED:
        hint = "请在本机打开这个文件，另存后重新压缩上传；其他文件不受影响。"
        return HuiliuError(code="UPL-017", message="压缩包里的这个文件已损坏，解不开", hint=hint)


def name_of(entry: zipfile.ZipInfo) -> str:
    """The name as it was given: marked as UTF-8 or not, in UTF-8 or GBK, with either slash, without invisible signs.

    A name that is not marked comes as if in code page 437. GBK has signs with the byte of a backslash in them, so that
    slashes are looked at last.
    """
    is_marked = bool(entry.flag_bits & _UTF8)
    name = unicodedata.normalize("NFC", entry.orig_filename if is_marked else _decoded(entry.orig_filename))
    return "".join(map(_visible, name)).replace("\\", "/")


def _decoded(name: str) -> str:
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    texts = [text for encoding in ("utf-8", "gb18030") if (text := _try(raw, encoding)) is not None]
    chinese = (text for text in texts if text.isascii() or _HAN.search(text))
    return next(chinese, texts[0] if texts else name)


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _visible(sign: str) -> str:
    """Control signs stay and are refused: no program that packs files for people writes them."""
    sort = unicodedata.category(sign)
    if sort == "Cc" or sign.isprintable():
        return sign
    return " " if sort == "Zs" else "" if sort == "Cf" else "□"


def common_root(names: list[str]) -> str:
    """The folder around everything, `年度/`, where there are folders in it; else nothing."""
    root = posixpath.commonpath(names).partition("/")[0] + "/" if len(names) > 1 else "/"
    around = all(name.startswith(root) for name in names)
    return root if around and any(name.count("/") > 1 for name in names) else ""


def _refused(fault: Fault) -> HuiliuError:
    code, message, hint = _WORDS[fault]
    return HuiliuError(code=code, message=message, hint=hint)
