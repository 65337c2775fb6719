"""Copies a SQLite database by its backup API and examines the copy; standard library only, run as its own process.

SQLite's locks belong to the process: Python's SQLite closing the catalogue would drop those of DuckDB's own SQLite,
which another thread may hold.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

_PRESENT = "SELECT count(*) FROM ducklake_snapshot WHERE snapshot_id = ?"


def back_up(source: Path, target: Path, snapshot: int) -> dict[str, Any]:
    """Copy and examine: `faults` of the copy's structure, rows by table on both sides, whether it has the snapshot.

    An error of SQLite is answered by its name under `error`; its text may hold a path.
    """
    try:
        with closing(_open(source, "ro")) as original, closing(_open(target, "rwc")) as copy:
            original.execute("BEGIN")
            original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file that needs no other beside it
            faults = [text for (text,) in copy.execute("PRAGMA integrity_check") if text != "ok"]
            return {
                "faults": len(faults),
                "rows": {"source": _rows(original), "copy": _rows(copy)},
                "present": copy.execute(_PRESENT, [snapshot]).fetchone()[0],
            }
    except sqlite3.Error as error:
        return {"error": getattr(error, "sqlite_errorname", type(error).__name__)}


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    """Rows of every table of the catalogue; names come from the database and are quoted."""
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    quoted = {name: '"' + name.replace('"', '""') + '"' for (name,) in found}
    return {name: database.execute(f"SELECT count(*) FROM {quote}").fetchone()[0] for name, quote in quoted.items()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(back_up(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
