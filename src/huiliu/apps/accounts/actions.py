"""Acts of this part that enter the audit table."""

from huiliu.apps.audit.actions import action, kind

USER = kind("user", "账户")
GRANT = kind("grant", "岗位授权")
UNIT = kind("unit", "机构")
SIGN_IN = action("accounts.sign_in", "登录")
SIGN_OUT = action("accounts.sign_out", "退出")
USER_CREATE = action("accounts.user_create", "建立账户")
USER_OPEN = action("accounts.user_open", "启用账户")
USER_CLOSE = action("accounts.user_close", "停用账户")
PASSWORD_CHANGE = action("accounts.password_change", "修改口令")
PASSWORD_RESET = action("accounts.password_reset", "重置口令")
GRANT_ADD = action("accounts.grant_add", "授予岗位")
GRANT_REVOKE = action("accounts.grant_revoke", "撤销岗位")
UNIT_CREATE = action("accounts.unit_create", "登记机构")
LOCK = action("accounts.lock", "锁定")
UNLOCK = action("accounts.unlock", "解除锁定")
SESSION_END = action("accounts.session_end", "结束会话")
NETWORKS_SET = action("accounts.networks_set", "设置登录地址")
WRONG_NETWORK = action("accounts.wrong_network", "登录地址不符")
