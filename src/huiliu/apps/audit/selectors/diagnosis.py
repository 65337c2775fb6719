"""What happened at the first row that does not fit, told from seals: each holds for one number and predecessor only.

Two questions lead there. Is the event that belongs here still stored somewhere? And which number did the row that
stands here once have? Whoever lacks the key can change, move or remove rows, but not make the answers lie.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huiliu.apps.audit.models import AuditEvent
from huiliu.apps.audit.sealing import audit_key
from huiliu.apps.audit.selectors.anchors import Anchor
from huiliu.apps.audit.selectors.rows import Row, rows
from huiliu.apps.audit.selectors.verdict import Break, Kind

MARGIN = 2_000  # events that may have gone with the head and all anchors set back


@dataclass(frozen=True)
class Evidence:
    """What else knows the chain's length and hashes: the head as it was read first, and the anchors."""

    head: tuple[int, str] | None
    anchors: Sequence[Anchor]

    @property
    def longest(self) -> int:
        """The greatest number that the head or an anchor has seen."""
        return max([self.head[0] if self.head else 0, *(anchor.seq for anchor in self.anchors)])

    def anchors_at(self, seq: int) -> Iterator[Anchor]:
        """Anchors of a chain of exactly this length."""
        return (anchor for anchor in self.anchors if anchor.seq == seq)

    def number_of(self, digest: str) -> int | None:
        """The greatest number under which the head or an anchor has seen a hash."""
        seen = [(anchor.seq, anchor.hash) for anchor in self.anchors] + ([self.head] if self.head else [])
        return max((seq for seq, known in seen if known == digest), default=None)


def diagnose(evidence: Evidence, number: int, prev_hash: str, found: Row) -> Break:
    """Name what happened where event `number`, behind `prev_hash`, should stand and `found` is the next that does.

    All rows before are sound. Costs a pass over the rest of the chain.
    """
    true = _true_row(number, prev_hash)
    if true is None:
        return _gone(evidence, number, prev_hash, found)
    if true.id != found.id:
        if _was_ours(evidence, found, number, true):
            return _break(Kind.MOVED, number, f"第 {number} 条现在编号 {true.seq}，此处是别的记录。", found)
        return _break(Kind.INSERTED, found.seq, f"第 {number - 1} 条与第 {number} 条之间插进了别的记录。", found)
    if true.seq != number:
        return _break(Kind.MOVED, number, f"第 {number} 条的序号被改成 {true.seq}。", found)
    return _break(Kind.EDITED, number, "该条的前一摘要被修改。", found)


def _gone(evidence: Evidence, number: int, prev_hash: str, found: Row) -> Break:
    """The event that belongs here is stored nowhere as it was."""
    once = _number_once(evidence, found, number)
    if once is not None and once > number:
        text = f"第 {number} 条至第 {once - 1} 条不见了。" if once - number > 1 else f"第 {number} 条不见了。"
        return _break(Kind.DELETED, number, text, found)
    if once == number and found.holds(number, found.prev_hash):
        return _break(Kind.REWRITTEN, number, "该条密封无误，却不接在前一条之后：两份库被混在一起。", found)
    if once is not None and once < number:
        return _break(Kind.INSERTED, found.seq, f"该条是第 {once} 条的副本。", found)
    if found.seq < number or _behind_the_end(evidence, number, prev_hash):
        return _break(Kind.INSERTED, found.seq, "该条不是本系统写入的。", found)
    if found.seq > number:
        return _break(Kind.DELETED, number, f"第 {number} 条至第 {found.seq - 1} 条不见了。", found)
    return _break(Kind.EDITED, number, "该条的内容与密封不符。", found)


def _true_row(number: int, prev_hash: str) -> Row | None:
    """The event whose seal holds under this number behind this hash, wherever it is stored now."""
    return next((row for row in rows() if row.holds(number, prev_hash)), None)


def _was_ours(evidence: Evidence, found: Row, number: int, true: Row) -> bool:
    """Whether a row in a wrong place is an event of this chain that was moved here, not a strange one."""
    once = _number_once(evidence, found, number)
    if once is not None:
        return once > number
    # Its own link may have been altered: then its true predecessor is among the rows, shifted like the others.
    shifts = {0, -1, 1, number - true.seq}
    return any(found.holds(row.seq + shift + 1, row.hash) for row in rows(number) for shift in shifts)


def _number_once(evidence: Evidence, row: Row, number: int) -> int | None:
    """The number under which a row was sealed: by its own seal, by that of its successor, by the head or an anchor."""
    if own := _sealed_number(evidence, row, number):
        return own
    for successor in rows(prev_hash=row.hash):
        if successor.id != row.id and (next_number := _sealed_number(evidence, successor, number)):
            return next_number - 1
    return evidence.number_of(row.hash)


def _sealed_number(evidence: Evidence, row: Row, number: int) -> int | None:
    """The number with which the row's seal holds behind the hash that it names."""
    if audit_key(row.key_id) is None:
        return None
    near = (row.seq, number, row.seq - 1, row.seq + 1)
    return next((n for n in (*near, *range(1, _limit(evidence) + 1)) if row.holds(n, row.prev_hash)), None)


def _limit(evidence: Evidence) -> int:
    """No event can have had a number far beyond all that are known."""
    return max(evidence.longest, AuditEvent.objects.count()) + MARGIN


def _behind_the_end(evidence: Evidence, number: int, prev_hash: str) -> bool:
    """Whether the chain ended just before this place, as the head says and no anchor denies."""
    return evidence.head == (number - 1, prev_hash) and evidence.longest < number


def _break(kind: Kind, seq: int, text: str, found: Row) -> Break:
    return Break(kind, seq, text, found.at, found.action)
