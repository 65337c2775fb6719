"""Writes a form as PDF, DOCX, XLSX and JSON, all four or none."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huiliu.documents import errors
from huiliu.documents.compose import Content
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.fonts import FontSet
from huiliu.documents.printed_forms.grid import Form
from huiliu.documents.printed_forms.layout import form_of
from huiliu.documents.render import write_together
from huiliu.kernel.digests import sm3

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class PrintedForm:
    """Paths by ending (pdf, docx, xlsx, json), digests by file name (`sm3:<hex>`), notes for people."""

    files: Mapping[str, Path]
    digests: Mapping[str, str]
    notes: tuple[str, ...] = ()


def print_form(layout: Content, file: EvaluationFile, out_dir: Path, fonts: FontSet) -> PrintedForm:
    """One form of an evaluation in one call; `layout` is a file of catalog/forms, read by the caller."""
    return write_form(form_of(layout, file), out_dir, fonts)


def write_form(form: Form, out_dir: Path, fonts: FontSet) -> PrintedForm:
    """Write `<key>.pdf`, `.docx`, `.xlsx` and `.json` into the folder, made if need be, the JSON last.

    Nothing is written if the form is refused. The JSON holds the digests of the other three.
    """
    contents = form_files(form, fonts)
    write_together(out_dir, contents)
    digests = {name: f"sm3:{sm3(content)}" for name, content in contents.items()}
    return PrintedForm({name.rpartition(".")[2]: out_dir / name for name in contents}, digests, tuple(fonts.notes()))


def form_files(form: Form, fonts: FontSet) -> dict[str, bytes]:
    """The four files by name, for whoever keeps or zips them instead."""
    from huiliu.documents.printed_forms.pdf import form_pdf  # here: most processes write no form
    from huiliu.documents.printed_forms.trace import form_json
    from huiliu.documents.printed_forms.word import form_docx
    from huiliu.documents.printed_forms.xlsx import form_xlsx

    if not _KEY.fullmatch(form.key):
        raise errors.bad_key()
    contents = {
        f"{form.key}.pdf": form_pdf(form, fonts),
        f"{form.key}.docx": form_docx(form),
        f"{form.key}.xlsx": form_xlsx(form),
    }
    digests = {name: f"sm3:{sm3(content)}" for name, content in contents.items()}
    told = json.dumps(form_json(form, digests, fonts.notes()), ensure_ascii=False, indent=2) + "\n"
    return {**contents, f"{form.key}.json": told.encode()}
