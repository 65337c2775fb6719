"""Rows of a source into the file that is downloaded: one file, or an archive with one for each part."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.apps.exports.models import Export
from huiliu.apps.exports.selectors import purpose_of
from huiliu.apps.exports.services.asking import described
from huiliu.apps.exports.services.parts import INDEX, Filed, check_whole, index_head, index_write, part_stems
from huiliu.apps.exports.services.sources import Block, Content, ExportSource, Making, Part, Wanted
from huiliu.apps.jobs.services import Work
from huiliu.documents.archive import Archive
from huiliu.documents.fonts import installed_fonts
from huiliu.documents.list_csv import ABOUT, CsvList, about_text
from huiliu.documents.list_pdf import PdfList
from huiliu.documents.list_xlsx import XlsxList
from huiliu.documents.listing import Head, ListWriter, Mark, file_name
from huiliu.kernel.clock import TZ
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
    told: Mapping[str, Any] = field(default_factory=dict)


Job = tuple[Work, int, Path]  # where to say how far it is, of how many rows, and where to write


def write_files(export: Export, content: Content, mark: Mark, job: Job) -> Made:
    """Everything the source gives, block by block; no more than one file is open at a time.

    EXPORT-011 unless these are the rows that were counted.
    """
    head, place = Head(export.title, tuple(content.columns), mark), job[2]
    parts = tuple(content.parts()) if export.split else None
    files = _files(export, content, head, job, _stems(export, parts))
    stem = file_name(export.title, f"{export.asked_at.astimezone(mark.at.tzinfo):%Y%m%d-%H%M}", export.key[:8])
    if export.split or export.is_encrypted or export.format == "csv":
        target = place / "whole.zip"
        filed = _packed(export, head, files, target, parts)
    else:
        ((target, one),) = files
        filed = [one]
    check_whole(filed, parts, job[1])
    rows, columns = sum(each.rows for each in filed), described(content.columns)
    return Made(target, f"{stem}{target.suffix}", rows, columns, content.as_of, content.snapshot)


def write_folder(export: Export, source: ExportSource, wanted: Wanted, job: Job) -> Made:
    """What a source writes itself, in one sealed archive; each file goes away once it is in it.

    EXPORT-010 without a password, EXPORT-011 unless these are the rows that were counted.
    """
    work, rows, place = job
    if source.write is None or not export.is_encrypted:
        hint = "请选择“加密压缩包”后重新提出。"
        raise HuiliuError(code="EXPORT-010", message="含有完整的受保护信息，必须加密", hint=hint)
    folder = place / "files"
    written = source.write(wanted, Making(folder, export.format, purpose_of(export), work))
    check_whole([Filed(folder.name, "", written.rows)], None, rows)
    target = place / "whole.zip"
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    with Archive(target, export.password.reveal()) as archive:
        for number, path in enumerate(found):
            work.progress("加密", number, len(found))
            archive.add(path, path.relative_to(folder).as_posix())
            path.unlink()
    name = f"{file_name(export.title, f'{export.asked_at.astimezone(TZ):%Y%m%d-%H%M}', export.key[:8])}.zip"
    return Made(target, name, written.rows, export.columns, written.as_of, written.snapshot, written.told)


def _stems(export: Export, parts: Sequence[Part] | None) -> Mapping[str, str]:
    return {"": file_name(export.title)} if parts is None else part_stems(export.title, parts)


def _packed(
    export: Export, head: Head, files: Iterator[tuple[Path, Filed]], target: Path, parts: Sequence[Part] | None
) -> list[Filed]:
    """All files in one archive, each taken away once it is in it; a split one has its 目录."""
    password = export.password.reveal() if export.is_encrypted else ""
    filed: list[Filed] = []
    with Archive(target, password) as archive:
        for path, each in files:
            archive.add(path, each.name)
            path.unlink()
            filed.append(each)
        if parts is not None:
            ending = "csv" if export.format == "csv" else "xlsx"
            index = target.with_name(f"index.{ending}")
            index_write(_writer(ending, index, head=index_head(head)), filed, parts)
            archive.add(index, f"{INDEX}.{ending}")
        listed = [(each.name, each.rows) for each in filed]
        archive.add_text(about_text(head, listed, export.format == "csv"), ABOUT)
    return filed


def _files(
    export: Export, content: Content, head: Head, job: Job, stems: Mapping[str, str]
) -> Iterator[tuple[Path, Filed]]:
    """One finished file after the other."""
    work, total, place = job
    writer: ListWriter | None = None
    seen: set[str] = set()
    part, rows, done = "", 0, 0
    path = place / f"rows.{export.format}"
    for block in content.blocks:
        if writer is None or block.part != part:
            if writer is not None:
                writer.close()
                yield path, Filed(f"{stems[part]}.{export.format}", part, rows)
            _check_new(block, seen, stems)
            opened = content.writer or partial(_writer, export.format, head=head)
            writer, part, rows = opened(path), block.part, 0
        writer.write(block.rows)
        rows, done = rows + len(block.rows), done + len(block.rows)
        work.progress("写入", done, max(total, done))
    if writer is None:
        hint = "您的权限或数据在申请之后有变化，请核对后重新提出。"
        raise HuiliuError(code="EXPORT-002", message="没有可以导出的行", hint=hint)
    work.progress("成文", done, done)
    writer.close()
    yield path, Filed(f"{stems[part]}.{export.format}", part, rows)


def _check_new(block: Block, seen: set[str], known: Container[str]) -> None:
    """A part that comes twice would overwrite itself, and one that was not told has no name: a fault of the source."""
    if block.part in seen or block.part not in known:
        hint = "请告知信息技术人员：导出来源没有按拆分排序。"
        raise HuiliuError(code="EXPORT-007", message="拆分的部分不连续，没有导出", hint=hint)
    seen.add(block.part)


def _writer(format_: str, path: Path, *, head: Head) -> ListWriter:
    if format_ == "xlsx":
        return XlsxList(path, head)
    if format_ == "csv":
        return CsvList(path, head)
    return PdfList(path, head, installed_fonts(settings.HOME.fonts))
