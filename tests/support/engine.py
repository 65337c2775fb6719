"""DuckDB hashes an extension of 36 MB each time it loads one: a tenth of a second for every instance that a test opens.

Here that is done once, by the tests that hold that it is done. And it thinks long about plans: at the desk it leaves
that, which is a third of the time of a small night; in CI every plan is the product's.
"""

import os
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

CONNECT = duckdb.connect
# Those that only make plans better, and that take the longest over it.
LEFT_OUT = (
    "expression_rewriter,filter_pullup,filter_pushdown,regex_range,in_clause,join_order,statistics_propagation,"
    "common_subexpressions,common_aggregate,column_lifetime,limit_pushdown,top_n,build_side_probe_side,"
    "compressed_materialization,duplicate_groups,reorder_filter,sampling_pushdown,join_filter_pushdown,sum_rewriter,"
    "late_materialization,cte_inlining"
)
DESK = {} if os.environ.get("CI") == "true" else {"disabled_optimizers": LEFT_OUT}


def _connect(*arguments: Any, config: dict[str, Any] | None = None, **more: Any) -> duckdb.DuckDBPyConnection:
    ours = config is not None and "autoload_known_extensions" in config
    unsigned = {"allow_unsigned_extensions": True, **DESK} if ours else {}
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
