"""DOCX and XLSX as the zip archives they are: nothing may be hidden, unfolded without end, fetched or run."""

import re
import zipfile
import zlib
from typing import BinaryIO, Literal
from xml.parsers import expat

from huiliu.kernel.archives import Bounds, Unfolded, fault_in, unfold
from huiliu.kernel.errors import HuiliuError

ENTRIES = 3000
UNFOLDED = 128 * 1024 * 1024
RATIO = 250
RATIO_FROM = 4 * 1024 * 1024  # small files of blanks may shrink more
MAIN: dict[str, Literal["docx", "xlsx"]] = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\xd0\xcf\x11\xe0")
_ACTIVE = re.compile(r"vbaproject|vbadata|activex|oleobject|macrosheets|\.(exe|dll|js|vbs|ps1|bat|cmd)$", re.I)


def check_office(file: BinaryIO) -> str:
    """`docx` or `xlsx`, or "" for an archive that is neither; UPL-009 … UPL-012 for one that may not be opened."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            check_directory(entries)
            kind = _office_kind({entry.filename for entry in entries})
            if kind:
                _check_contents(archive, entries)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as error:
        raise _broken() from error
    return kind


def _office_kind(names: set[str]) -> str:
    found = [kind for name, kind in MAIN.items() if name in names]
    return found[0] if len(found) == 1 and "[Content_Types].xml" in names else ""


def check_directory(entries: list[zipfile.ZipInfo]) -> None:
    """What the directory alone tells: number, names, encryption, announced sizes, entries that share their bytes.

    UPL-009 too large, UPL-010 encrypted, UPL-005 broken.
    """
    bounds = Bounds(ENTRIES, UNFOLDED, RATIO, RATIO_FROM)
    match fault_in(entries, [entry.filename for entry in entries], bounds):
        case "large":
            raise _bomb()
        case "encrypted":
            raise HuiliuError(code="UPL-010", message="文件里有加密的内容", hint="请去掉密码后另存再上传。")
        case "name" | "broken":
            raise _broken()


def _check_contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Unfold every entry and look into it as it comes."""
    for entry, blocks in unfolded(archive, entries):
        if _ACTIVE.search(entry.filename):
            raise _active()
        parser = _parser(entry.filename) if entry.filename.lower().endswith((".xml", ".rels", ".vml")) else None
        for number, block in enumerate(blocks):
            if number == 0 and block.startswith(PACKED):
                raise _active()
            if parser is not None:
                _feed(parser, block)
        if parser is not None:
            _feed(parser, b"", final=True)


def unfolded(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Unfolded:
    """Every entry with its bytes, block by block; UPL-009 as soon as more comes out of all of them than may."""
    return unfold(archive, entries, UNFOLDED, _bomb)


def _parser(name: str) -> expat.XMLParserType:
    """A parser that builds nothing; it stops at a document type, where entities would begin, in whatever encoding."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    if name.lower().endswith(".rels"):
        parser.StartElementHandler = _check_relation
    if name == "[Content_Types].xml":
        parser.StartElementHandler = _check_type
    return parser


def _feed(parser: expat.XMLParserType, block: bytes, *, final: bool = False) -> None:
    try:
        parser.Parse(block, final)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding that nobody knows
        raise _broken() from error


def _refuse_doctype(*_arguments: object) -> None:
    raise HuiliuError(
        code="UPL-011",
        message="文件里的 XML 声明了文档类型或实体，可能是攻击",
        hint="Office 软件不会这样保存；请重新打开并另存后上传，仍不行请告知信息技术人员。",
    )


def _check_relation(_tag: str, attributes: dict[str, str]) -> None:
    """Links a person may click are usual; templates, pictures and objects fetched from elsewhere on opening are not."""
    is_outside = attributes.get("TargetMode", "").lower() == "external"
    if is_outside and not attributes.get("Type", "").endswith("/hyperlink"):
        raise _active()


def _check_type(_tag: str, attributes: dict[str, str]) -> None:
    declared = attributes.get("ContentType", "").lower()
    if "macroenabled" in declared or "vbaproject" in declared or "activex" in declared:
        raise _active()


def _bomb() -> HuiliuError:
    return HuiliuError(
        code="UPL-009",
        message="文件解开后过大，或内部条目异常，可能是压缩炸弹",
        hint="请打开原文件，删去多余的图片和空白行列，另存后再上传。",
    )


def _active() -> HuiliuError:
    return HuiliuError(
        code="UPL-012",
        message="文件里有宏、嵌入的文件或程序，或打开时会从外部取内容",
        hint="请去掉宏和嵌入对象，另存为普通的 docx 或 xlsx 后再上传；附件请分开上传。",
    )


def _broken() -> HuiliuError:
    return HuiliuError(code="UPL-005", message="Office 文件已损坏或结构异常", hint="请打开原文件，另存后再上传。")
