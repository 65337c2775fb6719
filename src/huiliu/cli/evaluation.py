"""`evaluation show` and `evaluation check`: the same computations as the pages, printed."""

import json
from collections.abc import Sequence
from pathlib import Path

from huiliu.catalog.profiles import profiles
from huiliu.cli.console import out
from huiliu.demo import heyuan_2024 as demo
from huiliu.forms.reading import Reading, read
from huiliu.forms.telling import as_data, render_reading
from huiliu.scoring.check import DEFAULT_PROFILE, check_files, render_text
from huiliu.scoring.exchange import Table


def check(names: Sequence[str], profile: str | None, *, as_json: bool) -> int:
    """Print every contradiction; 1 if a table contradicts itself, 2 if one is unreadable, else 0. No data folder."""
    readings: list[Reading] = []

    def tables(path: Path, label: str) -> list[Table]:
        found = read(path, label)
        readings.extend(found)
        return [reading.table for reading in found]

    run = check_files(names, profile, profiles=profiles(), known=demo.evaluations(), tables=tables)
    if as_json:
        out.print(json.dumps(run.as_json(), ensure_ascii=False, indent=2), markup=False)
    else:
        out.print(render_text(run), markup=False, end="")
        for reading in readings:
            if reading.unread:
                out.print(
                    f"{reading.table.file}：有 {len(reading.unread)} 格没有读入，用 evaluation read 查看。",
                    markup=False,
                )
    return run.exit_status


def read_file(name: str, *, as_json: bool) -> None:
    """Print what was read of every table of a file, where it stands, and what was not understood."""
    readings = read(demo.evaluations().get(name, Path(name)), name)
    if as_json:
        out.print(json.dumps([as_data(one) for one in readings], ensure_ascii=False, indent=2), markup=False)
    else:
        out.print("\n".join(render_reading(one) for one in readings), markup=False)


def show(name: str, folder: Path | None, profile: str | None) -> None:
    """Print the evaluation of a built-in table or a file, and write its three documents."""
    from huiliu.apps.performance.reports import report_of, write
    from huiliu.config import environment
    from huiliu.kernel.clock import SystemClock
    from huiliu.scoring.evaluate import evaluate
    from huiliu.scoring.show import render_show

    path = demo.evaluations().get(name, Path(name))
    own = demo.PROFILE if name == demo.NAME else DEFAULT_PROFILE
    readings = read(path, name)
    stem = path.stem if name != demo.NAME else name
    narrative = demo.narrative() if name == demo.NAME else ""
    home = environment.Home(environment.load().home.absolute())
    for number, reading in enumerate(readings, 1):
        result = evaluate(reading.table, profiles()[profile or own])
        out.print(render_show(result), markup=False, end="")
        key = stem if len(readings) == 1 else f"{stem}-{number}"
        report = report_of(key, result, narrative, SystemClock().now().date())
        rendered = write(report, _folder(folder, key, readings) or home.create().reports / key, home.fonts)
        for written in (rendered.pdf, rendered.docx, rendered.trace):
            out.print(f"已写出 {written}")
        for note in rendered.notes:
            out.print(note, style="dim")


def _folder(folder: Path | None, key: str, readings: Sequence[Reading]) -> Path | None:
    """Where the documents of one table go: several tables must not overwrite each other's."""
    return folder / key if folder is not None and len(readings) > 1 else folder


def import_demo() -> None:
    """Put the 2024 project into the installation with its documents; a second time nothing changes."""
    from huiliu.apps.performance.services import Delivered, evaluation_import, report_render

    table = demo.evaluations()[demo.NAME].read_text("utf-8")
    evaluation_import(delivered=Delivered(demo.NAME, table, demo.PROFILE, demo.narrative()))
    report_render(name=demo.NAME)
