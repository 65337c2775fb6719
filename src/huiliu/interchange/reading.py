"""An interface from its YAML: each element found among our columns, or listed as one the library does not hold."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from huiliu.interchange.definition import Condition, Element, Form, Interchange, Notation, Origin, Shape
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.tables import Column, Kind, Table

_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z][\u4e00-\u9fffA-Za-z0-9]*")
_LINES: Mapping[str, Any] = {"type": "array", "items": {"type": "string"}}
_PAIRS: Mapping[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
_CHOSEN: Mapping[str, Any] = {"type": "object", "additionalProperties": _LINES}
_FORM: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "part", "from", "elements"],
    "properties": {
        **{key: {"type": "string"} for key in ("name", "part", "from", "note")},
        **{key: _LINES for key in ("elements", "schemes")},
        **{key: _CHOSEN for key in ("keep", "drop")},
    },
}
_TEXTS = ("label", "wording", "namespace", "encoding", "code_suffix")
_LISTS = ("schemes", "parts", "notes", "head", "tail")
_MAPS = ("run", "joined", "held_as", "decoded", "names", "types")
_OPTIONAL = ("locators",)
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": [*_TEXTS, *_LISTS, *_MAPS, "forms"],
    "properties": {
        **{key: {"type": "string"} for key in _TEXTS},
        **{key: _LINES for key in _LISTS},
        **{key: _PAIRS for key in (*_MAPS, *_OPTIONAL)},
        "forms": {"type": "object", "propertyNames": {"pattern": "^[1-9][0-9]*$"}, "additionalProperties": _FORM},
    },
}
_NOTATIONS: Mapping[Kind, str] = {
    "money": "D16.2",
    "rate": "D16.4",
    "int": "I",
    "date": "C8",
    "time": "C8",
    "month": "C6",
}
_SHAPES: Mapping[Kind, Shape] = {"date": "date", "time": "date", "month": "month"}
_JOINS = {"person": "person_no", "unit": "unit_no"}
SCHEME = "AAE140"
RUN = frozenset({"span", "province", "division", "division_name", "agency"})


def read_interchange(path: Path, tables: Mapping[str, Table]) -> Interchange:
    """Raises INTERCHANGE-001 naming the place: an unknown table, type or part, or one name for two elements."""
    raw = load_yaml(path)
    problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_SCHEMA).iter_errors(raw))
    if problem is not None:
        raise wrong(path.name, "/".join(map(str, problem.absolute_path)) or "整个文件", "格式不符")
    reader = _Reader(path.name, raw, tables)
    forms = tuple(reader.form(number, entry) for number, entry in raw["forms"].items())
    given: dict[str, Any] = {key: raw[key] for key in ("label", "wording", "namespace", "encoding")}
    given |= {key: tuple(raw[key]) for key in ("schemes", "parts", "notes")}
    return Interchange(name=path.stem, forms=forms, **given)


def wrong(file: str, where: str, problem: str) -> HuiliuError:
    """What is the matter with a definition, and where."""
    return HuiliuError(
        code="INTERCHANGE-001",
        message=f"数据接口定义 {file} 的 {where}：{problem}",
        hint="请对照 docs/gbt40217.md 修改。",
        facts={"file": file, "where": where},
    )


@dataclass(frozen=True)
class _Reader:
    """The file's parts that every table shares."""

    file: str
    raw: Mapping[str, Any]
    tables: Mapping[str, Table]

    def form(self, number: str, entry: Mapping[str, Any]) -> Form:
        where = f"forms/{number}"
        table = self.tables.get(entry["from"])
        if table is None or entry["part"] not in self.raw["parts"]:
            raise wrong(self.file, where, "数据表或文档类别未登记")
        listed = [*self.raw["head"], *entry["elements"], *self.raw["tail"]]
        found = {code: self._element(table, code, listed) for code in listed}
        elements = tuple(element for element in found.values() if element is not None)
        repeated = [name for name, count in Counter(e.name for e in elements).items() if count > 1]
        if repeated or len(found) < len(listed):
            raise wrong(self.file, where, f"元素重复：{'、'.join(repeated) or '代码'}")
        used = {element.source for element in elements if element.origin in {"own", "decoded"}}
        return Form(
            number=number,
            name=self._checked(where, entry["name"]),
            part=entry["part"],
            table=table,
            elements=elements,
            conditions=tuple(self._conditions(where, table, entry)),
            absent={code: self._name(table, code, listed) for code, element in found.items() if element is None},
            extra={c.code: c.label for c in table.columns if c.name not in used and c.code not in found},
            note=entry.get("note", ""),
        )

    def _element(self, table: Table, code: str, listed: list[str]) -> Element | None:
        """None where the library has no column for it."""
        if code in self.raw["run"]:
            return self._run(table, code)
        make = self._maker(table, code, listed)
        plain = self.raw["held_as"].get(code, code)
        if column := _by_code(table, plain):
            return make("own", table, column)
        base = self.raw["decoded"].get(code, code.removesuffix("N"))
        column = _by_code(table, base) if base != code else None
        if column is not None and column.codes:
            return make("decoded", table, column)
        other = self.tables.get(self.raw["joined"].get(code, ""))
        column = _by_code(other, code) if other is not None else None
        if other is not None and column is not None and _JOINS.get(other.name) in table.by_name:
            return make("joined", other, column)
        return None

    def _maker(self, table: Table, code: str, listed: list[str]) -> Callable[[Origin, Table, Column], Element]:
        name = self._name(table, code, listed)

        def make(origin: Origin, where: Table, column: Column) -> Element:
            decoded = origin == "decoded"
            known = self.raw["types"].get(code)
            return Element(
                code=code,
                name=self._checked(f"names/{code}", name),
                notation=self._notation(code, known or ("C" if decoded else _NOTATIONS.get(column.kind, "C"))),
                origin=origin,
                table=where.name,
                source=column.name,
                shape="" if decoded else _SHAPES.get(column.kind, ""),
                meanings=(column.codes or "") if decoded else "",
                required=origin == "own" and column.name in table.grain,
                certain=known is not None,
                locator=self.raw.get("locators", {}).get(code, ""),
            )

        return make

    def _run(self, table: Table, code: str) -> Element:
        source = self.raw["run"][code]
        if source not in RUN:
            raise wrong(self.file, f"run/{code}", "未登记的来源")
        name, notation = self._name(table, code, []), self._notation(code, self.raw["types"].get(code, "C"))
        return Element(code, name, notation, "run", "", source, certain=code in self.raw["types"])

    def _name(self, table: Table, code: str, listed: list[str]) -> str:
        """The name given in the file, else our label: with the suffix where the meaning stands beside the code."""
        if code in self.raw["names"]:
            return str(self.raw["names"][code])
        own = _by_code(table, self.raw["held_as"].get(code, code))
        if own is not None:
            return own.label + (self.raw["code_suffix"] if f"{code}N" in listed else "")
        base = _by_code(table, code.removesuffix("N"))
        other = self.tables.get(self.raw["joined"].get(code, ""))
        found = base or (_by_code(other, code) if other is not None else None)
        return found.label if found is not None else code

    def _conditions(self, where: str, table: Table, entry: Mapping[str, Any]) -> Iterator[Condition]:
        """By scheme, for every table that has one, and what the entry adds."""
        scheme = _by_code(table, SCHEME)
        if scheme is not None:
            schemes = entry.get("schemes", self.raw["schemes"])
            if set(schemes) - set(self.raw["schemes"]):
                raise wrong(self.file, where, "险种不属于本接口")
            yield Condition(scheme.name, tuple(schemes))
        for key, negated in (("keep", False), ("drop", True)):
            for code, values in entry.get(key, {}).items():
                column = _by_code(table, code)
                if column is None:
                    raise wrong(self.file, where, f"没有列 {code}")
                yield Condition(column.name, tuple(values), negated)

    def _notation(self, code: str, text: str) -> Notation:
        try:
            return Notation.parse(text)
        except ValueError:
            pass
        raise wrong(self.file, f"types/{code}", "类型写法有误")

    def _checked(self, where: str, name: str) -> str:
        """Names become elements of XML and names of files."""
        if not _NAME.fullmatch(name):
            raise wrong(self.file, where, "名称只能由汉字、字母和数字组成")
        return name


def _by_code(table: Table, code: str) -> Column | None:
    return next((column for column in table.columns if column.code == code), None)
