"""Checking many units' tables at once and keeping what was found; handing out its workbook."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record, record_alone, refusals_recorded
from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.apps.performance.selectors.profiles import every
from huiliu.apps.performance.services.holders import CHECK, check_may, for_holders
from huiliu.documents.checked_book import write_checked
from huiliu.forms.folder import Rules, Source, check_files, safe, shown
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.checked import Checked, LeftFile
from huiliu.web.uploads import check_upload

KINDS = ("xlsx", "docx", "pdf")
LARGEST = 10 * 1024 * 1024
BATCH = kind("checked_batch", "批量核对")
CHECKED = action("performance.batch_check", "批量核对自评表")
READ = action("performance.batch_workbook", "下载批量核对的工作簿")


@dataclass(frozen=True)
class SentFile:
    """One file with the name it was sent under."""

    file: BinaryIO
    name: str


def batch_check(
    *, sent: Sequence[SentFile], profile: str | None = None, user: Any, actor: Actor, clock: Clock | None = None
) -> CheckedBatch:
    """Check files and keep what was found; one that cannot be read is part of the result.

    Raises BATCH-001 without the permission, CODE-002 for a profile that does not exist.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, CHECKED, BATCH)):
        check_may(user, CHECK)
    checked = _checked(sent, Rules(every(), profile))  # before the transaction: nobody else need wait for it
    return _kept(checked=checked, profile=profile or "", user=user, actor=actor, clock=clock)


def _checked(sent: Sequence[SentFile], rules: Rules) -> Checked:
    sources: list[Source] = []
    left: list[LeftFile] = []
    for number, one in enumerate(sent, 1):
        try:
            check_upload(one.file, one.name, KINDS, LARGEST)
            sources.append((one.name, one.file.read()))
        except HuiliuError as error:
            left.append(LeftFile(shown(one.name, number), "unreadable", error.code, safe(error.message), error.hint))
    found = check_files(sources, rules)
    return replace(found, files=len(sent), left=tuple(sorted((*found.left, *left), key=lambda file: file.file)))


@for_holders(CHECK, CHECKED, BATCH)
def _kept(*, checked: Checked, profile: str, user: Any, actor: Actor, clock: Clock) -> CheckedBatch:
    content = canonical_json(checked.as_json())
    kept = CheckedBatch.objects.create(
        profile=profile, files=checked.files, tables=len(checked.tables), units=len(checked.by_unit()),
        unreadable=sum(1 for file in checked.left if file.kind == "unreadable"), errors=checked.count("error"),
        warnings=checked.count("warning"), content=content.decode(), digest=f"sm3:{sm3(content)}",
        checked_at=clock.now(), checked_by=actor.name,
    )  # fmt: skip
    after = {"files": kept.files, "tables": kept.tables, "errors": kept.errors, "digest": kept.digest}
    record(Entry(actor, CHECKED, BATCH, str(kept.pk), after=after), clock)
    return kept


def batch_workbook(*, batch: CheckedBatch, actor: Actor, clock: Clock | None = None) -> bytes:
    """The workbook of a kept batch, after its audit row."""
    record_alone(Entry(actor, READ, BATCH, str(batch.pk), details={"digest": batch.digest}), clock)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checked.xlsx"
        author = person_names([batch.checked_by])[batch.checked_by]
        write_checked(path, selectors.found_in(batch), author=author, made_at=batch.checked_at)
        return path.read_bytes()
