"""The commands under `lake`; the work is in the modules beside this one, imported when it is needed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from huiliu.cli import chinese


class _Certificate(chinese.Group):
    """`certificate DAY` is short for `certificate show DAY`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["show", *args])


lake_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="回流库的状态、证明与恢复。")
certificate_app = typer.Typer(cls=_Certificate, no_args_is_help=True, help="夜间证书：查看、另存、核验。")
lake_app.add_typer(certificate_app, name="certificate")


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
def lake_restore(
    force: Annotated[bool, typer.Option("--force", metavar="开关", help="目录库自检通过时也换用副本。")] = False,
) -> None:
    """目录库丢失或损坏时换用核对过的副本，原文件保留。"""
    from huiliu.cli.lake import restore

    restore(force=force)


@lake_app.command("rollback", cls=chinese.Command)
def lake_rollback(
    day: Annotated[str | None, typer.Argument(metavar="日期", help="回到哪一个业务日期；不写则列出申请。")] = None,
) -> None:
    """回退到一天会撤回什么，及已有的申请；在网页上办理。"""
    from huiliu.cli.rollback import run

    raise typer.Exit(run(day))


@certificate_app.command("show", cls=chinese.Command)
def certificate_show(
    day: Annotated[str, typer.Argument(metavar="日期", help="业务日期，如 2025-03-31。")],
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="文件", help="写出供阅读的版面。")] = None,
    copy: Annotated[Path | None, typer.Option("--json", metavar="文件", help="写出可核验的证书。")] = None,
) -> None:
    """核验并显示一天的证书；不符的退出码为 1。"""
    from huiliu.cli.certificate import show

    raise typer.Exit(show(day, pdf, copy))


@certificate_app.command("verify", cls=chinese.Command)
def certificate_verify(
    file: Annotated[Path, typer.Argument(metavar="文件", help="证书文件。")],
    key: Annotated[Path | None, typer.Option("--key", metavar="文件", help="签发方的公钥；不写则用本机的。")] = None,
    folder: Annotated[Path | None, typer.Option("--folder", metavar="目录", help="批次文件夹：核对每个文件。")] = None,
    lake: Annotated[
        Path | None, typer.Option("--lake", metavar="目录", help="数据目录里的 lake：核对库中内容。")
    ] = None,
) -> None:
    """在任何机器上核验证书，指出被改动的是哪一样；不符的退出码为 1。"""
    from huiliu.cli.certificate import verify

    raise typer.Exit(verify(file, key, folder, lake))


@lake_app.command("fetch", cls=chinese.Command)
def lake_fetch(
    name: Annotated[str | None, typer.Argument(metavar="来源", help="sources.yaml 中的名称；不写则取全部。")] = None,
    full: Annotated[bool, typer.Option("--full", metavar="开关", help="前置库各表一律全量读取。")] = False,
    again: Annotated[bool, typer.Option("--again", metavar="开关", help="多次未入库的前置库批次立即重读。")] = False,
) -> None:
    """从 SFTP、文件夹和前置库取来齐全的批次；有来源失败时退出码为 1。"""
    from huiliu.cli.fetch import run

    raise typer.Exit(run(name, full=full, again=again))


@lake_app.command("compare", cls=chinese.Command)
def lake_compare(
    table: Annotated[str | None, typer.Argument(metavar="表", help="英文表名；不写则比对全部。")] = None,
    source: Annotated[str | None, typer.Option("--source", metavar="来源", help="哪个前置库。")] = None,
) -> None:
    """与前置库逐行比对；有不同的退出码为 1。"""
    from huiliu.cli.compare import run

    raise typer.Exit(run(table, source))


@lake_app.command("pins", cls=chinese.Command)
def lake_pins() -> None:
    """列出标记保留的快照和理由。"""
    from huiliu.cli.pins import show

    show()


@lake_app.command("pin", cls=chinese.Command)
def lake_pin(
    day: Annotated[str, typer.Argument(metavar="日期", help="业务日期，如 2025-03-31。")],
    reason: Annotated[str, typer.Argument(metavar="理由", help="为何保留，例如哪次评价引用；不写个人信息。")],
) -> None:
    """保留一天的快照，清理时跳过。"""
    from huiliu.cli.pins import pin

    pin(day, reason)


@lake_app.command("unpin", cls=chinese.Command)
def lake_unpin(day: Annotated[str, typer.Argument(metavar="日期", help="业务日期，如 2025-03-31。")]) -> None:
    """取消一天的保留标记；没有标记时退出码为 1。"""
    from huiliu.cli.pins import unpin

    raise typer.Exit(unpin(day))


@lake_app.command("expire", cls=chinese.Command)
def lake_expire(
    before: Annotated[str, typer.Option("--before", metavar="日期", help="只清理该日以前的夜次。")],
) -> None:
    """清理旧快照；月末、在用和有标记的保留。"""
    from huiliu.cli.pins import expire

    expire(before)
