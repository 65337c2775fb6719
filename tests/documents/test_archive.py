"""Files in one zip: equal files give equal bytes, whenever they are packed."""

import io
from datetime import date
from zipfile import ZipFile

from huiliu.documents.archive import zipped
from huiliu.documents.fonts import installed_fonts


def test_equal_files_give_equal_bytes_and_come_out_as_they_went_in():
    files = {"乙.txt": b"2", "a/甲.txt": b"1" * 1000}
    packed = zipped(files, date(2025, 3, 3))
    assert packed == zipped(dict(files), date(2025, 3, 3))
    with ZipFile(io.BytesIO(packed)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert {one.date_time for one in archive.infolist()} == {(2025, 3, 3, 0, 0, 0)}


def test_an_installation_without_fonts_of_its_own_prints_with_those_that_are_shipped(tmp_path):
    assert installed_fonts(tmp_path / "fonts").folders == installed_fonts(tmp_path / "none").folders
    (tmp_path / "fonts").mkdir()
    assert installed_fonts(tmp_path / "fonts").folders[0] == tmp_path / "fonts"
