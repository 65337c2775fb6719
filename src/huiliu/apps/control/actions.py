"""Acts of this part that enter the audit table."""

from huiliu.apps.audit.actions import action, kind

REQUEST = kind("request", "申请")
DELEGATION = kind("delegation", "委托")
SUBMIT = action("control.request_submit", "提交申请")
RESUBMIT = action("control.request_resubmit", "补正后重新提交")
WITHDRAW = action("control.request_withdraw", "撤回申请")
TAKE_OVER = action("control.request_take_over", "接办他人的申请")
DECIDE = action("control.step_decide", "审批")
DELEGATE = action("control.delegation_make", "委托审批")
DELEGATION_END = action("control.delegation_end", "结束委托")
REVIEW = action("control.grant_review", "复核岗位权限")
REVOKE = action("control.right_revoke", "撤销岗位权限")
LEAVER = action("control.leaver_clean_up", "离岗清理")
ATTACH = action("control.attachment_add", "添加申请附件")
ATTACHMENT_READ = action("control.attachment_read", "下载申请附件")
LEDGER_EXPORT = action("control.ledger_export", "导出岗位权限管理台账")
SUPERVISION = kind("supervision", "监管记录")
SUPERVISED = action("control.supervision_record", "登记监管记录")
SUPERVISION_CORRECT = action("control.supervision_correct", "更正监管记录")
SUPERVISION_READ = action("control.supervision_read", "下载监管文书")
