"""Uploads: told by content, measured really, refused in Chinese with what to do."""

import contextlib
import io
import os
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.kernel import office_archives as archives
from huiliu.kernel.errors import HuiliuError
from huiliu.web.uploads import KINDS, Upload, check_upload, clean_name
from web import hostile_files as files

ALL = tuple(KINDS)
MB = 1 << 20
DOCX = files.docx()


def check(data: bytes, name: str = "附件.bin", kinds=ALL, limit: int = 10 * MB) -> Upload:
    return check_upload(io.BytesIO(data), name, kinds, limit)


def refusal(data: bytes, **options) -> str:
    with pytest.raises(HuiliuError) as caught:
        check(data, **options)
    assert not caught.value.message.isascii()
    assert not caught.value.hint.isascii()
    return caught.value.code


GOOD = {
    "pdf": files.PDF, "png": files.png(), "jpeg": files.jpeg(), "docx": files.docx(), "xlsx": files.xlsx(),
    "csv": files.CSV,
}  # fmt: skip


@pytest.mark.parametrize("kind", ALL)
def test_honest_files_are_told_by_their_content(kind):
    found = check(GOOD[kind], name="请示.exe")
    assert (found.kind, found.size, found.remarks) == (kind, len(GOOD[kind]), ())
    assert found.name == f"请示.{'jpg' if kind == 'jpeg' else kind}"
    assert found.digest.startswith("sm3:")


@pytest.mark.parametrize("kind", ALL)
def test_what_is_not_asked_for_is_refused_whatever_its_name(kind):
    others = [each for each in ALL if each != kind]
    assert refusal(GOOD[kind], name=f"a.{others[0]}", kinds=others) == "UPL-003"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "UPL-001"),
        (b"x" * (2 * MB), "UPL-002"),
        (b"MZ\x90\x00\x03", "UPL-003"),
        (b"\x7fELF\x02\x01\x01\x00", "UPL-003"),
        (b"GIF89a\x01\x00\x01\x00", "UPL-003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "UPL-004"),
        (files.PDF[:20], "UPL-005"),
        (files.png(30_000, 10), "UPL-008"),
        (files.png(20_000, 20_000), "UPL-008"),
        (files.png(0, 10), "UPL-008"),
        (files.jpeg(65_000, 65_000), "UPL-008"),
        (files.png()[:15], "UPL-007"),
        (files.jpeg()[:12], "UPL-007"),
        (b"\xff\xd8\xff" + b"\xff" * 50, "UPL-007"),
        (b"PK\x03\x04 not really", "UPL-005"),
    ],
)
def test_bad_files_are_refused(data, code):
    assert refusal(data, limit=MB) == code


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_is_called_so(encoding):
    data = "\ufeff证件号码\t姓名\r\n".encode(encoding)
    with pytest.raises(HuiliuError, match=r"UTF-16 编码的文本（Unicode 文本）（UPL-003）请用表格软件打开"):
        check(data, "名单.csv", kinds=("xlsx", "csv"))
    with pytest.raises(HuiliuError, match="无法识别文件的格式"):
        check(data, "名单.csv", kinds=("pdf",))


def test_an_archive_that_is_no_document_is_none():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "x")
    assert refusal(stream.getvalue()) == "UPL-003"


MEDIA = "word/media/image1.png"


