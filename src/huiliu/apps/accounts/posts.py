"""Posts and what each may do: whatever is not written here is refused.

Nobody may hold posts of two of the four families (人社厅发〔2021〕64号; 社会保险经办条例第三十七条), nor both duties of
finance. The three administrators (三员) stand alone, and whoever decides holds no other post.
"""

from dataclasses import dataclass

from huiliu.kernel.masking import Level

PERMISSIONS: dict[str, str] = {
    "datahub.view_nights": "查看夜间批次",
    "datahub.view_quarantine": "查看隔离区",
    "datahub.ask_quarantine": "申请处理隔离行",
    "datahub.ask_rollback": "申请回退回流库",
    "datahub.search_person": "查询人员和单位",
    "datahub.view_person": "查看人员和单位",
    "datahub.view_full": "查看完整信息",
    "query.use": "结构化查询和统计",
    "query.view_list": "查看人员和单位名单",
    "query.share": "共享查询方案",
    "query.lookup_list": "批量查询人员",
    "query.export": "导出名单",
    "query.view_exports": "查看全部导出记录",
    "query.reports": "查看常用报表",
    "query.gbt_export": "按国家标准导出养老保险数据",
    "fundsafety.view_clues": "查看疑点",
    "funds.view": "查看项目台账",
    "funds.record": "记录指标、额度和凭证，提出请拨",
    "funds.pay": "拨付和退款",
    "funds.import": "上传资金导出和对账单",
    "funds.draft": "编报预算，记录外部决定",
    "performance.view_evaluation": "查看自评",
    "performance.download_report": "下载自评报告",
    "performance.view_targets": "查看绩效目标",
    "performance.edit_targets": "填报绩效目标",
    "performance.monitor": "查看绩效监控",
    "performance.assess": "填报自评得分",
    "performance.measure": "测量绩效指标",
    "performance.draft_filing": "起草自评",
    "performance.view_filings": "查看自评办理",
    "performance.review": "登记复核和抽查",
    "performance.rectify": "办理整改",
    "performance.templates": "管理表格模板",
    "performance.disclose": "办理公开",
    "performance.check_tables": "批量核对自评表",
    "audit.view": "查看审计",
    "audit.export": "导出审计",
    "audit.view_retention": "查看保存期限",
    "audit.hold": "冻结保存期限",
    "accounts.view": "查看账户",
    "accounts.manage": "建立和停用账户",
    "accounts.unlock": "解除账户锁定",
    "accounts.view_sessions": "查看登录会话",
    "accounts.end_session": "结束登录会话",
    "accounts.totp_reset": "重置动态口令",
    "accounts.set_networks": "设置登录地址",
    "accounts.own_api_key": "申领接口密钥",
    "accounts.view_api_keys": "查看接口密钥",
    "control.view_ledger": "查看岗位权限",
    "control.export_ledger": "导出岗位权限管理台账",
    "control.review": "复核岗位权限",
    "control.revoke": "撤销岗位权限",
    "control.plan_posts": "岗位设置建议",
    "control.view_requests": "查看全部申请",
    "control.view_supervision": "查看监管记录",
    "control.record_supervision": "登记和更正监管记录",
}

FAMILIES: dict[str, str] = {
    "business": "业务运行",
    "finance": "基金财务管理",
    "data": "数据管理",
    "control": "稽核内控",
    "leader": "单位领导",
    "system": "系统管理员",
    "security": "安全管理员",
    "audit": "审计管理员",
}
ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")


@dataclass(frozen=True)
class Post:
    """A post of the office; its permissions are all it may do, `level` is the highest a grant of it may carry.

    `duty` tells apart what one person may not do even within the family.
    """

    code: str
    label: str
    family: str
    permissions: frozenset[str]
    level: Level = Level.L2
    duty: str = ""


def _post(code: str, label: str, family: str, *permissions: str, level: Level = Level.L2, duty: str = "") -> Post:
    return Post(code, label, family, frozenset(permissions), level, duty)


