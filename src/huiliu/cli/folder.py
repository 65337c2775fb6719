"""`evaluation check` of folders: hundreds of files in, one workbook of findings out."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huiliu.catalog.profiles import profiles
from huiliu.cli.console import bars, out
from huiliu.documents.checked_book import write_checked
from huiliu.forms.folder import Rules, Source, check_files, files_in
from huiliu.kernel.clock import SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.checked import LEFT, Checked
from huiliu.scoring.findings import SEVERITIES

_AUTHOR = "回流 批量核对"


@dataclass(frozen=True)
class Wanted:
    """What the person asked for: a workbook at `workbook`, in place of one that is there only by `force`."""

    workbook: Path | None
    force: bool
    profile: str | None
    as_json: bool


def check_many(names: Sequence[str], wanted: Wanted) -> int:
    """Check all files, write the workbook, tell the totals; 2 a file is unreadable, 1 an error was found, else 0."""
    sources = _sources(names, wanted.workbook)
    if wanted.workbook is not None:
        _check_target(wanted.workbook, force=wanted.force)
    rules = Rules(profiles(), wanted.profile, folders=all(Path(name).is_dir() for name in names))
    with bars() as progress:
        checked = check_files(sources, rules, lambda done, of: progress.count("核对", done, of))
    if wanted.workbook is not None:
        write_checked(wanted.workbook, checked, author=_AUTHOR, made_at=SystemClock().now())
    if wanted.as_json:
        out.print(json.dumps(checked.as_json(), ensure_ascii=False, indent=2), markup=False)
    else:
        _tell(checked, wanted.workbook)
    return checked.exit_status


def _sources(names: Sequence[str], workbook: Path | None) -> list[Source]:
    """The files of the folders and the files named; a workbook written before into the folder is not one of them."""
    found: list[Source] = []
    for name in names:
        path = Path(name)
        found += files_in(path) if path.is_dir() else [(name, path)]
    own = workbook.absolute() if workbook is not None else None
    kept = [(name, path) for name, path in found if not isinstance(path, Path) or path.absolute() != own]
    if not kept:
        raise HuiliuError(code="CHECK-001", message="这里没有文件", hint="请核对文件夹的路径。")
    return kept


def _check_target(path: Path, *, force: bool) -> None:
    """Asked before the work, not after it."""
    if path.suffix.lower() != ".xlsx":
        raise HuiliuError(
            code="CHECK-002", message="工作簿的文件名要以 .xlsx 结尾", hint="例如 --workbook 核对结果.xlsx。"
        )
    if not path.absolute().parent.is_dir():
        raise HuiliuError(code="CHECK-003", message="写工作簿的文件夹不存在", hint="请先建好文件夹，或换一个位置。")
    if path.exists() and not force:
        raise HuiliuError(code="CHECK-004", message=f"{path} 已经存在", hint="换一个文件名；要覆盖请加 --force。")


def _tell(checked: Checked, workbook: Path | None) -> None:
    for table in checked.tables:
        counts = "，".join(f"{label} {table.count(name)}" for name, label in SEVERITIES.items())
        out.print(f"{table.name}　{table.unit}：{counts}", markup=False)
    for file in checked.left:
        out.print(f"{LEFT[file.kind]}　{file.file}：{file.message}", markup=False)
    left = Counter(file.kind for file in checked.left)
    out.print(
        f"共 {checked.files} 个文件，{len(checked.tables)} 张表，{len(checked.by_unit())} 个单位；"
        + "，".join(f"{label} {checked.count(name)} 项" for name, label in SEVERITIES.items())
        + "".join(f"；{label} {left[kind]} 个" for kind, label in LEFT.items() if left[kind])
    )
    if workbook is not None:
        out.print(f"已写出 {workbook}", markup=False)
