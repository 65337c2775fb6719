"""Names of acts that may enter the audit table; each part declares its own beside the service that writes them."""

from huiliu.kernel.registry import Registry

ACTIONS: Registry[str] = Registry("审计操作")
KINDS: Registry[str] = Registry("审计对象类别")


def action(code: str, label: str) -> str:
    """Declare an act once, as a module constant: `VIEW = action("datahub.view_person", "查看人员")`."""
    ACTIONS.add(code, label)
    return code


def label(code: str) -> str:
    """Chinese name of an act; a retired one, still in old rows, shows its code."""
    return ACTIONS.get(code, code)


def kind(code: str, label: str) -> str:
    """Declare a kind of object that acts are done to: `PERSON = kind("person", "人员")`."""
    KINDS.add(code, label)
    return code


def kind_label(code: str) -> str:
    """Chinese name of a kind of object."""
    return KINDS.get(code, code)


PAGE = kind("page", "页面")
REFUSED_ACCESS = action("web.refused", "越权访问")
CHAIN = kind("audit_chain", "审计链")
VERIFY = action("audit.verify", "验证审计链")
EXPORT = action("audit.export", "导出审计记录")
RECORDS = kind("records", "记录类别")
HOLD = kind("legal_hold", "保存冻结")
PURGE = action("audit.purge", "清除到期记录")
HOLD_PLACE = action("audit.hold_place", "冻结记录")
HOLD_RELEASE = action("audit.hold_release", "解除冻结")
# The command line changes keys; the pages, which never load it, name what it wrote.
KEY = kind("key", "密钥")
ROTATE = action("keys.rotate", "轮换密钥")
