"""A self-evaluation on its way: written, submitted with its findings answered, sealed, signed by four, and filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.selectors import done_by
from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control.selectors.told import Effect
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_ask
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Filing, FilingStatus, FilingVersion, TargetSet
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.apps.performance.selectors.editions import of_filing
from huiliu.apps.performance.selectors.filing_pages import counted, paragraph_name
from huiliu.apps.performance.selectors.seen import of_draft
from huiliu.apps.performance.services.editions import check_edition, check_seen
from huiliu.apps.performance.services.holders import DRAFT_FILING, check_may, for_holders
from huiliu.documents.evaluation_json import dumped
from huiliu.documents.evaluation_table import statements
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

KIND = "self_evaluation"
FILING = kind("filing", "自评办理")
WRITTEN = action("performance.filing_write", "起草自评")
SUBMITTED = action("performance.filing_submit", "提交自评")
FILED = action("performance.filing_file", "自评定稿")
SUBJECT = 64


@dataclass(frozen=True)
class Draft:
    """What the unit writes: paragraphs by name, and what became of the objective.

    `edition` is what the writer began from, by `editions.of_filing`; None where nothing was loaded before.
    """

    narrative: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    achieved: str = ""
    edition: str | None = None

    @property
    def words(self) -> list[str]:
        """Everything written."""
        several = [[one] if isinstance(one, str) else list(one) for one in self.narrative.values()]
        return [self.achieved, *(item for items in several for item in items)]


@dataclass(frozen=True)
class Answered:
    """Why it is submitted, and the unit's answer to findings by their key.

    `edition` is what the page showed, by `seen.of_draft`; None where there was no page.
    """

    reason: str
    answers: Mapping[str, str] = field(default_factory=dict)
    edition: str | None = None


def register() -> None:
    """What is done when the signatures of a self-evaluation are complete."""
    EXECUTORS.add(KIND, Executor(_check, _file, _see, effect=_effect, hands=_hands))


@for_holders(DRAFT_FILING, WRITTEN, FILING)
def filing_write(
    *, project: str, year: int, draft: Draft, user: Any, actor: Actor, clock: Clock | None = None
) -> Filing:
    """Keep what the unit writes of a year.

    Raises FILING-001 without targets, 006 while it is being signed or filed, 011 where somebody else saved since it
    was loaded, and for words that name a person.
    """
    clock = clock or settings.HUILIU_CLOCK
    targets = _targets(project, year)
    filing = _locked(targets) or Filing(target_set=targets)
    _check_open(filing)
    check_edition(draft.edition, of_filing(filing), "FILING-011", "自评")
    for words in draft.words:
        check_words(words)
    filing.narrative, filing.achieved = dict(draft.narrative), draft.achieved.strip()
    filing.written_at, filing.written_by = clock.now(), actor.name
    filing.save()
    after = {"paragraphs": sorted(filing.narrative)}
    record(Entry(actor, WRITTEN, FILING, _key(targets), after=after), clock)
    return filing


def filing_submit(
    *, project: str, year: int, said: Answered, applicant: Any, actor: Actor, clock: Clock | None = None
) -> FilingVersion:
    """Seal the evaluation as it stands and ask for its signatures, again in a new round where it was returned.

    Raises FILE-001 where the year cannot be scored, FILING-001 without targets, 002 before the year is over, 003
    without a total, 004 for a paragraph whose numbers break the rule, 005 for an error without an answer, 006 while
    it is being signed or filed, 008 without the permission, 011 where it changed since the page was made.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, SUBMITTED, FILING, f"{project}/{year}")), transaction.atomic():
        check_may(applicant, DRAFT_FILING)
        filing = _begun(project, year, actor, clock)
        draft = _ready(filing, clock.now().date(), said.edition)
        _check_printed(draft)
        version = _sealed(filing, draft, _answers(draft, said.answers), actor, clock)
        _ask(filing, version, said.reason, applicant, actor, clock)
        after = {"round": version.number, "digest": version.digest, "answered": sorted(version.answers)}
        record(Entry(actor, SUBMITTED, FILING, _key(filing.target_set), after=after), clock)
        return version


def _targets(project: str, year: int) -> TargetSet:
    found = TargetSet.objects.select_for_update().filter(project=project, year=year).first()
    if found is None:
        raise refused("FILING-001", "这个项目年度没有绩效目标", "请先在“绩效 目标”中建立目标。", year=year)
    return found


def _locked(targets: TargetSet) -> Filing | None:
    return Filing.objects.filter(target_set=targets).select_related("target_set", "request").first()


def _begun(project: str, year: int, actor: Actor, clock: Clock) -> Filing:
    """The filing under the lock of its targets; one without words of the unit begins here."""
    targets = _targets(project, year)
    filing = _locked(targets)
    if filing is None:
        filing = Filing.objects.create(target_set=targets, written_at=clock.now(), written_by=actor.name)
    _check_open(filing)
    return filing


def _check_open(filing: Filing) -> None:
    if not selectors.is_open(filing):
        hint = "办理中的请先撤回申请，或由签批人退回；已定稿的不能再改。"
        raise refused("FILING-006", f"自评{filing.get_status_display()}，不能改动", hint, status=filing.status)


