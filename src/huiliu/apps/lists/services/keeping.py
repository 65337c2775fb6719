"""The rows of lists at rest: one sealed file each, gone as soon as the answer is made or will never be."""

import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Entry, record
from huiliu.apps.exports.selectors import is_underway
from huiliu.apps.lists.models import ListLookUp
from huiliu.documents.form_book import FillPlan
from huiliu.documents.sheets import Cell
from huiliu.documents.uploaded_list import UploadedList
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.sealed_files import seal_file, unseal_file
from huiliu.kernel.sealing import UnsealError

OBJECT = kind("list", "批量查询名单")
FORGOTTEN = action("lists.forget", "删除批量查询名单")
PURPOSE = "export"  # the installation's key: a list belongs to its export
SUFFIX, BOOK = ".sealed", "-book"
_STALE = timedelta(hours=1)


@dataclass(frozen=True)
class FilledForm:
    """A workbook as it was sent, to be filled in place."""

    book: bytes = field(repr=False)
    plan: FillPlan


def folder() -> Path:
    """The folder of sealed lists, made if need be."""
    place: Path = settings.HOME.root / "lists"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def _path(key: str) -> Path:
    return folder() / f"{key}{SUFFIX}"


def list_keep(uploaded: UploadedList, key: str, form: FilledForm | None = None) -> None:
    """Seal the rows, and the workbook that is to be filled in place; no plain copy of them touches the disk."""
    head = {
        "heading": uploaded.heading,
        "column": uploaded.column,
        "zeros": uploaded.keeps_zeros,
        "plan": form.plan.to_json() if form else None,
    }
    lines = [json.dumps(head, ensure_ascii=False), *(json.dumps(row, ensure_ascii=False) for row in uploaded.rows)]
    _seal("\n".join(lines).encode(), key)
    if form is not None:
        _seal(form.book, f"{key}{BOOK}")


def _seal(content: bytes, name: str) -> None:
    key_id, secret = settings.HUILIU_KEYS.current(PURPOSE)
    with _path(name).open("xb") as kept:
        _path(name).chmod(0o600)
        kept.write(f"{key_id}\n".encode())
        seal_file(secret, io.BytesIO(content), kept, _place(name))


def list_drop(key: str) -> None:
    """The files of a list that nobody will answer."""
    for name in (key, f"{key}{BOOK}"):
        _path(name).unlink(missing_ok=True)


def list_is_form(key: str) -> bool:
    """Whether the answer is to be filled into the workbook that was sent."""
    with _damage_said():
        return json.loads(next(_lines(key)))["plan"] is not None


def list_form(key: str) -> FilledForm:
    """The workbook that the answer is filled into, and how; LIST-006 where it is gone or damaged."""
    with _damage_said():
        plan = FillPlan.from_json(json.loads(next(_lines(key)))["plan"])
        return FilledForm(b"".join(_blocks(f"{key}{BOOK}")), plan)


def list_heading(key: str) -> tuple[str, ...]:
    """The names of the columns that were sent; no row is read."""
    with _damage_said():
        return tuple(json.loads(next(_lines(key)))["heading"])


def list_open(key: str) -> UploadedList:
    """The list as it was sent; LIST-006 where its file is gone or damaged."""
    with _damage_said():
        lines = _lines(key)
        head = json.loads(next(lines))
        rows: list[list[Cell]] = [json.loads(line) for line in lines]
    return UploadedList(tuple(head["heading"]), rows, head["column"], head["zeros"], 1)


@contextmanager
def _damage_said() -> Iterator[None]:
    try:
        yield
    except (OSError, UnsealError, StopIteration, ValueError):
        hint = "请重新上传名单查询；若反复出现，请告知信息技术人员检查数据目录中的 lists 和 keys。"
        raise HuiliuError(code="LIST-006", message="名单缺失或已损坏，没有查询", hint=hint) from None


def _lines(key: str) -> Iterator[str]:
    rest = b""
    for block in _blocks(key):
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode() for line in whole)
    yield rest.decode()


def _blocks(key: str) -> Iterator[bytes]:
    with _path(key).open("rb") as file:
        key_id = file.readline(16).strip().decode("ascii", "replace")
        if not key_id.isalnum():
            raise UnsealError("no key named")
        yield from unseal_file(settings.HUILIU_KEYS.get(PURPOSE, key_id), file, _place(key))


def _place(key: str) -> str:
    return f"list:{key}"


def lists_sweep() -> int:
    """Take away the rows of every list that is answered, was given up, or was never asked for; how many that were.

    The file first: a record that says it is gone is never wrong. Run again it does no harm.
    """
    gone = [look for look in ListLookUp.objects.filter(is_kept=True).select_related("export") if _is_over(look)]
    for look in gone:
        list_drop(look.key)
        with transaction.atomic():
            ListLookUp.objects.filter(pk=look.pk).update(is_kept=False)
            record(Entry(SYSTEM, FORGOTTEN, OBJECT, look.key, after={"is_kept": False}))
    found = [path for path in folder().iterdir() if _is_old(path)]  # first: what is sealed meanwhile is none of these
    known = set(ListLookUp.objects.filter(is_kept=True).values_list("key", flat=True))
    for path in found:
        if path.name.removesuffix(SUFFIX).removesuffix(BOOK) not in known:
            path.unlink(missing_ok=True)
    return len(gone)


def _is_old(path: Path) -> bool:
    """A file is there before the record of its list can be seen by others."""
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > _STALE.total_seconds()
    return False


def _is_over(look: ListLookUp) -> bool:
    if look.export is None:
        return bool(look.asked_at < settings.HUILIU_CLOCK.now() - _STALE)
    return not is_underway(look.export)
