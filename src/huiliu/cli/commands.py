"""All commands and what they are called; the work is in the modules beside this one, imported when it is needed."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from huiliu import __version__
from huiliu.cli import chinese
from huiliu.cli.console import err, fail, out, unexpected
from huiliu.cli.lake_commands import lake_app
from huiliu.cli.machine import machine_error
from huiliu.kernel.errors import HuiliuError

INTERRUPTED = 130

app = typer.Typer(
    cls=chinese.Group,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="回流：装载并证明每夜回流的社保数据，供人查询，并据以完成绩效自评。",
)
demo_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="合成城市。")
export_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="按规定的数据接口导出。")
audit_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="审计链。")
evaluation_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="绩效自评。")
accounts_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="账户。")
keys_app = typer.Typer(cls=chinese.Group, no_args_is_help=True, help="密钥。")
GROUPS = {
    "demo": demo_app, "lake": lake_app, "evaluation": evaluation_app, "accounts": accounts_app, "keys": keys_app,
    "audit": audit_app, "export": export_app,
}  # fmt: skip
for _name, _group in GROUPS.items():
    app.add_typer(_group, name=_name)


@app.command(cls=chinese.Command)
def up(
    empty: Annotated[bool, typer.Option("--empty", metavar="开关", help="正式安装：不生成演示数据。")] = False,
    division: Annotated[str, typer.Option(metavar="代码", help="本市行政区划代码，正式安装时填写。")] = "",
    persons: Annotated[int, typer.Option(metavar="人数", help="演示城市的人数。", min=100)] = 20_000,
) -> None:
    """启动回流：首次启动先准备数据，最后给出访问地址。"""
    from huiliu.cli.up import start

    start(empty=empty, division=division, persons=persons)


@app.command(cls=chinese.Command)
def night() -> None:
    """处理收件目录中的批次；可以反复执行。"""
    from huiliu.cli.night import run

    raise typer.Exit(run())


@app.command(cls=chinese.Command)
def doctor(
    as_json: Annotated[bool, typer.Option("--json", metavar="开关", help="供程序读取。")] = False,
    mlps: Annotated[int | None, typer.Option(metavar="级别", help="等保自查：2 或 3。", min=2, max=3)] = None,
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="目录", help="同时写出等保自查表（DOCX）；与 --mlps 同用。")
    ] = None,
) -> None:
    """检查这套安装，不符的在前；有不符的退出码为 1。"""
    from huiliu.cli.doctor import run, self_check

    if mlps is None and folder is not None:
        raise HuiliuError(
            code="DOCTOR-001", message="--out 只与 --mlps 同用", hint="例如 ./run doctor --mlps 3 --out 目录。"
        )
    if mlps is None:
        raise typer.Exit(run(as_json=as_json))
    raise typer.Exit(self_check(mlps, folder, as_json=as_json))


@app.command(cls=chinese.Command, hidden=True)
def worker() -> None:
    """后台任务进程，由 up 启动。"""
    from huiliu.worker import serve

    serve()


@app.command(cls=chinese.Command)
def version() -> None:
    """显示版本。"""
    out.print(f"回流 {__version__}")


@demo_app.command("create", cls=chinese.Command)
def demo_create(
    persons: Annotated[int, typer.Option(metavar="人数", help="城市的人数。", min=100)] = 20_000,
    seed: Annotated[int, typer.Option(metavar="整数", help="随机种子；相同的种子生成相同的文件。")] = 2024,
    folder: Annotated[Path | None, typer.Option("--out", metavar="目录", help="写到哪里；不写则为数据目录。")] = None,
) -> None:
    """生成合成城市和它的各夜批次。"""
    from huiliu.cli.demo import create

    create(persons=persons, seed=seed, folder=folder)


@evaluation_app.command("show", cls=chinese.Command)
def evaluation_show(
    name: Annotated[str, typer.Argument(metavar="名称", help="例如 heyuan-2024。")],
    folder: Annotated[
        Path | None, typer.Option("--out", metavar="目录", help="文件写到哪里；不写则为数据目录下的 reports。")
    ] = None,
    profile: Annotated[str | None, typer.Option(metavar="口径", help="评分口径；不写则用该表自带的。")] = None,
) -> None:
    """打印复算结果并写出 PDF、DOCX 和溯源文件。"""
    from huiliu.cli.evaluation import show

    show(name, folder, profile)


@evaluation_app.command("check", cls=chinese.Command)
def evaluation_check(
    names: Annotated[
        list[str], typer.Argument(metavar="名称或文件…", help="内置名称，XLSX、DOCX、PDF、JSON 文件，或文件夹。")
    ],
    as_json: Annotated[bool, typer.Option("--json", metavar="开关", help="供程序读取。")] = False,
    profile: Annotated[str | None, typer.Option(metavar="口径", help="评分口径；不写则只用等级分界。")] = None,
    workbook: Annotated[
        Path | None, typer.Option("--workbook", metavar="文件", help="把全部结果写成一个工作簿（XLSX）。")
    ] = None,
    force: Annotated[bool, typer.Option("--force", metavar="开关", help="工作簿已存在时覆盖。")] = False,
) -> None:
    """列出自评表中的矛盾，可核对整个文件夹；有错误退出码为 1，读不懂为 2，否则为 0。"""
    if workbook is not None or any(Path(name).is_dir() for name in names):
        from huiliu.cli.folder import Wanted, check_many

        raise typer.Exit(check_many(names, Wanted(workbook, force, profile, as_json)))
    from huiliu.cli.evaluation import check

    raise typer.Exit(check(names, profile, as_json=as_json))


@evaluation_app.command("read", cls=chinese.Command)
def evaluation_read(
    name: Annotated[str, typer.Argument(metavar="文件", help="XLSX、DOCX、有文字的 PDF 或 JSON 文件。")],
    as_json: Annotated[bool, typer.Option("--json", metavar="开关", help="供程序读取。")] = False,
) -> None:
    """列出从表格文件中读到的每一格，和没有读入的格。"""
    from huiliu.cli.evaluation import read_file

    read_file(name, as_json=as_json)


@evaluation_app.command("print", cls=chinese.Command)
def evaluation_print(
    project: Annotated[str, typer.Argument(metavar="项目代码", help="例如 heyuan-it。")],
    year: Annotated[int, typer.Argument(metavar="年度", help="例如 2024。")],
    folder: Annotated[Path, typer.Option("--out", metavar="目录", help="文件写到哪里。")],
    layout: Annotated[
        str, typer.Option("--form", metavar="表格", help="只印这一种，写表格代号；不写则印全部适用的。")
    ] = "",
) -> None:
    """写出项目年度的自评表、评分表和目标申报表（PDF、DOCX、XLSX、JSON）。"""
    from huiliu.cli.printing import print_forms

    print_forms(project, year, layout, folder)


@evaluation_app.command("fill", cls=chinese.Command)
def evaluation_fill(
    template: Annotated[Path, typer.Argument(metavar="模板", help="写了占位符的 DOCX 或 XLSX 文件。")],
    project: Annotated[str, typer.Argument(metavar="项目代码", help="例如 heyuan-it。")],
    year: Annotated[int, typer.Argument(metavar="年度", help="例如 2024。")],
    file: Annotated[Path, typer.Option("--out", metavar="文件", help="填好的表写到哪里；旁边另写数字来源。")],
) -> None:
    """按项目年度的记录填写模板，版式和公式不变。"""
    from huiliu.cli.printing import fill

    fill(template, project, year, file)


@accounts_app.command("reset", cls=chinese.Command)
def accounts_reset(username: Annotated[str, typer.Argument(metavar="用户名", help="三名管理员之一。")]) -> None:
    """在服务器上为被锁在门外的管理员重置口令，只显示一次。"""
    from huiliu.cli.accounts import reset

    reset(username)


@keys_app.command("list", cls=chinese.Command)
def keys_list() -> None:
    """列出各用途的密钥编号；不显示密钥。"""
    from huiliu.cli.keys import show

    show()


@keys_app.command("rotate", cls=chinese.Command)
def keys_rotate(
    purpose: Annotated[str, typer.Argument(metavar="用途", help="密钥用途，见 keys list。")],
) -> None:
    """换用新密钥；受保护的值随即重新加密，可以反复执行。"""
    from huiliu.cli.keys import rotate

    raise typer.Exit(rotate(purpose))


@keys_app.command("public", cls=chinese.Command)
def keys_public(
    path: Annotated[Path | None, typer.Option("--out", metavar="文件", help="写到哪里；不写则打印。")] = None,
) -> None:
    """导出夜间证书的公钥（含以前的），交给核验证书的一方。"""
    from huiliu.cli.keys import public

    public(path)


@audit_app.command("verify", cls=chinese.Command)
def audit_verify(as_json: Annotated[bool, typer.Option("--json", metavar="开关", help="供程序读取。")] = False) -> None:
    """逐条验证审计链、链头和锚点；断裂时指出第一处及其种类，退出码为 1。"""
    from huiliu.cli.audit import verify

    raise typer.Exit(verify(as_json=as_json))


@audit_app.command("anchor", cls=chinese.Command)
def audit_anchor() -> None:
    """写一个锚点文件并打印出来，供抄录或另存。"""
    from huiliu.cli.audit import anchor

    anchor()


@export_app.command("gbt40217", cls=chinese.Command)
def export_gbt40217(
    folder: Annotated[Path, typer.Argument(metavar="目录", help="新的或空的文件夹；写完才出现。")],
    user: Annotated[str, typer.Option(metavar="用户名", help="导出人，须有全市、L4 的导出权限；随后输入口令。")],
    reason: Annotated[str, typer.Option(metavar="理由", help="审计通知书文号等；不写个人信息，记入审计。")],
    day: Annotated[str | None, typer.Option(metavar="日期", help="业务日期；不写则为最新。")] = None,
    table: Annotated[list[int] | None, typer.Option(metavar="表号", help="只导出这些表，可写几次。")] = None,
    form: Annotated[str | None, typer.Option("--format", metavar="格式", help="xml 或 csv；不写则两种都写。")] = None,
) -> None:
    """按 GB/T 40217 结构输出养老保险各表；结构校验有不符的退出码为 1。"""
    from huiliu.cli.export import gbt40217

    raise typer.Exit(gbt40217(folder, user, reason, day, table or [], form or "both"))


def main() -> None:
    """Run a command; 0 done, 1 something was found or refused, 2 wrong use or an error, 130 interrupted."""
    try:
        status = app(prog_name=chinese.program(), standalone_mode=False)
    except HuiliuError as error:
        fail(error)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except Exception as error:
        if hasattr(error, "format_message"):
            chinese.print_wrong_use(error, err)
        elif known := machine_error(error):
            fail(known)
        else:
            unexpected(error)
        sys.exit(2)
    if status == INTERRUPTED:  # Typer makes this of Ctrl-C, without a word
        err.print("已中止。再次执行同一命令会接着做。")
    sys.exit(status if isinstance(status, int) else 0)
