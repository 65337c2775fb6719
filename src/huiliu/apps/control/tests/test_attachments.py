"""Files of requests: who adds them and when, who reads them, what is turned away, and that nobody changes them."""

import io

import pytest
from django.db import transaction

from huiliu.apps.control.models import Attachment
from huiliu.apps.control.tests.rules import NOW, blocked
from huiliu.apps.control.tests.walking import last_event, refused_with, sent, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def folder(settings, tmp_path):
    settings.HUILIU_HOME = tmp_path
    return tmp_path / "attachments"


def add(client, request, content=PDF, name="任职文件.pdf"):
    file = io.BytesIO(content)
    file.name = name
    return sent(client, f"/control/requests/{request.pk}/attachments/", file=file)


def path_of(row):
    return f"/control/requests/{row.request_id}/attachments/{row.pk}/"


def test_the_applicant_adds_a_file_and_who_sees_the_request_reads_it(office, at, ask, folder):
    request = ask("wang", "lan", "clerk")
    assert "任职文件.pdf" in add(at("wang"), request)
    row = Attachment.objects.get()
    kept = list(folder.iterdir())
    assert [(path.name, path.stat().st_mode & 0o777) for path in kept] == [(row.digest.partition(":")[2], 0o600)]
    answer = at("he").get(path_of(row))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert (last_event().action, last_event().actor) == ("control.attachment_read", "he")
    assert "任职文件" not in str(last_event().details)


def test_others_neither_add_nor_read(office, at, ask, folder):
    request = ask("wang", "lan", "clerk")
    add(at("wang"), request)
    row = Attachment.objects.get()
    assert at("ji").get(path_of(row)).status_code == 404
    assert at("he").get(f"/control/requests/{request.pk}/attachments/{row.pk + 1}/").status_code == 404
    other = ask("chen", "lan", "checker")
    assert at("he").get(f"/control/requests/{other.pk}/attachments/{row.pk}/").status_code == 404
    assert "只有申请人在办结之前" in add(at("he"), request, PDF + b"2")
    assert refused_with("CTRL-049")
    assert Attachment.objects.count() == 1


def test_a_decided_request_takes_no_more_files(office, at, ask, sign, folder):
    request = ask("wang", "lan", "clerk")
    sign(request, "he", "rejected", "不需要")
    assert "只有申请人在办结之前" in add(at("wang"), request)
    assert "添加附件" not in text_of(at("wang"), f"/control/requests/{request.pk}/")
    with blocked("CTRL-047"), transaction.atomic():
        raw(request, office["wang"])


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<script>alert(1)</script>", "x.pdf", "此处不接受"),
        (b"MZ\x90\x00" + b"\x00" * 60, "x.pdf", "此处不接受"),
        (b"%PDF-1.4 broken", "x.pdf", "不完整"),
        (PDF, "../../etc/passwd", "passwd.pdf"),
    ],
)
def test_files_are_judged_by_content_and_named_safely(office, at, ask, folder, content, name, said):
    request = ask("wang", "lan", "clerk")
    page = add(at("wang"), request, content, name)
    assert said in page
    assert Attachment.objects.count() == (1 if content == PDF else 0)
    assert len(list(folder.iterdir()) if folder.exists() else []) == Attachment.objects.count()
    assert ".." not in "".join(Attachment.objects.values_list("name", flat=True))


@pytest.mark.slow
def test_the_same_file_counts_once_and_there_is_an_end(office, at, ask, folder):
    request = ask("wang", "lan", "clerk")
    add(at("wang"), request)
    assert "附件已有或数量已满" in add(at("wang"), request)
    for number in range(12):
        add(at("wang"), request, PDF.replace(b"1 0", f"{number + 2} 0".encode()))
    assert Attachment.objects.count() == 10
    assert refused_with("CTRL-045")


def test_a_file_that_was_changed_or_lost_is_not_handed_out(office, at, ask, folder):
    request = ask("wang", "lan", "clerk")
    add(at("wang"), request)
    (kept,) = folder.iterdir()
    kept.write_bytes(b"other")
    answer = at("he").get(path_of(Attachment.objects.get()))
    assert answer.status_code == 409
    assert "缺失或已被改动" in answer.content.decode()
    kept.unlink()
    assert at("he").get(path_of(Attachment.objects.get())).status_code == 409


def raw(request, user):
    return Attachment.objects.create(
        request=request, name="x.pdf", digest="sm3:0", size=1, kind="pdf", uploaded_by=user, uploaded_at=NOW
    )


def test_a_full_disk_is_said_and_leaves_nothing(office, at, ask, folder, monkeypatch):
    request = ask("wang", "lan", "clerk")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("huiliu.apps.control.services.files.os.fsync", full)
    assert "附件没有存下来" in add(at("wang"), request)
    monkeypatch.undo()
    assert list(folder.iterdir()) == []
    assert not Attachment.objects.exists()


def test_a_name_that_holds_somebodys_number_is_refused(office, at, ask, folder):
    request = ask("wang", "lan", "clerk")
    text = add(at("wang"), request, name="11010519491231002X.pdf")
    assert "含有证件号码" in text
    assert not Attachment.objects.exists()


def test_the_database_holds_it_too(office, ask):
    request = ask("wang", "lan", "clerk")
    with blocked("CTRL-047"), transaction.atomic():
        raw(request, office["he"])
    row = raw(request, office["wang"])
    with blocked("CTRL-048"), transaction.atomic():
        Attachment.objects.filter(pk=row.pk).update(name="y.pdf")
    with blocked("CTRL-048"), transaction.atomic():
        Attachment.objects.filter(pk=row.pk)._raw_delete("default")
