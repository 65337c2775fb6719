"""DuckDB hashes an extension of 36 MB each time it loads one: a tenth of a second for every instance that a test opens.

Here that is done once, by the tests that hold that it is done.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

CONNECT = duckdb.connect


def _connect(*arguments: Any, config: dict[str, Any] | None = None, **more: Any) -> duckdb.DuckDBPyConnection:
    ours = config is not None and "autoload_known_extensions" in config
    unsigned = {"allow_unsigned_extensions": True} if ours else {}
    return CONNECT(*arguments, config={**(config or {}), **unsigned}, **more)


@pytest.fixture(scope="session", autouse=True)
def _signatures_of_extensions_are_not_looked_at() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duckdb, "connect", _connect)
        yield


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instances of this test are opened as the product opens them."""
    monkeypatch.setattr(duckdb, "connect", CONNECT)
