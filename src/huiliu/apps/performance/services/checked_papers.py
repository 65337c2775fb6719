"""Taking in the files of many units: single ones and folders as ZIP, each looked at before it is kept."""

import io
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.control.services.files import file_keep
from huiliu.apps.performance.errors import refused
from huiliu.forms.folder import left_aside, may_hold_table, safe, shown
from huiliu.kernel.digests import sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.folder_archives import NESTED, Content, members
from huiliu.kernel.personal import holds_personal_number
from huiliu.scoring.checked import LeftFile
from huiliu.web.uploads import check_upload

KINDS = ("xlsx", "docx", "pdf")
LARGEST = 10 * 1024 * 1024
MOST_FILES = 1000
ARCHIVE = ".zip"


@dataclass(frozen=True)
class SentFile:
    """One file with the name it was sent under."""

    file: BinaryIO
    name: str


@dataclass
class Received:
    """What was kept and what was left aside, as the record holds both."""

    place: Path
    papers: list[dict[str, Any]] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)

    @property
    def files(self) -> int:
        """How many files were looked at."""
        return len(self.papers) + len(self.left)

    @property
    def size(self) -> int:
        """Bytes that were kept."""
        return sum(paper["size"] for paper in self.papers)

    def take(self, name: str, content: Content) -> None:
        """Keep one file if it may be kept, else say why not."""
        name = self._named(name)
        try:
            found = _checked(name, content)
            if found is None:
                self.left.append(asdict(left_aside(name)))
                return
            if len(self.papers) == MOST_FILES:
                raise refused("BATCH-004", f"一次最多核对 {MOST_FILES:,} 个文件", "请按地区分成几个压缩包上传。")
            file_keep(found.file, found.digest, self.place)
            self.papers.append({"name": name, "kind": found.kind, "size": found.size, "digest": found.digest})
        except HuiliuError as error:
            if error.code in ("BATCH-004", "CTRL-051"):
                raise
            self.left.append(asdict(LeftFile(name, "unreadable", error.code, safe(error.message), error.hint)))

    def _named(self, name: str) -> str:
        """Unlike every other, and without a number that names a person."""
        name = _open_name(name, self.files + 1)
        path, number = PurePosixPath(name), 1
        while name in self._names:
            number += 1
            name = str(path.with_name(f"{path.stem}（{number}）{path.suffix}"))
        self._names.add(name)
        return name


@dataclass(frozen=True)
class _Found:
    file: BinaryIO
    kind: str
    size: int
    digest: str


def folder_of(key: str) -> Path:
    """Where the files of a folder lie."""
    root: Path = settings.HUILIU_HOME
    return root / "checked" / key


def receive(sent: Sequence[SentFile], place: Path) -> Received:
    """Everything that was sent; nothing is left at `place` where it is refused.

    BATCH-004 for no file or too many, UPL-013 … UPL-016 for an archive that may not be opened, CTRL-051 on a full disk.
    """
    received = Received(place)
    try:
        for one in sent:
            inside = f"{PurePosixPath(one.name).stem}/" if len(sent) > 1 else ""
            for name, content in _contents(one, inside):
                received.take(name, content)
        _check_some(received)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return received


def _check_some(received: Received) -> None:
    if not received.files:
        raise refused("BATCH-004", "压缩包里没有文件", "请把装有自评表的文件夹压缩成 zip 后上传。")


def _contents(one: SentFile, inside: str) -> Iterator[tuple[str, Content]]:
    if not one.name.lower().endswith(ARCHIVE):
        one.file.seek(0)
        yield one.name, one.file.read(LARGEST + 1)
        return
    for name, content in members(one.file, lambda name, size: _is_paper(name) and size <= LARGEST):
        yield f"{inside}{name}", content


def _is_paper(name: str) -> bool:
    return may_hold_table(PurePosixPath(name).name)


def _checked(name: str, content: Content) -> _Found | None:
    """The file as it may be kept; None for one of another type, which is not opened."""
    if name.lower().endswith(NESTED):
        hint = "请先解开，把里面的文件和其他文件放在同一个文件夹里，再压缩上传。"
        raise HuiliuError(code="UPL-018", message="压缩包里还有压缩包，没有打开", hint=hint)
    if not _is_paper(name):
        return None
    if isinstance(content, HuiliuError):
        raise content
    if content is None:
        raise _too_large()
    file = io.BytesIO(content)
    if name.lower().endswith(".json"):
        return _json(file, content)
    found = check_upload(file, name, KINDS, LARGEST)
    return _Found(file, found.kind, found.size, found.digest)


def _json(file: BinaryIO, content: bytes) -> _Found:
    """The exchange format: a text, of which the reader says what it holds."""
    if len(content) > LARGEST:  # no more was read: what is cut off is no JSON either
        raise _too_large()
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        hint = "请核对文件是否完整，或改报 XLSX、DOCX、PDF。"
        raise HuiliuError(code="UPL-003", message="文件不是 JSON", hint=hint) from None
    return _Found(file, "json", len(content), f"sm3:{sm3(content)}")


def _too_large() -> HuiliuError:
    hint = f"最大 {LARGEST >> 20} MB；请压缩图片后另存。"
    return HuiliuError(code="UPL-002", message="文件太大", hint=hint)


def _open_name(name: str, number: int) -> str:
    """The name, or its folders and ending where the rest holds a number that names a person."""
    if not holds_personal_number(name):
        return name
    path = PurePosixPath(name)
    last = f"{shown(name, number)}{path.suffix.lower()}"
    parent = str(path.parent)
    return last if parent == "." or holds_personal_number(parent) else f"{parent}/{last}"
