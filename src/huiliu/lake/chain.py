"""Whether a batch is the next one, a revision of an earlier one, or neither: each fault has a check code of its own."""

from collections.abc import Iterator
from datetime import date, timedelta

from huiliu.lake.batch import Batch
from huiliu.lake.effective import Commit, Story
from huiliu.lake.feed import Feed
from huiliu.lake.records import Check, NightRecord, Outcome

_CORRECTION = "更正件请以更高的修订号交付：文件夹名加 _r1、_r2 ……，清单写同样的 revision"


def check_chain(batch: Batch, story: Story, feed: Feed, blocked_by: str | None, today: date) -> list[Check]:
    """The checks that need nothing but the manifest; `blocked_by` names an earlier batch of the inbox not yet taken.

    A missing predecessor is a check with the code `held`: the batch may be right, only too early.
    """
    checks = [_division(batch, story.last, feed), *_not_future(batch, today)]
    present = story.on(batch.business_date)
    if present is not None:
        return [*checks, *_revision(batch, present, story)]
    if story.last is not None and batch.business_date < story.last.business_date:
        return [*checks, _late(batch, story.last)]
    checks.append(_business_date(batch, story.last))
    if batch.declared:
        return [*checks, *_sequence(batch, story, _self_sufficient(batch, feed))]
    return checks if _self_sufficient(batch, feed) else [*checks, *_missing_days(batch, story, feed, blocked_by)]


def chain_outcome(checks: list[Check]) -> Outcome | None:
    """None to go on; a real fault refuses, only a missing predecessor holds."""
    failed = [check for check in checks if check.verdict == "fail"]
    if not failed:
        return None
    return Outcome.HELD if all(check.code == "held" for check in failed) else Outcome.REFUSED


def taken_before(batch: Batch, story: Story) -> tuple[Outcome, Check] | None:
    """What to say of content that was taken before; None if it may be taken, be it for the first time or again."""
    place, night = story.place(batch.digest), story.known(batch.digest)
    if place is None or night is None:
        return None
    day = night.business_date.isoformat()
    if place == "effective":
        return Outcome.UNCHANGED, Check("duplicate", "重复交付", None, None, "内容与已入库的相同", "none", day)
    if place == "superseded":
        at = story.on(night.business_date)
        actual = f"已由 {at.batch} 取代" if at else "已被取代"
        return Outcome.UNCHANGED, Check("superseded", "已被取代的内容", None, None, actual, "none", day)
    first = story.first_withdrawn or night.business_date
    expected = f"{first.isoformat()} 的新批次先入库" if first < night.business_date else "重新交付的新内容"
    return Outcome.WITHDRAWN, Check("withdrawn", "已撤回的内容", None, expected, "回退时撤回的原内容", "none", day)


def outdated(batch: Batch, story: Story) -> Check | None:
    """Said of a revision refused before, once a higher one has taken its place."""
    present = story.on(batch.business_date)
    if present is None or batch.revision >= present.revision:
        return None
    actual = f"已由 {present.batch} 取代"
    return Check("superseded", "已被取代的内容", None, None, actual, "none", batch.business_date.isoformat())


def check_following(batch: Batch, present: Commit, before: NightRecord, story: Story) -> list[Check]:
    """A correction of a day that is taken together with one of an earlier day, `before` being what it follows."""
    checks = list(_revision(batch, present, story))
    if batch.declared and batch.previous_digest == before.digest:
        meant = Check("previous_digest", "前一批次摘要", None, before.digest, batch.previous_digest)
        checks = [meant if check.code == meant.code else check for check in checks]
    return checks


def _self_sufficient(batch: Batch, feed: Feed) -> bool:
    """True if nothing of an earlier batch can be missing: every table of the feed arrives in full."""
    return batch.complete_full and set(feed.tables) <= set(batch.deliveries)


def _division(batch: Batch, last: Commit | None, feed: Feed) -> Check:
    expected = feed.division or (last.division if last else None)
    check = Check("division", "行政区划", None, expected, batch.division, "none")
    return check if expected is None else check.judged()


def _business_date(batch: Batch, last: Commit | None) -> Check:
    actual = batch.business_date.isoformat()
    if last is None:
        return Check("business_date", "业务日期", None, None, actual, "none")
    return Check("business_date", "业务日期", None, f"晚于 {last.business_date.isoformat()}", actual, "pass")


