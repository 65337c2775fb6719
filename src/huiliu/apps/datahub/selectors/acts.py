"""What approved requests have to do in the lake, or did: how far it is, in words."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from huiliu.apps.control.selectors.told import Told
from huiliu.apps.datahub.models import ActState, LibraryAct
from huiliu.kernel.clock import TZ
from huiliu.kernel.locks import is_held

UNDONE = (ActState.WAITING, ActState.RUNNING)


def undone_acts() -> QuerySet[LibraryAct]:
    """Acts that are still to be done or were cut off, in the order of their approval."""
    return LibraryAct.objects.filter(state__in=UNDONE).select_related("request").order_by("agreed_at", "pk")


def undone_requests() -> Collection[int]:
    """The numbers of their requests."""
    return list(undone_acts().values_list("request_id", flat=True))


def worker_waits() -> bool:
    """Whether the worker is there, which does what was agreed to."""
    return is_held(settings.HOME.root / "worker.lock")


def told_of(request: Any) -> Told | None:
    """How far the act of a request is; None before it was agreed to."""
    act = LibraryAct.objects.filter(request=request).first()
    return _told(act) if act else None


def _told(act: LibraryAct) -> Told:
    word = str(act.get_state_display())
    if act.state == ActState.DONE:
        assert act.ended_at is not None
        return Told("pass", word, f"{act.ended_at.astimezone(TZ):%Y-%m-%d %H:%M:%S} 已在库中生效，快照 {act.snapshot}")
    if act.state == ActState.FAILED:
        return Told("fail", word, act.message, act.hint)
    return _undone(act, word)


def _undone(act: LibraryAct, word: str) -> Told:
    if not worker_waits():
        advice = "请用 ./run up 启动回流，或运行 ./run night；中断的处理会接着做完，不会重复。"
        return Told("warn", word, "后台任务没有运行", advice, is_open=True)
    if act.state == ActState.RUNNING:
        assert act.started_at is not None
        seconds = int((settings.HUILIU_CLOCK.now() - act.started_at).total_seconds())
        return Told("none", word, f"后台任务正在写入回流库，已用 {max(0, seconds)} 秒", is_open=True)
    detail = f"{act.message}；稍后自动再试" if act.code else "已核准，后台任务随即执行"
    return Told("warn" if act.code else "none", word, detail, is_open=True)
