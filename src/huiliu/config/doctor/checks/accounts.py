"""Accounts that should not be as they are."""

from datetime import timedelta

from django.db.models import Q

from huiliu.apps.accounts.selectors import users
from huiliu.config.doctor.findings import Finding, check, ok, warn
from huiliu.config.doctor.site import Site

UNUSED = timedelta(days=90)
ACCOUNTS_PAGE = "请在“系统 账户”页面核对"


@check("handed_out_passwords", "发放的口令")
def handed_out_passwords(site: Site) -> Finding:
    """Open accounts whose holder never chose a password."""
    count = users().filter(is_active=True, must_change_password=True).count()
    if count:
        return warn(f"{count} 个账户仍用发放的口令", f"{ACCOUNTS_PAGE}，请本人登录修改；不用的账户请停用。")
    return ok("没有未修改的发放口令")


@check("unused_accounts", "闲置账户")
def unused_accounts(site: Site) -> Finding:
    """Open accounts that nobody used for ninety days, or ever since they were made so long ago."""
    since = site.now - UNUSED
    unused = Q(last_login__lt=since) | Q(last_login=None, created_at__lt=since)
    count = users().filter(unused, is_active=True).count()
    if count:
        return warn(f"{count} 个账户超过 {UNUSED.days} 天没有登录", f"{ACCOUNTS_PAGE}，停用不再需要的账户。")
    return ok(f"没有超过 {UNUSED.days} 天未登录的账户")
