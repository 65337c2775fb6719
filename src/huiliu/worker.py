"""The one worker process: durable schedules by dbos; every job is re-entrant, so one cut off is simply run again."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSConfig, ScheduleInput

from huiliu import __version__
from huiliu.config.boot import Installation, boot
from huiliu.kernel.locks import hold

RIGHTS_SCHEDULE = "0 5 0 * * *"
ACTS_PAUSE, ACTS_RETRY = 2, 20  # seconds between two looks for approved acts, and after one that has to wait
AUDIT_SCHEDULE = "0 40 2 * * *"  # after the evening's work, before most nights arrive


@DBOS.step()
def _night() -> int | None:
    """One step: how many batches were published, None if the night failed; a second run publishes nothing twice.

    No exception may leave it: dbos prints and stores them with their text, and a text may hold data.
    """
    import structlog

    from huiliu import nightly

    log = structlog.get_logger("huiliu.worker")
    try:
        result = nightly.run()
    except Exception as error:
        log.exception("night failed", code=getattr(error, "code", ""))
        return None
    for fetched in result.fetched:
        if fetched.error is not None:
            log.error("source failed", source=fetched.source, code=fetched.error.code)
    for rule, failure in result.failed_rules.items():
        log.error("rule failed", rule=rule, code=failure.code)
    log.info("night done", published=result.published)
    return result.published


@DBOS.workflow()
def night_job(_scheduled: datetime, _context: Any) -> None:
    """The scheduled night. A refusal is a result; an error is logged by its kind and left to the next tick."""
    _night()


@DBOS.step()
def _audit() -> bool | None:
    """Whether the audit chain is sound, None if that could not be said; as with the night, no exception leaves it."""
    import structlog

    from huiliu.apps.audit.jobs import daily

    log = structlog.get_logger("huiliu.worker")
    try:
        sound = daily()
    except Exception as error:
        log.exception("audit job failed", code=getattr(error, "code", ""))
        return None
    log.info("audit job done", sound=sound)
    return sound


@DBOS.workflow()
def audit_job(_scheduled: datetime, _context: Any) -> None:
    """Once a day: purge what may go, verify the chain, anchor it."""
    _audit()


@DBOS.step()
def _rights() -> int | None:
    """How many rights were marked as ended, None if it failed; as with the night, no exception leaves it."""
    import structlog

    from huiliu.apps.control.jobs import daily

    log = structlog.get_logger("huiliu.worker")
    try:
        ended = daily()
    except Exception as error:
        log.exception("rights job failed", code=getattr(error, "code", ""))
        return None
    log.info("rights job done", ended=ended)
    return ended


@DBOS.workflow()
def rights_job(_scheduled: datetime, _context: Any) -> None:
    """Once a day: rights past their last day are marked as ended."""
    _rights()


def _acts() -> int | None:
    """How many approved acts are still to be done, None if that could not be said; the rows in the database say what.

    No workflow of dbos: those rows are the queue already, and an act cut off is found by them.
    """
    import structlog

    from huiliu.apps.datahub.jobs import acts

    try:
        return acts()
    except Exception as error:
        structlog.get_logger("huiliu.worker").exception("acts failed", code=getattr(error, "code", ""))
        return None


def serve() -> None:
    """Run until SIGTERM or SIGINT; dbos keeps its tables apart from the business database, ids and counts only."""
    installation = boot("worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with hold(installation.home.root / "worker.lock"):  # pages see by it that somebody waits to run the night
        _work(installation, stop)


def _work(installation: Installation, stop: threading.Event) -> None:
    """Schedules in force until `stop` is set."""
    config: DBOSConfig = {
        "name": "huiliu",
        "system_database_url": installation.jobs_database(),
        "application_version": __version__,
        "log_level": "WARNING",
    }
    DBOS(config=config)
    DBOS.launch()
    try:
        DBOS.apply_schedules(
            [
                _schedule("night", night_job, installation.settings.night_schedule),
                _schedule("audit", audit_job, AUDIT_SCHEDULE),
                _schedule("rights", rights_job, RIGHTS_SCHEDULE),
            ]
        )
        pause: float = ACTS_PAUSE
        while not stop.wait(pause):
            pause = ACTS_PAUSE if _acts() == 0 else ACTS_RETRY
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=10)  # within the grace that the supervisor gives


def _schedule(name: str, workflow: Callable[[datetime, Any], None], when: str) -> ScheduleInput:
    """One schedule by Chinese time."""
    return {
        "schedule_name": name,
        "workflow_fn": workflow,
        "schedule": when,
        "context": None,
        "cron_timezone": "Asia/Shanghai",
    }
