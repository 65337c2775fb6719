"""The same report is drawn once a process: equal input gives equal bytes, which tests/documents holds."""

import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def _reports_drawn_once() -> Iterator[None]:
    """What the evaluations' services write; the drawing itself is tested where it stands, without this."""
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        yield
        return
    from huiliu.apps.performance import reports

    real, drawn = reports.render, {}

    def render(report: Any, out_dir: Path, fonts: Any) -> Any:
        key = (pickle.dumps(report), fonts.folders)
        if key not in drawn:
            made = real(report, out_dir, fonts)
            drawn[key] = (made, {path: path.read_bytes() for path in (made.pdf, made.docx, made.trace)})
            return made
        made, files = drawn[key]
        return _laid_down(made, files, out_dir)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "render", render)
        yield


def _laid_down(made: Any, files: dict[Path, bytes], out_dir: Path) -> Any:
    out_dir.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (out_dir / path.name).write_bytes(content)
    places = {name: out_dir / getattr(made, name).name for name in ("pdf", "docx", "trace")}
    return replace(made, **places)
