"""Data of the pure packages as JSON: numbers as exact decimal text, what is not there as null."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any


def told(held: Any) -> Any:
    """A value, a sequence or a dataclass as it goes out."""
    if isinstance(held, Decimal):
        return f"{held:f}"
    if isinstance(held, Mapping):
        return {str(key): told(one) for key, one in held.items()}
    if isinstance(held, tuple | list):
        return [told(one) for one in held]
    if hasattr(held, "__dataclass_fields__"):
        return {one.name: told(getattr(held, one.name)) for one in fields(held)}
    return held
