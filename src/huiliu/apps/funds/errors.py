"""What the ledger of projects refuses beside the rules of huiliu.budget."""

from typing import Any

from huiliu.apps.accounts.posts import PERMISSIONS
from huiliu.apps.accounts.selectors import has_permission
from huiliu.kernel.errors import HuiliuError


def refused(code: str, message: str, hint: str, **facts: Any) -> HuiliuError:
    """A refusal in one line."""
    return HuiliuError(code=code, message=message, hint=hint, facts=facts)


def check_may(user: Any, permission: str) -> None:
    """FUND-060 without the permission."""
    if not has_permission(user, permission):
        hint = "财务会计岗记录指标、额度、凭证并提出请拨，财务出纳岗拨付；请由有此岗位的人员办理。"
        raise refused("FUND-060", f"没有“{PERMISSIONS[permission]}”的权限", hint)