_PERSONS = ("datahub.search_person", "datahub.view_person", "datahub.view_full")
_LISTS = ("query.use", "query.view_list", "query.share", "query.lookup_list", "query.reports")
_QUARANTINE = ("datahub.view_quarantine", "datahub.ask_quarantine")
_REPORT = (
    "performance.view_evaluation", "performance.download_report", "performance.view_targets",
    "performance.monitor", "control.view_supervision",
)  # fmt: skip

POSTS: dict[str, Post] = {
    post.code: post
    for post in (
        _post(
            "clerk", "业务经办岗", "business",
            "datahub.view_nights", *_QUARANTINE, *_PERSONS, *_LISTS, "query.export", "fundsafety.view_clues",
            "accounts.own_api_key",
            level=Level.L4,
        ),
        _post(
            "checker", "业务复核岗", "business",
            "datahub.view_nights", "datahub.view_quarantine", "datahub.ask_rollback", *_PERSONS,
            *_LISTS, "query.export", "fundsafety.view_clues", "performance.view_filings",
            "performance.rectify", level=Level.L4,
        ),
        _post(
            "finance", "财务会计岗", "finance",
            *_REPORT, "performance.edit_targets", "performance.assess", "performance.measure",
            "performance.templates", "performance.check_tables",
            "performance.rectify", "performance.disclose", "performance.view_filings",
            "query.use", "query.reports", "funds.view", "funds.record",
            "funds.import", "funds.draft",
            duty="accounting",
        ),
        _post("cashier", "财务出纳岗", "finance", *_REPORT, "funds.view", "funds.pay", duty="cash"),
        # Whoever runs the machines sees how the nights went, not persons: of rows in quarantine the places, no cells.
        _post(
            "it", "信息技术岗", "data",
            "datahub.view_nights", *_QUARANTINE, "datahub.ask_rollback", "accounts.own_api_key",
            "performance.draft_filing", "performance.view_filings", "performance.rectify",
        ),
        _post(
            "control", "稽核内控岗", "control",
            "datahub.view_nights", "datahub.view_quarantine", *_PERSONS, *_LISTS, "query.export",
            "query.view_exports", "query.gbt_export", "fundsafety.view_clues", *_REPORT, "funds.view",
            "performance.review", "performance.view_filings", "performance.rectify", "performance.check_tables",
            "accounts.view",
            "audit.view_retention", "audit.hold",
            "control.view_ledger", "control.export_ledger", "control.review", "control.plan_posts",
            "control.view_requests", "control.record_supervision", level=Level.L4,
        ),
        _post(
            "leader", "单位领导", "leader",
            "datahub.view_nights", "query.use", "query.reports", "fundsafety.view_clues", *_REPORT, "funds.view",
            "performance.view_filings", "control.view_ledger", "control.view_requests",
        ),
        # The system administrator sees no business data and grants nothing.
        _post(
            "sysadmin", "系统管理员", "system",
            "accounts.view", "accounts.manage", "control.plan_posts", level=Level.L1,
        ),
        _post(
            "secadmin", "安全管理员", "security",
            "accounts.view", "accounts.unlock", "accounts.view_sessions", "accounts.end_session",
            "accounts.totp_reset", "accounts.set_networks", "accounts.view_api_keys", "control.view_ledger",
            "control.export_ledger", "control.revoke", "control.plan_posts", "control.view_requests", level=Level.L1,
        ),
        _post("auditor", "审计管理员", "audit", "audit.view", "audit.export", "audit.view_retention", level=Level.L1),
    )
}  # fmt: skip


def conflict(one: str, other: str) -> bool:
    """Whether one person may not hold both posts: another family, or the other duty of the same one."""
    first, second = POSTS[one], POSTS[other]
    return first.family != second.family or bool(first.duty and second.duty and first.duty != second.duty)
