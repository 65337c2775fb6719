"""What the page with the button to submit a draft shows, so that nothing is sealed that was not seen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.audit.actions import label as act_label
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.selectors.disclosure_sources import label_of
from huiliu.apps.performance.selectors.disclosures import Standing
from huiliu.apps.performance.selectors.editions import edition
from huiliu.apps.performance.selectors.filing_pages import PARAGRAPHS, paragraph_name
from huiliu.apps.performance.selectors.filings import Drafted, key_of, told_of
from huiliu.apps.performance.selectors.target_pages import COMPARED
from huiliu.scoring.targets import TargetRow
from huiliu.web.format import show

Told = Mapping[str, str]
"""What is said of a draft, by what it is said of."""


@dataclass(frozen=True)
class Sight:
    """A draft as a page shows it: what it says, and the edition, the same while nothing of what would be sealed
    changes.
    """

    edition: str
    told: Told


class Trail(NamedTuple):
    """Acts that change a draft, as the audit names them, and on what."""

    kind: str
    key: str
    acts: Sequence[str]


def of_draft(draft: Drafted) -> Sight:
    """A self-evaluation: every number and word, what is found, and paragraphs that are left out."""
    told = {PARAGRAPHS.get(label, label): text for label, text in told_of(draft.file).items()}
    told["核对发现的问题"] = "、".join(f"{one.code} {one.where}".strip() for one in draft.findings)
    told["数字没有来处的段落"] = "、".join(paragraph_name(name) for name in draft.faults)
    found = [key_of(one) for one in draft.findings]
    return Sight(edition([told, found, dict(draft.faults)]), told)


def of_version(version: TargetVersion) -> Sight:
    """A version of targets: its words, document, money and rows."""
    rows = targets.rows_of(version)
    told = dict(_version(version, rows))
    return Sight(edition([told, [[str(getattr(row, name)) for name in targets.ROW_FIELDS] for row in rows]]), told)


def _version(version: TargetVersion, rows: Sequence[TargetRow]) -> Iterator[tuple[str, str]]:
    yield "年度总体目标", version.objective
    yield "依据文件", " ".join(filter(None, (version.document_no, str(version.document_on or ""))))
    yield "文件扫描件", version.document_digest
    for use in targets.uses_of(version):
        yield f"资金用途 {use.code}", f"{use.name} {show('money', use.amount, '未填')}"
    for row in rows:
        for name, label in COMPARED.items():
            yield f"指标 {row.code} {label}", _word(row, name)


def _word(row: TargetRow, name: str) -> str:
    value = getattr(row, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def of_disclosure(found: Standing) -> Sight:
    """A package to be published: which one, its digest, the reply, and what stays inside."""
    kept, disclosure = found.newest, found.disclosure
    told = {"批复": f"{disclosure.reply_no} {disclosure.reply_on}"}
    if kept:
        told |= {"材料": f"第 {kept.number} 次生成", "材料摘要": kept.digest}
        told |= {f"不予公开 {label_of(place) or place}": reason for place, reason in kept.masked.items()}
    return Sight(edition(told), told)


def changed_since(trails: Sequence[Trail], since: datetime | None) -> list[str]:
    """Who did any of the acts since then, when, and what it was; the last time of each, newest first."""
    last: dict[tuple[str, str], datetime] = {}
    for trail in trails:
        done = events(EventFilter(object_kind=trail.kind, object_key=trail.key, outcome="ok"))
        done = done.filter(action__in=trail.acts)
        for event in done.filter(at__gt=since) if since else done[:1]:
            last[event.actor, event.action] = max(event.at, last.get((event.actor, event.action), event.at))
    names = person_names({actor for actor, _ in last})
    ordered = sorted(last.items(), key=lambda one: one[1], reverse=True)
    return [f"{names[actor]} {show('time', at)} {act_label(act)}" for (actor, act), at in ordered]
