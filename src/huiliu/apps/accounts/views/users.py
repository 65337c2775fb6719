"""The list of accounts."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiliu.apps.accounts import selectors
from huiliu.apps.accounts.models import User
from huiliu.apps.accounts.posts import POSTS
from huiliu.web.access import page
from huiliu.web.pages import Crumb, render_page
from huiliu.web.tables import Cell, Column, Table

COLUMNS = (
    Column("username", "用户名"),
    Column("display_name", "姓名"),
    Column("unit", "机构", missing="未填"),
    Column("posts", "岗位", missing="没有岗位"),
    Column("state", "状态", "verdict"),
    Column("last_login", "最近登录", "time", missing="从未"),
    Column("created_at", "建立时间", "time"),
)
ACT = Column("act", "办理")


@require_safe
@page("accounts.view")
def user_list(request: HttpRequest) -> HttpResponse:
    """Who has an account, at which post, and when it was last used."""
    may_manage = selectors.has_permission(request.user, "accounts.manage")
    rows = [_row(user, leave=may_manage and user.is_active and user != request.user) for user in selectors.users()]
    table = Table(
        (*COLUMNS, ACT) if may_manage else COLUMNS,
        rows,
        empty="还没有账户",
        hint="请在服务器上运行 ./run up 建立首批账户。",
    )
    context = {"table": table, "may_manage": may_manage}
    return render_page(request, "accounts/user_list.html", context, title="账户", crumbs=(Crumb("系统"),))


def _row(user: User, *, leave: bool) -> dict[str, object]:
    if not user.is_active:
        state = Cell(user.get_status_display(), state="none")
    elif user.must_change_password:
        state = Cell("待改口令", state="warn")
    else:
        state = Cell("启用", state="pass")
    return {
        "username": user.username,
        "display_name": user.display_name,
        "unit": user.unit.name if user.unit else "",
        "posts": "、".join(POSTS[grant.post].label for grant in user.unrevoked),  # type: ignore[attr-defined]
        "state": state,
        "last_login": user.last_login,
        "created_at": user.created_at,
        "act": Cell("离岗", link=reverse("control:leaver", args=(user.pk,))) if leave else "",
    }
