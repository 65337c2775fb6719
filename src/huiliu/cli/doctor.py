"""`doctor`: the checks of the installation, failed first; with `--mlps` the self-check of classified protection."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from huiliu.cli.console import out
from huiliu.config.boot import boot

if TYPE_CHECKING:  # their modules need Django awake
    from huiliu.config.doctor.findings import Result
    from huiliu.config.doctor.mlps import Assessed, SelfCheck

COLOURS = {"fail": "red", "unmeasured": "yellow", "warn": "yellow", "ok": "green"}
VERDICT_COLOURS = {"不符合": "red", "未测得": "yellow", "符合": "green", "应用之外": "dim"}


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


def self_check(level: int, folder: Path | None, *, as_json: bool) -> int:
    """Print the self-check of a level and write it as DOCX where asked; 1 if any control is not met, else 0."""
    boot("cli")
    from huiliu.config.doctor import mlps
    from huiliu.config.doctor.form import write_form
    from huiliu.config.doctor.site import this_site

    checked = mlps.self_check(level, this_site())
    if as_json:
        out.print_json(json.dumps(checked.as_dict(), ensure_ascii=False))
    else:
        for text in report(checked):
            out.print(text)
    if folder is not None:
        written = write_form(checked, folder)
        if not as_json:
            out.print(f"已写出 {written}")
    return int(checked.counts()[mlps.Verdict.NOT_MET] > 0)


def report(checked: "SelfCheck") -> Iterator[Text]:
    """Headline, each control in the standard's order with its evidence, and the sums."""
    from huiliu.config.doctor.mlps import DISCLAIMER, LEVEL_NAMES

    yield Text(f"{checked.baseline.name} {LEVEL_NAMES[checked.level]}应用部分：{DISCLAIMER}", style="bold")
    for one in checked.controls:
        yield control_line(one, checked.level)
        yield from (Text(f"    {words}") for words in one.reasons())
        yield from (Text(f"    测试 {name}", style="dim") for name in one.control.tests)
        yield from (Text(f"    页面 {route}", style="dim") for route in one.routes)
    words = "，".join(f"{verdict} {count} 项" for verdict, count in checked.counts().items())
    yield Text(f"共 {len(checked.controls)} 项：{words}。{DISCLAIMER}。")
    if checked.unverified:
        yield Text(f"其中 {checked.unverified} 项是否适用于{LEVEL_NAMES[checked.level]}待核。")


def control_line(one: "Assessed", level: int) -> Text:
    """Verdict, number, group and what is asked."""
    text = Text(f"● {one.verdict}  ", style=VERDICT_COLOURS[one.verdict])
    mark = "（待核）" if one.unverified(level) else ""
    return text.append(f"{one.control.id} {one.control.group}：{one.control.asks}{mark}", style="default")
