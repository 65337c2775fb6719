"""`lake pins`, `pin`, `unpin`, `expire`: which snapshots stay, and clearing away the others."""

from datetime import date

from huiliu.cli.console import out
from huiliu.config.boot import boot, migrate
from huiliu.kernel.errors import HuiliuError

BY = "命令行"


def show() -> None:
    """Every pin with its reason."""
    boot("cli")
    from django.conf import settings

    from huiliu.lake.home import LakeHome
    from huiliu.lake.pins import pins

    found = pins(LakeHome(settings.HOME.lake))
    if not found:
        out.print("没有保留标记。月末和在用的夜次不需要标记，也不会清理。")
    for each in found:
        out.print(
            f"{each.day}  快照 {each.snapshot}  {each.reason}（{each.by}，{each.at:%Y-%m-%d %H:%M}）", markup=False
        )


def pin(day: str, reason: str) -> None:
    """Keep the snapshot that holds a day."""
    migrate(boot("cli"))
    from huiliu.apps.datahub.services.pins import snapshot_pin

    made = snapshot_pin(day=_day(day), reason=reason, by=BY)
    out.print(f"已保留 {made.day} 的快照 {made.snapshot}。")


def unpin(day: str) -> int:
    """Take the pins of a day away; 1 if there were none."""
    migrate(boot("cli"))
    from huiliu.apps.datahub.services.pins import snapshot_unpin

    gone = snapshot_unpin(day=_day(day))
    out.print(f"已取消 {len(gone)} 个保留标记。" if gone else f"{day} 没有保留标记。")
    return int(not gone)


def expire(before: str) -> None:
    """Clear away what nothing needs of the days before one."""
    migrate(boot("cli"))
    from huiliu.apps.datahub.services.pins import snapshots_expire

    gone = snapshots_expire(before=_day(before))
    out.print(f"已清理 {len(gone)} 个快照；保留了月末、在用、有标记和可能撤回的夜次。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problem = HuiliuError(code="LIBRARY-003", message="日期有误", hint="请写成 2025-03-31 的形式。")
    raise problem
