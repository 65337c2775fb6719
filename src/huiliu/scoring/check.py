"""`evaluation check`: many files in, findings and one exit status out, as data or as text."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.exchange import Table, printable, read_table
from huiliu.scoring.findings import SEVERITIES, Case, Finding, find
from huiliu.scoring.phrases import phrases
from huiliu.scoring.profile import Profile

DEFAULT_PROFILE = "default"

Tables = Callable[[Path, str], Sequence[Table]]
"""Reads a file, called by its label in messages, as the tables in it."""


@dataclass(frozen=True)
class FileCheck:
    """One file's findings; `unreadable` instead where it could not be read."""

    file: str
    table: Table | None
    findings: tuple[Finding, ...]
    unreadable: HuiliuError | None = None

    @property
    def exit_status(self) -> int:
        """2 unreadable, 1 an error found, 0 none."""
        if self.unreadable is not None:
            return 2
        return int(any(finding.severity == "error" for finding in self.findings))

    def count(self, severity: str) -> int:
        """How many findings of a severity."""
        return sum(1 for finding in self.findings if finding.severity == severity)


@dataclass(frozen=True)
class CheckRun:
    """All files of one call, in the order given."""

    profile: Profile
    files: tuple[FileCheck, ...]

    @property
    def exit_status(self) -> int:
        """The worst of the files."""
        return max((file.exit_status for file in self.files), default=0)

    def as_json(self) -> list[dict[str, Any]]:
        """`[{file, findings}]`; of an unreadable file the one finding says why and where it cannot be read."""
        return [{"file": file.file, "findings": [item.as_json() for item in _shown(file)]} for file in self.files]


def _shown(file: FileCheck) -> tuple[Finding, ...]:
    error = file.unreadable
    if error is None:
        return file.findings
    where = str(error.facts.get("where", "文件")).strip()
    return (Finding(error.code, "error", "无法读取", where, error.hint, error.message),)


def check_table(table: Table, profile: Profile, others: Sequence[Table] = ()) -> tuple[Finding, ...]:
    """All findings on a table already read; `others` are the tables read together with it."""
    return find(Case(table, profile, phrases(), tuple(others)))


def check_files(
    names: Sequence[str],
    profile: str | None = None,
    *,
    profiles: Mapping[str, Profile],
    known: Mapping[str, Path] | None = None,
    tables: Tables | None = None,
) -> CheckRun:
    """Check each NAME (a key of `known`, such as heyuan-2024) or FILE; an unreadable one does not stop the others.

    `tables` reads what is not in the exchange format. Without a profile only the grade bands 90/80/60 are assumed and
    no scoring rule. Raises HuiliuError for a profile that does not exist.
    """
    chosen = profiles[profile or DEFAULT_PROFILE]
    paths = {name: (known or {}).get(name) or Path(name) for name in names}
    checks = (_check_file(paths[name], printable(name), tables or _one_table, chosen) for name in names)
    return CheckRun(chosen, tuple(check for file in checks for check in file))


def _one_table(path: Path, label: str) -> tuple[Table]:
    return (read_table(path, label),)


def _check_file(path: Path, label: str, tables: Tables, profile: Profile) -> list[FileCheck]:
    try:
        every = tables(path, label)
        return [
            FileCheck(table.file, table, check_table(table, profile, [one for one in every if one is not table]))
            for table in every
        ]
    except HuiliuError as error:
        return [FileCheck(label, None, (), error)]


def render_text(run: CheckRun) -> str:
    """The run for a console, errors first; ends with a newline."""
    by_hand = [f"  {item['what']}：{item['why']}" for item in phrases().by_hand]
    lines = [line for file in run.files for line in _file_lines(file, run.profile)]
    return "\n".join([*lines, "需人工核对（程序不能判断）：", *by_hand]) + "\n"


def _file_lines(file: FileCheck, profile: Profile) -> Iterator[str]:
    if file.unreadable is not None:
        yield f"{file.file}\n  无法读取：{file.unreadable}\n"
        return
    title = file.table.project if file.table else ""
    yield f"{file.file} {title}（评分方案：{profile.label}）".replace("  ", " ")
    for finding in file.findings:
        yield f"  [{SEVERITIES[finding.severity]}] {finding.code} {finding.what}"
        yield f"      位置：{finding.where}"
        yield f"      应为：{finding.expected}"
        yield f"      实为：{finding.found}"
    totals = "，".join(f"{label} {file.count(severity)} 项" for severity, label in SEVERITIES.items())
    yield f"  共发现：{totals}\n"
