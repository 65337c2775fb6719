"""Refusals of this part's services, in one form."""

from huiliu.kernel.errors import HuiliuError


def refused(code: str, message: str, hint: str, **facts: object) -> HuiliuError:
    """The error to raise; facts never hold what a person wrote."""
    return HuiliuError(code=code, message=message, hint=hint, facts=facts)
