"""Whether a batch is the next one: division, date, sequence number and the digest of its predecessor."""

from collections.abc import Iterator
from datetime import date

from huiliu.lake.batch import Batch
from huiliu.lake.feed import Feed
from huiliu.lake.ledger import LastNight
from huiliu.lake.records import Check, Outcome


def check_chain(batch: Batch, last: LastNight | None, feed: Feed, blocked_by: str | None, today: date) -> list[Check]:
    """The checks that need nothing but the manifest; `blocked_by` names an earlier batch of the inbox not yet taken.

    A missing predecessor is a check with the code `held`: the batch may be right, only too early.
    """
    checks = [_division(batch, last, feed), _business_date(batch, last), *_not_future(batch, today)]
    if batch.declared:
        checks += _sequence(batch, last, _self_sufficient(batch, feed))
    elif blocked_by is not None and not _self_sufficient(batch, feed):
        checks.append(Check("held", "前一批次", None, f"{blocked_by} 已入库", "未入库", "fail"))
    return checks


def chain_outcome(checks: list[Check]) -> Outcome | None:
    """None to go on; a real fault refuses, only a missing predecessor holds."""
    failed = [check for check in checks if check.verdict == "fail"]
    if not failed:
        return None
    return Outcome.HELD if all(check.code == "held" for check in failed) else Outcome.REFUSED


def _self_sufficient(batch: Batch, feed: Feed) -> bool:
    """True if nothing of an earlier batch can be missing: every table of the feed arrives in full."""
    return batch.complete_full and set(feed.tables) <= set(batch.deliveries)


def _division(batch: Batch, last: LastNight | None, feed: Feed) -> Check:
    expected = feed.division or (last.division if last else None)
    check = Check("division", "行政区划", None, expected, batch.division, "none")
    return check if expected is None else check.judged()


def _business_date(batch: Batch, last: LastNight | None) -> Check:
    if last is None:
        return Check("business_date", "业务日期", None, None, batch.business_date.isoformat(), "none")
    later = batch.business_date > last.business_date
    expected = f"晚于 {last.business_date.isoformat()}"
    actual = batch.business_date.isoformat()
    return Check("business_date", "业务日期", None, expected, actual, "pass" if later else "fail")


def _not_future(batch: Batch, today: date) -> Iterator[Check]:
    """A date to come, once published, would make every true one too early for ever."""
    if batch.business_date > today:
        actual = batch.business_date.isoformat()
        yield Check("business_date", "业务日期", None, f"不晚于 {today.isoformat()}（本机日期）", actual, "fail")


def _sequence(batch: Batch, last: LastNight | None, self_sufficient: bool) -> Iterator[Check]:
    assert batch.sequence is not None
    before = last.sequence if last else 0
    expected, actual = str((before or 0) + 1), str(batch.sequence)
    if before is None:  # the last night had no manifest: nothing to count from
        yield Check("sequence", "批次序号", None, None, actual, "none")
    elif batch.sequence == before + 1:
        yield Check("sequence", "批次序号", None, expected, actual, "pass")
        if last is not None:
            yield Check("previous_digest", "前一批次摘要", None, last.digest, batch.previous_digest).judged()
    elif batch.sequence <= before:
        yield Check("sequence", "批次序号", None, expected, actual, "fail")
    elif self_sufficient:
        yield Check("sequence", "批次序号", None, expected, actual, "warn", "各表均为全量，不依赖缺少的批次")
    else:
        missing = f"缺少序号 {_range(before + 1, batch.sequence - 1)}"
        yield Check("held", "批次序号", None, expected, actual, "fail", missing)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}—{last}"
