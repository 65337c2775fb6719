"""The documents against the tree: what they name (links, files, commands, options) exists; the READMEs agree."""

import re
from pathlib import Path

import pytest
import typer

from huiliu.catalog import Catalog
from huiliu.cli.commands import app

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "bench/*.md")
    for page in ROOT.glob(pattern)
)
TOOLS = {path.stem for path in (ROOT / "tools").glob("*.py")}
FILE = re.compile(r"`([\w.-]+(?:/[\w.-]+)+\.(?:py|ya?ml|json|toml|html|po|md|lock))`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
COMMAND = re.compile(r"^(?:\./run|huiliu) ([a-z].*)$")
TREES = ("src", "tests", "tools", "docs", "bench", ".ci")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """What stands after `./run` in fenced blocks and in inline code, without comments."""
    fenced = [line for block in re.findall(r"```(?:sh)?\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    found = (
        COMMAND.match(re.sub(r"^(?:HUILIU_\w+=\S+ )+", "", code).split(" #")[0].strip()) for code in fenced + inline
    )
    return [" ".join(match[1].split()) for match in found if match]


def options(words: list[str]) -> set[str]:
    """The options of a command; KeyError names the word that is none."""
    command = typer.main.get_command(app)
    while words and (known := getattr(command, "commands", None)):
        command = known[words[0].rstrip(",")]
        words = words[1:]
    return {name for parameter in command.params for name in parameter.opts}


def test_there_is_something_to_test():
    assert {*READMES, "docs/development.md", "docs/decisions/0001-one-line-one-machine.md"} <= set(PAGES)
    assert "night" in commands(read("README.md"))


@pytest.mark.parametrize("page", PAGES)
def test_no_link_is_dead(page):
    links = [link for link in LINK.findall(read(page)) if "://" not in link]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_exist(page):
    tree = [path.as_posix() for name in TREES for path in (ROOT / name).rglob("*.*")]
    named = [name for name in FILE.findall(read(page)) if "NNNN" not in name]
    assert [name for name in named if not any(path.endswith(f"/{name}") for path in tree)] == []


@pytest.mark.parametrize("page", PAGES)
def test_commands_that_are_named_exist_with_their_options(page):
    for command in commands(read(page)):
        words = re.split(r"[\s,|]+", command)
        if words[0] in TOOLS:
            continue
        known = options([word for word in words if re.fullmatch(r"[a-z]+[0-9]*", word)])
        assert set(re.findall(r"--[a-z]+", command)) <= known, command


@pytest.mark.parametrize("wrong", ["nights", "lake stat", "evaluation prove"])
def test_a_wrong_command_is_noticed(wrong):
    with pytest.raises(KeyError):
        options(wrong.split())


def test_a_command_is_found_wherever_it_stands():
    text = "Run `HUILIU_PORT=8067 ./run up --empty`.\n```sh\n./run lake state   # agree?\n```\n`./run`, `run night`"
    assert commands(text) == ["lake state", "up --empty"]


def test_both_readmes_are_in_step():
    english, chinese = map(read, READMES)
    assert commands(english) == [command.replace("文件", "FILE") for command in commands(chinese)]
    places = [[link for link in LINK.findall(text) if link not in READMES] for text in (english, chinese)]
    assert places[0] == places[1]
    assert re.findall(r"^\| `([^`]+)`", english, re.M) == re.findall(r"^\| `([^`]+)`", chinese, re.M)
    assert re.findall(r"^#+", english, re.M) == re.findall(r"^#+", chinese, re.M)


def test_decisions_are_numbered_without_gaps_and_say_why():
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert [h for h in ("## Context", "## Decision", "## Consequence") if h not in text] == [], path.name


def test_the_changelog_names_every_rule_and_table():
    catalog = Catalog.load()
    assert [code for code in (*catalog.rules, *catalog.tables) if code not in read("CHANGELOG.md")] == []
