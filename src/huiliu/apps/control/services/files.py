"""Bytes that records speak of, kept under their digest in the data folder and compared with it before they leave."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from huiliu.apps.audit.services import check_words
from huiliu.kernel.digests import Hasher
from huiliu.kernel.errors import HuiliuError
from huiliu.web.uploads import Upload, check_upload

PAPERS = ("pdf", "png", "jpeg", "docx", "xlsx")
"""What papers come as."""
LARGEST = 10 * 1024 * 1024


def upload_looked_at(file: BinaryIO, name: str, kinds: Sequence[str] = PAPERS) -> Upload:
    """What a file as it was sent is; what `check_upload` raises, and for a name that holds a number of a person."""
    found = check_upload(file, name, kinds, LARGEST)
    check_words(found.name)
    return found


def upload_keep(file: BinaryIO, name: str) -> Upload:
    """A paper as it was sent, looked at and kept under its digest; raises what both raise."""
    found = upload_looked_at(file, name)
    file_keep(file, found.digest)
    return found


def file_keep(file: BinaryIO, digest: str, within: Path | None = None) -> None:
    """Complete or not at all, readable by the owner only; the same bytes lie there once. CTRL-051 on a full disk.

    `within` is a folder of its own for files that go again together; without it they stay in `attachments`.
    """
    target = _place(digest, within)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.draft")
    file.seek(0)
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            kept.write(file.read())
            kept.flush()
            os.fsync(kept.fileno())
        draft.replace(target)
    except OSError as error:
        hint = "记录没有改动。请告知信息技术人员检查数据目录的空间和权限，再重新上传。"
        raise HuiliuError(code="CTRL-051", message="附件没有存下来", hint=hint, facts={"errno": error.errno}) from error
    finally:
        draft.unlink(missing_ok=True)


def file_kept(digest: str, within: Path | None = None) -> bytes:
    """The bytes that were kept; CTRL-046 where the file is gone or is not what was added."""
    try:
        content = _place(digest, within).read_bytes()
    except FileNotFoundError:
        content = b""
    hasher = Hasher()
    hasher.update(content)
    if hasher.tagged() != digest:
        hint = f"请告知信息技术人员：从备份恢复数据目录中的 {'checked' if within else 'attachments'}。"
        raise HuiliuError(code="CTRL-046", message="附件文件缺失或已被改动，不能下载", hint=hint)
    return content


def _place(digest: str, within: Path | None) -> Path:
    folder: Path = within or settings.HUILIU_HOME / "attachments"
    return folder / digest.rpartition(":")[2]
