"""The commands under `lake`; the work is in the modules beside this one, imported when it is needed."""

from typing import Annotated

import typer

from huiliu.cli import chinese

lake_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="回流库的状态、证明与恢复。")


@lake_app.command("state", cls=chinese.Command)
def lake_state(as_json: Annotated[bool, typer.Option("--json", metavar="开关", help="供程序读取。")] = False) -> None:
    """指针、快照、投影、审计是否一致；不一致时退出码为 1。"""
    from huiliu.cli.lake import state

    raise typer.Exit(state(as_json=as_json))


@lake_app.command("nights", cls=chinese.Command)
def lake_nights() -> None:
    """列出各夜：已发布、已拒收及原因。"""
    from huiliu.cli.lake import nights

    nights()


@lake_app.command("restore", cls=chinese.Command)
def lake_restore() -> None:
    """目录库丢失或损坏时换用核对过的副本，原文件保留。"""
    from huiliu.cli.lake import restore

    restore()
