"""The province's own table of codes, as it would send it: those of the catalog, and one that is no longer valid."""

from collections.abc import Iterator
from pathlib import Path

import huiliu.catalog.tables
from huiliu.demo.journal import Patch, Row
from huiliu.kernel.yamls import load_yaml

_LISTS = Path(huiliu.catalog.tables.__file__).parent.parent / "codes"
_SINCE = "20120101080000"


def code_value_rows() -> Iterator[list[Patch]]:
    """Every code of every list that bears a code of the standards, in the order of the files."""
    for path in sorted(_LISTS.glob("*.yaml")):
        codes = load_yaml(path)
        for code, entry in codes["values"].items():
            meaning = entry if isinstance(entry, str) else entry["label"]
            yield [(_SINCE, _row(codes["code"], codes["label"], code, meaning))]
    ended: Row = {"valid": "0", "ends_on": "20201031"}  # the tax bureau collects since November 2020
    yield [(_SINCE, _row("AAB033", "征缴方式", "3", "经办机构自收")), ("20201101080000", ended)]


def _row(code_list: str, name: str, code: str, meaning: str) -> Row:
    return {
        "code_list": code_list,
        "list_name": name,
        "code": code,
        "meaning": meaning,
        "valid": "1",
        "starts_on": _SINCE[:8],
        "ends_on": None,
    }
