"""Requests and grants in words: what is asked for, what a grant reaches, how long something has waited."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.posts import FAMILIES, PERMISSIONS, POSTS, Post, conflict
from huiliu.apps.accounts.selectors import units
from huiliu.apps.control.models import ApprovalRequest
from huiliu.apps.control.selectors.approvals import definition_of, known_definitions
from huiliu.catalog.code_lists import code_list
from huiliu.kernel.masking import Level
from huiliu.kernel.money import format_yuan, from_fen

WHOLE_CITY = "全市"
ALL_SCHEMES = "全部险种"
LEVELS: Mapping[str, str] = {
    Level.L1: "L1 公开信息：不含个人信息",
    Level.L2: "L2 内部信息：个人信息一律脱敏显示",
    Level.L3: "L3 个人信息：填写事由后可查看完整内容，须登记动态口令",
    Level.L4: "L4 敏感个人信息：含证件号码、银行账号等，须登记动态口令",
}
SOON = timedelta(days=30)
NEW_POST = frozenset({"post_grant", "post_first"})


def kinds() -> list[tuple[str, str]]:
    """Every kind of request with its label."""
    return [(code, definition.label) for code, definition in known_definitions().items()]


def kind_label(kind: str) -> str:
    """Chinese name of a kind; a retired one, still in old requests, shows its code."""
    return definition_of(kind).label if kind in known_definitions() else kind


def post_name(code: str) -> str:
    """Chinese name of a post; a retired one shows its code."""
    return POSTS[code].label if code in POSTS else f"{code}（已停用）"


def schemes() -> Mapping[str, str]:
    """Code → name of every scheme a grant may be bound to."""
    return _schemes(*settings.HUILIU_CATALOG_ROOTS)


@cache
def _schemes(*roots: Path) -> Mapping[str, str]:
    return code_list("insurance_type", *roots).offered


@cache
def _known(*roots: Path) -> Mapping[str, str]:
    return code_list("insurance_type", *roots).values


def scheme_names(codes: Iterable[str]) -> str:
    """Names of schemes with 、; none means all."""
    known = _known(*settings.HUILIU_CATALOG_ROOTS)
    return "、".join(known.get(code, code) for code in sorted(codes)) or ALL_SCHEMES


def subject_of(request: ApprovalRequest) -> str:
    """What is asked for, in one word: a post's name, else the code itself."""
    return post_name(request.subject) if request.kind in NEW_POST else request.subject


def person_label(user: Any) -> str:
    """`何（he）`."""
    return f"{user.display_name}（{user.username}）"


def asked(request: ApprovalRequest) -> Sequence[tuple[str, str]]:
    """What is asked for, about whom and how far, as pairs of label and text."""
    rows = [("事项", kind_label(request.kind)), ("申请人", person_label(request.applicant))]
    if request.beneficiary:
        rows.append(("涉及人员", person_label(request.beneficiary)))
    if request.kind in NEW_POST:
        rows += _asked_post(request)
    elif request.beneficiary is None or request.subject != request.beneficiary.username:
        rows.append(("申请内容", request.subject))
    if request.amount_fen is not None:
        rows.append(("金额", f"{format_yuan(from_fen(request.amount_fen))} 元"))
    return [*rows, ("理由", request.reason)]


def _asked_post(request: ApprovalRequest) -> list[tuple[str, str]]:
    wanted = request.payload
    names = dict(units().values_list("code", "name")) if wanted.get("unit") else {}
    level = wanted.get("level") or str(min(POSTS[request.subject].level, Level.L2) if request.subject in POSTS else "")
    return [
        ("岗位", post_name(request.subject)),
        ("机构范围", names.get(wanted["unit"], wanted["unit"]) if wanted.get("unit") else WHOLE_CITY),
        ("险种范围", scheme_names(wanted.get("schemes", ()))),
        ("数据级别", LEVELS.get(level, level)),
        ("有效期至", wanted.get("expires_on") or "核准之日起一年"),
    ]


def waited(since: datetime, now: datetime) -> str:
    """How long somebody has waited, in the largest unit that fits."""
    gone = now - since
    if gone >= timedelta(days=1):
        return f"{gone.days} 天"
    return f"{int(gone.total_seconds()) // 3600} 小时" if gone >= timedelta(hours=1) else "不到 1 小时"


def waiting_since(request: ApprovalRequest) -> datetime:
    """Since when the present step waits: the last signature, else the submission."""
    signed = [step.decided_at for step in request.steps.all() if step.decided_at]
    return max(signed, default=request.submitted_at)


def validity(last_day: date, today: date) -> tuple[str, str]:
    """State and text of a grant's last day (inclusive)."""
    if last_day < today:
        return "fail", f"{last_day} 已到期"
    left = (last_day - today).days
    return ("warn", f"{last_day} 还有 {left} 天") if last_day - today <= SOON else ("pass", str(last_day))


def incompatible(post: Post) -> list[Post]:
    """The posts that one person may not hold beside this one."""
    return [other for other in POSTS.values() if other.code != post.code and conflict(post.code, other.code)]


def post_rows() -> list[dict[str, str]]:
    """Every post with its family, what it may do and how far it may reach."""
    return [
        {
            "post": post.label,
            "family": FAMILIES[post.family],
            "permissions": "、".join(label for code, label in PERMISSIONS.items() if code in post.permissions),
            "level": str(post.level),
            "compatible": "、".join(
                other.label
                for other in POSTS.values()
                if other.code != post.code and not conflict(post.code, other.code)
            )
            or "无",
        }
        for post in POSTS.values()
    ]
