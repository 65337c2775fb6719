"""Accounts and what they hold: unused ones, rights that end, the three administrators, posts kept apart."""

from datetime import timedelta
from itertools import combinations

from django.db.models import Q

from huiliu.apps.accounts.posts import ADMINISTRATORS, POSTS, conflict
from huiliu.apps.accounts.selectors import active_grants, holders, users
from huiliu.config.doctor.findings import Finding, check, fail, judged, ok, probe, warn
from huiliu.config.doctor.site import Site

UNUSED = timedelta(days=90)
SOON = timedelta(days=30)
ACCOUNTS_PAGE = "请在“系统 账户”页面核对"


@check("handed_out_passwords", "发放的口令")
def handed_out_passwords(site: Site) -> Finding:
    """Open accounts whose holder never chose a password."""
    count = users().filter(is_active=True, must_change_password=True).count()
    if count:
        return warn(f"{count} 个账户仍用发放的口令", f"{ACCOUNTS_PAGE}，由本人登录修改；不用的账户须停用。")
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


@check("expiring_rights", "将到期的授权")
def expiring_rights(site: Site) -> Finding:
    """Rights that end within thirty days, so that their renewal can still be approved in time."""
    today = site.now.date()
    count = active_grants(today).filter(expires_on__lte=today + SOON).count()
    if count:
        return warn(f"{count} 项授权在 {SOON.days} 天内到期", "需要续期的，请在“内控”中提出申请。")
    return ok(f"{SOON.days} 天内没有授权到期")


@check("three_admins", "三员")
def three_admins(site: Site) -> Finding:
    """Each of the three administrators is there, and nobody is two of them."""
    found = {post: set(holders(post, site.now.date())) for post in ADMINISTRATORS}
    if vacant := [POSTS[post].label for post, people in found.items() if not people]:
        return fail(f"没有{'、'.join(vacant)}", "请按三员分立的要求设置，每人只任一员。")
    twice = sum(len(found[one] & found[other]) for one, other in combinations(ADMINISTRATORS, 2))
    words = "三员齐备，各由不同的人担任"
    return judged(not twice, words if not twice else f"{twice} 人身兼两员", "请撤销多余的授权，每人只任一员。")


@probe("separation", "不相容岗位")
def separation(site: Site) -> Finding:
    """Grants held today, compared pair by pair, whatever let them in."""
    posts: dict[int, set[str]] = {}
    for grant in active_grants(site.now.date()):
        posts.setdefault(grant.user_id, set()).add(grant.post)
    wrong = sum(any(conflict(*pair) for pair in combinations(sorted(held), 2)) for held in posts.values())
    found = f"{len(posts)} 人持有岗位，兼任不相容岗位的 {wrong} 人"
    return judged(not wrong, found, "请撤销不相容的授权，并查明何以写入。")


@probe("data_scope", "授权范围")
def data_scope(site: Site) -> Finding:
    """Every right held today has a highest data level within its post's, and a last day."""
    held = list(active_grants(site.now.date()))
    beyond = sum(grant.post not in POSTS or grant.level > POSTS[grant.post].level for grant in held)
    found = f"{len(held)} 项授权各有机构、险种、级别和期限，超出岗位级别的 {beyond} 项"
    return judged(not beyond, found, "请撤销超出岗位级别的授权，另行申请。")
