"""Disclosing: the reply registered, the package made from what is filed, signed, and where it was published."""

import io
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

from django.conf import settings
from django.urls import reverse

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.selectors import EventFilter, done_by, events
from huiliu.apps.audit.services import Actor, Entry, check_words, record, record_alone
from huiliu.apps.control.selectors.told import Effect
from huiliu.apps.control.services import EXECUTORS, Executor, NewRequest, request_ask
from huiliu.apps.control.services.files import file_keep, file_kept
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import (
    Disclosure,
    DisclosureOccasion,
    DisclosurePackage,
    DisclosurePublication,
    TargetSet,
)
from huiliu.apps.performance.selectors import disclosure_sources as sources
from huiliu.apps.performance.selectors import disclosures as selectors
from huiliu.apps.performance.selectors import editions
from huiliu.apps.performance.selectors.seen import of_disclosure
from huiliu.apps.performance.services.editions import check_edition, check_seen
from huiliu.apps.performance.services.holders import DISCLOSE, for_holders
from huiliu.catalog import disclosure as catalog
from huiliu.documents.disclosing.package import PAGE, package
from huiliu.documents.disclosing.statement import disclosure_of
from huiliu.documents.evaluation_file import TO_BE_WRITTEN
from huiliu.documents.fonts import installed_fonts
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3

KIND = "disclosure"
DISCLOSURE = kind("disclosure", "预决算公开")
OPENED = action("performance.disclosure_open", "登记公开事项")
MENDED = action("performance.disclosure_mend", "更正批复文号和日期")
MADE = action("performance.disclosure_make", "生成公开材料")
SUBMITTED = action("performance.disclosure_submit", "提交公开材料")
APPROVED = action("performance.disclosure_approve", "公开材料审批通过")
PUBLISHED = action("performance.disclosure_publish", "登记公开网址和日期")
READ = action("performance.disclosure_read", "下载公开材料")
PREVIEWED = action("performance.disclosure_preview", "预览公开材料")


@dataclass(frozen=True)
class Reply:
    """The document by which budget or final accounts were approved."""

    number: str
    day: date


@dataclass(frozen=True)
class Published:
    """Where and when a package was published."""

    address: str
    day: date
    note: str = ""


@dataclass(frozen=True)
class Masking:
    """Passages that stay inside, and why."""

    places: Mapping[str, str] = field(default_factory=dict)


def register() -> None:
    """What is done when the signatures of a package are complete."""
    EXECUTORS.add(KIND, Executor(_check, _approve, _see, effect=_effect, hands=_hands))


@for_holders(DISCLOSE, OPENED, DISCLOSURE)
def disclosure_open(
    *, targets: TargetSet, occasion: str, reply: Reply, user: Any, actor: Actor, clock: Clock | None = None
) -> Disclosure:
    """Begin to watch an occasion: the clock runs from the day of reply.

    Raises DISC-010 without the permission, 011 for one that is there already, 012 for a reply that cannot be.
    """
    clock = clock or settings.HUILIU_CLOCK
    _check_reply(reply, targets.year, occasion, clock)
    known = Disclosure.objects.filter(target_set=targets, occasion=occasion)
    if occasion not in DisclosureOccasion.values or known.exists():
        raise refused("DISC-011", "这个项目年度已经登记过这次公开", "请从“绩效 公开”的清单进入。")
    made = Disclosure.objects.create(
        target_set=targets,
        occasion=occasion,
        reply_no=reply.number.strip(),
        reply_on=reply.day,
        opened_at=clock.now(),
        opened_by=actor.name,
    )
    after = {"occasion": occasion, "reply_on": reply.day.isoformat(), "due": str(_due(made))}
    record(Entry(actor, OPENED, DISCLOSURE, str(made.pk), after=after), clock)
    return made


