"""Rolling the library back to an earlier day, as a new commit that is published like a night."""

from collections.abc import Mapping
from datetime import date

from huiliu.kernel.clock import Clock, SystemClock
from huiliu.kernel.errors import HuiliuError
from huiliu.lake import ledger
from huiliu.lake.effective import Commit, Story
from huiliu.lake.engine import system_error
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Writing
from huiliu.lake.publish import publish
from huiliu.lake.records import NightRecord
from huiliu.lake.recover import recover
from huiliu.lake.restore import go_back
from huiliu.lake.tables import Table


def roll_back(
    lake: LakeHome, tables: Mapping[str, Table], day: date, clock: Clock | None = None, since: int | None = None
) -> NightRecord:
    """Return the library to the state after `day`; what came later is withdrawn until it is delivered anew.

    A day that an earlier rollback withdrew is brought back by the same call, with the days before it. One that was
    committed and cut off before it was published is found done. Raises LAKE-040 where there is no such day, LAKE-041
    where it is the newest already, LAKE-001 while a run is writing, and LAKE-046 where the newest commit is another
    than `since`, the one that somebody looked at.
    """
    failure = None
    try:
        with lake.writer():
            engine = lake.open_for_writing()
            try:
                return _roll_back(Writing(lake, engine, tables, clock or SystemClock()), day, since)
            finally:
                engine.close()
    except OSError as error:
        failure = system_error(error)
    raise failure


def _roll_back(run: Writing, day: date, since: int | None) -> NightRecord:
    cut_off = recover(run)
    if cut_off and cut_off.kind == "restore" and cut_off.business_date == day:
        return cut_off
    story = ledger.story(run.engine)
    if since is not None and story.head and story.head.snapshot != since:
        raise _moved(day)
    night = target_of(story, day)
    target = ledger.night_at(run.engine, night.snapshot)
    if target is None:
        raise _no_such_day(day)
    record = go_back(run, target, "restore")
    publish(run.lake, run.engine, run.tables, record, run.clock)
    return record


def target_of(story: Story, day: date) -> Commit:
    """The commit that a rollback to the day goes back to."""
    if story.last is not None and story.last.business_date == day:
        raise HuiliuError(code="LAKE-041", message=f"{day} 已是在用数据的日期，无需回退", hint="请选择更早的一日。")
    night = story.on(day) or story.withdrawn_on(day)
    if night is None:
        raise _no_such_day(day)
    return night


def _moved(day: date) -> HuiliuError:
    return HuiliuError(
        code="LAKE-046",
        message="申请之后又有数据发布，回退会撤回的日期已与申请时不同，没有回退",
        hint="请由申请人按现在的情况重新提出。",
        facts={"day": day.isoformat()},
    )


def _no_such_day(day: date) -> HuiliuError:
    return HuiliuError(
        code="LAKE-040",
        message=f"{day} 没有可以回到的已发布夜次",
        hint="请在夜间批次列表中选择一个已发布的日期；已按保留设置清理的夜次不能恢复。",
        facts={"day": day.isoformat()},
    )
