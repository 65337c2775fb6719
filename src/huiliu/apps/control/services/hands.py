"""Whose hand acts: what a person answers for is done by the person, signed in, and by no program in their name."""

from typing import Any

from huiliu.kernel.errors import HuiliuError


def check_in_person(user: Any) -> None:
    """CTRL-044 where a program calls with a key of the person."""
    if getattr(user, "api_key", None) is not None:
        raise HuiliuError(
            code="CTRL-044",
            message="接口密钥不能办理申请、审批、委托、复核和离岗",
            hint="请本人在网页上登录后办理。",
        )