def _check_reply(reply: Reply, year: int, occasion: str, clock: Clock) -> None:
    """A budget is approved about the beginning of its year, final accounts after it."""
    check_words(reply.number)
    if not reply.number.strip() or reply.day > clock.now().date():
        raise refused("DISC-012", "批复文号为空，或批复日期在今天之后", "请照批复文件填写文号和成文日期。")
    first = date(year + 1, 1, 1) if occasion == DisclosureOccasion.FINAL else date(year - 1, 7, 1)
    last = date.max if occasion == DisclosureOccasion.FINAL else date(year, 12, 31)
    if not first <= reply.day <= last:
        hint = f"{year} 年的预算批复在上年下半年至当年之内，决算批复在 {year} 年结束以后；请核对年份。"
        raise refused("DISC-012", f"批复日期 {reply.day} 与 {year} 年度不符", hint)


def _due(disclosure: Disclosure) -> date:
    return catalog.occasions()[disclosure.occasion].due(disclosure.reply_on)


@for_holders(DISCLOSE, MENDED, DISCLOSURE)
def reply_mend(
    *, number: int, reply: Reply, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> Disclosure:
    """Correct the reply; packages made before show the old one and have to be made again.

    Raises DISC-012, 013, and 022 for another `edition` of it than the one that stands.
    """
    clock = clock or settings.HUILIU_CLOCK
    found = _standing(number, clock)
    _check_reply(reply, found.disclosure.target_set.year, found.disclosure.occasion, clock)
    if found.stage in (selectors.ASKED, selectors.SIGNED, selectors.PUBLISHED):
        raise refused("DISC-013", "材料已提交审批，不能更正批复", "请先撤回或退回审批申请；已公开的不能更正。")
    disclosure = found.disclosure
    check_edition(edition, editions.of_reply(disclosure), "DISC-022", "批复")
    before = {"reply_on": disclosure.reply_on.isoformat()}
    disclosure.reply_no, disclosure.reply_on = reply.number.strip(), reply.day
    disclosure.save(update_fields=("reply_no", "reply_on"))
    after = {"reply_on": reply.day.isoformat(), "due": str(_due(disclosure))}
    record(Entry(actor, MENDED, DISCLOSURE, str(number), before=before, after=after), clock)
    return disclosure


@for_holders(DISCLOSE, MADE, DISCLOSURE)
def package_make(
    *, number: int, masking: Masking, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> DisclosurePackage:
    """Make the package from what is in force or filed, look it through, and keep it.

    Raises DISC-014 without a filed self-evaluation or targets in force, 015 while one is being signed or is signed, 022
    where another package was made since that `edition`, DISC-001 … 004 as `disclosure_of`, and DOC-… as the documents.
    """
    clock = clock or settings.HUILIU_CLOCK
    found, today = _standing(number, clock), clock.now().date()
    if found.stage in (selectors.ASKED, selectors.SIGNED, selectors.PUBLISHED):
        raise refused("DISC-015", "已有材料在审批或已经审批通过", "需要改动时，请由审批人退回或由申请人撤回后再生成。")
    check_edition(edition, editions.of_packages(found), "DISC-022", "公开材料")
    file = sources.source_of(found.disclosure, today)
    if file is None:
        raise _nothing_to_disclose(found.disclosure)
    for reason in masking.places.values():
        check_words(reason)
    content = sources.content_of(found.disclosure.occasion, file.profile.id)
    made = package(
        disclosure_of(content, file, sources.input_of(found.disclosure, dict(masking.places), today)),
        installed_fonts(settings.HOME.fonts),
    )
    kept = DisclosurePackage.objects.create(
        disclosure=found.disclosure,
        number=len(found.packages) + 1,
        digest=made.digest,
        size=len(made.content),
        files=[asdict(one) for one in made.files],
        masked=dict(masking.places),
        source=f"sm3:{sm3(canonical_json(file.book.as_json()))}",
        made_at=clock.now(),
        made_by=actor.name,
    )
    file_keep(io.BytesIO(made.content), made.digest)
    after = {"digest": made.digest, "files": len(made.files), "masked": sorted(masking.places)}
    record(Entry(actor, MADE, DISCLOSURE, str(number), after=after), clock)
    return kept


def _nothing_to_disclose(disclosure: Disclosure) -> Exception:
    if disclosure.occasion == DisclosureOccasion.FINAL:
        hint = "请先在“绩效 自评办理”中起草并办完审批，定稿后再生成公开材料。"
        return refused("DISC-014", "没有定稿的自评，不能生成决算公开材料", hint)
    hint = "请先在“绩效 目标”中办完目标的审批，并在“资金 项目台账”中登记项目。"
    return refused("DISC-014", "没有生效的绩效目标或资金台账，不能生成预算公开材料", hint)


@for_holders(DISCLOSE, SUBMITTED, DISCLOSURE)
def package_submit(
    *, number: int, reason: str, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> DisclosurePackage:
    """Ask for the signatures of the newest package: what is signed is its digest.

    Raises DISC-016 where nothing waits to be submitted or the reply was mended since, 022 where the page with the
    button showed another `edition`, by `seen.of_disclosure`, and what `request_submit` raises.
    """
    clock = clock or settings.HUILIU_CLOCK
    found = _standing(number, clock)
    check_seen(edition, of_disclosure(found).edition, "DISC-022", "公开材料")
    kept = found.newest
    if kept is None or found.stage != selectors.MADE:
        raise refused("DISC-016", "没有待提交的公开材料", "请先生成材料；退回的须重新生成。")
    if _last_act(number) == MENDED:
        raise refused("DISC-016", "批复在生成材料之后作过更正，材料上还是原来的", "请重新生成材料，预览后再提交。")
    payload = {"package": kept.pk, "digest": kept.digest}
    returned = next((one.request for one in found.packages if one.request and one.request.status == "returned"), None)
    subject = f"{found.disclosure.target_set} {found.disclosure.get_occasion_display()}"[:64]

    def keep(request: Any) -> None:
        kept.request = request
        kept.save(update_fields=("request",))

    wanted = NewRequest(KIND, subject, reason, payload=payload)
    request_ask(before=returned, wanted=wanted, keep=keep, applicant=user, actor=actor, clock=clock)
    after = {"digest": kept.digest, "request": kept.request_id}
    record(Entry(actor, SUBMITTED, DISCLOSURE, str(number), after=after), clock)
    return kept


def _last_act(number: int) -> str:
    """Whether a package was made or the reply mended last."""
    done = events(EventFilter(object_kind=DISCLOSURE, object_key=str(number), outcome="ok"))
    last = done.filter(action__in=(MADE, MENDED)).order_by("-seq").values_list("action", flat=True).first()
    return str(last or "")


def _of(request: Any) -> DisclosurePackage:
    """The package a request is about, under its lock."""
    found = DisclosurePackage.objects.select_for_update().filter(pk=int(request.payload.get("package", 0))).first()
    if found is None:
        raise refused("DISC-016", "申请所指的公开材料不存在", "请撤回本申请，重新生成材料后提交。")
    return found


def _check(request: Any) -> None:
    """What is signed is what was made: the kept bytes give the digest that was submitted."""
    kept = _of(request)
    newest = DisclosurePackage.objects.filter(disclosure=kept.disclosure_id).order_by("-number").first()
    if kept != newest or kept.digest != request.payload.get("digest") or kept.signed_on:
        raise refused("DISC-017", "公开材料在提交之后有改动", "请撤回本申请，从“绩效 公开”重新提交。")
    file_kept(kept.digest)


def _approve(request: Any, actor: Actor, clock: Clock) -> str:
    """The package may be handed out and published."""
    kept = _of(request)
    kept.signed_on = clock.now().date()
    kept.save(update_fields=("signed_on",))
    after = {"digest": kept.digest, "request": request.pk}
    record(Entry(actor, APPROVED, DISCLOSURE, str(kept.disclosure_id), after=after), clock)
    return ""


def _hands(request: Any) -> frozenset[str]:
    """Whoever registered, made or submitted it signs nothing of it."""
    kept = DisclosurePackage.objects.select_related("disclosure").filter(pk=int(request.payload.get("package", 0)))
    return frozenset(
        Actor(name).account
        for one in kept
        for name in (one.made_by, one.disclosure.opened_by, *done_by(DISCLOSURE, str(one.disclosure_id), _WRITTEN))
    )


_WRITTEN = (OPENED, MENDED, MADE, SUBMITTED)


def _see(request: Any) -> str:
    kept = DisclosurePackage.objects.filter(pk=int(request.payload["package"])).first()
    return reverse("performance:disclosure_detail", args=(kept.disclosure_id,)) if kept else ""


def _effect(request: Any) -> Effect | None:
    """What a signature is for: the digest of the bytes that will be published."""
    if request.status != "pending":
        return None
    return Effect(f"材料可以下载并公开，不能再改。签批的材料摘要 {request.payload.get('digest')}", None, "none")


@for_holders(DISCLOSE, PUBLISHED, DISCLOSURE)
def publication_record(
    *, number: int, published: Published, user: Any, actor: Actor, clock: Clock | None = None
) -> DisclosurePublication:
    """Where and when the signed package was published; a further row where it moved.

    Raises DISC-018 before the last signature, 019 for a day before it or after today, or without an address.
    """
    clock = clock or settings.HUILIU_CLOCK
    found = _standing(number, clock)
    kept = found.newest
    if kept is None or kept.signed_on is None:
        raise refused("DISC-018", "材料还没有审批通过，不能登记公开", "请先提交审批，领导签批后再公开。")
    if not kept.signed_on <= published.day <= clock.now().date():
        hint = f"公开日期应在 {kept.signed_on}（审批通过）至今天之间。"
        raise refused("DISC-019", "公开日期不对", hint)
    if not _is_address(published.address.strip()):
        raise refused("DISC-019", "没有写明公开网址", "请填写以 http:// 或 https:// 开头的网址。")
    for words in (published.address, published.note):
        check_words(words)
    made = DisclosurePublication.objects.create(
        package=kept,
        address=published.address.strip(),
        published_on=published.day,
        note=published.note.strip(),
        recorded_at=clock.now(),
        recorded_by=actor.name,
    )
    after = {"digest": kept.digest, "published_on": published.day.isoformat()}
    record(Entry(actor, PUBLISHED, DISCLOSURE, str(number), after=after), clock)
    return made


def _is_address(address: str) -> bool:
    """Whether it names a page of a host, and of nothing else."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", address)


def package_read(*, kept: DisclosurePackage, actor: Actor, clock: Clock | None = None) -> bytes:
    """The zip of a signed package, after the row in the audit. DISC-018 before it is signed, CTRL-046 if it is gone."""
    if kept.signed_on is None:
        raise refused("DISC-018", "材料还没有审批通过，不能下载", "审批期间可以在页面上预览。")
    details = {"digest": kept.digest}
    record_alone(Entry(actor, READ, DISCLOSURE, str(kept.disclosure_id), details=details), clock)
    return file_kept(kept.digest)


def file_preview(*, kept: DisclosurePackage, name: str, actor: Actor, clock: Clock | None = None) -> bytes | None:
    """One file of a package as it will be published, after the row in the audit; None where there is none of the name.

    CTRL-046 where the package is gone or is not what was made.
    """
    content = _member(kept, name)
    if content is not None:
        details = {"digest": kept.digest, "package": kept.number, "file": name}
        record_alone(Entry(actor, PREVIEWED, DISCLOSURE, str(kept.disclosure_id), details=details), clock)
    return content


def _member(kept: DisclosurePackage, name: str) -> bytes | None:
    with ZipFile(io.BytesIO(file_kept(kept.digest))) as archive:
        return archive.read(name) if name in archive.namelist() else None


def unfilled(kept: DisclosurePackage) -> int:
    """How many times the page of a package says that the unit has still to write something."""
    return (_member(kept, PAGE) or b"").count(TO_BE_WRITTEN.encode())


def _standing(number: int, clock: Clock) -> selectors.Standing:
    """The disclosure under its lock."""
    Disclosure.objects.select_for_update().filter(pk=number).first()
    found = selectors.found(number, clock.now().date())
    if found is None:
        raise refused("DISC-011", "没有这次公开", "请从“绩效 公开”的清单进入。")
    return found
