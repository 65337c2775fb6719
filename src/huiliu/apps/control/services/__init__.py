"""What changes requests, delegations, reviews and leavers; each function is one transaction with its audit row."""

from huiliu.apps.control.services.approvals import (
    Decided,
    NewRequest,
    request_ask,
    request_lay,
    request_resubmit,
    request_submit,
    request_take_over,
    request_withdraw,
    step_decide,
)
from huiliu.apps.control.services.delegations import NewDelegation, delegation_end, delegation_make
from huiliu.apps.control.services.executors import EXECUTORS, Executor, act_told, effect_of, seen_at
from huiliu.apps.control.services.ledger import Exported, grant_state, ledger_export
from huiliu.apps.control.services.reviews import CleanUp, grant_review, leaver_clean_up
from huiliu.apps.control.services.rights import right_rescue, right_revoke, rights_expire

__all__ = [
    "EXECUTORS",
    "CleanUp",
    "Decided",
    "Executor",
    "Exported",
    "NewDelegation",
    "NewRequest",
    "act_told",
    "delegation_end",
    "delegation_make",
    "effect_of",
    "grant_review",
    "grant_state",
    "leaver_clean_up",
    "ledger_export",
    "request_ask",
    "request_lay",
    "request_resubmit",
    "request_submit",
    "request_take_over",
    "request_withdraw",
    "right_rescue",
    "right_revoke",
    "rights_expire",
    "seen_at",
    "step_decide",
]
