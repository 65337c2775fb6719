"""Many units' tables: asked to be checked, checked by the worker, kept as they were found, handed out again."""

import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.accounts.selectors import person_names
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record, record_alone, refusals_recorded
from huiliu.apps.control.selectors.purposes import number_of
from huiliu.apps.control.services.files import file_kept
from huiliu.apps.jobs.services import JOBS, JobKind, Work, job_ask
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import CheckedBatch, CheckedFolder, CheckRequest
from huiliu.apps.performance.selectors import checked as selectors
from huiliu.apps.performance.selectors.profiles import every
from huiliu.apps.performance.services.checked_papers import SentFile, folder_of, receive
from huiliu.apps.performance.services.holders import CHECK, check_may, for_holders
from huiliu.documents.checked_book import write_checked
from huiliu.forms.folder import Rules, Source, check_files
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.scoring.checked import Checked, LeftFile

JOB = "checked_batch"
DAYS = "checked_file_days"
BATCH = kind("checked_batch", "批量核对")
FOLDER = kind("checked_folder", "批量核对的文件")
ASKED = action("performance.batch_ask", "申请批量核对")
CHECKED = action("performance.batch_check", "批量核对自评表")
READ = action("performance.batch_workbook", "下载批量核对的结果")
FETCHED = action("performance.batch_file", "下载批量核对的原文件")
REMOVED = action("performance.batch_files_remove", "删除到期的批量核对原文件")


def register() -> None:
    """The kind of job."""
    JOBS.add(JOB, JobKind("批量核对", check_make))


def check_ask(
    *, sent: Sequence[SentFile], profile: str | None = None, user: Any, actor: Actor, clock: Clock | None = None
) -> CheckRequest:
    """Keep the files and ask for their check; one that cannot be read will be part of the result.

    Raises BATCH-001 without the permission, BATCH-004 for no file or too many, UPL-013 … UPL-016 for an archive that
    may not be opened, CODE-002 for a profile that does not exist, CTRL-051 on a full disk.
    """
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, ASKED, BATCH)):
        check_may(user, CHECK)
        _check_profile(profile)
        key = secrets.token_hex(16)
        received = receive(sent, folder_of(key))  # before the transaction: nobody else need wait for it
    try:
        with transaction.atomic():
            now = clock.now()
            folder = CheckedFolder.objects.create(
                key=key, papers=received.papers, left=received.left, files=received.files, size=received.size,
                sent_at=now, sent_by=actor.name, expires_at=now + timedelta(days=number_of(DAYS, now.date())),
            )  # fmt: skip
            return _asked(folder, profile, user, actor, clock)
    except BaseException:
        shutil.rmtree(folder_of(key), ignore_errors=True)
        raise


@for_holders(CHECK, ASKED, BATCH)
def check_again(
    *, request: CheckRequest, profile: str | None = None, user: Any, actor: Actor, clock: Clock | None = None
) -> CheckRequest:
    """Ask for another check of the same files; BATCH-005 where they are gone."""
    _check_profile(profile)
    folder = CheckedFolder.objects.select_for_update().get(pk=request.folder_id)
    if folder.removed_at is not None:
        raise refused("BATCH-005", "原文件已过保留期，不能再核对", "请重新上传这些文件。", number=folder.pk)
    return _asked(folder, profile, user, actor, clock or settings.HUILIU_CLOCK)


def _check_profile(profile: str | None) -> None:
    if profile is not None:
        every()[profile]


def _asked(folder: CheckedFolder, profile: str | None, user: Any, actor: Actor, clock: Clock) -> CheckRequest:
    asked = CheckRequest.objects.create(folder=folder, profile=profile or "", asked_by=user, asked_at=clock.now())
    asked.job = job_ask(kind=JOB, subject=asked.pk, user=user, clock=clock)
    asked.save(update_fields=("job",))
    after = {"folder": folder.pk, "files": folder.files, "kept": len(folder.papers), "size": folder.size}
    record(Entry(actor, ASKED, BATCH, str(asked.pk), after=after, details={"profile": profile or ""}), clock)
    return asked


def check_make(work: Work) -> None:
    """Check the files of one request. Begun again it checks them anew; what was kept already stays.

    BATCH-001 if the asker lost the right meanwhile, CODE-002 for a profile that is gone.
    """
    asked = CheckRequest.objects.select_related("folder", "asked_by").get(pk=work.subject)
    if asked.batch_id is not None:
        return
    check_may(asked.asked_by, CHECK)
    found = _checked(asked, lambda done, of: work.progress("核对文件", done, of))
    work.progress("留存结果")
    _keep(asked, found, settings.HUILIU_CLOCK)


