"""Files people send: what they are by content, how large they really are, and what they may not carry."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from huiliu.kernel.digests import Hasher
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.office_archives import check_office
from huiliu.web.cells import is_formula
from huiliu.web.images import check_image

KINDS = {
    "pdf": "PDF",
    "png": "PNG 图片",
    "jpeg": "JPEG 图片",
    "docx": "Word（docx）",
    "xlsx": "Excel（xlsx）",
    "csv": "CSV",
}
SUFFIX = {"jpeg": ".jpg"}
NAME_LENGTH = 80
POINTED_OUT = 5
BLOCK = 1 << 20
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: a safe name with its content's suffix, kind, bytes, digest, and remarks in Chinese."""

    name: str
    kind: str
    size: int
    digest: str
    remarks: tuple[str, ...] = ()


def check_upload(file: BinaryIO, name: str, kinds: Collection[str], limit: int) -> Upload:
    """What the file is; raises UPL-001 … UPL-012 in Chinese if it may not be kept. `limit` is in bytes.

    The name decides nothing. Errors repeat neither name nor content: both may name a person. Afterwards the file stands
    at its beginning.
    """
    unknown = set(kinds) - set(KINDS)
    if unknown:
        raise ValueError(f"unknown kinds: {sorted(unknown)}")
    size, digest = _measure(file, limit)
    kind = _kind(file)
    if kind not in kinds:
        if not kind and "csv" in kinds and _is_wide(file):
            hint = "请用表格软件打开，另存为 CSV（UTF-8）或 XLSX 后再上传。"
            raise HuiliuError(code="UPL-003", message="文件是 UTF-16 编码的文本（Unicode 文本）", hint=hint)
        allowed = "、".join(KINDS[each] for each in KINDS if each in kinds)
        what = f"文件实际是 {KINDS[kind]}" if kind in KINDS else "无法识别文件的格式"
        raise HuiliuError(code="UPL-003", message=f"{what}，此处不接受", hint=f"可上传：{allowed}。改扩展名没有用。")
    remarks = _check(file, kind)
    file.seek(0)
    return Upload(clean_name(name, kind), kind, size, digest, remarks)


def clean_name(name: str, kind: str) -> str:
    """The last part of a name without control, direction and reserved characters, short, with the content's suffix."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(
        char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    stem = _FORBIDDEN.sub("_", visible).strip(" .")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem).strip(" .")[:NAME_LENGTH]
    return (stem or "附件") + SUFFIX.get(kind, f".{kind}")


def _measure(file: BinaryIO, limit: int) -> tuple[int, str]:
    """Real size and digest; nobody is asked how large it is."""
    file.seek(0)
    hasher, size = Hasher(), 0
    while block := file.read(BLOCK):
        size += len(block)
        if size > limit:
            most = f"{limit // 1024:,} KB" if limit < BLOCK else f"{limit // BLOCK:,} MB"
            raise HuiliuError(code="UPL-002", message="文件太大", hint=f"最大 {most}；请压缩图片或拆成几个文件。")
        hasher.update(block)
    if not size:
        raise HuiliuError(code="UPL-001", message="文件是空的", hint="请重新选择文件。")
    return size, hasher.tagged()


def _kind(file: BinaryIO) -> str:
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"PK\x03\x04"):
        return check_office(file)
    if head == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise HuiliuError(
            code="UPL-004",
            message="文件是旧版 Office 格式，或设了打开密码",
            hint="请去掉密码，另存为 docx 或 xlsx 后再上传。",
        )
    return "csv" if _text(file) is not None else ""


def _is_wide(file: BinaryIO) -> bool:
    """Whether it is a text with two bytes a sign, as spreadsheets save what they call Unicode text."""
    file.seek(0)
    return file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def _check(file: BinaryIO, kind: str) -> tuple[str, ...]:
    if kind in {"png", "jpeg"}:
        check_image(file, kind)
    if kind == "pdf":
        _check_pdf(file)
    return _formulas(_text(file) or "") if kind == "csv" else ()


def _check_pdf(file: BinaryIO) -> None:
    file.seek(0)
    if b"%%EOF" not in file.read()[-2048:]:
        raise HuiliuError(code="UPL-005", message="PDF 文件不完整", hint="请重新导出或重新扫描后上传。")


def _text(file: BinaryIO) -> str | None:
    """The whole as text in UTF-8 or GB18030, None where it is none."""
    file.seek(0)
    data = file.read()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


def _formulas(text: str) -> tuple[str, ...]:
    """Where a cell would be taken for a formula by a spreadsheet; such a file may be kept, but people are told."""
    try:
        found = [
            f"第 {line} 行第 {place} 列"
            for line, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1)
            for place, cell in enumerate(row, 1)
            if is_formula(cell)
        ]
    except csv.Error as error:
        hint = "请用表格软件重新另存为 CSV 后上传。"
        raise HuiliuError(code="UPL-006", message="CSV 文件无法逐行读出", hint=hint) from error
    if not found:
        return ()
    where = "、".join(found[:POINTED_OUT]) + ("等" if len(found) > POINTED_OUT else "")
    return (f"{where}共 {len(found):,} 个单元格以 = + - @ 等开头，用表格软件打开时可能被当作公式执行，请核对。",)
