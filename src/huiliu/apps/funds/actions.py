"""Acts on projects and their money as the audit names them."""

from huiliu.apps.audit.actions import action, kind

PROJECT = kind("project", "项目")
YEAR = kind("project_year", "项目年度")
OPEN = action("funds.project_open", "登记项目")
OPEN_YEAR = action("funds.year_open", "登记项目年度")
ADD_PURPOSE = action("funds.purpose_add", "登记支出事项")
RECORD = action("funds.event_record", "记录资金事件")
ASK = action("funds.payment_ask", "提出请拨")
REVIEW = action("funds.request_review", "请拨审批结果")
ASK_CLOSE = action("funds.close_ask", "申请年终结账")
CLOSE = action("funds.year_close", "年终结账")
ATTACH = action("funds.attachment_add", "添加资金附件")
ATTACHMENT_READ = action("funds.attachment_read", "下载资金附件")
IMPORT = kind("funds_import", "资金导入")
IMPORT_UPLOAD = action("funds.import_upload", "上传导入文件")
IMPORT_WRITE = action("funds.import_write", "导入资金事件")
MAPPING_SAVE = action("funds.mapping_save", "修改导入对应关系")
DRAFT_SAVE = action("funds.draft_save", "保存预算编报")
DRAFT_SUBMIT = action("funds.draft_submit", "预算编报送审")
DECISION_RECORD = action("funds.decision_record", "记录外部决定")
DECISION_READ = action("funds.decision_read", "下载外部决定文件")
