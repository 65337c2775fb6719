"""Writing anchors: each a new file, never over an older one, and only of a chain that still holds the older ones."""

import json
import os
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.selectors.anchors import PURPOSE, Anchor, anchor_folder, latest_anchor, signature
from huiliu.apps.audit.selectors.rows import head
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError


def anchor_write(clock: Clock | None = None) -> Anchor | None:
    """Say outside the database how long the chain is now; None for a chain without events.

    A chain that has not grown since the day's anchor gets no second one. Raises AUDIT-020 where the chain has become
    shorter than an anchor or holds another event in its place, AUDIT-021 where the folder cannot be written.
    """
    ends = head()
    if ends is None or ends[0] == 0:
        return None
    _refuse_shortened(ends[0])
    now = (clock or settings.HUILIU_CLOCK).now()
    anchor = Anchor(*ends, time=now, file=f"{now:%Y-%m-%d}-{ends[0]:012}.json")
    try:
        _place(anchor_folder() / anchor.file, _content(anchor.seq, anchor.hash, now))
    except OSError as error:
        raise HuiliuError(
            code="AUDIT-021",
            message=f"审计锚点没有写成（{error.strerror}）",
            hint="请检查锚点目录（数据目录下的 anchors，或 HUILIU_ANCHORS 指定的目录）是否存在、可写、未满。",
            facts={"errno": error.errno},
        ) from error
    return anchor


def _refuse_shortened(length: int) -> None:
    latest = latest_anchor()
    if latest is None:
        return
    kept = AuditEvent.objects.filter(seq=latest.seq, hash=latest.hash).exists()
    if latest.seq > length or not kept:
        raise HuiliuError(
            code="AUDIT-020",
            message=f"审计链与锚点 {latest.file} 不符：锚点记到第 {latest.seq} 条",
            hint="请立即保全数据库和锚点目录，运行 ./run audit verify 查明，并报告审计管理员。",
            facts={"anchor": latest.seq, "head": length},
        )


def _content(seq: int, digest: str, now: datetime) -> str:
    key_id, _key = settings.HUILIU_KEYS.current(PURPOSE)
    content = {"seq": seq, "hash": digest, "time": now.isoformat(), "key_id": key_id}
    return json.dumps({**content, "seal": signature(content)}, indent=1) + "\n"


def _place(path: Path, text: str) -> None:
    """Whole or not at all, for the owner only; an existing file stays as it is."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """The name, too, is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