def _late(batch: Batch, last: Commit) -> Check:
    expected, actual = f"晚于 {last.business_date.isoformat()}", batch.business_date.isoformat()
    advice = "该日没有入库过，其后各日已入库；请提供方把该日的变化并入下一批次"
    return Check("late", "迟到的批次", None, expected, actual, "fail", advice)


def _not_future(batch: Batch, today: date) -> Iterator[Check]:
    """A date to come, once published, would make every true one too early for ever."""
    if batch.business_date > today:
        actual = batch.business_date.isoformat()
        yield Check("business_date", "业务日期", None, f"不晚于 {today.isoformat()}（本机日期）", actual, "fail")


def _revision(batch: Batch, present: Commit, story: Story) -> Iterator[Check]:
    """A batch of a day that has one: it replaces it only if its revision is higher."""
    expected, actual = f"大于 {present.revision}", str(batch.revision)
    if batch.revision == present.revision:
        yield Check("conflict", "同日批次内容不同", None, f"{expected}（{present.batch}）", actual, "fail", _CORRECTION)
    elif batch.revision < present.revision:
        advice = f"已入库的是更高的修订 {present.batch}"
        yield Check("stale_revision", "过时的修订", None, expected, actual, "fail", advice)
    else:
        yield Check("revision", "修订号", None, expected, actual, "pass", f"取代 {present.batch}")
        if batch.declared:
            yield from _same_place(batch, present, story)


def _same_place(batch: Batch, present: Commit, story: Story) -> Iterator[Check]:
    """A revision has the sequence number of what it replaces, and the same predecessor."""
    assert batch.sequence is not None
    number = str(batch.sequence)
    if present.sequence is None:
        yield Check("sequence", "批次序号", None, None, number, "none")
    else:
        yield Check("sequence", "批次序号", None, str(present.sequence), number).judged()
    before = story.before(batch.business_date)
    if before is not None:
        yield _predecessor(batch, before, story)


def _predecessor(batch: Batch, before: Commit, story: Story) -> Check:
    """Any revision of the day before may be meant: what was replaced meanwhile need not be delivered once more."""
    check = Check("previous_digest", "前一批次摘要", None, before.digest, batch.previous_digest)
    if batch.previous_digest != before.digest and batch.previous_digest in story.digests_of(before.business_date):
        return Check(check.code, check.name, None, before.digest, batch.previous_digest, "pass", "前一日的另一次交付")
    return check.judged()


def _sequence(batch: Batch, story: Story, self_sufficient: bool) -> Iterator[Check]:
    assert batch.sequence is not None
    last = story.last
    before = last.sequence if last else 0
    expected, actual = str((before or 0) + 1), str(batch.sequence)
    if before is None:  # the last night had no manifest: nothing to count from
        yield Check("sequence", "批次序号", None, None, actual, "none")
    elif batch.sequence == before + 1:
        yield Check("sequence", "批次序号", None, expected, actual, "pass")
        if last is not None:
            yield _predecessor(batch, last, story)
    elif batch.sequence <= before:
        yield Check("sequence", "批次序号", None, expected, actual, "fail", "该序号已用于更早的业务日期")
    elif self_sufficient:
        yield Check("sequence", "批次序号", None, expected, actual, "warn", "各表均为全量，不依赖缺少的批次")
    else:
        missing = f"缺少序号 {_range(before + 1, batch.sequence - 1)}"
        yield Check("held", "批次序号", None, expected, actual, "fail", missing)


def _range(first: object, last: object) -> str:
    return str(first) if first == last else f"{first}—{last}"


def _missing_days(batch: Batch, story: Story, feed: Feed, blocked_by: str | None) -> Iterator[Check]:
    """Without sequence numbers only the dates tell that something is missing."""
    first, last = story.first_withdrawn, story.last
    if blocked_by is not None:
        yield Check("held", "前一批次", None, f"{blocked_by} 已入库", "未入库", "fail")
    elif first is not None and batch.business_date > first:
        yield Check("held", "前一批次", None, f"{first} 重新交付并入库", "已撤回，尚未重新交付", "fail")
    elif feed.days == "daily" and last is not None:
        day = timedelta(days=1)
        if batch.business_date > last.business_date + day:
            missing = f"缺少 {_range(last.business_date + day, batch.business_date - day)}"
            advice = "若该日本无交付，请在供数说明中写 days: any"
            yield Check("held", "业务日期连续", None, "每日都有批次", missing, "fail", advice)
