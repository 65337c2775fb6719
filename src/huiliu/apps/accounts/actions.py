"""Acts of this part that enter the audit table."""

from huiliu.apps.audit.actions import action, kind

USER = kind("user", "账户")
SIGN_IN = action("accounts.sign_in", "登录")
SIGN_OUT = action("accounts.sign_out", "退出")
USER_CREATE = action("accounts.user_create", "建立账户")
PASSWORD_CHANGE = action("accounts.password_change", "修改口令")
PASSWORD_RESET = action("accounts.password_reset", "重置口令")
