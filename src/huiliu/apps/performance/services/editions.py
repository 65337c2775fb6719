"""The lock of drafts that two persons may edit: a save that began from another edition than the one that stands."""

from huiliu.apps.performance.errors import refused


def check_edition(begun: str | None, stands: str, code: str, what: str) -> None:
    """Refuse with the code what began from another edition; None asks for no check: no form was loaded.

    Call it under the lock of what is to be written.
    """
    if begun is not None and begun != stands:
        hint = "您填写的内容还在页面上，下面列出它与现存内容的不同；请核对、合并后再保存。"
        raise refused(code, f"{what}在您填写期间已由他人保存过，这次没有保存", hint)
