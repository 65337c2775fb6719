"""`doctor`: the checks of the installation, failed first, one line each."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from huiliu.cli.console import out
from huiliu.config.boot import boot

if TYPE_CHECKING:  # their modules need Django awake
    from huiliu.config.doctor.findings import Result

COLOURS = {"fail": "red", "unmeasured": "yellow", "warn": "yellow", "ok": "green"}


def run(*, as_json: bool) -> int:
    """Print every check; 1 if any failed, else 0. Nothing is changed, not even the database's tables."""
    boot("cli")
    from huiliu.config.doctor.findings import State, examine
    from huiliu.config.doctor.site import this_site

    results = examine(this_site())
    if as_json:
        out.print_json(json.dumps([result.as_dict() for result in results], ensure_ascii=False))
    else:
        for result in results:
            out.print(line(result))
        out.print(tally(results))
    return int(any(result.finding.state is State.FAIL for result in results))


def line(result: "Result") -> Text:
    """Word, what was looked at, what was found; what to do in the same line where it is not good."""
    finding = result.finding
    text = Text("● ", style=COLOURS[finding.state])
    text.append(f"{finding.state.words}  ", style=COLOURS[finding.state])
    text.append(f"{result.check.label}：{finding.found}")
    if finding.todo:
        text.append(f"。{finding.todo}", style="bold")
    return text


def tally(results: "Sequence[Result]") -> str:
    """How many ended how, worst first."""
    counts = Counter(result.finding.state for result in results)
    words = "，".join(f"{state.words} {count} 项" for state, count in counts.items())  # sorted as the results are
    return f"共 {len(results)} 项：{words}。"
