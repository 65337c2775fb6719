"""Reading requests, who may decide them, and who holds which post."""

from huiliu.apps.control.selectors.approvals import (
    OPEN_STATUSES,
    Task,
    attachments_of,
    authority,
    current_step,
    definition_of,
    known_definitions,
    request_by_number,
    requests,
    requests_of,
    signers,
    task_of,
    tasks_of,
    visible_to,
)
from huiliu.apps.control.selectors.deadlocks import Deadlock, DeadlockLine, can_be_decided, deadlock_lines, deadlocks

__all__ = [
    "OPEN_STATUSES",
    "Deadlock",
    "DeadlockLine",
    "Task",
    "attachments_of",
    "authority",
    "can_be_decided",
    "current_step",
    "deadlock_lines",
    "deadlocks",
    "definition_of",
    "known_definitions",
    "request_by_number",
    "requests",
    "requests_of",
    "signers",
    "task_of",
    "tasks_of",
    "visible_to",
]
