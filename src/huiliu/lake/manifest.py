"""A manifest as JSON: read within bounds, strictly, and held to its schema; a fault names a place, never a value."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import jsonschema

MANIFEST = "manifest.json"
UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")  # neither PostgreSQL nor UTF-8 takes all of these
_LARGEST_MANIFEST = 16 << 20
_LONGEST_INTEGER = 18  # digits; whatever a manifest counts fits into 64 bits


class BrokenError(Exception):
    """A manifest that cannot be used; `where` is a place in it, never a value."""

    def __init__(self, problem: str, where: str) -> None:
        super().__init__(problem)
        self.problem, self.where = problem, where


def shown(text: str) -> str:
    """A name from outside as it may be stored and shown: short, and without characters that break either."""
    return UNSAFE.sub("�", text)[:40]


def read_manifest(folder: Path) -> bytes:
    with (folder / MANIFEST).open("rb") as stream:
        raw = stream.read(_LARGEST_MANIFEST + 1)
    if len(raw) > _LARGEST_MANIFEST:
        raise BrokenError(f"超过 {_LARGEST_MANIFEST >> 20} MB", "整个文件")
    return raw


def parse_manifest(raw: bytes) -> Any:
    numbers: dict[str, Any] = {"parse_int": _number, "parse_float": _fraction, "parse_constant": _constant}
    try:
        value = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, **numbers)
    except UnicodeDecodeError as error:
        raise BrokenError("不是 UTF-8 文本", f"第 {error.start} 字节") from None
    except json.JSONDecodeError as error:
        raise BrokenError("不是合法的 JSON", f"第 {error.lineno} 行第 {error.colno} 列") from None
    except RecursionError:
        raise BrokenError("嵌套过深", "整个文件") from None
    problem = jsonschema.exceptions.best_match(_validator().iter_errors(value))
    if problem is not None:
        where = "/".join(shown(str(part)) for part in problem.absolute_path) or "顶层"
        raise BrokenError(f"不符合格式要求（{problem.validator}）", where)
    return value


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, value in pairs:
        if key in result:
            raise BrokenError("重复的键", shown(key))
        if UNSAFE.search(key) or (isinstance(value, str) and value != "\t" and UNSAFE.search(value)):
            raise BrokenError("含有控制字符或残缺字符", shown(key))
        result[key] = value
    return result


def _number(text: str) -> int | Decimal:
    """An integer of 64 bits; whatever else is a number becomes a Decimal, which the schema has no place for."""
    return int(text) if len(text) <= _LONGEST_INTEGER else Decimal(text)


def _fraction(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BrokenError("数字过大", "某处数字") from None


def _constant(_text: str) -> None:
    raise BrokenError("不是合法的 JSON（NaN 或 Infinity）", "某处数字")


@cache
def _validator() -> jsonschema.Draft202012Validator:
    text = package_files("huiliu.lake").joinpath("manifest.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))
