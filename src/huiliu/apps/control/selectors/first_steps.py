"""What a new installation still lacks before its people can work, in the order in which it is done."""

from dataclasses import dataclass
from datetime import date

from huiliu.apps.accounts.posts import ADMINISTRATORS, POSTS
from huiliu.apps.accounts.selectors import active_grants, units, users
from huiliu.apps.control.models import RequestStatus
from huiliu.apps.control.selectors.approvals import requests

# Without these two no other post can be granted in the ordinary way.
DECIDING = ("control", "leader")
OPENING = ("account_open", "post_first")


@dataclass(frozen=True)
class FirstStep:
    """One step: whether it is done, what and how, and the page where those do it who hold the permission."""

    is_done: bool
    title: str
    text: str
    page: str
    permission: str = "accounts.manage"


def first_steps(today: date) -> list[FirstStep]:
    """From three administrators to an office at work; none once 稽核内控岗, 单位领导 and any post of work are held."""
    held = set(active_grants(today).values_list("post", flat=True))
    if held.issuperset(DECIDING) and held - {*ADMINISTRATORS, *DECIDING}:
        return []
    waiting = requests().filter(kind__in=OPENING, status=RequestStatus.PENDING).count()
    has_people = users().filter(is_active=True).count() > len(ADMINISTRATORS)
    missing = "、".join(POSTS[post].label for post in DECIDING if post not in held) or "业务、财务等岗位"
    queue = f"安全管理员逐项核准开立账户和首次授权，待核准 {waiting} 项"
    return [
        FirstStep(units().exists(), "登记机构", "系统管理员登记县区和科室；没有县区的可以跳过", "unit_list"),
        FirstStep(has_people, "开立账户", "系统管理员逐人开立，初始口令当面交给本人", "account_new"),
        FirstStep(False, "安排岗位", f"系统管理员在“岗位设置”中按人数安排；还没有{missing}", "plan"),
        FirstStep(not waiting, "核准", queue, "request_list", "control.revoke"),
    ]
