"""The guard of API operations: the session of the pages or a key, and one permission for each operation."""

from datetime import date
from typing import Annotated, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Path, Query
from ninja.errors import HttpError
from ninja.security import SessionAuth

from huiliu.web import hooks
from huiliu.web.access import SIGNED_IN, check

DAY = "数据日期（已发布的业务日期），不给则为最新"
PublishedDay = Annotated[date | None, Query(description=DAY)]
PAGE = 50
Page = Annotated[int, Query(ge=1, lt=10**6, description=f"页码，每页 {PAGE} 项")]
Number = Annotated[int, Path(ge=0, lt=10**15, description="编号")]


class Permitted(SessionAuth):
    """`auth=Permitted("datahub.view_nights")`: 401 without session or key; without the permission 403 and an audit row.

    A program shows `Authorization: Bearer hlk_…`; then cookies are left aside, and no form token is asked for. What
    needs no more than SIGNED_IN is one's own affair: a key was given permissions, and that is none of them.
    """

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Any:
        if not shows_key(request):
            return super().__call__(request)
        request.user = hooks.key_caller(request) or AnonymousUser()
        # Whose cookie came along proves no second factor of the key's owner.
        request.live_session = None  # type: ignore[attr-defined]
        return self._permitted(request) if request.user.is_authenticated else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return None if super().authenticate(request, key) is None else self._permitted(request)

    def _permitted(self, request: HttpRequest) -> Any:
        if self.permission == SIGNED_IN and shows_key(request):
            hooks.record_refusal(request, SIGNED_IN)
            raise HttpError(403, "接口密钥不能办理须本人登录的事项，请本人在网页上登录后办理")
        if hooks.due_page(request):
            raise HttpError(403, "须先在网页上完成登录后的必办事项（修改口令或登记动态口令）")
        try:
            check(request, self.permission)
        except PermissionDenied:
            raise HttpError(403, "您的岗位没有此项权限") from None
        return request.user


def shows_key(request: HttpRequest) -> bool:
    """Whether the caller is a program with a key; what a proxy puts there for itself (Basic) is none."""
    return request.headers.get("Authorization", "").startswith("Bearer ")
