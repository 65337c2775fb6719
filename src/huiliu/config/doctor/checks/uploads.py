"""Files from outside: hostile ones are offered to the running check, which has to refuse them."""

import io
import zipfile
from collections.abc import Iterator
from functools import cache

from huiliu.config.doctor.findings import Finding, judged, probe
from huiliu.config.doctor.site import Site
from huiliu.kernel.errors import HuiliuError
from huiliu.web.cells import is_formula
from huiliu.web.uploads import KINDS, check_upload

LIMIT = 1 << 20
UNFOLDS_TO = 20 << 20
PROGRAM = b"MZ\x90\x00" + bytes(64)


@probe("uploads", "上传检查")
def uploads(site: Site) -> Finding:
    """A program, a document with a macro and one that unfolds without measure; and a formula in a table cell."""
    accepted = sum(map(_kept, _hostile()))
    noticed = is_formula("=1+1")
    found = f"试传程序、带宏文档、压缩炸弹，被接受 {accepted} 个；表格公式{'能' if noticed else '不能'}识别"
    return judged(not accepted and noticed, found, "上传检查被改动：请恢复程序文件。")


def _kept(content: bytes) -> bool:
    try:
        check_upload(io.BytesIO(content), "a.docx", KINDS, LIMIT)
    except HuiliuError:
        return False
    return True


def _hostile() -> Iterator[bytes]:
    yield PROGRAM
    yield _document("word/vbaProject.bin", b"x")
    yield _document("word/media/image1.png", bytes(UNFOLDS_TO))


@cache
def _document(name: str, content: bytes) -> bytes:
    """A small document with one more part."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        target.writestr("word/document.xml", "<document/>")
        target.writestr(name, content)
    return packed.getvalue()
