"""The one worker process: durable schedules by dbos; every job is re-entrant, so one cut off is simply run again."""

import secrets
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSConfig, ScheduleInput, SetWorkflowID

from huiliu import __version__
from huiliu.config.boot import Installation, boot
from huiliu.kernel.locks import hold

RIGHTS_SCHEDULE = "0 5 0 * * *"
EXPORTS_SCHEDULE = "0 15 0 * * *"
MONITORING_SCHEDULE = "0 25 0 * * *"  # the end of a quarter is kept in the night after it
REPORTS_SCHEDULE = "0 20 * * * *"  # a month is made in the hour after its data came in
ACTS_PAUSE, ACTS_RETRY = 2, 20  # seconds between two looks for approved acts, and after one that has to wait
JOBS_PAUSE, JOBS_RETRY = 1.0, 20.0  # seconds between two looks for jobs, and after one that failed
AT_ONCE = 2  # jobs at the same time
_STOP = threading.Event()
_BUSY: set[int] = set()  # jobs that this process has begun or is about to
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


@DBOS.step()
def _exports() -> int | None:
    """How many files expired and are gone, None if it failed; as with the night, no exception leaves it."""
    import structlog

    from huiliu.apps.exports.jobs import daily

    log = structlog.get_logger("huiliu.worker")
    try:
        removed = daily()
    except Exception as error:
        log.exception("exports job failed", code=getattr(error, "code", ""))
        return None
    log.info("exports job done", removed=removed)
    return removed


@DBOS.workflow()
def exports_job(_scheduled: datetime, _context: Any) -> None:
    """Once a day: files of exports past their day are removed."""
    _exports()


@DBOS.step()
def _monitoring() -> int | None:
    """How many projects had the end of a quarter kept, None if it failed; as with the night, no exception leaves it."""
    import structlog

    from huiliu.apps.performance.jobs import daily

    log = structlog.get_logger("huiliu.worker")
    try:
        kept = daily()
    except Exception as error:
        log.exception("monitoring job failed", code=getattr(error, "code", ""))
        return None
    log.info("monitoring job done", kept=kept)
    return kept


@DBOS.workflow()
def monitoring_job(_scheduled: datetime, _context: Any) -> None:
    """Once a day: what monitoring shows at the end of a quarter is kept."""
    _monitoring()


@DBOS.step()
def _reports() -> int | None:
    """How many editions of standing reports were made, None if it failed; as with the night, no exception leaves it."""
    import structlog

    from huiliu.apps.reports.jobs import hourly

    log = structlog.get_logger("huiliu.worker")
    try:
        made = hourly()
    except Exception as error:
        log.exception("reports job failed", code=getattr(error, "code", ""))
        return None
    log.info("reports job done", made=made)
    return made


@DBOS.workflow()
def reports_job(_scheduled: datetime, _context: Any) -> None:
    """Every hour: months of standing reports whose data are in are made."""
    _reports()


@DBOS.step()
def _job(number: int) -> str | None:
    """The state a job ended in, None if that could not be written; as with the night, no exception leaves it."""
    import structlog
    from django.db import connections

    from huiliu.apps.jobs.services import job_run

    _BUSY.add(number)
    try:
        return job_run(number, _STOP.is_set)
    except Exception as error:
        structlog.get_logger("huiliu.worker").exception("job lost", job=number, code=getattr(error, "code", ""))
        return None
    finally:
        _BUSY.discard(number)
        connections.close_all()


@DBOS.workflow()
def asked_job(number: int) -> None:
    """One job that somebody asked for; its row says what it is, how far it is and how it ended."""
    _job(number)


def _start_jobs() -> None:
    """Start what waits, as far as there is room. A job begun before has a workflow of its own for each beginning."""
    from huiliu.apps.jobs.selectors import due

    for job in due(AT_ONCE):
        if len(_BUSY) < AT_ONCE and job.pk not in _BUSY:
            _start(job.pk, f"job-{job.pk}-{job.starts + 1}-{secrets.token_hex(4)}")


def _start(number: int, workflow: str) -> None:
    _BUSY.add(number)
    try:
        with SetWorkflowID(workflow):
            DBOS.start_workflow(asked_job, number)
    except BaseException:
        _BUSY.discard(number)
        raise


def _look_for_jobs() -> None:
    """Until the worker ends; a database that does not answer is asked again later."""
    import structlog
    from django.db import close_old_connections

    pause: float = JOBS_PAUSE
    while not _STOP.wait(pause):
        pause = JOBS_PAUSE
        try:
            close_old_connections()
            _start_jobs()
        except Exception:
            structlog.get_logger("huiliu.worker").exception("jobs not looked for")
            pause = JOBS_RETRY


def serve() -> None:
    """Run until SIGTERM or SIGINT; dbos keeps its tables apart from the business database, ids and counts only."""
    installation = boot("worker")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _STOP.set())
    with hold(installation.home.root / "worker.lock"):  # pages see by it that somebody waits to run the night
        _work(installation)


def _work(installation: Installation) -> None:
    """Schedules in force and jobs done until the worker is told to stop."""
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
                _schedule("exports", exports_job, EXPORTS_SCHEDULE),
                _schedule("monitoring", monitoring_job, MONITORING_SCHEDULE),
                _schedule("reports", reports_job, REPORTS_SCHEDULE),
            ]
        )
        looking = threading.Thread(target=_look_for_jobs, name="jobs")
        looking.start()
        pause: float = ACTS_PAUSE
        while not _STOP.wait(pause):
            pause = ACTS_PAUSE if _acts() == 0 else ACTS_RETRY
        looking.join()
    finally:
        _STOP.set()
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
