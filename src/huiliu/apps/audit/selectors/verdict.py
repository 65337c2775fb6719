"""What a verification says: sound, or which row is the first broken one and in which way."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Ways to break a chain, in the words of the verdict."""

    EDITED = "修改"
    DELETED = "删除"
    INSERTED = "插入"
    MOVED = "乱序"
    TRUNCATED = "截尾"
    REWRITTEN = "改写"


@dataclass(frozen=True)
class Break:
    """The first broken row: the number in question; time and act are of the row found there."""

    kind: Kind
    seq: int
    text: str
    at: datetime | None = None
    action: str = ""


@dataclass(frozen=True)
class Verdict:
    """Events walked, the last of them, the first break, and what else is wrong around the chain."""

    rows: int
    seq: int
    hash: str
    broken: Break | None = None
    anchors: int = 0
    broken_anchors: tuple[str, ...] = ()
    missing_triggers: tuple[str, ...] = field(default=())

    @property
    def sound(self) -> bool:
        """Nothing is wrong with the chain, its anchors or its guards."""
        return not (self.broken or self.broken_anchors or self.missing_triggers)

    def line(self) -> str:
        """The verdict in one line for people."""
        if self.broken:
            said = f"审计链断裂：第 {self.broken.seq} 条，{self.broken.kind.value}。{self.broken.text}"
        elif self.sound:
            known = f"与链头和 {self.anchors} 个锚点一致" if self.anchors else "与链头一致，此前没有锚点"
            return f"审计链完整，共 {self.rows:,} 条，{known}。"
        else:
            said = f"审计链完整，共 {self.rows:,} 条；但防护有缺。"
        said += f"锚点文件损坏：{'、'.join(self.broken_anchors)}。" if self.broken_anchors else ""
        return said + (f"数据库缺少触发器：{'、'.join(self.missing_triggers)}。" if self.missing_triggers else "")

    def as_dict(self) -> dict[str, Any]:
        """The verdict for a program."""
        return {**asdict(self), "sound": self.sound, "line": self.line()}