def _checked(asked: CheckRequest, tell: Callable[[int, int], None]) -> Checked:
    folder, place = asked.folder, folder_of(asked.folder.key)
    sources: list[Source] = [(paper["name"], _opener(paper["digest"], place)) for paper in folder.papers]
    tell(0, len(sources))
    found = check_files(sources, Rules(every(), asked.profile or None, folders=True), tell)
    left = sorted((*found.left, *(LeftFile(**one) for one in folder.left)), key=lambda file: file.file)
    return replace(found, files=folder.files, left=tuple(left))


def _opener(digest: str, place: Path) -> Callable[[], bytes]:
    return lambda: file_kept(digest, place)


@transaction.atomic
def _keep(asked: CheckRequest, checked: Checked, clock: Clock) -> None:
    """Result, its request and the audit row together."""
    if CheckRequest.objects.select_for_update().get(pk=asked.pk).batch_id is not None:
        return
    content = canonical_json(checked.as_json())
    kept = CheckedBatch.objects.create(
        profile=asked.profile, files=checked.files, tables=len(checked.tables), units=len(checked.by_unit()),
        unreadable=sum(1 for file in checked.left if file.kind == "unreadable"), errors=checked.count("error"),
        warnings=checked.count("warning"), content=content.decode(), digest=f"sm3:{sm3(content)}",
        checked_at=clock.now(), checked_by=asked.asked_by.get_username(),
    )  # fmt: skip
    CheckRequest.objects.filter(pk=asked.pk).update(batch=kept)
    after = {"files": kept.files, "tables": kept.tables, "errors": kept.errors, "digest": kept.digest}
    details = {"request": asked.pk, "for": asked.asked_by.get_username()}
    record(Entry(SYSTEM, CHECKED, BATCH, str(kept.pk), after=after, details=details), clock)


def batch_workbook(*, batch: CheckedBatch, actor: Actor, clock: Clock | None = None) -> bytes:
    """The workbook of a kept batch, after its audit row."""
    _noted_read(batch, "xlsx", actor, clock)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "checked.xlsx"
        author = person_names([batch.checked_by])[batch.checked_by]
        write_checked(path, selectors.found_anew(batch), author=author, made_at=batch.checked_at)
        return path.read_bytes()


def batch_json(*, batch: CheckedBatch, actor: Actor, clock: Clock | None = None) -> bytes:
    """What was found, byte for byte as it was sealed, after its audit row; BATCH-003 where it is not."""
    selectors.as_data(batch)
    _noted_read(batch, "json", actor, clock)
    return batch.content.encode()


def _noted_read(batch: CheckedBatch, form: str, actor: Actor, clock: Clock | None) -> None:
    details = {"digest": batch.digest, "format": form}
    record_alone(Entry(actor, READ, BATCH, str(batch.pk), details=details), clock)


def paper_fetch(
    *, batch: CheckedBatch, part: int, actor: Actor, clock: Clock | None = None
) -> tuple[bytes, str] | None:
    """One of the files a batch was made from and its name, after the audit row; None where there is none (any more).

    CTRL-046 where the file is not what was sent in.
    """
    folder = selectors.folder_of_batch(batch)
    if folder is None or folder.removed_at is not None or not 1 <= part <= len(folder.papers):
        return None
    paper = folder.papers[part - 1]
    entry = Entry(actor, FETCHED, BATCH, str(batch.pk), details={"part": part, "digest": paper["digest"]})
    with refusals_recorded(entry):
        content = file_kept(paper["digest"], folder_of(folder.key))
    record_alone(entry, clock)
    return content, PurePosixPath(paper["name"]).name


def folders_remove(clock: Clock | None = None) -> int:
    """Remove the files whose time is over, unless a check of them is under way, and what belongs to no record.

    Results stay. How many folders expired; run again it does no harm.
    """
    clock = clock or settings.HUILIU_CLOCK
    removed = sum(_remove(folder, clock) for folder in list(selectors.folders_due(clock.now())))
    _clear(clock)
    return removed


def _remove(folder: CheckedFolder, clock: Clock) -> bool:
    """Marked first, so that nobody asks for a check of what is going; a cut between is mended by `_clear`."""
    now = clock.now()
    with transaction.atomic():
        if not selectors.folders_due(now).filter(pk=folder.pk).update(removed_at=now):
            return False
        after = {"files": len(folder.papers), "size": folder.size}
        record(Entry(SYSTEM, REMOVED, FOLDER, str(folder.pk), after=after), clock)
    shutil.rmtree(folder_of(folder.key), ignore_errors=True)
    return True


def _clear(clock: Clock) -> None:
    """Folders of no record that is there: of an upload that was cut off, or whose removal was.

    Those of the last day are left alone, as one of them may be coming in at this moment.
    """
    root, before = folder_of("x").parent, (clock.now() - timedelta(days=1)).timestamp()
    found = [path for path in root.iterdir() if path.stat().st_mtime < before] if root.is_dir() else []
    held = set(CheckedFolder.objects.filter(removed_at=None).values_list("key", flat=True))
    for path in found:
        if path.name not in held:
            shutil.rmtree(path, ignore_errors=True)
