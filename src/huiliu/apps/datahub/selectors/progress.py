"""What the night is doing right now, in words: running, killed, idle; and whether anybody waits to run it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings

from huiliu.apps.datahub.selectors.acts import worker_waits
from huiliu.apps.datahub.selectors.nights import VerdictLine, table_label
from huiliu.kernel.clock import TZ
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import PHASES
from huiliu.lake.records import Outcome
from huiliu.lake.running import Ended, Running, last_run, running

KILLED = "进程已不在；在用数据不受影响，下一次运行会先清理并补上。也可以现在运行 ./run night。"
SHOWN = 5  # batches of the last run that are named


@dataclass(frozen=True)
class Phase:
    """One step of a batch and whether it is past, going on, or to come."""

    word: str
    place: Literal["past", "now", "next"]


@dataclass(frozen=True)
class NightNow:
    """The state of the night run: one line, and while it runs its phases and how far the present one is."""

    line: VerdictLine
    worker: str
    batch: str = ""
    phases: Sequence[Phase] = ()
    done: int = 0
    total: int = 0

    @property
    def is_running(self) -> bool:
        """Whether there is something to watch."""
        return bool(self.phases)


def night_now() -> NightNow:
    """As of this moment, from the notes in the lake's folder."""
    lake, now = LakeHome(settings.HOME.lake), settings.HUILIU_CLOCK.now()
    worker = _worker()
    found = running(lake)
    if found is None:
        return NightNow(_ended(last_run(lake)), worker)
    if not found.is_alive:
        detail = f"停在{_place(found)}，最后记录于 {_time(found.noted_at)}"
        return NightNow(VerdictLine("fail", "上一次运行中断", detail, KILLED), worker, found.batch)
    seconds = int((now - found.started_at).total_seconds())
    line = VerdictLine("none", "正在运行", f"{_place(found)}，已用 {max(0, seconds)} 秒")
    return NightNow(line, worker, found.batch, _phases(found), found.done, found.total)


def _place(found: Running) -> str:
    batch = f"第 {found.number} 批 {found.batch} 的" if found.batch and found.phase not in {"fetch", "screen"} else ""
    table = f" {table_label(found.table)}" if found.table else ""
    return f"{batch}“{PHASES.get(found.phase, found.phase)}”{table}"


def _phases(found: Running) -> list[Phase]:
    names = list(PHASES)
    now = names.index(found.phase) if found.phase in PHASES else -1
    places: list[Literal["past", "now", "next"]] = ["past", "now", "next"]
    return [Phase(PHASES[name], places[1 + (n > now) - (n < now)]) for n, name in enumerate(names)]


def _ended(found: Ended | None) -> VerdictLine:
    if found is None:
        return VerdictLine(
            "none", "空闲", "还没有运行记录", "把批次放入 inbox 目录后，会按计划运行，也可运行 ./run night。"
        )
    when = f"上一次运行结束于 {_time(found.ended_at)}"
    if found.error:
        return VerdictLine(
            "fail", "上一次运行出错", f"{when}，代码 {found.error}", "请查看运行日志；在用数据不受影响。"
        )
    told = _told([(batch, Outcome(outcome)) for batch, outcome in found.results if outcome != Outcome.UNCHANGED])
    waiting = any(outcome in {Outcome.WAITING, Outcome.HELD} for _, outcome in found.results)
    advice = "未齐的批次写完后、暂缓的批次前一批补齐后，会自动入库。" if waiting else ""
    return VerdictLine("none", "空闲", f"{when}，{told}", advice)


def _told(results: Sequence[tuple[str, Outcome]]) -> str:
    """Few batches one by one; of many the numbers, and by name those that were not published."""
    if len(results) <= SHOWN:
        return "、".join(f"{batch} {outcome.words}" for batch, outcome in results) or "没有新的批次"
    counts = Counter(outcome.words for _, outcome in results)
    numbers = "、".join(f"{words} {count} 批" for words, count in counts.most_common())
    others = [f"{batch} {outcome.words}" for batch, outcome in results if outcome is not Outcome.PUBLISHED]
    more = f"等 {len(others)} 批" if len(others) > SHOWN else ""
    return numbers + (f"；{'、'.join(others[:SHOWN])}{more}" if others else "")


def _worker() -> str:
    if worker_waits():
        return "后台任务在等候下一次定时运行"
    return "后台任务没有运行，不会定时入库；请用 ./run up 启动"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(TZ):%Y-%m-%d %H:%M:%S}"
