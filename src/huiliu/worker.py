"""The one worker process: durable schedules by dbos; every job is re-entrant, so one cut off is simply run again."""

import signal
import threading
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSConfig

from huiliu import __version__
from huiliu.config.boot import boot
from huiliu.kernel.errors import HuiliuError


@DBOS.step()
def _night() -> int:
    """One step: how many batches were published; a second run of it publishes nothing twice."""
    from huiliu import nightly

    return nightly.run().published


@DBOS.workflow()
def night_job(_scheduled: datetime, _context: Any) -> None:
    """The scheduled night. A refusal is a result; an error is logged by its code and left to the next tick."""
    import structlog

    log = structlog.get_logger("huiliu.worker")
    try:
        published = _night()
    except HuiliuError as error:
        log.exception("night failed", code=error.code)
        return
    log.info("night done", published=published)


def serve() -> None:
    """Run until SIGTERM or SIGINT; dbos keeps its tables apart from the business database, ids and counts only."""
    installation = boot("worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
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
                {
                    "schedule_name": "night",
                    "workflow_fn": night_job,
                    "schedule": installation.settings.night_schedule,
                    "context": None,
                    "cron_timezone": "Asia/Shanghai",
                }
            ]
        )
        stop.wait()
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=10)  # within the grace that the supervisor gives
