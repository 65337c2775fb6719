"""A folder as one ZIP: Chinese names of every packer, and archives that may not be opened."""

import io
import os
import struct
import zipfile

import pytest

from huiliu.kernel import folder_archives
from huiliu.kernel.archives import Bounds
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.folder_archives import common_root, members


def packed(files: dict[str, bytes], encoding: str = "") -> bytes:
    """A ZIP as Python writes it, or with names in another encoding and without the mark of UTF-8."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(files.items()):
            raw = name.encode(encoding) if encoding else b""
            archive.writestr(_stand_in(number, raw) if encoding else name, content)
    data = stream.getvalue()
    for number, name in enumerate(files if encoding else ()):
        raw = name.encode(encoding)
        data = data.replace(_stand_in(number, raw).encode(), raw)
    return data


def _stand_in(number: int, raw: bytes) -> str:
    """An ASCII name of the same length, to be overwritten."""
    return f"{number:02}{'~' * (len(raw) - 2)}"


def opened(data: bytes) -> dict[str, object]:
    return dict(members(io.BytesIO(data), lambda _name, size: size < 1000))


def refusal(data: bytes) -> str:
    with pytest.raises(HuiliuError) as refused:
        opened(data)
    assert refused.value.hint
    return refused.value.code


@pytest.mark.parametrize("encoding", ["", "gb18030", "utf-8"])
def test_chinese_names_of_every_packer_are_read(encoding):
    files = {"2024年/甲县/自评表.xlsx": b"a", "2024年/乙县誠/联通①.docx": b"b", "2024年/说明.txt": b"c"}
    assert opened(packed(files, encoding)) == {"甲县/自评表.xlsx": b"a", "乙县誠/联通①.docx": b"b", "说明.txt": b"c"}


def test_backslashes_wide_blanks_and_what_a_mac_adds():
    files = {"甲县\\自评　表.xlsx": b"a", "__MACOSX/甲县/._自评表.xlsx": b"x", "乙\u200b县.xlsx": b"b"}
    assert opened(packed(files)) == {"甲县/自评 表.xlsx": b"a", "乙县.xlsx": b"b"}


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (["年/甲/a", "年/乙/b"], "年/"),
        (["年/甲/a", "年/b"], "年/"),
        (["甲/a", "甲/b"], ""),  # a single unit's folder says whose they are
        (["甲/a", "乙/b"], ""),
        (["年/甲/a"], ""),
        ([], ""),
    ],
)
def test_a_folder_around_all_folders_is_left_out(names, root):
    assert common_root(names) == root


@pytest.mark.parametrize(
    "name", ["/etc/甲.xlsx", "../甲.xlsx", "甲/../../乙.xlsx", "C:\\甲.xlsx", "\\\\server\\甲.xlsx", "甲\x07.xlsx"]
)
def test_names_that_lead_out_of_the_folder(name):
    assert refusal(packed({name: b"a"})) == "UPL-015"
    assert refusal(packed({"好.xlsx": b"a", name: b"a"}, "gb18030")) == "UPL-015"


def test_bombs_passwords_and_what_is_no_archive(monkeypatch):
    assert refusal(packed({"甲.xlsx": bytes(20 << 20)})) == "UPL-013"
    assert refusal(packed({f"{number}.xlsx": b"" for number in range(3001)})) == "UPL-013"
    locked = bytearray(packed({"甲.xlsx": b"a"}))
    struct.pack_into("<H", locked, locked.find(b"PK\x01\x02") + 8, 0x801)
    assert refusal(bytes(locked)) == "UPL-014"
    for data in (b"Rar!\x1a\x07", b"PK\x03\x04 and nothing", packed({"甲.xlsx": b"a"})[:-30]):
        assert refusal(data) == "UPL-016"
    assert refusal(packed({"甲.xlsx": b"a", "乙.xlsx": b"b"}).replace("乙".encode(), "甲".encode())) == "UPL-016"
    monkeypatch.setattr(folder_archives, "BOUNDS", Bounds(10, 900, 250, 1 << 30))
    monkeypatch.setattr(folder_archives, "fault_in", lambda *_: None)  # as if the directory told nothing
    assert refusal(packed({"甲.xlsx": os.urandom(500), "乙.xlsx": os.urandom(500)})) == "UPL-013"


def test_one_damaged_file_leaves_the_others():
    data = packed({"甲.xlsx": b"first file", "乙.xlsx": b"second file"})
    broken = bytearray(data)
    broken[data.find("甲.xlsx".encode()) + 12] ^= 0xFF
    found = opened(bytes(broken))
    assert getattr(found["甲.xlsx"], "code", "") == "UPL-017"
    assert found["乙.xlsx"] == b"second file"


def test_what_is_not_wanted_is_not_read():
    assert opened(packed({"大.xlsx": os.urandom(2000), "小.xlsx": b"a"})) == {"大.xlsx": None, "小.xlsx": b"a"}
