"""`export gbt40217`: the pension tables in the form of the standard, for a person who may have them, with a reason."""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from huiliu.cli.console import Bars, bars, out
from huiliu.config.boot import boot, migrate
from huiliu.kernel.errors import HuiliuError

if TYPE_CHECKING:
    from huiliu.interchange.run import Done

FORMATS = {"xml": ("xml",), "csv": ("csv",), "both": ("xml", "csv")}


class _Told:
    """The run's steps on one moving line."""

    def __init__(self, moving: Bars) -> None:
        self._bars = moving

    def step(self, phase: str, table: str | None = None, done: int = 0, total: int | None = None) -> None:
        """A table a line, with rows done of all."""
        self._bars.step(f"{phase} {table or ''}", None, done, total)


def gbt40217(folder: Path, username: str, reason: str, day: str | None, tables: Sequence[int], form: str) -> int:
    """Ask for the password, export, print what was written; 1 where the schema does not allow something."""
    if form not in FORMATS:
        raise HuiliuError(code="INTERCHANGE-009", message="没有这种格式", hint="--format 可写 xml、csv 或 both。")
    wanted = _day(day) if day else None
    migrate(boot("cli"))
    from huiliu.apps.accounts.services.console import console_actor, console_prove
    from huiliu.apps.datahub.services import nights_refresh
    from huiliu.apps.datahub.services.interchange import interchange_export
    from huiliu.interchange.run import Order

    password = typer.prompt(f"{username} 的口令", hide_input=True, err=True)
    code = typer.prompt("动态口令（没有登记则回车）", default="", show_default=False, hide_input=True, err=True)
    user = console_prove(username=username, password=password, code=code)
    nights_refresh()
    began = time.monotonic()
    order = Order(folder.absolute(), tuple(map(str, tables)), FORMATS[form])
    with bars() as progress:
        done = interchange_export(
            user=user,
            actor=console_actor(user),
            name="gbt40217",
            order=order,
            reason=reason,
            day=wanted,
            progress=_Told(progress),
        )
    _print(done, folder, time.monotonic() - began)
    return 1 if done.valid is False else 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = HuiliuError(code="LIBRARY-003", message="日期有误", hint="请写成 2025-03-31 的形式。")
    raise problem


def _print(done: "Done", folder: Path, seconds: float) -> None:
    """A line a table, then the whole, the verdict and where to read on."""
    for table in done.tables:
        out.print(f"  表{table.form.number:<2} {table.form.name} {table.totals.rows:,} 行", markup=False)
    size = sum(file.bytes for file in done.files) / 1_000_000
    rows = sum(table.totals.rows for table in done.tables)
    out.print(f"{done.interchange.wording}：{len(done.tables)} 表 {rows:,} 行，{size:,.1f} MB，{seconds:,.0f} 秒")
    for name, count in done.unassigned.items():
        out.print(f"  注意 数据表 {name} 有 {count:,} 行不属于任何一表", style="yellow")
    if done.valid is False:
        out.print(Text(f"● 结构校验不符 {done.fault_count:,} 处，见导出说明.txt 第二部分", style="red"))
    elif done.valid:
        out.print(Text("● 结构校验一致", style="green").append("（由业务目录生成的结构）", style="dim"))
    out.print(f"已写出 {folder}；略去的元素和待核事项见其中的导出说明.txt。本次导出已记入审计。", markup=False)
