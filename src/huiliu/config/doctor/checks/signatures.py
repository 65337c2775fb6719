"""Whether requests can be approved at all, and whether rights were looked at this quarter."""

from collections.abc import Sequence

from huiliu.apps.control.selectors import DeadlockLine, deadlock_lines
from huiliu.apps.control.selectors.reviews import quarter_of, unreviewed
from huiliu.config.doctor.findings import Finding, check, fail, ok, warn
from huiliu.config.doctor.site import Site

SHOWN = 3


@check("deadlocks", "审批能否走通")
def approvals(site: Site) -> Finding:
    """For every kind of request: somebody for each step, and different people for all of them."""
    rows = deadlock_lines(site.now.date())
    stuck = [row for row in rows if row.verdict == "fail"]
    if stuck:
        return fail(_told(stuck), "请由系统管理员提出“首次授权”或“岗位授权”，补足这些岗位。")
    if rows:
        return warn(_told(rows), "请为这些岗位补充 B 角。")
    return ok("每种申请的每一步都有两人以上可以办理")


def _told(rows: Sequence[DeadlockLine]) -> str:
    """The first reasons, each with the kinds of request it stops."""
    told = [f"{row.why}（{row.kinds}）" for row in rows]
    return "；".join(told[:SHOWN]) + (f"；另有 {len(told) - SHOWN} 处" if len(told) > SHOWN else "")


@check("reviews", "授权复核")
def reviews(site: Site) -> Finding:
    """Whether every right in force was looked at in the present quarter."""
    today = site.now.date()
    open_ones, quarter = unreviewed(today), quarter_of(today)
    if open_ones:
        return warn(f"{quarter} 还有 {open_ones} 项授权没有复核", "请稽核内控岗在“内控”中逐项复核，季末前完成。")
    return ok(f"{quarter} 的授权都已复核")
