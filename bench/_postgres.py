"""PostgreSQL in the lake's bench: a server of its own, started for each use; its start is not timed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bench._contributions import CODES, contribution
from bench._stores import KEY_CODES, MEMORY, Held, held_of, totals

COLUMNS = ", ".join(f"{c.code} {c.sql_type}" for c in contribution.columns)
# As much memory as the others may take, and a log that needs no checkpoint in between.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": MEMORY,
    "work_mem": "256MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "16GB",
}


class Postgres:
    """COPY into a typed table with a primary key; an increment through a temporary table, DELETE and upsert."""

    def __init__(self, home: Path) -> None:
        self._data = home / "pg"

    def load(self, batch: Path, *, changes: bool) -> dict[str, float]:
        with self._served() as url:
            begun = time.perf_counter()
            with psycopg.connect(url) as con:
                file = batch / "contribution.csv"
                _change(con, file) if changes else _fill(con, file)
            return {"load": time.perf_counter() - begun}

    def held(self) -> Held:
        with self._served() as url, psycopg.connect(url) as con:
            return held_of(con.execute(totals("c")).fetchone())

    @contextmanager
    def _served(self) -> Iterator[str]:
        """A server on its own folder, with the memory that the others have; its start is not timed."""
        if not self._data.exists():
            self._data.mkdir(parents=True)
            _own(self._data)
            options = ["--username=bench", "--auth=trust", "--encoding=UTF8", "--locale=C"]
            with _started(["initdb", "--pgdata", str(self._data), *options], subprocess.DEVNULL) as making:
                making.wait()
        with tempfile.TemporaryDirectory() as sockets, Path(sockets, "log").open("wb") as log:
            _own(Path(sockets))
            settings = {**SETTINGS, "unix_socket_directories": sockets}
            told = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            with _started(["postgres", "-D", str(self._data), *told], log.fileno()) as server:
                try:
                    url = f"host={sockets} user=bench dbname=postgres"
                    _wait(url)
                    yield url
                finally:
                    server.terminate()


def _fill(con: psycopg.Connection, file: Path) -> None:
    """The key is added when the rows are there, which is quicker."""
    con.execute(f"CREATE TABLE c ({COLUMNS})")
    _copy(con, file, "c")
    con.execute(f"ALTER TABLE c ADD PRIMARY KEY ({', '.join(KEY_CODES)})")


def _change(con: psycopg.Connection, file: Path) -> None:
    con.execute(f"CREATE TEMP TABLE delta (op text, {COLUMNS})")
    _copy(con, file, "delta")
    same = " AND ".join(f"c.{code} = d.{code}" for code in KEY_CODES)
    con.execute(f"DELETE FROM c USING delta AS d WHERE d.op = 'D' AND {same}")
    put = ", ".join(f"{code} = excluded.{code}" for code in CODES if code not in KEY_CODES)
    con.execute(
        f"INSERT INTO c SELECT {', '.join(CODES)} FROM delta WHERE op <> 'D' "
        f"ON CONFLICT ({', '.join(KEY_CODES)}) DO UPDATE SET {put}"
    )


def _copy(con: psycopg.Connection, file: Path, target: str) -> None:
    with file.open("rb") as rows, con.cursor().copy(f"COPY {target} FROM STDIN (FORMAT csv, HEADER)") as copy:
        while block := rows.read(1 << 20):
            copy.write(block)


def _own(folder: Path) -> None:
    """The server refuses root, so that there it runs as nobody."""
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")


def _started(command: list[str], output: int) -> "subprocess.Popen[bytes]":
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    name = shutil.which(command[0], path=os.pathsep.join([*map(str, programs), os.environ.get("PATH", "")]))
    if name is None:
        raise SystemExit("没有 PostgreSQL 服务器程序")
    user = "nobody" if os.geteuid() == 0 else None
    return subprocess.Popen([name, *command[1:]], stdout=output, stderr=output, cwd="/", user=user)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("PostgreSQL 没有启动")
