"""The left side: every entry that exists, shown only to posts that may use it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from huiliu.web import hooks
from huiliu.web.access import SIGNED_IN


@dataclass(frozen=True)
class Entry:
    """One word, an icon, the URL name it opens and the permission it needs."""

    title: str
    icon: str
    url: str
    permission: str


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry("工作台", "home", "workbench", SIGNED_IN),)),
    (
        "回流库",
        (
            Entry("夜间批次", "nightlight", "datahub:night_calendar", "datahub.view_nights"),
            Entry("前置库核对", "compare", "datahub:compare_list", "datahub.view_nights"),
            Entry("隔离区", "rule_folder", "datahub:quarantine_list", "datahub.view_quarantine"),
        ),
    ),
    (
        "查询",
        (
            Entry("人员", "person_search", "datahub:person_search", "datahub.search_person"),
            Entry("单位", "domain", "datahub:unit_search", "datahub.search_person"),
            Entry("批量", "playlist_add_check", "lists:look_up", "query.lookup_list"),
            Entry("统计", "query_stats", "query:topic_list", "query.use"),
            Entry("方案", "bookmarks", "query:saved_list", "query.use"),
            Entry("报表", "table_chart", "reports:report_list", "query.reports"),
            Entry("国标导出", "move_to_inbox", "datahub:standard_export", "query.gbt_export"),
            Entry("导出记录", "download", "exports:export_list", "query.export"),
        ),
    ),
    ("基金安全", (Entry("疑点", "policy", "fundsafety:clue_list", "fundsafety.view_clues"),)),
    (
        "资金",
        (
            Entry("项目台账", "account_balance_wallet", "funds:project_list", "funds.view"),
            Entry("申请与支付", "payments", "funds:request_list", "funds.view"),
        ),
    ),
    (
        "绩效",
        (
            Entry("项目看板", "dashboard", "performance:board_list", "funds.view"),
            Entry("目标", "flag", "performance:target_list", "performance.view_targets"),
            Entry("监控", "monitoring", "performance:monitoring_list", "performance.monitor"),
            Entry("测量", "straighten", "performance:measurement_list", "performance.view_targets"),
            Entry("评分", "scoreboard", "performance:assessment_list", "performance.view_evaluation"),
            Entry("评分方案", "tune", "performance:profile_list", "performance.view_evaluation"),
            Entry("表格模板", "table_view", "performance:template_list", "performance.view_evaluation"),
            Entry("自评办理", "edit_document", "performance:filing_list", "performance.view_filings"),
            Entry("已报自评表", "fact_check", "performance:evaluation_list", "performance.view_evaluation"),
            Entry("批量核对", "rule_folder", "performance:checked_list", "performance.check_tables"),
            Entry("整改", "task_alt", "performance:rectification_list", "performance.rectify"),
            Entry("多年对比", "stacked_bar_chart", "performance:year_list", "performance.view_evaluation"),
            Entry("公开", "public", "performance:disclosure_list", "performance.view_evaluation"),
        ),
    ),
    (
        "内控",
        (
            Entry("申请与审批", "approval", "control:request_list", SIGNED_IN),
            Entry("岗位权限", "badge", "control:ledger", "control.view_ledger"),
            Entry("复核", "rule", "control:review_list", "control.review"),
            Entry("监管记录", "visibility", "control:supervision_list", "control.view_supervision"),
            Entry("委托", "handshake", "control:delegation_list", SIGNED_IN),
            Entry("审计", "receipt_long", "audit:event_list", "audit.view"),
            Entry("保存期限", "schedule", "audit:retention", "audit.view_retention"),
        ),
    ),
    (
        "系统",
        (
            Entry("账户", "manage_accounts", "accounts:user_list", "accounts.view"),
            Entry("机构", "account_balance", "control:unit_list", "accounts.view"),
            Entry("登录安全", "lock_person", "accounts:sign_in_list", "accounts.unlock"),
            Entry("会话", "devices", "accounts:session_list", "accounts.view_sessions"),
            Entry("接口密钥", "key", "accounts:key_list", "accounts.view_api_keys"),
            Entry("我的接口密钥", "key", "accounts:my_keys", "accounts.own_api_key"),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups with at least one usable entry, in Unfold's form; the entry whose address is open is marked."""
    groups = []
    for title, entries in MENU:
        items = [_item(request, entry) for entry in entries if _may(request, entry)]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _may(request: HttpRequest, entry: Entry) -> bool:
    return entry.permission == SIGNED_IN or hooks.has_permission(request.user, entry.permission)


def _item(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    link = reverse(entry.url)
    active = request.path == link or (link != "/" and request.path.startswith(link))
    return {"title": entry.title, "icon": entry.icon, "link": link, "active": active}