@pytest.mark.parametrize(
    ("added", "code"),
    [
        pytest.param({MEDIA: lambda: b"\0" * (130 * MB)}, "UPL-009", marks=pytest.mark.slow),
        ({MEDIA: lambda: b"\0" * (20 * MB)}, "UPL-009"),
        ({f"word/x{n}.xml": b"<x/>" for n in range(3100)}, "UPL-009"),
        ({"word/document.xml": files.LAUGHS.encode()}, "UPL-011"),
        ({"word/document.xml": files.LAUGHS.encode("utf-16")}, "UPL-011"),
        ({"word/settings.xml": files.OUTSIDE}, "UPL-011"),
        ({"word/vbaProject.bin": b"x"}, "UPL-012"),
        ({"word/embeddings/oleObject1.bin": b"x"}, "UPL-012"),
        ({"word/embeddings/a.xlsx": files.xlsx}, "UPL-012"),
        ({MEDIA: b"PK\x03\x04zip in a picture"}, "UPL-012"),
        ({"word/_rels/settings.xml.rels": files.TEMPLATE}, "UPL-012"),
        ({"[Content_Types].xml": files.MACROS}, "UPL-012"),
        ({"../../etc/cron.d/x": b"x"}, "UPL-005"),
        ({"/etc/passwd": b"x"}, "UPL-005"),
        ({"a\\..\\b": b"x"}, "UPL-005"),
        ({"WORD/DOCUMENT.XML": b"<x/>"}, "UPL-005"),
        ({"word/document.xml": b"<unclosed>"}, "UPL-005"),
        ({"word/document.xml": b'<?xml version="1.0" encoding="UTF-0"?><x/>'}, "UPL-005"),
    ],
)
def test_hostile_documents_are_refused(added, code):
    made = {name: content() if callable(content) else content for name, content in added.items()}
    assert refusal(files.changed(DOCX, made)) == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (files.overlapping, "UPL-009"),
        (files.encrypted, "UPL-010"),
        (lambda data: files.lying(data, 2 * MB), "UPL-005"),
    ],
)
def test_a_directory_that_lies_is_noticed(change, code):
    assert refusal(change(DOCX)) == code


def test_no_more_is_unfolded_than_allowed(monkeypatch):
    monkeypatch.setattr(archives, "UNFOLDED", 200_000)
    monkeypatch.setattr(archives, "check_directory", lambda _entries: None)  # as if the directory told nothing
    assert refusal(files.changed(files.docx(), {"word/media/image1.png": os.urandom(300_000)})) == "UPL-009"


def test_formulas_in_csv_are_pointed_out():
    rows = ("姓名,备注,金额", '张三,=HYPERLINK("http://evil.example"),-12.50', "李四,@SUM(A1),+3", "王五,|cmd,1")
    text = "\n".join(rows)
    (remark,) = check(text.encode()).remarks
    assert remark.startswith("第 2 行第 2 列、第 3 行第 2 列、第 4 行第 2 列共 3 个单元格")
    assert "evil" not in remark


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("请示.docx", "请示.docx"),
        ("../../etc/passwd", "passwd.docx"),
        ("C:\\Users\\张三\\请示.doc", "请示.docx"),
        ("a\x00b\r\n.docx", "ab.docx"),
        ("请示\u202excod.exe", "请示xcod.docx"),
        ('<script>"x".docx', "_script__x_.docx"),
        ("...", "附件.docx"),
        ("", "附件.docx"),
        ("长" * 300 + ".docx", "长" * 80 + ".docx"),
        ("报告.pdf.docx", "报告.pdf.docx"),
    ],
)
def test_names_are_cleaned(name, expected):
    assert clean_name(name, "docx") == expected


@given(st.text(max_size=300))
def test_a_name_is_always_a_name(name):
    found = clean_name(name, "pdf")
    assert found.endswith(".pdf")
    assert 5 <= len(found) <= 84
    assert all(char.isspace() or char.isprintable() for char in found)
    assert not set(found) & set('/\\<>:"|?*\x00\n')


@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"]))
def test_rubbish_is_kept_or_refused_but_never_breaks(data, head):
    with contextlib.suppress(HuiliuError):
        assert check(head + data).kind in KINDS


@settings(deadline=None)
@given(st.data())
def test_a_damaged_document_is_kept_or_refused_but_never_breaks(data):
    body = bytearray(DOCX)
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(4, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(HuiliuError):
        assert check(bytes(body)).kind in KINDS
