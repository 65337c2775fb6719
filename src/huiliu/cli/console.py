"""What the commands print with: tables, verdict lines, errors, and bars for long work."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.progress import PHASES

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

VERDICTS = {"pass": ("一致", "green"), "warn": ("注意", "yellow"), "fail": ("不符", "red"), "none": ("未比较", "dim")}


def wide(grid: Grid) -> None:
    """Print a table in the width it needs: a narrow window may fold its lines, but no figure is ever cut."""
    needed = out.measure(grid, options=out.options.update(width=1000)).maximum
    Console(width=max(out.width, needed), highlight=False, soft_wrap=True).print(grid)


def fail(error: HuiliuError) -> None:
    """Print an error a person may see: what, where, what to do; its code last."""
    err.print(f"[red]✗[/] {error.message}", markup=True)
    err.print(f"  {error.hint}（{error.code}）", markup=False)


def unexpected(error: Exception) -> None:
    """A fault of the program: where it came from, never the exception's text, which may hold data."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if f"{os.sep}huiliu{os.sep}" in f.filename] or frames
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "未知位置"
    err.print(f"[red]✗[/] 程序内部错误：{type(error).__name__}，{where}")
    err.print("  请保留这一行并反馈给维护人员；已有数据没有改动。设 HUILIU_DEV=1 重新运行可看到完整过程。")
    if os.environ.get("HUILIU_DEV"):
        traceback.print_exception(error)


class Bars:
    """One moving line behind the two progress protocols of the product (lake nights and the demo city)."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._label = ""
        self._batch = ""

    def begin(self, batch: str) -> None:
        """The clock starts anew with each batch."""
        self._batch = batch

    def step(self, phase: str, table: str | None = None, done: int = 0, total: int | None = None) -> None:
        """Show that `done` of `total` of a phase is finished."""
        if phase not in PHASES:
            self._show(phase, phase, done, total)
            return
        self._show(self._batch, " ".join(filter(None, (self._batch, PHASES[phase], table))), done, total)

    def count(self, phase: str, done: int, total: int) -> None:
        """The same for work that has no tables."""
        self.step(phase, None, done, total)

    def _show(self, label: str, text: str, done: int, total: int | None) -> None:
        """The clock starts anew with each label, so that it counts a whole batch; finished ones leave the screen."""
        if self._task is None or label != self._label:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task, self._label = self._progress.add_task(text, total=total), label
        self._progress.update(self._task, description=text, completed=done, total=total)


@contextmanager
def bars() -> Iterator[Bars]:
    """Bars on a terminal; on anything else nothing moves and only the results are printed."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not sys.stderr.isatty()) as progress:
        yield Bars(progress)
