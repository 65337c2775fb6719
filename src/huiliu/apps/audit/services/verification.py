"""Verifying the chain as an act: walked, noted where people see it, and anchored if sound."""

import json
from datetime import datetime
from pathlib import Path

import structlog
from django.conf import settings

from huiliu.apps.audit.actions import CHAIN, VERIFY
from huiliu.apps.audit.selectors.anchors import anchor_folder
from huiliu.apps.audit.selectors.state import STATE_FILE
from huiliu.apps.audit.selectors.verdict import Verdict
from huiliu.apps.audit.selectors.walk import Progress, walk
from huiliu.apps.audit.services.anchors import anchor_write
from huiliu.apps.audit.services.chain import SYSTEM, Actor, Entry, record_alone
from huiliu.kernel.clock import Clock

log = structlog.get_logger(__name__)


def chain_verify(actor: Actor = SYSTEM, progress: Progress | None = None, clock: Clock | None = None) -> Verdict:
    """Walk the whole chain; a sound one gets an audit event and an anchor.

    A broken one is left as it is: an event behind a truncated tail would make it look like a gap in the middle.
    """
    clock = clock or settings.HUILIU_CLOCK
    verdict = walk(progress)
    _note(verdict, clock.now())
    if verdict.broken:
        log.error("audit chain broken", seq=verdict.broken.seq, way=verdict.broken.kind.name)
    else:
        record_alone(Entry(actor, VERIFY, CHAIN, str(verdict.seq), details={"rows": verdict.rows}), clock)
        anchor_write(clock)
    return verdict


def _note(verdict: Verdict, now: datetime) -> None:
    """Keep the last verdict beside the anchors, for the auditor's page; it proves nothing by itself."""
    folder = anchor_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"time": now.isoformat(), "sound": verdict.sound, "line": verdict.line(), "rows": verdict.rows}
    draft = Path(folder) / f".{STATE_FILE}"
    draft.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")
    draft.chmod(0o600)
    draft.replace(folder / STATE_FILE)
