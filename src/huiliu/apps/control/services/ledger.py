"""The ledger of posts and rights (岗位权限管理台账) as a workbook: everything ever granted, and on whose word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from huiliu.apps.accounts.posts import FAMILIES, POSTS
from huiliu.apps.accounts.selectors import grants
from huiliu.apps.audit.services import Actor, Entry, record_alone
from huiliu.apps.control import actions
from huiliu.apps.control.models import ApprovalRequest, GrantReview
from huiliu.documents.workbook import Sheet, workbook
from huiliu.kernel.clock import TZ, Clock

HEADINGS = (
    "序号", "用户名", "姓名", "机构", "岗位类别", "岗位", "机构范围", "险种范围", "数据级别", "授权时间", "有效期至",
    "授权依据", "审批人", "最近复核", "状态", "撤销时间", "撤销原因",
)  # fmt: skip


@dataclass(frozen=True)
class Exported:
    """A file made for the one who asked: its name and its bytes."""

    name: str
    content: bytes


def ledger_export(*, actor: Actor, clock: Clock | None = None) -> Exported:
    """The whole ledger as XLSX, in force and ended; the row in the audit comes before the file."""
    now = (clock or settings.HUILIU_CLOCK).now()
    held = list(grants())
    record_alone(Entry(actor, actions.LEDGER_EXPORT, "grant", details={"rows": len(held)}), clock)
    sheet = Sheet(
        name="岗位权限管理台账",
        title="岗位权限管理台账",
        headings=HEADINGS,
        rows=list(_rows(held, now.date())),
        notes=(f"导出时间 {now.astimezone(TZ):%Y-%m-%d %H:%M}，导出人 {actor.name}；含已撤销和到期的授权。",),
    )
    content = workbook([sheet], author=actor.name, made_at=now)
    return Exported(f"岗位权限管理台账-{now.astimezone(TZ):%Y%m%d}.xlsx", content)


def _rows(held: Iterable[Any], today: date) -> Iterable[list[Any]]:
    signers, reviews = _signers(), _reviews()
    for number, grant in enumerate(held, 1):
        post = POSTS[grant.post]
        basis = f"申请 {grant.request_no}" if grant.request_no else "系统安装"
        yield [
            number, grant.user.username, grant.user.display_name, grant.user.unit.name if grant.user.unit else None,
            FAMILIES[post.family], post.label, grant.unit.name if grant.unit else "全市",
            grant.insurance_types.replace(",", "、") or "全部", grant.level, _local(grant.granted_at), grant.expires_on,
            basis, signers.get(grant.request_no), reviews.get(grant.pk), grant_state(grant, today),
            _local(grant.revoked_at), grant.revoked_why or None,
        ]  # fmt: skip


def grant_state(grant: Any, today: date) -> str:
    """在用, 已到期 or 已撤销."""
    if grant.revoked_at:
        return "已撤销"
    return "在用" if grant.expires_on >= today else "已到期"


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(TZ) if moment else None


def _signers() -> dict[int | None, str]:
    """Who signed each request in its last round, step by step."""
    found = ApprovalRequest.objects.filter(kind__in=("post_grant", "post_first")).prefetch_related("steps__decider")
    return {
        request.pk: "；".join(
            f"{step.name} {step.decider.display_name}"
            for step in sorted(request.steps.all(), key=lambda step: step.position)
            if step.round == request.round and step.decider
        )
        for request in found
    }


def _reviews() -> dict[int, str]:
    """The newest review of each grant."""
    rows = GrantReview.objects.select_related("reviewer").order_by("quarter")
    return {row.grant_id: f"{row.quarter} {row.get_verdict_display()} {row.reviewer.display_name}" for row in rows}
