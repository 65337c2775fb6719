"""`evaluation print` and `evaluation fill`: the forms of a project's year, and an agency's template filled with it."""

import json
from collections.abc import Mapping
from pathlib import Path

from huiliu.cli.console import out
from huiliu.config.boot import boot, migrate
from huiliu.documents.render import write_together
from huiliu.kernel.errors import HuiliuError


def print_forms(project: str, year: int, layout: str, folder: Path) -> None:
    """Write the forms of a project's year, or the one of that name, in four formats: all files or none."""
    migrate(boot("cli"))
    from huiliu.apps.audit.services import SYSTEM
    from huiliu.apps.performance.services.printing import forms_print

    _write(folder, forms_print(project=project, year=year, layout=layout, actor=SYSTEM).files)


def fill(template: Path, project: str, year: int, file: Path) -> None:
    """Fill a template and write it, and beside it where each of its figures stands: both files or none."""
    content = _read(template)
    migrate(boot("cli"))
    from huiliu.apps.audit.services import SYSTEM
    from huiliu.apps.performance.services.form_templates import template_try

    filled = template_try(content=content, project=project, year=year, actor=SYSTEM)
    if file.suffix.lower() != f".{filled.kind}":
        hint = f"模板是 {filled.kind.upper()}，请把 --out 的文件名写成 .{filled.kind}。"
        raise HuiliuError(code="FORM-PRINT-003", message="写出的文件与模板的格式不同", hint=hint)
    told = json.dumps(filled.trace(), ensure_ascii=False, indent=2) + "\n"
    _write(file.parent, {file.name: filled.content, f"{file.name}.trace.json": told.encode()})


def _read(template: Path) -> bytes:
    try:
        return template.read_bytes()
    except OSError as error:
        hint = "请核对文件的路径和读取权限。"
        raise HuiliuError(code="FORM-PRINT-004", message=f"读不出模板 {template.name}", hint=hint) from error


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        write_together(folder, files)
    except OSError as error:
        hint = "请核对目录的写入权限和磁盘空间；没有写完的文件不会留下。"
        raise HuiliuError(code="FORM-PRINT-005", message=f"写不进目录 {folder}", hint=hint) from error
    for name in files:
        out.print(f"已写出 {folder / name}", markup=False)
