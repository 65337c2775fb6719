"""The lock of drafts that two persons may edit: a save or submission that began from another edition than stands."""

from huiliu.apps.performance.errors import refused


def check_edition(begun: str | None, stands: str, code: str, what: str) -> None:
    """Refuse with the code what began from another edition; None asks for no check: no form was loaded.

    Call it under the lock of what is to be written.
    """
    if begun is not None and begun != stands:
        hint = "您填写的内容还在页面上，下面列出它与现存内容的不同；请核对、合并后再保存。"
        raise refused(code, f"{what}在您填写期间已由他人保存过，这次没有保存", hint)


def check_seen(begun: str | None, stands: str, code: str, what: str) -> None:
    """Refuse with the code to seal another edition than the page with the button showed; None where there was no page.

    Call it under the lock of what is to be sealed.
    """
    if begun is not None and begun != stands:
        hint = "您填写的说明和答复还在页面上，下面列出改动的地方和改动的人；请核对后再提交。"
        raise refused(code, f"{what}在您打开页面以后有改动，这次没有提交", hint)
