"""Keys of a table that have a row in quarantine, spelled as the comparison spells keys."""

import json
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.compare.sides import Cells
from huiliu.lake.quarantine import QUARANTINE
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Column, Table


def keys_aside(snapshot: Snapshot, table: Table) -> frozenset[Cells]:
    """The keys, waiting or rejected; none in a snapshot of before there was a quarantine."""
    try:
        rows = snapshot.rows(f"SELECT key FROM {QUARANTINE} WHERE table_name = ?", [table.name])
    except HuiliuError:
        return frozenset()
    return frozenset(_key(table, json.loads(row["key"])) for row in rows)


def _key(table: Table, value: dict[str, Any]) -> Cells:
    return tuple(_canonical(table.by_name[name], value.get(name)) for name in table.grain)


def _canonical(column: Column, value: object) -> str | None:
    """A value of JSON; times stand in no key of the catalog."""
    if value is None:
        return None
    return str(value).replace("-", "") if column.kind == "date" else str(value)
