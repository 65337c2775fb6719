"""The guard of API operations: the session of the pages, and one permission for each operation."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security import SessionAuth

from huiliu.web import hooks
from huiliu.web.access import check


class Permitted(SessionAuth):
    """`auth=Permitted("datahub.view_nights")`: 401 without a session, 403 with an audit row without the permission."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        if user is None:
            return None
        if hooks.due_page(request):
            raise HttpError(403, "须先在网页上完成登录后的必办事项（修改口令或登记动态口令）")
        try:
            check(request, self.permission)
        except PermissionDenied:
            raise HttpError(403, "您的岗位没有此项权限") from None
        return user
