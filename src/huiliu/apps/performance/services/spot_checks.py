"""Drawing rows by lot and looking at them; nobody looks at what is the own work."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.selectors import end_before
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import SpotCheck, SpotOutcome, SpotRow, TargetSet, Verdict
from huiliu.apps.performance.selectors import spot_checks as selectors
from huiliu.apps.performance.selectors import targets
from huiliu.apps.performance.services.holders import REVIEW, for_holders
from huiliu.apps.performance.services.reviews import REVIEWED
from huiliu.kernel.clock import TZ, Clock
from huiliu.scoring.sampling import lots, seed_of

DRAWN = action("performance.spot_draw", "抽取抽查指标")
LOOKED = action("performance.spot_look", "登记抽查结果")


@dataclass(frozen=True)
class Look:
    """What a person saw of a drawn row (the key of its SpotRow)."""

    number: int
    has_evidence: bool
    verdict: str
    words: str


@for_holders(REVIEW, DRAWN, REVIEWED)
def spot_draw(*, project: str, year: int, size: int, user: Any, actor: Actor, clock: Clock | None = None) -> SpotCheck:
    """Draw rows of the targets in force.

    The seed is what the audit chain ended with before today, so that nothing done today changes what is drawn. Raises
    SPOT-001 without targets in force or a chain, 002 for a size that cannot be, 003 where today was drawn already.
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    day = clock.now().date()
    owner = TargetSet.objects.select_for_update().filter(project=project, year=year).first()
    version = targets.version_in_force(project, year) if owner else None
    link = end_before(datetime.combine(day, time(), TZ))
    if owner is None or version is None or link is None:
        raise refused("SPOT-001", "没有可以抽查的指标", "目标生效后才能抽查。")
    labels = {row.code: row.level3 for row in targets.rows_of(version)}
    if not 1 <= size <= len(labels):
        raise refused("SPOT-002", "抽取行数不可用", f"请填 1 至 {len(labels)} 之间的整数。")
    if SpotCheck.objects.filter(target_set=owner, day=day).exists():
        raise refused("SPOT-003", "今天已经抽取过", "每天只抽一次，同一天重抽结果也相同。")
    spot = SpotCheck.objects.create(
        target_set=owner, day=day, link_seq=link[0], link=link[1], size=size, drawn_by=user, drawn_at=clock.now()
    )
    found = lots(seed_of(link[1], project, year, day), labels)
    SpotRow.objects.bulk_create(
        SpotRow(spot=spot, position=at, row=one.row, label=labels[one.row], lot=one.lot) for at, one in enumerate(found)
    )
    after = {"number": spot.pk, "link": link[0], "size": size, "rows": [one.row for one in found[:size]]}
    record(Entry(actor, DRAWN, REVIEWED, f"{project}/{year}", after=after), clock)
    return spot


@for_holders(REVIEW, LOOKED, REVIEWED)
def spot_look(*, look: Look, user: Any, actor: Actor, clock: Clock | None = None) -> SpotOutcome:
    """Write down what was seen of a drawn row; the newest counts.

    Raises SPOT-004 for a row that was not drawn, 005 for whoever measured or declared it, 006 without words or with a
    result that does not fit (相符 and 不符 need evidence to be there).
    """
    clock = clock or settings.HUILIU_CLOCK
    check_in_person(user)
    row = selectors.drawn_row(look.number)
    if row is None:
        raise refused("SPOT-004", "没有抽中这一行", "请从抽查页面进入。")
    if user.username in selectors.makers(row):
        raise refused("SPOT-005", "不能核对自己测量或填报的指标", "请由没有测量、填报过这一行的人核对。", row=row.row)
    check_words(look.words)
    if not look.words.strip() or look.verdict not in Verdict.values:
        raise refused("SPOT-006", "抽查结果不完整", "请写明看了什么、结果怎样。")
    if look.verdict != Verdict.UNPROVED and not look.has_evidence:
        raise refused("SPOT-006", "没有佐证就不能说相符或不符", "没有佐证的，结果选“证据不足”。")
    made = SpotOutcome.objects.create(
        spot_row=row, has_evidence=look.has_evidence, verdict=look.verdict, words=look.words.strip(), by=user,
        at=clock.now(),
    )  # fmt: skip
    owner = row.spot.target_set
    after = {"spot": row.spot_id, "row": row.row, "verdict": made.verdict, "evidence": made.has_evidence}
    record(Entry(actor, LOOKED, REVIEWED, f"{owner.project}/{owner.year}", after=after), clock)
    return made
