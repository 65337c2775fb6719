"""Code lists: what a code means to people; one YAML a list, and a meaning that is not confirmed says 待核."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml

UNVERIFIED = "（待核）"
_KNOWN = {"label", "code", "source", "verified", "note", "values"}


@dataclass(frozen=True)
class CodeList:
    """One list; `values` maps each code to the text that people see, with 待核 behind it where `unverified`.

    `excluded` gives the reason for which a code is known but not worked with here: rows that bear it are loaded with
    a warning. A city takes it in by its own list of the same name.
    """

    name: str
    label: str
    code: str
    source: str
    values: Mapping[str, str]
    unverified: frozenset[str]
    note: str = ""
    excluded: Mapping[str, str] = field(default_factory=dict)

    @property
    def offered(self) -> Mapping[str, str]:
        """What pickers and statistics list: the values that this installation works with."""
        return {code: label for code, label in self.values.items() if code not in self.excluded}

    def __contains__(self, code: object) -> bool:
        return code in self.values

    def meaning(self, code: str) -> str:
        """The text of a code; one that the list does not hold is shown as it is, marked 未登记."""
        return self.values.get(code, f"{code}（未登记）")


def read_code_list(path: Path) -> CodeList:
    """One list from `codes/<name>.yaml`; `verified: false` stands for the whole list or for single values.

    Raises CODE-003 naming the file and what is missing.
    """
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _KNOWN or not all(data.get(key) for key in _KNOWN - _OPTIONAL):
        raise _error(path, "须有 label、code、source 和 values")
    if not isinstance(data["values"], Mapping):
        raise _error(path, "values 须逐行写成“代码: 含义”")
    entries = list(_values(path, data["values"], data.get("verified", True) is True))
    lines = {code: entry for code, entry in data["values"].items() if isinstance(entry, Mapping)}
    return CodeList(
        name=path.stem,
        label=data["label"],
        code=data["code"],
        source=data["source"],
        values={code: label + ("" if verified else UNVERIFIED) for code, label, verified in entries},
        unverified=frozenset(code for code, _, verified in entries if not verified),
        note=data.get("note", ""),
        excluded={code: str(line["excluded"]) for code, line in lines.items() if line.get("excluded")},
    )


def code_list(name: str, *extra_roots: Path) -> CodeList:
    """One list alone, without loading tables and rules; that of a further folder replaces the built-in one."""
    paths = [root / "codes" / f"{name}.yaml" for root in (Path(__file__).parent, *extra_roots)]
    return read_code_list([path for path in paths if path.exists()][-1])


_OPTIONAL = {"verified", "note"}
_OF_VALUE = {"label", "verified", "excluded"}


def _values(path: Path, values: Mapping[Any, Any], list_verified: bool) -> Iterator[tuple[str, str, bool]]:
    for code, entry in values.items():
        line = {"label": entry} if isinstance(entry, str) else entry
        if not isinstance(code, str):
            raise _error(path, f"代码 {code} 须加引号")
        if not isinstance(line, Mapping) or not line.get("label") or set(line) - _OF_VALUE:
            raise _error(path, f"代码 {code} 须有含义，另可写 verified 和 excluded（不办理的原因）")
        yield code, line["label"], list_verified and line.get("verified", True) is True


def _error(path: Path, problem: str) -> HuiliuError:
    return HuiliuError(
        code="CODE-003",
        message=f"代码表 {path.name} 不完整：{problem}",
        hint="请参照 catalog/codes 中的其他代码表。",
        facts={"file": path.name},
    )
