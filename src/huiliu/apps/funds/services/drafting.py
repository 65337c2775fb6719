"""Asking for a year's budget (一上, 二上), and what those above decide: the reply is the year's initial authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone, refusals_recorded
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_lay
from huiliu.apps.control.services.files import file_kept, upload_keep
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import (
    Answered,
    Basis,
    BudgetDraft,
    BudgetDraftLine,
    BudgetSubmission,
    Event,
    ExternalDecision,
    Kind,
    ProjectYear,
    Purpose,
    Verdict,
)
from huiliu.apps.funds.models.drafting import MILLI
from huiliu.apps.funds.models.events import LARGEST
from huiliu.apps.funds.selectors.drafting import decisions_of, latest_of, spent_before
from huiliu.apps.funds.selectors.projects import events_of
from huiliu.apps.funds.services.events import event_lay, str_of, subject_of, year_locked
from huiliu.kernel.clock import Clock
from huiliu.kernel.money import format_yuan, from_fen

KIND = "budget_draft"


@dataclass(frozen=True)
class NewLine:
    """One thing asked for; `quantity` has at most three decimals, `price` and `amount` are fen."""

    label: str
    purpose: Purpose
    basis: str
    quantity: Decimal
    measure: str
    price: int
    amount: int
    contract: Event | None = None
    ground: str = ""


@dataclass(frozen=True)
class NewDecision:
    """A decision from above; `amount` in fen, None only where it was refused."""

    body: str
    answered: str
    verdict: str
    document_no: str
    day: date
    amount: int | None
    file: BinaryIO
    name: str
    note: str = ""


def register() -> None:
    """What is done when a draft is decided: nothing more, its state is that of the request."""
    EXECUTORS.add(KIND, Executor(_check_request, lambda request, actor, clock: "", _see))


def draft_save(
    *, year: ProjectYear, stage: str, lines: Sequence[NewLine], user: Any, actor: Actor, clock: Clock | None = None
) -> BudgetDraft:
    """The next version of a round, whole.

    FUND-090 without lines or for a line that lacks something, FUND-091 where quantity × price is not the amount,
    FUND-092 for a contract or last year that is not there, or while the round is being decided or is agreed.
    """
    clock, key = clock or settings.HUILIU_CLOCK, str_of(year)
    with refusals_recorded(Entry(actor, actions.DRAFT_SAVE, actions.YEAR, key)), transaction.atomic():
        check_in_person(user)
        check_may(user, "funds.draft")
        locked = year_locked(year)
        last = latest_of(locked, stage)
        _check_open(last)
        rows = _rows(locked, lines)
        draft = BudgetDraft.objects.create(
            year=locked, stage=stage, number=last.number + 1 if last else 1, saved_by=user, saved_at=clock.now(),
            total_fen=sum(row.amount_fen for row in rows),
        )  # fmt: skip
        for row in rows:
            row.draft = draft
        BudgetDraftLine.objects.bulk_create(rows)
        after = {"draft": draft.pk, "stage": stage, "number": draft.number, "total_fen": draft.total_fen}
        record(Entry(actor, actions.DRAFT_SAVE, actions.YEAR, key, after={**after, "lines": len(rows)}), clock)
        return draft


def draft_submit(*, draft: BudgetDraft, reason: str, user: Any, actor: Actor, clock: Clock | None = None) -> Any:
    """Lay the newest version of a round before the leader; returns the request. FUND-092 for another version."""
    clock, key = clock or settings.HUILIU_CLOCK, str_of(draft.year)
    with refusals_recorded(Entry(actor, actions.DRAFT_SUBMIT, actions.YEAR, key)), transaction.atomic():
        check_may(user, "funds.draft")
        locked = year_locked(draft.year)
        last = latest_of(locked, draft.stage)
        _check_open(last)
        if last is None or last.pk != draft.pk or hasattr(last, "submission"):
            raise refused("FUND-092", "只能送审最新的、还没有送审过的版本", "请打开最新的版本，或另存为新的版本。")
        subject = subject_of(locked, draft.get_stage_display())
        new = NewRequest(KIND, subject, reason, payload=_payload(draft), amount_fen=draft.total_fen)
        request = request_lay(applicant=user, wanted=new, actor=actor, clock=clock)
        BudgetSubmission.objects.create(draft=draft, approval=request, submitted_at=clock.now())
        after = {"draft": draft.pk, "approval": request.pk}
        record(Entry(actor, actions.DRAFT_SUBMIT, actions.YEAR, key, after=after), clock)
        return request


def decision_record(
    *, year: ProjectYear, wanted: NewDecision, user: Any, actor: Actor, clock: Clock | None = None
) -> ExternalDecision:
    """A decision from above with its document; a reply that is no refusal also becomes the year's initial authority.

    FUND-093 without amount or number, for a day to come, or for a reply beside another initial authority; and what
    the ledger and `upload_keep` refuse.
    """
    clock, key = clock or settings.HUILIU_CLOCK, str_of(year)
    with refusals_recorded(Entry(actor, actions.DECISION_RECORD, actions.YEAR, key)), transaction.atomic():
        check_in_person(user)
        check_may(user, "funds.draft")
        locked = year_locked(year)
        _check_decision(locked, wanted, clock.now().date())
        event = _authority(locked, wanted, user, clock)
        found = upload_keep(wanted.file, wanted.name)
        values = {name: value for name, value in vars(wanted).items() if name not in ("file", "name", "amount")}
        row = ExternalDecision.objects.create(
            year=locked, **values, amount_fen=wanted.amount, name=found.name, digest=found.digest, size=found.size,
            event=event, recorded_by=user, recorded_at=clock.now(),
        )  # fmt: skip
        after = {"decision": row.pk, "number": row.document_no, "digest": row.digest, "amount_fen": row.amount_fen}
        after |= {"body": wanted.body, "answered": wanted.answered, "verdict": wanted.verdict}
        after |= {"event": event.pk} if event else {}
        record(Entry(actor, actions.DECISION_RECORD, actions.YEAR, key, after=after), clock)
        return row


def decision_read(*, decision: ExternalDecision, actor: Actor, clock: Clock | None = None) -> bytes:
    """The document, after the row in the audit."""
    details = {"decision": decision.pk, "digest": decision.digest}
    record_alone(Entry(actor, actions.DECISION_READ, actions.YEAR, str_of(decision.year), details=details), clock)
    return file_kept(decision.digest)


def _check_open(last: BudgetDraft | None) -> None:
    """A round that is being decided, or is agreed, takes no further version."""
    status = last.submission.approval.status if last is not None and hasattr(last, "submission") else ""
    if status in ("pending", "returned"):
        raise refused("FUND-092", "这一环节的编报正在审批", "请等审批结束，或先撤回申请。")
    if status == "approved":
        raise refused(
            "FUND-092", "这一环节的编报已经审批同意", "请编报下一环节；确需更改的，由主管部门退回后另行处理。"
        )


def _rows(year: ProjectYear, lines: Sequence[NewLine]) -> list[BudgetDraftLine]:
    if not lines:
        raise refused("FUND-090", "没有编报任何内容", "请至少填写一行。")
    if sum(line.amount for line in lines) >= LARGEST:
        raise refused("FUND-090", "各行金额的合计过大", "请核对金额和单位。")
    spent = spent_before(year)
    return [_row(year, place, line, spent) for place, line in enumerate(lines, 1)]


def _row(year: ProjectYear, place: int, line: NewLine, spent: dict[str, int] | None) -> BudgetDraftLine:
    for text in (line.label, line.measure, line.ground):
        check_words(text)
    _check_line(year, place, line)
    if line.basis == Basis.LAST_YEAR and not (spent or {}).get(line.purpose.code):
        hint = "请登记上一年度的支出，或改用其他依据。"
        raise refused("FUND-092", f"第 {place} 行：台账中没有这个事项的上年支出", hint)
    known = {Basis.CONTRACT: line.contract.amount_fen if line.contract else None,
             Basis.LAST_YEAR: (spent or {}).get(line.purpose.code)}  # fmt: skip
    return BudgetDraftLine(
        position=place, label=line.label, purpose=line.purpose, basis=line.basis, contract=line.contract,
        basis_fen=known.get(Basis(line.basis)), quantity_milli=int(line.quantity * MILLI), measure=line.measure,
        price_fen=line.price, amount_fen=line.amount, ground=line.ground,
    )  # fmt: skip


def _check_line(year: ProjectYear, place: int, line: NewLine) -> None:
    start = f"第 {place} 行："
    if not (line.label.strip() and line.measure.strip()) or (line.basis == Basis.OTHER and not line.ground.strip()):
        raise refused("FUND-090", f"{start}没有写明内容、计量单位或依据", "请补齐后再保存。")
    if line.purpose.project_id != year.project_id:
        raise refused("FUND-068", f"{start}支出事项不属于本项目", "请从本项目的支出事项中选择。")
    milli = line.quantity * MILLI
    if not (milli > 0 and milli == int(milli) and line.price > 0 and 0 < line.amount < LARGEST):
        raise refused("FUND-090", f"{start}数量、单价和金额须大于零，数量最多三位小数", "请核对后再保存。")
    if int(milli) * line.price != line.amount * MILLI:
        message = f"{start}数量乘单价不等于金额 {format_yuan(from_fen(line.amount))} 元"
        raise refused("FUND-091", message, "请核对数量、单价和金额。")
    contract = line.contract
    if (line.basis == Basis.CONTRACT) != (contract is not None):
        raise refused("FUND-092", f"{start}以合同为依据的须选择合同，其他依据的不选", "请核对测算依据。")
    if contract is not None and (contract.kind != Kind.COMMITMENT or contract.year.project_id != year.project_id):
        raise refused("FUND-092", f"{start}不是本项目的合同", "请从本项目登记的合同中选择。")


def _check_decision(year: ProjectYear, wanted: NewDecision, today: date) -> None:
    for text in (wanted.document_no, wanted.note):
        check_words(text)
    is_refusal = wanted.verdict == Verdict.REFUSED
    if (
        not wanted.document_no.strip()
        or (wanted.amount is None and not is_refusal)
        or (wanted.amount is not None and wanted.amount <= 0)
    ):
        raise refused("FUND-093", "没有写明文号或金额", "请按文件填写；金额须大于零，不同意的可以不填。")
    if wanted.day > today:
        raise refused("FUND-093", "文件日期在今天之后", "请核对日期。")
    same = decisions_of(year).filter(body=wanted.body, document_no=wanted.document_no)
    if same.exists():
        raise refused("FUND-093", "这个文件已经记录", "请在外部决定中查看。")


def _authority(year: ProjectYear, wanted: NewDecision, user: Any, clock: Clock) -> Event | None:
    """The initial authority that a reply gives: written here once, or the one that an import brought already."""
    if wanted.answered != Answered.REPLY or wanted.verdict == Verdict.REFUSED:
        return None
    kept = events_of(year).filter(kind=Kind.INITIAL).first()
    if kept is not None:
        if (kept.amount_fen, kept.number) != (wanted.amount, wanted.document_no) or hasattr(kept, "decision"):
            hint = "请核对批复的金额和文号；年中的增减请记录为追加或追减指标。"
            raise refused("FUND-093", "台账中已有年初指标，与批复的金额或文号不同", hint)
        return kept
    # A budget of next year that is answered in December is there from the first of January on.
    day = max(wanted.day, date(year.year, 1, 1))
    event = Event(kind=Kind.INITIAL, day=day, amount_fen=wanted.amount or 0, number=wanted.document_no)
    return event_lay(year, event, user, clock)


def _payload(draft: BudgetDraft) -> dict[str, Any]:
    return {"project": draft.year.project.code, "year": draft.year.year, "draft": draft.pk}


def _draft(request: Any) -> BudgetDraft | None:
    found = BudgetDraft.objects.filter(pk=request.payload.get("draft"), year__project__code=request.payload["project"])
    return found.select_related("year__project").first()


def _check_request(request: Any) -> None:
    draft = _draft(request)
    if draft is None or draft.total_fen != request.amount_fen:
        raise refused("FUND-092", "申请所涉及的预算编报不存在或金额不符", "请不同意本申请，由申请人重新提出。")


def _see(request: Any) -> str:
    draft = _draft(request)
    if draft is None:
        return ""
    return reverse("funds:draft_detail", args=(draft.year.project.code, draft.year.year, draft.pk))
