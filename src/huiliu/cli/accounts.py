"""The first accounts of an installation, and new passwords for administrators at the machine itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table as Grid

from huiliu.cli.console import out, wide
from huiliu.kernel.errors import HuiliuError


@dataclass(frozen=True)
class FirstAccount:
    """An account made at installation: user name, what it is called, post, and how far it may ever see in full."""

    username: str
    label: str
    post: str
    level: str = ""


ADMINISTRATORS = (
    FirstAccount("sysadmin", "系统管理员", "sysadmin"),
    FirstAccount("secadmin", "安全管理员", "secadmin"),
    FirstAccount("auditor", "审计管理员", "auditor"),
)
CONSOLE = "服务器控制台"
# The demo town's office; a real one begins with the three administrators alone, who let the others in.
DEMO_OFFICE = (
    FirstAccount("it", "信息技术岗", "it"),
    FirstAccount("clerk", "业务经办岗", "clerk"),
    FirstAccount("checker", "业务复核岗", "checker", level="L3"),
    FirstAccount("finance", "财务会计岗", "finance"),
    FirstAccount("cashier", "财务出纳岗", "cashier"),
    FirstAccount("control", "稽核内控岗", "control"),
    FirstAccount("leader", "单位领导", "leader"),
    *ADMINISTRATORS,
)


@dataclass(frozen=True)
class Printed:
    """What is shown once of an account just made."""

    username: str
    label: str
    password: str


def first_accounts(wanted: Sequence[FirstAccount], *, must_change: bool) -> list[Printed]:
    """Make the first accounts; one that an interrupted start left gets a new password."""
    from huiliu.apps.accounts.selectors import user_exists
    from huiliu.apps.accounts.services import password_reset, user_create
    from huiliu.apps.audit.services import SYSTEM

    made = []
    for first in wanted:
        if user_exists(first.username):
            new = password_reset(username=first.username, actor=SYSTEM, must_change_password=must_change)
        else:
            new = user_create(
                username=first.username,
                display_name=first.label,
                post=first.post,
                level=first.level,
                actor=SYSTEM,
                must_change_password=must_change,
            )
        made.append(Printed(first.username, first.label, new.password))
    return made


def missing_administrators() -> list[Printed]:
    """Make those of the three administrators whom an installation of an earlier version never had.

    Once a first request was filed the three are changed by requests alone, and nothing is made here.
    """
    from huiliu.apps.accounts.selectors import user_exists
    from huiliu.apps.control.selectors import requests

    absent = [first for first in ADMINISTRATORS if not user_exists(first.username)]
    return first_accounts(absent, must_change=True) if absent and not requests().exists() else []


def print_accounts(accounts: Sequence[Printed]) -> None:
    """The passwords, once."""
    grid = Grid(title="登录账户（口令只显示这一次）", title_justify="left")
    for heading in ("用户名", "岗位", "口令"):
        grid.add_column(heading)
    for row in accounts:
        grid.add_row(row.username, row.label, row.password)
    wide(grid)


def reset(username: str) -> None:
    """Give an administrator who is locked out a new one-time password; everybody else goes through approval.

    The last system or security administrator whose right lapsed is renewed: nobody could sign for it.

    Raises ACC-018 for an account that is no administrator's: whoever runs this machine must not get at business data.
    """
    from huiliu.config.boot import boot, migrate

    migrate(boot("cli"))
    from huiliu.apps.accounts.posts import ADMINISTRATORS as POSTS
    from huiliu.apps.accounts.posts import POSTS as ALL_POSTS
    from huiliu.apps.accounts.selectors import grants_of, is_enrolled, user_by_name
    from huiliu.apps.accounts.services import password_reset, totp_reset
    from huiliu.apps.audit.services import Actor
    from huiliu.apps.control.services import right_rescue

    user = user_by_name(username)
    if user and (post := right_rescue(user=user, actor=Actor(CONSOLE))):
        out.print(f"{ALL_POSTS[post].label}的授权已到期且无人接任，现已续期一年，并记入审计。")
    held = grants_of(user)
    if not held or any(grant.post not in POSTS for grant in held):
        raise HuiliuError(
            code="ACC-018",
            message="这里只能重置三名管理员的口令",
            hint="其他人员请由系统管理员在“系统 账户”提出重置，安全管理员核准。",
        )
    new = password_reset(username=username, actor=Actor(CONSOLE))
    if is_enrolled(new.user):  # else a lost phone of the only security administrator could never be replaced
        totp_reset(user=new.user, reason="与口令一并重置", actor=Actor(CONSOLE), by=None)
        out.print("动态口令已一并重置，登录后重新登记。")
    print_accounts([Printed(username, new.user.display_name, new.password)])
    out.print("首次登录须修改口令。本次重置已记入审计。")
