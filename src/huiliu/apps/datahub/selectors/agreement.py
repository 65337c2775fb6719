"""Whether pointer, lake, projection and audit tell the same story; asked after a crash and by the kill tests."""

from collections import Counter
from typing import Any

from django.conf import settings

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.models import Night, Outcome
from huiliu.apps.datahub.selectors.library import library
from huiliu.lake.engine import EngineSettings
from huiliu.lake.home import LakeHome
from huiliu.lake.state import lake_state

NIGHT = kind("night", "批次")
PROJECTED = action("datahub.night_project", "登记夜间批次")


def is_audited(key: str) -> bool:
    """Whether the night was ever written to the audit; a rebuilt projection adds nothing there."""
    return events(EventFilter(action=PROJECTED)).filter(object_key=key).exists()


def lake_agreement() -> dict[str, Any]:
    """The four places side by side, in words for people; `一致` is True where all agree.

    They agree if the newest published night is the pointer's, every published night of the lake has its row and no
    other row exists, every row is in the audit, a published one exactly once, and the lake finds nothing wrong with
    itself: rows, copy of the catalogue and look-up file are those that were published.
    """
    store = library()
    pointer = store.pointer()
    lake = {n.snapshot: n.digest for n in store.history() if str(n.outcome) == Outcome.PUBLISHED and n.snapshot}
    rows = dict(Night.objects.filter(outcome=Outcome.PUBLISHED).values_list("snapshot", "digest"))
    keys = dict(Night.objects.values_list("key", "outcome"))
    audited = Counter(events(EventFilter(action=PROJECTED)).values_list("object_key", flat=True))
    once = all(audited[key] == 1 for key, outcome in keys.items() if outcome == Outcome.PUBLISHED)
    served = pointer.snapshot if pointer else None
    problems = lake_state(LakeHome(settings.HOME.lake, EngineSettings(memory_limit=settings.HUILIU_MEMORY))).problems
    return {
        "在用批次": pointer.batch if pointer else None,
        "在用快照": served,
        "数据截至": pointer.business_date if pointer else None,
        "证明级别": str(pointer.level) if pointer else None,
        "湖中已发布": len(lake),
        "登记已发布": len(rows),
        "登记拒收与暂缓": len(keys) - len(rows),
        "审计登记": audited.total(),
        "问题": "；".join(problems) or None,
        "一致": max(lake, default=None) == served
        and lake == rows
        and once
        and set(keys) <= set(audited)
        and not problems,
    }
