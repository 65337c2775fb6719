"""The one form of the codes by which a project and what its money is for meet in every part."""

import re

_FORM = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
CODE_HINT = "请用不超过 40 位的小写字母、数字和横线，以字母或数字开头，例如 it-upkeep；各处须写得完全相同。"


def is_code(text: str) -> bool:
    """Whether a project or a purpose may be called so: small letters, digits and hyphens, at most 40."""
    return _FORM.fullmatch(text) is not None
