"""The engine's extensions come from wheels of a third party; DuckDB's signature is what they are trusted for."""

import subprocess
import sys
from datetime import date
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.lake import engine
from huiliu.lake.engine import EngineSettings, extension_path, load_ducklake, open_engine

SETTINGS = EngineSettings(memory_limit="300MB", threads=1)


@pytest.mark.slow
@pytest.mark.usefixtures("signatures")
def test_an_extension_that_was_touched_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    raw = bytearray(extension_path("ducklake").read_bytes())
    raw[4096] ^= 1
    touched = tmp_path / "ducklake.duckdb_extension"
    touched.write_bytes(raw)
    opened = open_engine(SETTINGS, tmp_path)
    monkeypatch.setattr(engine, "extension_path", lambda _name: touched)
    with pytest.raises(HuiliuError, match="LAKE-014"):
        load_ducklake(opened)
    monkeypatch.undo()
    load_ducklake(opened)  # the one of the wheel is
    opened.close()


def test_values_are_bound_without_a_search_for_pandas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It cost 0.1 ms a value, ten thousand of them a second."""
    searched = []
    opened = open_engine(SETTINGS, tmp_path)
    monkeypatch.setattr(PathFinder, "find_spec", lambda name, *_more: searched.append(name))
    assert opened.one("SELECT len($numbers), $day", {"numbers": ["1", "2", "3"], "day": date(2025, 3, 1)}) == (
        3,
        date(2025, 3, 1),
    )
    opened.close()
    assert "pandas" not in searched


ARROW = """
from pathlib import Path
from huiliu.lake.engine import EngineSettings, open_engine
open_engine(EngineSettings(memory_limit="100MB", threads=1), Path("."))
import pyarrow
print(pyarrow.array(["a"], pyarrow.string()).to_pylist())
"""


@pytest.mark.slow
def test_arrow_works_in_a_process_that_has_opened_the_lake(tmp_path: Path):
    """It asks for pandas, too, at its first column, and front-end databases are read through it."""
    done = subprocess.run([sys.executable, "-c", ARROW], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['a']\n", "")
