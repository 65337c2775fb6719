"""Examples in the description of the interface, one an operation; a test holds them to real answers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

FILE = Path(__file__).with_name("api_examples.json")


@cache
def examples() -> dict[str, dict[str, Any]]:
    """`GET nights` → what is sent (`parts` of the address, `body`) and what comes back (`answer`; None for a file)."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


class DescribedApi(NinjaAPI):
    """The interface with its examples."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description that people and generators read."""
        schema = super().get_openapi_schema(**options)
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _show(operation, examples().get(f"{method.upper()} {path.partition('/v1/')[2]}", {}))
        return schema


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in example.get("parts", {}):
            parameter["example"] = example["parts"][parameter["name"]]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "body" in example:
        body["example"] = example["body"]
    if example.get("answer") is not None:
        answer = operation["responses"].setdefault(200, {"description": "OK"})
        answer.setdefault("content", {}).setdefault("application/json", {})["example"] = example["answer"]
