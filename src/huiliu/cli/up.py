"""`up`: prepare what is missing, step by step and each step once, then keep the web server and the worker running."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from huiliu.cli.accounts import ADMINISTRATORS, DEMO_OFFICE, first_accounts, missing_administrators, print_accounts
from huiliu.cli.console import bars, err, fail, out
from huiliu.config.boot import Installation, boot, migrate
from huiliu.kernel.errors import HuiliuError
from huiliu.supervisor import Child, answers, only_instance, require_port, supervise

DEMO_SEED = 2024


def start(*, empty: bool, division: str, persons: int) -> None:
    """Make or complete the installation of HUILIU_HOME, then serve until stopped."""
    installation = boot("cli", create=True)
    home = installation.home
    if empty and home.is_demo:
        raise _already_demo(home.root)
    with only_instance(home.root):
        require_port(installation.settings.host, installation.settings.port)
        migrate(installation)
        if not _ready(home.root).exists():
            _prepare(installation, empty=empty, division=division, persons=persons)
        elif made := missing_administrators():
            out.print("本版本起由系统、安全、审计三名管理员管理账户，现已补建：")
            print_accounts(made)
        _project(installation)
        _anchor()
        _serve(installation)


def _ready(root: Path) -> Path:
    """The mark that preparation is complete; without it `up` takes the steps again, none of which acts twice."""
    return root / "ready"


def _prepare(installation: Installation, *, empty: bool, division: str, persons: int) -> None:
    home = installation.home
    if empty:
        _settle_division(home.root, division)
    else:
        _prepare_demo(installation, persons)
    made = first_accounts(ADMINISTRATORS if empty else DEMO_OFFICE, must_change=empty)
    print_accounts(made)
    if not empty:
        _reenact()
    if empty:
        out.print(
            "首次登录须修改口令并登记动态口令。请先以系统管理员登录，按工作台上的“启用步骤”开立账户、安排岗位，"
            "由安全管理员核准；全过程见 docs/control.md。"
        )
    _ready(home.root).write_text("ok\n", encoding="utf-8")


def _already_demo(root: Path) -> HuiliuError:
    return HuiliuError(
        code="UP-006",
        message=f"数据目录 {root} 里是演示数据，不能改作正式安装",
        hint="请用 HUILIU_HOME 指定一个空目录，再运行 ./run up --empty。",
    )


def _settle_division(root: Path, division: str) -> None:
    """Keep the division that batches must carry; without one the first published night decides."""
    if division and not (len(division) == 6 and division.isdigit()):
        raise HuiliuError(
            code="UP-007", message="行政区划代码应为六位数字", hint="例如 ./run up --empty --division 441600。"
        )
    if division:
        (root / "division").write_text(division + "\n", encoding="utf-8")


def _prepare_demo(installation: Installation, persons: int) -> None:
    from huiliu import nightly
    from huiliu.cli.demo import fill_inbox
    from huiliu.cli.evaluation import import_demo

    with bars() as progress:
        fill_inbox(installation.home, persons, DEMO_SEED, progress)
        result = nightly.run(progress=progress)
    refused = len(result.results) - result.published
    out.print(f"合成城市：{persons:,} 人；已发布 {result.published} 夜，拒收 {refused} 夜（演示用的残缺批次）。")
    import_demo()
    out.print("2024 年项目自评已导入，报告已生成。")


def _reenact() -> None:
    """The demo's people do the year of the 2024 project again."""
    from huiliu.cli.reenactment import reenact

    if reenact():
        out.print("2024 年项目的资金、目标和审批已按日期重演；编造的日期、收款人和数字都标明“合成”。")


def _project(installation: Installation) -> None:
    """A night that ended while nobody looked becomes visible; cheap when there is nothing new."""
    from huiliu.apps.datahub.services import nights_project
    from huiliu.lake.snapshot import Library

    nights_project(records=Library(installation.home.lake).history())


def _anchor() -> None:
    """Note the length of the audit chain outside the database; a chain that lost rows is told, and service goes on."""
    from huiliu.apps.audit.services import anchor_write

    try:
        anchor_write()
    except HuiliuError as error:
        fail(error)


def _serve(installation: Installation) -> None:
    settings, logs = installation.settings, installation.home.logs
    shown = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{shown}:{settings.port}/"
    web = Child("web", "网页服务", _granian(settings.host, settings.port), {"HUILIU_PROCESS": "web"}, logs / "web.log")
    worker = Child(
        "worker",
        "后台任务",
        [sys.executable, "-m", "huiliu", "worker"],
        {"HUILIU_PROCESS": "worker"},
        logs / "worker.log",
    )
    supervise([web, worker], answers(f"{address}healthz"), _announce(address), err.print)
    err.print("回流已停止。")


def _announce(address: str) -> Callable[[], None]:
    def ready() -> None:
        out.print(f"\n回流已启动：[bold]{address}[/]\n按 Ctrl-C 停止。")

    return ready


def _granian(host: str, port: int) -> list[str]:
    threads = str(min(8, (os.cpu_count() or 2) * 2))
    return [
        sys.executable, "-m", "granian", "huiliu.config.wsgi:application", "--interface", "wsgi",
        "--host", host, "--port", str(port), "--workers", "1", "--blocking-threads", threads, "--no-ws",
    ]  # fmt: skip
