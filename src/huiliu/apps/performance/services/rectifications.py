"""Putting right: a matter given to a person with a day, what was done, its proof, and closing by somebody else."""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import has_permission
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone, refusals_recorded
from huiliu.apps.control.services.files import file_kept, upload_keep
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Act, Origin, Rectification, RectificationStep, TargetSet
from huiliu.apps.performance.selectors import rectifications as selectors
from huiliu.apps.performance.services.holders import RECTIFY, REVIEW, for_holders
from huiliu.kernel.clock import Clock

RECTIFICATION = kind("rectification", "绩效整改")
ASSIGNED = action("performance.rectification_assign", "交办整改")
STEPPED = action("performance.rectification_step", "办理整改")
READ = action("performance.rectification_read", "下载整改佐证文件")
EXPORTED = action("performance.rectification_export", "导出整改清单")
BY_OWNER = frozenset({Act.PROGRESS, Act.PROVED})


@dataclass(frozen=True)
class Matter:
    """What has to be put right, whence it comes, who has to do it and by when."""

    project: str
    year: int
    origin: str
    source: str
    matter: str
    measure: str
    owner: Any
    due_on: date


@dataclass(frozen=True)
class Paper:
    """A file as it was sent."""

    file: BinaryIO
    name: str


@dataclass(frozen=True)
class Step:
    """What is done about a matter: the act, words, and the file where the act is a proof."""

    number: int
    act: str
    note: str
    paper: Paper | None = None


@for_holders(REVIEW, ASSIGNED, RECTIFICATION)
def rectification_assign(*, wanted: Matter, user: Any, actor: Actor, clock: Clock | None = None) -> Rectification:
    """Give a matter to a person.

    Raises REVIEW-001 without the permission, RECTIFY-002 without targets of the year, 003 where matter, measure or
    origin is missing, 004 for a day that is over, 005 for an owner without the permission.
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    targets = TargetSet.objects.filter(project=wanted.project, year=wanted.year).first()
    if targets is None:
        raise refused("RECTIFY-002", "没有这个项目年度的绩效目标", "请从“绩效 评分”进入项目年度，再交办整改。")
    today = clock.now().date()
    _check_matter(wanted, today)
    made = Rectification.objects.create(
        target_set=targets,
        origin=wanted.origin,
        source=wanted.source.strip(),
        matter=wanted.matter.strip(),
        measure=wanted.measure.strip(),
        owner=wanted.owner,
        assigned_on=today,
        due_on=wanted.due_on,
        assigned_by=user,
        assigned_at=clock.now(),
    )
    after = {"origin": made.origin, "source": made.source, "owner": made.owner.username, "due_on": str(made.due_on)}
    record(Entry(actor, ASSIGNED, RECTIFICATION, str(made.pk), after=after), clock)
    return made


def _check_matter(wanted: Matter, today: date) -> None:
    for text in (wanted.source, wanted.matter, wanted.measure):
        check_words(text)
    if wanted.origin not in Origin.values or not wanted.matter.strip() or not wanted.measure.strip():
        raise refused("RECTIFY-003", "整改事项不完整", "请写明来源、整改事项和整改措施。")
    if wanted.origin != Origin.OTHER and not wanted.source.strip():
        raise refused("RECTIFY-003", "没有写明来源编号", "请写指标编号、检查编号或监管记录的编号；没有的选“其他”。")
    if wanted.due_on < today:
        raise refused("RECTIFY-004", "整改期限已经过去", "请填今天或以后的日期。")
    if not has_permission(wanted.owner, RECTIFY):
        hint = "责任人须在业务复核岗、财务会计岗、信息技术岗或稽核内控岗任职。"
        raise refused("RECTIFY-005", "责任人没有办理整改的权限", hint)


def rectification_step(*, step: Step, user: Any, actor: Actor, clock: Clock | None = None) -> RectificationStep:
    """Write down what was done.

    Raises RECTIFY-001 without the permission, 006 where there is no such matter or the act does not fit where it
    stands, 007 where the wrong person acts (progress and proof are the owner's, closing, reopening and taking back
    somebody else's), 008 without words, 009 for a proof without a file, and what `check_upload` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    entry = Entry(actor, STEPPED, RECTIFICATION, str(step.number))
    with refusals_recorded(entry), transaction.atomic():
        check_in_person(user)
        matter = selectors.locked(step.number)
        if matter is None or step.act not in selectors.acts(matter):
            raise refused("RECTIFY-006", "这项整改现在不能这样办理", "请刷新页面，看它办到了哪一步。")
        _check_hand(matter, step, user)
        check_words(step.note)
        if not step.note.strip():
            raise refused("RECTIFY-008", "没有写明情况", "请写明做了什么、核对了什么，或为什么。")
        made = RectificationStep.objects.create(
            rectification=matter, act=step.act, note=step.note.strip(), by=user, at=clock.now(), **_kept(step)
        )
        after = {"act": made.act, "document": made.document_digest}
        record(Entry(actor, STEPPED, RECTIFICATION, str(matter.pk), after=after), clock)
        return made


def _check_hand(matter: Rectification, step: Step, user: Any) -> None:
    is_owner = matter.owner_id == user.pk
    wanted = RECTIFY if step.act in BY_OWNER else REVIEW
    if not has_permission(user, wanted):
        raise refused("RECTIFY-001", "您的岗位不能这样办理整改", "进展和佐证由责任人登记，销号由稽核内控岗办理。")
    if is_owner != (step.act in BY_OWNER):
        hint = "进展和佐证由责任人登记；销号、重新打开和撤销由责任人以外的人办理。"
        raise refused("RECTIFY-007", "这一步不能由您办理", hint)


def _kept(step: Step) -> dict[str, str]:
    if step.act != Act.PROVED:
        return {}
    if step.paper is None:
        raise refused("RECTIFY-009", "没有附佐证文件", "请附上能证明已经整改的文件。")
    found = upload_keep(step.paper.file, step.paper.name)
    return {"document_name": found.name, "document_digest": found.digest}


def proof_read(*, step: RectificationStep, actor: Actor, clock: Clock | None = None) -> bytes:
    """The bytes of a proof, after the row in the audit; CTRL-046 where the file is gone."""
    details = {"digest": step.document_digest}
    record_alone(Entry(actor, READ, RECTIFICATION, str(step.rectification_id), details=details), clock)
    return file_kept(step.document_digest)


def rectifications_export(*, rows: int, actor: Actor, clock: Clock | None = None) -> None:
    """The row in the audit before a list of `rows` matters leaves."""
    record_alone(Entry(actor, EXPORTED, RECTIFICATION, details={"rows": rows}), clock)
