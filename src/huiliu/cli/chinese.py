"""Typer in Chinese: usage lines, help option and the errors of wrong use."""

import os
import re
from typing import Any

from rich.console import Console
from rich.text import Text
from typer import rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup

TITLES = {
    "ARGUMENTS_PANEL_TITLE": "参数",
    "OPTIONS_PANEL_TITLE": "选项",
    "COMMANDS_PANEL_TITLE": "命令",
    "ERRORS_PANEL_TITLE": "用法有误",
    "ABORTED_TEXT": "已中止。",
    "DEFAULT_STRING": "[默认：{}]",
    "ENVVAR_STRING": "[环境变量：{}]",
    "REQUIRED_LONG_STRING": "[必填]",
}
for _name, _text in TITLES.items():
    setattr(rich_utils, _name, _text)
# An argument's name says what it is; Typer would add the type of the programming language.
TyperArgument.display_type_rich = lambda self, ctx: None  # type: ignore[method-assign]

WORDS = {"Usage: ": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 …"}


def _usage(text: str) -> str:
    for word, chinese in WORDS.items():
        text = text.replace(word, chinese)
    return text


def _help(option: Any) -> Any:
    if option is not None:
        option.help, option.metavar = "显示这份说明。", "开关"
    return option


class Command(TyperCommand):
    """A command whose help is Chinese."""

    def get_usage(self, ctx: Any) -> str:
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _help(super().get_help_option(ctx))


class Group(TyperGroup):
    """A group of commands whose help is Chinese."""

    def get_usage(self, ctx: Any) -> str:
        return _usage(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        return _help(super().get_help_option(ctx))


_WRONG_USE = {
    "NoSuchOption": "没有选项 {name}",
    "MissingParameter": "缺少参数 {name}",
    "BadParameter": "参数 {name} 的值不合要求",
    "BadOptionUsage": "选项 {name} 的用法不对",
    "NoSuchCommand": "没有命令 {name}",
    "BadArgumentUsage": "参数 {name} 的用法不对",
}


def print_wrong_use(error: Exception, console: Console) -> None:
    """Say what was wrong; a bare group name has already been answered with its help."""
    if type(error).__name__ != "NoArgsIsHelpError":
        console.print("[red]✗[/]", Text(wrong_use(error)))


def wrong_use(error: Exception) -> str:
    """One Chinese sentence for an error of use, and where to read how it is done."""
    kind = next((name for name in (c.__name__ for c in type(error).__mro__) if name in _WRONG_USE), "")
    name = getattr(error, "option_name", None) or _parameter(error)
    text = _WRONG_USE.get(kind, "").format(name=name).rstrip()
    text = "，".join(filter(None, (text, _detail(str(getattr(error, "message", "")))))) or "命令写得不对"
    path = getattr(getattr(error, "ctx", None), "command_path", "") or "./run"
    return f"{text}。用 {path} --help 查看用法。"


# What Typer says in English only, and the part of it that people need.
_DETAILS = (
    (r"No such command '(.*?)'", "没有命令 {}"),
    (r"Got unexpected extra argument\S* \((.*)\)", "多出的内容：{}"),
    (r"Input should be greater than or equal to (\S+)", "应不小于 {}"),
    (r"Input should be a valid integer()", "应为整数"),
)


def _detail(message: str) -> str:
    found = ((re.match(pattern, message), text) for pattern, text in _DETAILS)
    return next((text.format(match[1]) for match, text in found if match), "")


def _parameter(error: Exception) -> str:
    param = getattr(error, "param", None)
    return (param.metavar or (param.opts or [param.name or ""])[-1]) if param is not None else ""


def program() -> str:
    """How people call us: ./run when started by it, else huiliu."""
    return "./run" if os.environ.get("PYTHONSAFEPATH") else "huiliu"
