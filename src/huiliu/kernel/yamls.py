"""YAML without its traps: what a reviewer reads in the file is exactly what the program gets."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer

from huiliu.kernel.errors import HuiliuError

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class _RefusedError(Exception):
    def __init__(self, problem: str, hint: str, line: int) -> None:
        super().__init__(problem)
        self.problem, self.hint, self.line = problem, hint, line


def load_yaml(path: Path) -> Any:
    """Read one YAML file: decimals arrive as Decimal, `2023-12-01` as date, and every ambiguous spelling is refused.

    Refused with the line number: repeated keys, `on`/`yes`/`no`/`off` unquoted, numbers with leading zeros or in
    other forms (`1_000`, `12:30`, `0x1F`), times, aliases, more than one document.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise _error(path.name, 1, "不是 UTF-8 文本", "请另存为 UTF-8 编码。") from None
    return parse_yaml(text, path.name)


def parse_yaml(text: str, name: str) -> Any:
    """`load_yaml` for text already read; `name` is what errors call it."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader made stricter
    except _RefusedError as refused:
        raise _error(name, refused.line, refused.problem, refused.hint) from None
    except yaml.MarkedYAMLError as broken:
        line = broken.problem_mark.line + 1 if broken.problem_mark else 1
        raise _error(name, line, "YAML 格式有误", "请检查缩进、冒号后的空格和引号。") from None
    except (yaml.YAMLError, RecursionError):
        raise _error(name, 1, "YAML 无法读取", "请确认文件是 UTF-8 文本，且嵌套不过深。") from None


def _error(name: str, line: int, problem: str, hint: str) -> HuiliuError:
    facts = {"file": name, "line": line}
    return HuiliuError(code="YAML-001", message=f"{name} 第 {line} 行：{problem}", hint=hint, facts=facts)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


# libyaml, which most wheels bring, reads five times as fast; nodes are composed in Python, where the loader steps in.
_Reader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BASES: Any = (_Reader,) if _Reader is yaml.SafeLoader else (Composer, _Reader)


class _StrictLoader(*_BASES):  # type: ignore[misc]
    def __init__(self, text: str) -> None:
        _Reader.__init__(self, text)
        self.anchors: dict[str, yaml.Node] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1
            raise _RefusedError("不允许用 * 引用别处内容", "请把内容直接写出。", line)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | date) or isinstance(key, bool):
                raise _RefusedError("键不是文字、整数或日期", "请给键加上引号。", _line(key_node))
            if key in seen:
                raise _RefusedError(f"键 {key} 重复", "请删去其中一个。", _line(key_node))
            seen.add(key)
        return super().construct_mapping(node, deep=True)


def _bool(loader: _StrictLoader, node: yaml.ScalarNode) -> bool:
    if node.value not in ("true", "false"):
        raise _RefusedError(f"{node.value} 会被读成真或假", "是真假请写 true 或 false，是文字请加引号。", _line(node))
    return bool(node.value == "true")


def _int(loader: _StrictLoader, node: yaml.ScalarNode) -> int:
    if not _INT.fullmatch(node.value):
        raise _RefusedError("数字写法有歧义（如前导零、下划线、冒号）", "代码请加引号，数字请写成十进制。", _line(node))
    return int(node.value)


def _decimal(loader: _StrictLoader, node: yaml.ScalarNode) -> Decimal:
    if not _DECIMAL.fullmatch(node.value):
        raise _RefusedError("小数写法有歧义", "代码请加引号，小数请写成 0.85 的形式。", _line(node))
    return Decimal(node.value)


def _date(loader: _StrictLoader, node: yaml.ScalarNode) -> date:
    try:
        if _DATE.fullmatch(node.value):
            return date.fromisoformat(node.value)
    except ValueError:
        pass
    raise _RefusedError("日期不正确，或带有时刻", "日期请写成 2023-12-01；时刻请加引号。", _line(node))


def _text(loader: _StrictLoader, node: yaml.ScalarNode) -> str:
    # `08` and `0123` with an 8 or 9 are text to YAML 1.1 but `0117` is a number: refuse both alike.
    if not node.style and re.fullmatch(r"[-+]?0[0-9_]+(?:\.[0-9]+)?", node.value):
        raise _RefusedError("有前导零的数字没有加引号", "请加引号，例如 '001'。", _line(node))
    return str(node.value)


_StrictLoader.add_constructor("tag:yaml.org,2002:bool", _bool)
_StrictLoader.add_constructor("tag:yaml.org,2002:int", _int)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
_StrictLoader.add_constructor("tag:yaml.org,2002:timestamp", _date)
_StrictLoader.add_constructor("tag:yaml.org,2002:str", _text)
