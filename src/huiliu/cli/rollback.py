"""`lake rollback`: what a return to a day would undo, and the requests for it; asked and granted on the pages only."""

from datetime import date

from huiliu.cli.console import fail, out
from huiliu.config.boot import boot, migrate
from huiliu.kernel.errors import HuiliuError

HOW = "回退由信息技术岗或业务复核岗在“夜间批次”中打开那一天提出，由单位领导核准后立即执行；命令行不能代替本人办理。"


def run(day: str | None) -> int:
    """Print the plan of a day, or every request; 1 where the day cannot be returned to."""
    migrate(boot("cli"))
    from huiliu.apps.datahub.selectors.rollback import rollback_plan
    from huiliu.apps.datahub.services import nights_refresh

    nights_refresh()
    if day is None:
        _list()
        return 0
    try:
        out.print(rollback_plan(_day(day)).effect)
    except HuiliuError as error:
        fail(error)
        return 1
    out.print(HOW)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = HuiliuError(code="LIBRARY-003", message="日期有误", hint="请写成 2025-03-31 的形式。")
    raise problem


def _list() -> None:
    from huiliu.apps.datahub.selectors.rollback import rollback_requests

    found = list(rollback_requests())
    if not found:
        out.print("还没有回退申请。")
    for request in found:
        applicant = f"{request.applicant.display_name}（{request.applicant.username}）"
        out.print(f"申请 {request.pk}：回到 {request.subject}，{request.get_status_display()}，{applicant}提出")
    out.print(HOW)
