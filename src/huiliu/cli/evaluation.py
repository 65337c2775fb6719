"""`evaluation show` and `evaluation check`: the same computations as the pages, printed."""

import json
from collections.abc import Sequence
from pathlib import Path

from huiliu.catalog.profiles import profiles
from huiliu.cli.console import out
from huiliu.demo import heyuan_2024 as demo
from huiliu.scoring.check import DEFAULT_PROFILE, check_files, render_text


def check(names: Sequence[str], profile: str | None, *, as_json: bool) -> int:
    """Print every contradiction; 1 if a table contradicts itself, 2 if one is unreadable, else 0. No data folder."""
    run = check_files(names, profile, profiles=profiles(), known=demo.evaluations())
    if as_json:
        out.print(json.dumps(run.as_json(), ensure_ascii=False, indent=2), markup=False)
    else:
        out.print(render_text(run), markup=False, end="")
    return run.exit_status


def show(name: str, folder: Path | None, profile: str | None) -> None:
    """Print the evaluation of a built-in table or a file, and write its three documents."""
    from huiliu.apps.performance.reports import report_of, write
    from huiliu.config import environment
    from huiliu.kernel.clock import SystemClock
    from huiliu.scoring.evaluate import evaluate
    from huiliu.scoring.exchange import read_table
    from huiliu.scoring.show import render_show

    path = demo.evaluations().get(name, Path(name))
    own = demo.PROFILE if name == demo.NAME else DEFAULT_PROFILE
    result = evaluate(read_table(path, name), profiles()[profile or own])
    out.print(render_show(result), markup=False, end="")
    key = path.stem if name != demo.NAME else name
    narrative = demo.narrative() if name == demo.NAME else ""
    report = report_of(key, result, narrative, SystemClock().now().date())
    home = environment.Home(environment.load().home.absolute())
    rendered = write(report, folder or home.create().reports / key, home.root / "fonts")
    for written in (rendered.pdf, rendered.docx, rendered.trace):
        out.print(f"已写出 {written}")
    for note in rendered.notes:
        out.print(note, style="dim")


def import_demo() -> None:
    """Put the 2024 project into the installation with its documents; a second time nothing changes."""
    from huiliu.apps.performance.services import Delivered, evaluation_import, report_render

    table = demo.evaluations()[demo.NAME].read_text("utf-8")
    evaluation_import(delivered=Delivered(demo.NAME, table, demo.PROFILE, demo.narrative()))
    report_render(name=demo.NAME)
