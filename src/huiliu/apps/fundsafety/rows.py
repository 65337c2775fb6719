"""The digest of a row of the library, by which evidence is recognised later."""

from collections.abc import Mapping
from typing import Any

from huiliu.kernel.digests import canonical_json, sm3


def row_digest(row: Mapping[str, Any]) -> str:
    """SM3 over a row's columns in one spelling, whatever order they came in."""
    return f"sm3:{sm3(canonical_json({name: None if v is None else str(v) for name, v in row.items()}))}"
