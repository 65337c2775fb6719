"""The engine's extensions come from wheels of a third party; DuckDB's signature is what they are trusted for."""

import sys
from datetime import date
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

    class Watch:
        def find_spec(self, name: str, *_more: object) -> None:
            searched.append(name)

    opened = open_engine(SETTINGS, tmp_path)
    monkeypatch.setattr("sys.meta_path", [Watch(), *sys.meta_path])
    assert opened.one("SELECT len($numbers), $day", {"numbers": ["1", "2", "3"], "day": date(2025, 3, 1)}) == (
        3,
        date(2025, 3, 1),
    )
    opened.close()
    assert "pandas" not in searched
