"""A tamperer with the database but without the keys: changes rows by SQL and writes down the truth."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from huiliu.apps.audit.actions import REFUSED_ACCESS
from huiliu.apps.audit.services import Actor, Entry, record

EVENT, HEAD = "audit_auditevent", "audit_chainhead"
AWAY = 1_000_000
TEXTS = ("actor", "post", "ip", "action", "object_kind", "object_key", "purpose", "prev_hash", "key_id", "hash")


@dataclass(frozen=True)
class Truth:
    """What was done, and at which row it shows first."""

    kind: str
    seq: int
    how: str


def run(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def ask(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


@transaction.atomic
def write_events(draw: random.Random, count: int) -> None:
    """Events of every shape."""
    for number in range(count):
        values = draw.choice([None, {"状态": "在职", "金额": str(number)}, {"a": [1, None, True]}])
        record(
            Entry(
                actor=Actor(draw.choice(["chen", "wang"]), draw.choice(["", "稽核内控岗"]), "10.0.0.7"),
                action=REFUSED_ACCESS,
                object_kind="page",
                object_key=f"k{number}",
                outcome=draw.choice(["ok", "refused"]),
                purpose=draw.choice(["", "核对"]),
                before=values,
                after={"n": number},
                details=values,
            )
        )


def shift(since: int, by: int) -> None:
    """Renumber all rows from one on; in two steps, because numbers are unique at every moment."""
    run(f"UPDATE {EVENT} SET seq = seq + %s WHERE seq >= %s", AWAY, since)
    run(f"UPDATE {EVENT} SET seq = seq - %s WHERE seq >= %s", AWAY - by, AWAY)


def relink(since: int) -> None:
    """Make the links of all rows look right from one on; the seals cannot be made anew without the key."""
    rows = ask(f"SELECT seq, hash FROM {EVENT} WHERE seq >= %s ORDER BY seq", since - 1)
    previous = "0" * 64 if since == 1 else rows.pop(0)[1]
    for seq, digest in rows:
        run(f"UPDATE {EVENT} SET prev_hash = %s WHERE seq = %s", previous, seq)
        previous = digest


def reset_head() -> None:
    """Let the head name the last row that there is."""
    seq, digest = ask(f"SELECT seq, hash FROM {EVENT} ORDER BY seq DESC LIMIT 1")[0]
    run(f"UPDATE {HEAD} SET seq = %s, hash = %s", seq, digest)


class Tamperer:
    """Each act draws where and how, does it, and returns the truth; `last` is the length of the chain."""

    def __init__(self, draw: random.Random, last: int) -> None:
        self.draw, self.last = draw, last

    @property
    def acts(self) -> list[Callable[[], Truth]]:
        return [self.edit, self.delete, self.insert, self.reorder, self.truncate]

    def edit(self, field: str = "") -> Truth:
        seq = self.draw.randint(1, self.last)
        field = field or self.draw.choice([*TEXTS, "at", "outcome", "before", "after", "details", "seq"])
        if field == "seq":
            run(f"UPDATE {EVENT} SET seq = %s WHERE seq = %s", self.last + self.draw.randint(1, 9), seq)
            return Truth("乱序", seq, "edit seq")
        run(f"UPDATE {EVENT} SET {self._change(field)} WHERE seq = %s", seq)
        return Truth("修改", seq, f"edit {field}")

    def _change(self, field: str) -> str:
        if field == "at":
            return (
                "at = at + interval '1 microsecond'" if connection.vendor == "postgresql" else "at = '2025-03-31 01:02'"
            )
        if field == "outcome":
            return "outcome = 'failed'"
        if field in {"before", "after", "details"}:
            value = self.draw.choice([{"n": -1}, {"n": 1.5}, [], "x"])
            return f"{field} = '{json.dumps(value)}'"
        value = {"prev_hash": "e" * 64, "hash": f"{self.draw.getrandbits(256):064x}", "key_id": "0009"}
        return f"{field} = '{value.get(field, 'x')}'"

    def delete(self) -> Truth:
        count = self.draw.randint(1, 3)
        seq = self.draw.randint(1, self.last - count)  # never the tail: that is truncation
        run(f"DELETE FROM {EVENT} WHERE seq BETWEEN %s AND %s", seq, seq + count - 1)
        return Truth("删除", seq, f"delete {count}{self._cover(seq, -count, seq + count)}")

    def insert(self) -> Truth:
        """A forged row between two, or behind the last."""
        if self.draw.random() < 0.2:
            seq = self.last + self.draw.choice([1, 1, 5])
            self._forge(seq)
            return Truth("插入", seq, "insert behind the end")
        seq = self.draw.randint(1, self.last)
        shift(seq, 1)
        self._forge(seq)
        return Truth("插入", seq, f"insert{self._cover(seq, 0, 0)}")

    def _forge(self, seq: int) -> None:
        copied = (
            "at, actor, post, ip, action, object_kind, object_key, outcome, purpose, before, after, details, key_id"
        )
        source = self.draw.choice(ask(f"SELECT seq FROM {EVENT} WHERE seq <> %s", seq))[0]
        before = ask(f"SELECT hash FROM {EVENT} WHERE seq < %s ORDER BY seq DESC LIMIT 1", seq)
        run(
            f"INSERT INTO {EVENT} (seq, prev_hash, hash, {copied})"
            f" SELECT %s, %s, %s, {copied} FROM {EVENT} WHERE seq = %s",
            seq, before[0][0] if before else "0" * 64, f"{self.draw.getrandbits(256):064x}", source,
        )  # fmt: skip

    def reorder(self) -> Truth:
        """Two rows change places, or one moves and those between make room."""
        first, second = sorted(self.draw.sample(range(1, self.last + 1), 2))
        swap = self.draw.random() < 0.5
        source, target = self.draw.choice([(first, second), (second, first)])
        run(f"UPDATE {EVENT} SET seq = %s WHERE seq = %s", AWAY, source)
        if swap:
            run(f"UPDATE {EVENT} SET seq = %s WHERE seq = %s", source, target)
        else:
            self._make_room(source, target)
        run(f"UPDATE {EVENT} SET seq = %s WHERE seq = %s", target, AWAY)
        return Truth("乱序", first, f"{'swap' if swap else 'move'} {source} {target}{self._cover(first, 0, 0)}")

    def _make_room(self, source: int, target: int) -> None:
        step = -1 if source < target else 1
        low, high = min(source, target), max(source, target)
        run(f"UPDATE {EVENT} SET seq = seq + %s WHERE seq BETWEEN %s AND %s", 2 * AWAY, low, high)
        run(f"UPDATE {EVENT} SET seq = seq - %s WHERE seq > %s", 2 * AWAY - step, 2 * AWAY)

    def truncate(self) -> Truth:
        seq = self.draw.randint(1, self.last)
        run(f"DELETE FROM {EVENT} WHERE seq >= %s", seq)
        reset = self.draw.random() < 0.5
        if reset and seq > 1:
            reset_head()
        elif reset:
            run(f"DELETE FROM {HEAD}")
        return Truth("截尾", seq, f"truncate{' and reset the head' if reset else ''}")

    def _cover(self, seq: int, by: int, since: int) -> str:
        """Perhaps renumber the rest, make the links look right, and set the head."""
        how = ""
        if by and self.draw.random() < 0.6:
            shift(since, by)
            how += ", renumber"
        if self.draw.random() < 0.5:
            relink(seq)
            how += ", relink"
        if self.draw.random() < 0.5:
            reset_head()
            how += ", head"
        return how
