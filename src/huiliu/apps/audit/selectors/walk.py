"""Walking the chain from its first event: every seal, every link, the head and all anchors."""

from collections.abc import Callable

from django.db import connection

from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.sealing import FIRST
from huiliu.apps.audit.selectors.anchors import read_anchors
from huiliu.apps.audit.selectors.diagnosis import Evidence, diagnose
from huiliu.apps.audit.selectors.rows import head, rows
from huiliu.apps.audit.selectors.verdict import Break, Kind, Verdict
from huiliu.web.triggers import missing

Progress = Callable[[int, int], None]
TELL_EVERY = 500


def walk(progress: Progress | None = None) -> Verdict:
    """Verify everything that is stored; `progress(done, total)` is called now and then. Reads only.

    May run while others write: what lands behind the head that was read first is walked too.
    """
    before, (anchors, broken_anchors) = head(), read_anchors()
    total = AuditEvent.objects.count() if progress else 0
    evidence = Evidence(before, anchors)
    last, last_hash, broken = 0, FIRST, None
    for row in rows():
        if row.seq != last + 1 or row.prev_hash != last_hash or not row.holds(last + 1, last_hash):
            broken = diagnose(Evidence(head(), anchors), last + 1, last_hash, row)
            break
        last, last_hash = row.seq, row.hash
        if broken := _against(evidence, last, last_hash):
            break
        if progress and last % TELL_EVERY == 0:
            progress(last, max(total, last))
    return Verdict(
        rows=last,
        seq=last,
        hash=last_hash,
        broken=broken or _end(evidence, last),
        anchors=len(anchors),
        broken_anchors=tuple(broken_anchors),
        missing_triggers=tuple(trigger.name for trigger in missing(connection)),
    )


def _against(evidence: Evidence, seq: int, digest: str) -> Break | None:
    """A sound row that an anchor knows otherwise."""
    for anchor in evidence.anchors_at(seq):
        if anchor.hash != digest:
            text = f"与锚点 {anchor.file} 不符：链在锚点之前某条起被截断后续写，或被持有密钥者整体重写。"
            return Break(Kind.REWRITTEN, seq, text)
    return None


def _end(evidence: Evidence, last: int) -> Break | None:
    """The rows have come to an end: does anything know of more, or of fewer?"""
    if evidence.longest > last:
        text = f"链头或锚点记有 {evidence.longest} 条，现只有 {last} 条：末尾的记录被删去。"
        return Break(Kind.TRUNCATED, last + 1, text)
    now = head()
    if now is None and last:
        return Break(Kind.DELETED, last, "审计链头被删除，记录本身完整。")
    if now and now[0] < last:
        return Break(Kind.EDITED, now[0] + 1, f"链头只到第 {now[0]} 条，记录到第 {last} 条：链头被改小。")
    if now and now[0] and not AuditEvent.objects.filter(seq=now[0], hash=now[1]).exists():
        return Break(Kind.EDITED, now[0], "链头的摘要与该条记录不符：链头被修改。")
    return None