def _ready(filing: Filing, today: date, seen: str | None) -> selectors.Drafted:
    targets = filing.target_set
    if today <= date(targets.year, 12, 31):
        hint = f"请在 {targets.year} 年 12 月 31 日以后提交；此前可以先起草。"
        raise refused("FILING-002", "年度尚未结束，自评不能提交", hint, year=targets.year)
    draft = selectors.drafted(assessments.assessed(targets, today), today, filing)
    check_seen(seen, of_draft(draft).edition, "FILING-011", "自评")
    if draft.file.book[draft.file.total].value is None:
        hint = "请在“绩效 测量”中补测，或在“绩效 评分”中逐项填报自评得分。"
        raise refused("FILING-003", "有指标没有测量，也没有填齐自评得分，算不出总分", hint)
    if draft.faults:
        names = "、".join(f"“{paragraph_name(one)}”" for one in draft.faults)
        hint = "段落中的数字只能引用（双花括号）或声明（双方括号）；自评页面写明在第几个字处，请在“填写自评”中改正。"
        raise refused("FILING-004", f"{names}中的数字没有来处", hint, paragraphs=sorted(draft.faults))
    return draft


def _check_printed(draft: selectors.Drafted) -> None:
    """A number of a person stands in no paragraph as it is read, however it was put together: by marks, by lines."""
    paragraphs: dict[str, list[str]] = {}
    for name, words in statements(draft.file):
        paragraphs.setdefault(name, []).append(words)
    for items in paragraphs.values():
        check_words("\n".join(items))


def _answers(draft: selectors.Drafted, given: Mapping[str, str]) -> dict[str, str]:
    """The answers to what is found; those to anything else are dropped."""
    known = {selectors.key_of(one): one for one in draft.findings if one.severity in selectors.ANSWERED}
    answers = {key: given[key].strip() for key in known if _says(given.get(key, ""))}
    missing = sorted({one.code for key, one in known.items() if one.severity == "error" and key not in answers})
    if missing:
        hint = "请改正，或逐条写明为什么这样报。"
        raise refused("FILING-005", f"有 {len(missing)} 类错误既没有改正也没有答复", hint, codes=missing)
    for words in answers.values():
        check_words(words)
    return answers


def _says(answer: str) -> bool:
    """Whether there is a word in it: signs that nobody sees, or dots, answer nothing."""
    return any(sign.isalnum() for sign in answer)


def _sealed(
    filing: Filing, draft: selectors.Drafted, answers: Mapping[str, str], actor: Actor, clock: Clock
) -> FilingVersion:
    content, before = dumped(draft.file), selectors.newest_version(filing)
    return FilingVersion.objects.create(
        filing=filing,
        number=before.number + 1 if before else 1,
        content=content,
        answers=dict(answers),
        digest=selectors.content_digest(content, answers),
        made_at=clock.now(),
        made_by=actor.name,
    )


def _ask(filing: Filing, version: FilingVersion, reason: str, applicant: Any, actor: Actor, clock: Clock) -> None:
    payload = {"filing": filing.pk, "version": version.pk, "digest": version.digest}

    def keep(request: Any) -> None:
        filing.status, filing.request = FilingStatus.ASKED, request
        filing.save(update_fields=("status", "request"))

    wanted = NewRequest(KIND, f"{filing.target_set}自评"[:SUBJECT], reason, payload=payload)
    request_ask(before=filing.request, wanted=wanted, keep=keep, applicant=applicant, actor=actor, clock=clock)


def _of(request: Any) -> FilingVersion:
    """The round a request is about; its filing under lock."""
    found = Filing.objects.select_for_update().filter(pk=int(request.payload.get("filing", 0))).first()
    version = found.versions.filter(pk=int(request.payload.get("version", 0))).first() if found else None
    if version is None:
        raise _changed()
    return version


def _changed() -> HuiliuError:
    return refused("FILING-007", "自评在提交之后有改动", "请从“绩效 自评办理”重新提交，或撤回本申请。")


def _check(request: Any) -> None:
    """What is signed is the newest round as it was sealed; a new request comes from `filing_submit`."""
    version = _of(request)
    filing, newest = version.filing, selectors.newest_version(version.filing)
    is_asked = request.pk is None or (filing.status == FilingStatus.ASKED and filing.request_id == request.pk)
    now = selectors.content_digest(version.content, version.answers)
    if not is_asked or newest != version or not now == version.digest == request.payload.get("digest"):
        raise _changed()


def _file(request: Any, actor: Actor, clock: Clock) -> str:
    """The round that all four signed is the self-evaluation of the year."""
    version = _of(request)
    filing = version.filing
    filing.status, filing.filed_on = FilingStatus.FILED, clock.now().date()
    filing.save(update_fields=("status", "filed_on"))
    after = {"round": version.number, "digest": version.digest, "request": request.pk}
    record(Entry(actor, FILED, FILING, _key(filing.target_set), after=after), clock)
    return ""


def _key(targets: TargetSet) -> str:
    """How the audit names a filing: project, year."""
    return f"{targets.project}/{targets.year}"


def _hands(request: Any) -> frozenset[str]:
    """Whoever wrote or submitted it: what is signed is theirs. Who measured and declared signs for the figures."""
    found = Filing.objects.select_related("target_set").filter(pk=int(request.payload.get("filing", 0)))
    return frozenset(
        Actor(name).account
        for filing in found
        for name in (filing.written_by, *done_by(FILING, _key(filing.target_set), (WRITTEN, SUBMITTED)))
    )


def _effect(request: Any) -> Effect | None:
    """How many findings there are and how many the unit answered, for whoever signs; None once it is decided."""
    if request.status != "pending":
        return None
    version = FilingVersion.objects.get(pk=int(request.payload["version"]))
    findings = selectors.kept_file(version).given.findings
    tone = "warn" if any(one.severity == "error" for one in findings) else "none"
    text = f"核对结果：{counted(findings, version.answers)}。签批后第 {version.number} 轮内容定稿，不再改动。"
    return Effect(text, None, tone)


def _see(request: Any) -> str:
    version = FilingVersion.objects.select_related("filing__target_set").get(pk=int(request.payload["version"]))
    targets = version.filing.target_set
    return reverse("performance:filing_version", args=(targets.project, targets.year, version.number))
