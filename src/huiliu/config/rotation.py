"""Changing keys: a new one beside the old ones, protected values sealed anew, and an audit row."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from huiliu.apps.audit.actions import KEY, ROTATE
from huiliu.apps.audit.services import SYSTEM, Entry, record_alone
from huiliu.config.keys import PURPOSES
from huiliu.web import resealing
from huiliu.web.protected import PURPOSE


@dataclass(frozen=True)
class Rotation:
    """What a rotation did; `resumed` where it finished an earlier one instead of making a key."""

    purpose: str
    key_id: str
    resumed: bool = False
    done: int = 0
    broken: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class KeyRow:
    """One key as `keys list` shows it: never its bytes. `values` is None where nobody counts them."""

    purpose: str
    label: str
    key_id: str
    made_at: datetime
    is_current: bool
    values: int | None


def rotate(purpose: str, progress: resealing.Progress = resealing.silent) -> Rotation:
    """Make the next key of a purpose and write it to the audit chain; KEY-003 for a purpose that is not in use.

    Of `field` the stored values are sealed anew; where an earlier run was killed halfway, that run is finished and no
    further key is made. Older keys stay for ever: seals and backups name them.
    """
    left = resealing.reseal(progress) if purpose == PURPOSE else resealing.Resealed()
    if left.done:
        return _recorded(Rotation(PURPOSE, settings.HUILIU_KEYS.current(PURPOSE)[0], True, left.done, left.broken))
    key_id = settings.HUILIU_KEYS.add(purpose)
    result = resealing.reseal(progress) if purpose == PURPOSE else left
    return _recorded(Rotation(purpose, key_id, False, result.done, result.broken))


def _recorded(made: Rotation) -> Rotation:
    broken = sum(made.broken.values())
    details = {"resumed": made.resumed, "resealed": made.done, "broken": broken}
    outcome = "failed" if broken else "ok"
    record_alone(Entry(SYSTEM, ROTATE, KEY, made.purpose, outcome, after={"key_id": made.key_id}, details=details))
    return made


def key_rows() -> list[KeyRow]:
    """Every key of the installation, by purpose and age."""
    counts = resealing.count_by_key()
    rows = []
    for purpose, label in PURPOSES.items():
        ids = settings.HUILIU_KEYS.ids(purpose)
        for key_id in ids:
            values = counts.get(key_id, 0) if purpose == PURPOSE else None
            made_at = settings.HUILIU_KEYS.made_at(purpose, key_id)
            rows.append(KeyRow(purpose, label, key_id, made_at, key_id == ids[-1], values))
    return rows
