"""What the record behind a figure is called, and where it is opened if it does not say so itself."""

from django.urls import reverse

from huiliu.apps.performance.models import TargetVersion
from huiliu.kernel.figures import Figure, Record

EVENT, TARGET = "funds.event", "target"
_KINDS = {
    EVENT: "资金事件",
    TARGET: "绩效目标",
    "performance.declared": "自评填报",
    "performance.measurement": "测量记录",
    "performance.review_score": "复核得分",
    "performance.rectification": "整改事项",
    "performance.evidence": "佐证",
    "measured.row": "测量指标",
    "control.supervision": "监督记录",
    "datahub.night": "夜间批次",
    "fundsafety.rule": "规则",
    "funds.draft_line": "预算编报行",
    "funds.decision": "外部决定",
    "funds.import_row": "导入行",
    "file": "佐证文件",
    "year": "年度",
    "missing": "尚缺",
    "unmeasured": "未测量",
}
ENTERED = ("weight.row.", "use.")


def amount_of(record: Record, figure: Figure) -> str:
    """What the record puts in, exact, in the figure's unit; empty where it is evidence without adding."""
    if record.value is None:
        return ""
    exact = f"{record.value:f}"
    return f"{exact.rstrip('0').rstrip('.') if '.' in exact else exact}{figure.unit}"


def said_of(record: Record) -> str:
    """The record's kind in words and its number, as `资金事件 17`; what nobody else opens keeps the name it has."""
    kind, _, key = record.id.partition(":")
    return f"{_KINDS[kind]} {key}" if kind in _KINDS else f"记录 {record.id}"


def link_of(record: Record, project: str, year: int, version: TargetVersion | None = None) -> str:
    """The page of an event with its attachments, or the row of the targets in force; empty for what has no page."""
    if record.link:
        return record.link
    kind, _, key = record.id.partition(":")
    if kind == EVENT:
        # An entry in an account is told by its event: `funds.event:17:0`.
        return reverse("funds:event_detail", args=(project.lower(), year, int(key.partition(":")[0])))
    place = f"weight.row.{key}" if kind == TARGET else record.id
    if version is not None and place.startswith(ENTERED):
        return f"{reverse('performance:target_detail', args=(version.pk,))}#{place}"
    return ""
