"""Events as people see them: the list, one event with before beside after, two events side by side, and the file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse

from huiliu.apps.audit.actions import kind_label, label
from huiliu.apps.audit.models import AuditEvent, Outcome
from huiliu.apps.audit.selectors.retention import Kept, period_text
from huiliu.web.format import show
from huiliu.web.tables import Cell, Column, Table

STATES = {Outcome.OK: "pass", Outcome.REFUSED: "warn", Outcome.FAILED: "fail"}
LIST = (
    Column("seq", "序号", "int"),
    Column("at", "时间", "time"),
    Column("actor", "操作人"),
    Column("post", "岗位", optional=True),
    Column("action", "操作"),
    Column("object", "对象"),
    Column("outcome", "结果", "verdict"),
    Column("purpose", "事由"),
    Column("ip", "地址", optional=True),
)
CHANGES = (
    Column("name", "字段"),
    Column("before", "变更前", missing="（无）"),
    Column("after", "变更后", missing="（无）"),
    Column("changed", "变化", "verdict"),
)
HEADER = (
    "序号", "时间", "操作人", "岗位", "地址", "操作", "对象类别", "对象", "结果", "事由",
    "变更前", "变更后", "说明", "前一摘要", "密钥编号", "摘要",
)  # fmt: skip
RETENTION = (
    Column("label", "记录类别"),
    Column("at_least", "至少保存", missing="（无规定）"),
    Column("at_most", "至多保存", missing="（无规定）"),
    Column("checked", "核对", "verdict"),
    Column("oldest", "最早记录", "code", missing="没有记录"),
    Column("hold", "冻结", "verdict"),
    Column("source", "出处"),
)
CHANGED, DIFFERENT = Cell("有变化", state="warn"), Cell("不同", state="warn")
SAME = Cell("相同", state="none")


def event_table(events: Iterable[AuditEvent]) -> Table:
    """The list; each number opens its event."""
    return Table(LIST, [_line(event) for event in events], "没有符合条件的审计记录", "请放宽日期或清除筛选条件。")


def _line(event: AuditEvent) -> dict[str, object]:
    return {
        "seq": Cell(event.seq, link=reverse("audit:event_detail", args=(event.seq,))),
        "at": event.at,
        "actor": event.actor,
        "post": event.post,
        "action": label(event.action),
        "object": object_text(event),
        "outcome": outcome_cell(event),
        "purpose": event.purpose,
        "ip": event.ip,
    }


def object_text(event: AuditEvent) -> str:
    """Kind and key of the object in one."""
    return " ".join(filter(None, (kind_label(event.object_kind), event.object_key)))


def outcome_cell(event: AuditEvent) -> Cell:
    """How the act ended, with its state."""
    return Cell(event.get_outcome_display(), state=STATES.get(Outcome(event.outcome), "none"))


def change_table(event: AuditEvent) -> Table:
    """Every field of before and after side by side, changed ones first."""
    before, after = _fields(event.before), _fields(event.after)
    rows = [
        {
            "name": name,
            "before": before.get(name),
            "after": after.get(name),
            "changed": CHANGED if before.get(name) != after.get(name) else SAME,
        }
        for name in dict.fromkeys((*before, *after))
    ]
    rows.sort(key=lambda row: row["changed"] is not CHANGED)
    return Table(CHANGES, rows, "这次操作没有改动数据", "查看、登录和被拒绝的操作只留痕，不改数据。")


def detail_table(event: AuditEvent) -> Table:
    """What the event notes besides: counts, reasons, codes."""
    columns = (Column("name", "项目"), Column("value", "内容"))
    rows = [{"name": name, "value": value} for name, value in _fields(event.details).items()]
    return Table(columns, rows, "没有其他说明")


def compare_table(first: AuditEvent, second: AuditEvent) -> Table:
    """All fields of two events, differing ones marked."""
    left, right = _spread(first), _spread(second)
    names = dict.fromkeys((*left, *right))
    rows = [
        {
            "name": name,
            "first": left.get(name),
            "second": right.get(name),
            "same": DIFFERENT if left.get(name) != right.get(name) else SAME,
        }
        for name in names
    ]
    columns = (
        Column("name", "字段"),
        Column("first", f"第 {first.seq} 条", missing="（无）"),
        Column("second", f"第 {second.seq} 条", missing="（无）"),
        Column("same", "比较", "verdict"),
    )
    return Table(columns, rows, "没有可比较的内容")


def file_rows(events: Iterable[AuditEvent]) -> Iterator[tuple[Any, ...]]:
    """One row of the exported file each, in the order of HEADER."""
    for event in events:
        yield (
            event.seq, show("time", event.at), event.actor, event.post, event.ip, label(event.action),
            kind_label(event.object_kind), event.object_key, event.get_outcome_display(), event.purpose,
            _text(event.before), _text(event.after), _text(event.details), event.prev_hash, event.key_id, event.hash,
        )  # fmt: skip


def retention_table(kept: Iterable[Kept]) -> Table:
    """Every class of record with its periods, where they come from, its oldest record and whether it is held."""
    return Table(RETENTION, [_kept_line(found) for found in kept], "没有记录类别", "请检查 catalog/retention。")


def _kept_line(found: Kept) -> dict[str, object]:
    periods = [period for period in (found.at_least, found.at_most) if period]
    verified = all(period.verified for period in periods)
    return {
        "label": Cell(found.record_class.label, title=found.record_class.holds),
        "at_least": period_text(found.at_least),
        "at_most": period_text(found.at_most),
        "source": "；".join(dict.fromkeys(period.source for period in periods)),
        "checked": Cell("已核", state="pass") if verified else Cell("待核", state="warn"),
        "oldest": show("time", found.oldest) if found.measured else "未测量",
        "hold": Cell(f"冻结 {len(found.holds)} 项", state="warn") if found.holds else Cell("无", state="none"),
    }


def _spread(event: AuditEvent) -> dict[str, str]:
    told = {
        "时间": show("time", event.at), "操作人": event.actor, "岗位": event.post, "地址": event.ip,
        "操作": label(event.action), "对象": object_text(event), "结果": event.get_outcome_display(),
        "事由": event.purpose,
    }  # fmt: skip
    parts = (("变更前", event.before), ("变更后", event.after), ("说明", event.details))
    return told | {f"{part}·{name}": text for part, values in parts for name, text in _fields(values).items()}


def _fields(values: Any) -> dict[str, str]:
    """Names and texts of a JSON object; anything else is shown whole."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        return {"内容": _text(values)}
    return {str(name): value if isinstance(value, str) else _text(value) for name, value in values.items()}


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
