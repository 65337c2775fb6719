"""Rows of a source into the file that is downloaded: one file, or an archive with one for each part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.apps.exports.models import Export
from huiliu.apps.exports.services.asking import described
from huiliu.apps.exports.services.sources import Block, Content
from huiliu.apps.jobs.services import Work
from huiliu.documents.archive import Archive
from huiliu.documents.fonts import find_fonts
from huiliu.documents.list_csv import ABOUT, CsvList, about_text
from huiliu.documents.list_pdf import PdfList
from huiliu.documents.list_xlsx import XlsxList
from huiliu.documents.listing import Head, ListWriter, Mark, file_name
from huiliu.kernel.errors import HuiliuError


@dataclass(frozen=True)
class Made:
    """The file, its name for people, and what the record says of it."""

    file: Path
    name: str
    rows: int
    columns: list[dict[str, Any]]
    as_of: date | None
    snapshot: int | None


Job = tuple[Work, int, Path]  # where to say how far it is, of how many rows, and where to write


def write_files(export: Export, content: Content, mark: Mark, job: Job) -> Made:
    """Everything the source gives, block by block; no more than one file is open at a time."""
    head, place = Head(export.title, tuple(content.columns), mark), job[2]
    files = _files(export, content, head, job)
    stem = file_name(export.title, f"{export.asked_at.astimezone(mark.at.tzinfo):%Y%m%d-%H%M}", export.key[:8])
    if export.split or export.is_encrypted or export.format == "csv":
        target = place / "whole.zip"
        rows = _packed(export, head, files, target)
    else:
        ((target, _, rows),) = files
    name, columns = f"{stem}{target.suffix}", described(content.columns)
    return Made(target, name, rows, columns, content.as_of, content.snapshot)


def _packed(export: Export, head: Head, files: Iterator[tuple[Path, str, int]], target: Path) -> int:
    """All files in one archive, each taken away once it is in it; how many rows."""
    password = export.password.reveal() if export.is_encrypted else ""
    listed: list[tuple[str, int]] = []
    with Archive(target, password) as archive:
        for path, name, rows in files:
            archive.add(path, name)
            path.unlink()
            listed.append((name, rows))
        archive.add_text(about_text(head, listed, export.format == "csv"), ABOUT)
    return sum(rows for _, rows in listed)


def _files(export: Export, content: Content, head: Head, job: Job) -> Iterator[tuple[Path, str, int]]:
    """One finished file after the other: path, name, rows."""
    work, total, place = job
    writer: ListWriter | None = None
    seen: set[str] = set()
    part, rows, done = "", 0, 0
    path = place / f"rows.{export.format}"
    for block in content.blocks:
        if writer is None or block.part != part:
            if writer is not None:
                writer.close()
                yield path, _name(export, part), rows
            _check_new(block, seen)
            writer, part, rows = _writer(export.format, path, head), block.part, 0
        writer.write(block.rows)
        rows, done = rows + len(block.rows), done + len(block.rows)
        work.progress("写入", done, max(total, done))
    if writer is None:
        hint = "您的权限或数据在申请之后有变化，请核对后重新提出。"
        raise HuiliuError(code="EXPORT-002", message="没有可以导出的行", hint=hint)
    work.progress("成文", done, done)
    writer.close()
    yield path, _name(export, part), rows


def _check_new(block: Block, seen: set[str]) -> None:
    """A part that comes twice would overwrite itself: a fault of the source."""
    if block.part in seen:
        hint = "请告知信息技术人员：导出来源没有按拆分排序。"
        raise HuiliuError(code="EXPORT-007", message="拆分的部分不连续，没有导出", hint=hint)
    seen.add(block.part)


def _name(export: Export, part: str) -> str:
    stem = file_name(export.title, part) if export.split else file_name(export.title)
    return f"{stem}.{export.format}"


def _writer(format_: str, path: Path, head: Head) -> ListWriter:
    if format_ == "xlsx":
        return XlsxList(path, head)
    if format_ == "csv":
        return CsvList(path, head)
    own = settings.HOME.root / "fonts"
    return PdfList(path, head, find_fonts([own] if own.is_dir() else ()))
